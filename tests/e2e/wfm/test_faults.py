"""AMC at its worst: exactly one run per request all the same."""

import threading
from typing import Any

import pytest

from local.amc_simulator.faults import Fault
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until


def a_fault(tenant: TenantUnderTest, **fields: Any) -> Fault:
    """A fault of the tenant's POSTs."""
    return Fault(method="POST", path="workflowExecutions$", instance_id=tenant.instance, **fields)


def assert_one_run_each(tenant: TenantUnderTest, *request_ids: str) -> None:
    rows = tenant.wait_for(*request_ids, seconds=150)

    assert {rows[request_id]["status"] for request_id in request_ids} == {"SUCCEEDED"}
    claimed = [rows[request_id]["workflowExecutionId"] for request_id in request_ids]
    assert sorted(claimed) == sorted(run["workflowExecutionId"] for run in tenant.runs_in_amc())


def test_a_response_lost_after_acceptance_is_adopted(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("lost", limit=3)
    wfm.amc.add_faults(a_fault(tenant, when="after", drop=True, times=3))

    tenant.send("r1", "r2", "r3")

    assert_one_run_each(tenant, "r1", "r2", "r3")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("throttled", {"status": 429, "body": "gateway", "retry_after": None, "times": 4}),
        ("unreadable", {"status": 200, "body": "html", "when": "after", "times": 2}),
        ("accepted-504", {"status": 504, "body": "gateway", "when": "after", "times": 2}),
    ],
)
def test_faults_of_the_post_make_nothing_run_twice(wfm: Deployment, name: str, fault: dict[str, Any]) -> None:
    tenant = wfm.a_tenant(name)
    wfm.amc.add_faults(a_fault(tenant, **fault))

    tenant.send("r1", "r2")

    assert_one_run_each(tenant, "r1", "r2")


def test_an_unaccepted_503_is_posted_again_once_it_is_settled(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("refused")
    wfm.amc.add_faults(a_fault(tenant, status=503, times=1))

    tenant.send("r1")

    assert_one_run_each(tenant, "r1")
    assert len(tenant.calls("POST workflowExecutions")) == 2


def test_an_expired_token_is_renewed(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("expired")
    wfm.amc.expire_access_tokens()

    tenant.send("r1")

    assert_one_run_each(tenant, "r1")


def test_killed_lambda_workers_lose_nothing_and_run_nothing_twice(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("killed", limit=3)
    burst = [f"r{n}" for n in range(8)]
    tenant.put_workflow("slow", seconds=2)
    over = threading.Event()
    killed: list[int] = []

    def kill() -> None:
        while not over.wait(1.5):
            killed.append(wfm.kill_lambda_workers())

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        tenant.send(*burst, workflowId="slow")
        wait_until(lambda: sum(killed) >= 20, "twenty workers are killed")
    finally:
        over.set()
        killer.join()

    assert_one_run_each(tenant, *burst)
