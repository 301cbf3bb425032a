"""AMC at its worst: exactly one run per request all the same."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.services.execution.submission import LIST_LAG_SECONDS
from local.amc_simulator.faults import Fault
from tests.e2e.crash_scenes import INVISIBLE_SECONDS, coming_soon, hide_for
from tests.e2e.deployment import ENDED, Deployment, TenantUnderTest, wait_until
from tests.reliability.report import FaultReport
from wfm.calendar.timestamps import parse
from wfm.model.requests import execution_name


def a_fault(tenant: TenantUnderTest, **fields: Any) -> Fault:
    """A fault of the tenant's POSTs."""
    return Fault(method="POST", path="workflowExecutions$", instance_id=tenant.instance, **fields)


@pytest.fixture(scope="module", autouse=True)
def refused(wfm: Deployment) -> TenantUnderTest:
    """Sends its request before the other tests, since a POST takes half a minute to be settled."""
    tenant = wfm.a_tenant("refused")
    wfm.amc.add_faults(a_fault(tenant, status=503, times=1))
    tenant.send("r1")
    return tenant


@pytest.fixture
def stopped_come_soon(wfm: Deployment) -> Iterator[None]:
    """A clean-up that AMC could not take comes again after two seconds, not after twelve minutes."""
    with coming_soon(wfm, "execution_lifecycle-stopped"):
        yield


def applied(wfm: Deployment, rule: int) -> int:
    """How often, by the simulator's count; at least once."""
    times = int(wfm.amc.faults()["applied"][str(rule)])
    assert times
    return times


def assert_one_run_each(tenant: TenantUnderTest, *request_ids: str) -> None:
    rows = tenant.wait_for(*request_ids)

    assert {rows[request_id]["status"] for request_id in request_ids} == {"SUCCEEDED"}
    claimed = [rows[request_id]["workflowExecutionId"] for request_id in request_ids]
    assert sorted(claimed) == sorted(run["workflowExecutionId"] for run in tenant.runs_in_amc())


def test_a_response_lost_after_acceptance_is_adopted(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("lost", limit=3)
    (rule,) = wfm.amc.add_faults(a_fault(tenant, when="after", drop=True, times=3))

    tenant.send("r1", "r2", "r3")

    assert_one_run_each(tenant, "r1", "r2", "r3")
    fault_report("answer to the POST lost after acceptance, in the deployed assembly", applied(wfm, rule))


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("throttled", {"status": 429, "body": "gateway", "retry_after": None, "times": 4}),
        ("unreadable", {"status": 200, "body": "html", "when": "after", "times": 2}),
        ("accepted-504", {"status": 504, "body": "gateway", "when": "after", "times": 2}),
    ],
)
def test_faults_of_the_post_make_nothing_run_twice(
    wfm: Deployment, name: str, fault: dict[str, Any], fault_report: FaultReport
) -> None:
    tenant = wfm.a_tenant(name)
    (rule,) = wfm.amc.add_faults(a_fault(tenant, **fault))

    tenant.send("r1", "r2")

    assert_one_run_each(tenant, "r1", "r2")
    fault_report("POST answered 429, HTML, or 504 after acceptance", applied(wfm, rule))


def test_a_request_stopped_after_a_lost_answer_leaves_no_run_behind(wfm: Deployment, stopped_come_soon: None) -> None:
    tenant = wfm.a_tenant("undecided", limit=1)
    tenant.put_workflow("reach", seconds=600)
    lost = a_fault(tenant, when="after", drop=True, times=1)
    unlisted = Fault(method="GET", path="workflowExecutions$", instance_id=tenant.instance, status=503)
    _, no_list = wfm.amc.add_faults(lost, unlisted)

    tenant.send("r1")
    wait_until(lambda: "attemptEndedAt" in tenant.requests().get("r1", {}), "the answer is lost")
    machine, name = wfm.outputs["ExecutionLifecycleArn"], execution_name(tenant.id, "r1")
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    wfm.client("stepfunctions").stop_execution(executionArn=execution)
    looks = len(tenant.calls("GET workflowExecutions"))
    wait_until(lambda: len(tenant.calls("GET workflowExecutions")) > looks + 1, "the clean-up looks for the run")
    wfm.amc.clear_faults(no_list)

    row, (run,) = tenant.wait_for("r1")["r1"], tenant.runs_in_amc()
    assert (row["status"], run["status"]) == ("CANCELLED", "CANCELLED")
    assert row["workflowExecutionId"] == run["workflowExecutionId"]
    wait_until(lambda: tenant.gate().get("holders") is None, "the slot is free")


def test_an_expired_token_is_renewed(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("expired")
    wfm.amc.expire_access_tokens()

    tenant.send("r1")

    assert_one_run_each(tenant, "r1")
    fault_report("access token expired")


def test_killed_lambda_workers_lose_nothing_and_run_nothing_twice(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("killed", limit=3)
    burst = [f"r{n}" for n in range(8)]
    tenant.put_workflow("slow", seconds=2)

    hide_for(wfm, tenant.row()["queueUrl"], INVISIBLE_SECONDS)
    with wfm.losing_workers(until=lambda: tenant.have_reached(ENDED, *burst)) as killed:
        tenant.send(*burst, workflowId="slow")

    assert_one_run_each(tenant, *burst)
    fault_report("Lambda workers killed at random, in the deployed assembly", sum(killed))


def test_an_unaccepted_503_is_posted_again_once_it_is_settled(
    refused: TenantUnderTest, fault_report: FaultReport
) -> None:
    assert_one_run_each(refused, "r1")

    first, second = (parse(call["time"]) for call in refused.calls("POST workflowExecutions"))
    assert (second - first).total_seconds() >= LIST_LAG_SECONDS
    fault_report("POST answered 503 and not accepted")


def test_a_run_survives_a_dead_tracker(wfm: Deployment, no_tracker: None, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("untracked", limit=1)
    looks = tenant.calls("GET workflowExecutions")

    tenant.send("r1")
    assert_one_run_each(tenant, "r1")

    assert tenant.calls("GET workflowExecutions") == looks
    states = wfm.transitions(execution_name(tenant.id, "r1"))
    assert states[3:7] == ["WaitForOutcome", "PollExecution", "IsFinished", "ReleaseSlot"]
    fault_report("tracker and result events dead, in the deployed assembly")
