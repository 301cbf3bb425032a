"""A tenant is removed and put back at once."""

from typing import Final

from acceptance.check import Check
from acceptance.tenants import Tenant
from acceptance.world import World, expect
from wfm.client.stack_names import StackOutput

CUSTOMER: Final = "returning"


def return_at_once(world: World) -> str:
    """Its record goes, and comes again as soon as it is gone; what it asks for then runs."""
    tenant = Tenant(world, CUSTOMER)
    tenant.onboard()
    records, before = world.table(StackOutput.CUSTOMER_CONFIG_TABLE), tenant.row()["eventSourceMappingId"]

    records.delete_item(Key={"customerId": tenant.id})
    world.until(lambda: tenant.row().get("status") == "OFFBOARDED", "the tenant is gone")
    world.target.let_queues_go(tenant.id)
    records.put_item(Item=tenant.record)
    tenant.wait_for_status("ACTIVE")

    expect("what it asks for then", tenant.wait_for(tenant.send("after"))["status"], "SUCCEEDED")
    expect("that its queue is another one", tenant.row()["eventSourceMappingId"] != before, wanted=True)
    return "ACTIVE again with new queues, and a run SUCCEEDED"


CHECKS: Final = (
    Check(
        "remove and put back",
        return_at_once,
        proves="a tenant that is put back as soon as it is gone is there again, and runs",
        on_account="queues can be made again under their names, although SQS takes a minute to delete them",
        needs=("onboard",),
    ),
)
