"""The stack is updated while runs are under way."""

from typing import Final

from acceptance.check import Check
from acceptance.tenants import ENDLESS, Tenant
from acceptance.world import World, expect

CUSTOMER: Final = "updated"


def redeploy(world: World) -> str:
    """One request runs in AMC and one waits for its slot while every Lambda is replaced; both end well, once each."""
    tenant = Tenant(world, CUSTOMER)
    tenant.onboard(limit=1)
    tenant.put_workflow("long", ENDLESS)
    runs = tenant.send("runs", "long")
    tenant.wait_for(runs, "RUNNING")
    waits = tenant.send("waits", "long")
    tenant.wait_for(waits, "WAITING")

    world.target.redeploy()
    for request in (runs, waits):
        row = tenant.wait_for(request, "RUNNING")
        world.amc.finish(row["workflowExecutionId"])
        expect(request, tenant.wait_for(request)["status"], "SUCCEEDED")

    expect("runs in AMC", len(tenant.runs_in_amc()), 2)
    return "a run in AMC and a request that waited for its slot SUCCEEDED after the update, once each"


CHECKS: Final = (
    Check(
        "redeploy during runs",
        redeploy,
        proves="an update of every Lambda loses nothing that is under way, and runs nothing twice",
        needs=("onboard",),
    ),
)
