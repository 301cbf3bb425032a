"""A short soak: everything goes wrong at once for four tenants, and each request runs once all the same."""

import time
from typing import Any

from bench.soak import last_sweep, mixed, summarize, wait
from bench.soak_faults import NAMED, Plan, Trouble
from local.amc_simulator.faults import Fault
from local.demo.evidence import read_run
from tests.e2e.deployment import Deployment, TenantUnderTest
from tests.reliability.report import FaultReport

REQUESTS = 24
LIMIT = 3
# A POST that AMC did not accept takes half a minute to be settled (test_faults.py), so here it is accepted.
QUICK: dict[str, dict[str, Any]] = {
    "POSTs answered 503": {"when": "after"},
    "calls answered 500": {"method": "GET"},
    "calls answered 429": {"times": 1, "probability": 0.2},
}


def faults(tenants: list[TenantUnderTest]) -> list[tuple[str, Fault]]:
    """Those of the long soak, for these tenants alone."""
    return [
        (name, fault.model_copy(update={"instance_id": tenant.instance, **QUICK.get(name, {})}))
        for tenant in tenants
        for name, fault in NAMED.items()
    ]


def test_a_burst_amid_all_faults_runs_once_each_within_the_limits(wfm: Deployment, fault_report: FaultReport) -> None:
    wfm.runtime.add_login("soak")
    tenants = [wfm.a_tenant(f"soaked{number}", limit=LIMIT, authId="soak") for number in range(4)]
    customers = [tenant.id for tenant in tenants]
    burst = mixed(REQUESTS, customers)

    began = time.monotonic()
    plan = Plan(faults(tenants), kill_every=2, most_kills=6, tracker_dead=(2, 5))
    with Trouble(wfm.runtime, plan) as trouble:
        trouble.send(burst)
        wait(wfm.runtime, burst, trouble, began + 540, pause=0.5)
    last_sweep(wfm.runtime, burst)

    instances = {tenant.instance: tenant.id for tenant in tenants}
    runs = [read_run(run, instances) for tenant in tenants for run in tenant.runs_in_amc()]
    came = summarize(wfm.runtime, burst, runs, trouble, time.monotonic() - began, limit=LIMIT)
    gone_wrong = came.faults
    assert came.is_as_promised(), came
    assert (len(runs) - came.external, came.external) == (REQUESTS, 1)
    assert set(came.longest_wait) == {"interactive", "scheduled", "backfill"}
    assert all(gone_wrong[name] for name in ("Lambda workers killed", "messages delivered twice")), gone_wrong
    assert sum(gone_wrong[name] for name in NAMED) >= len(tenants), gone_wrong
    assert wfm.logs_with("AmcUnavailable"), "what went wrong is logged"
    assert not [hidden for hidden in ("dsp_impressions", "Atza|", "Atzr|") if wfm.logs_with(hidden)]
    fault_report(
        "everything at once (a short soak), in the deployed assembly",
        sum(gone_wrong.values()) - gone_wrong["seconds without a tracker"],
    )
