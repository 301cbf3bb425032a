"""A short soak: everything goes wrong at once for four tenants, and each request runs once all the same."""

import json
import time
from typing import Any

import pytest

from bench.soak import mixed, outcomes_of, summarize, wait
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


@pytest.fixture
def auth_id(wfm: Deployment) -> str:
    """Credentials of these tenants' own: all that share some are slowed down when AMC throttles one of them."""
    secrets, arn = wfm.client("secretsmanager"), wfm.outputs["AmcCredentialsSecretArn"]
    known = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(known | {"soak": known["default"]}))
    return "soak"


def faults(tenants: list[TenantUnderTest]) -> list[tuple[str, Fault]]:
    """Those of the long soak, for these tenants alone."""
    return [
        (name, fault.model_copy(update={"instance_id": tenant.instance, **QUICK.get(name, {})}))
        for tenant in tenants
        for name, fault in NAMED.items()
    ]


@pytest.mark.timeout(300)  # a POST whose Lambda was killed is settled after a minute and a half
def test_a_burst_amid_all_faults_runs_once_each_within_the_limits(
    wfm: Deployment, auth_id: str, fault_report: FaultReport
) -> None:
    tenants = [wfm.a_tenant(f"soaked{number}", limit=LIMIT, authId=auth_id) for number in range(4)]
    customers = [tenant.id for tenant in tenants]
    burst = mixed(REQUESTS, customers)

    began = time.monotonic()
    plan = Plan(faults(tenants), kill_every=2, most_kills=6, tracker_dead=(2, 5))
    with Trouble(wfm.runtime, plan) as trouble:
        trouble.send(burst)
        wait(wfm.runtime, burst, trouble, began + 270, pause=0.5)

    instances = {tenant.instance: tenant.id for tenant in tenants}
    runs = [read_run(run, instances) for tenant in tenants for run in tenant.runs_in_amc()]
    gone_wrong = trouble.count()
    came = summarize(
        burst, outcomes_of(wfm.runtime, customers), runs, gone_wrong, time.monotonic() - began, limit=LIMIT
    )
    assert (came.lost, came.twice, came.tenants_over_limit) == (0, 0, 0), came
    assert (came.statuses, len(runs)) == ({"SUCCEEDED": REQUESTS}, REQUESTS)
    assert set(came.longest_wait) == {"interactive", "scheduled", "backfill"}
    assert all(gone_wrong[name] for name in ("Lambda workers killed", "messages delivered twice")), gone_wrong
    assert sum(gone_wrong[name] for name in NAMED) >= len(tenants), gone_wrong
    fault_report(
        "everything at once (a short soak), in the deployed assembly",
        sum(gone_wrong.values()) - gone_wrong["seconds without a tracker"],
    )
