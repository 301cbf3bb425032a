"""Backfills through the client."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.wfm.backfilling import RANGE, Backfilling
from wfm import BackfillStatus
from wfm.client.adapters.backfill_machine import BackfillMachine
from wfm.client.backfills.backfills import new_id
from wfm.client.poll_schedule import Clock
from wfm.errors import (
    InvalidRequest,
    NotEndedInTimeError,
    UnknownCustomer,
    UnknownRunError,
    UnknownWorkflow,
    UsageError,
)
from wfm.model.backfill_fields import is_backfill_id
from wfm.model.backfills import PAUSED, resumed_id
from wfm.model.execution_names import event_execution_name

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:backfill"


@pytest.fixture
def machine(deployed: Any) -> Backfilling:
    return Backfilling(deployed)


def a_plan(*customer_ids: str, **fields: Any) -> dict[str, Any]:
    return {"customerIds": list(customer_ids), "workflowId": "reach", **RANGE, **fields}


def test_a_backfill_that_can_work_is_started_under_its_id(deployed: Any, machine: Backfilling) -> None:
    machine.put_tenants("acme", "globex")
    plan = a_plan("acme", "globex")

    backfill = deployed.wfm.backfills.preview("q1", plan)
    deployed.wfm.backfills.start("q1", plan)

    assert len(backfill) == 12
    assert machine.plan("q1") == plan


def test_an_id_that_was_used_is_refused(deployed: Any, machine: Backfilling) -> None:
    machine.start("q1", "acme")

    with pytest.raises(UsageError, match="there is a backfill 'q1' already"):
        deployed.wfm.backfills.start("q1", a_plan("globex"))


@pytest.mark.parametrize(
    ("plan", "error", "problem"),
    [
        (a_plan("acne"), UnknownCustomer, "customerIds: no customer 'acne'; did you mean acme"),
        (a_plan("acme", "paused"), UnknownCustomer, "customerIds: paused is PAUSED; allowed: ACTIVE tenants"),
        (a_plan("acme", workflowId="rich"), UnknownWorkflow, "acme has no workflow 'rich'; did you mean reach"),
        (a_plan("acme", days=4), InvalidRequest, "end: 2024-02-12T00:00:00 leaves 48 hours"),
        (a_plan("acme", parameterSets=[{"day": "TODAY(-1x)"}]), InvalidRequest, "parameterValues.day"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_started(
    deployed: Any, machine: Backfilling, plan: Any, error: type[Exception], problem: str
) -> None:
    machine.put_tenants("acme")
    deployed.put_row("paused", "PAUSED")

    with pytest.raises(error, match=problem):
        deployed.wfm.backfills.preview("q1", plan)


def test_what_cannot_be_selected_is_refused(deployed: Any, machine: Backfilling) -> None:
    machine.put_tenants("acme")
    by_id = deployed.wfm.backfills.preview("q1", a_plan("acme"))
    own = {
        name: value for name, value in a_plan("acme", workflow={"sqlQuery": "SELECT 1"}).items() if name != "workflowId"
    }

    with pytest.raises(UsageError, match="only: 'broken' is not known; allowed: missing, failed, changed"):
        deployed.wfm.backfills.select(by_id, "broken")
    with pytest.raises(UsageError, match="only: the backfill has SQL of its own; allowed: for a workflow by its id"):
        deployed.wfm.backfills.select(deployed.wfm.backfills.preview("q1", own), "missing")
    assert deployed.wfm.backfills.select(by_id, "missing").text == "0-5"


def test_a_workflow_that_was_made_by_hand_is_let_through_where_somebody_says_so(
    deployed: Any, machine: Backfilling
) -> None:
    deployed.put_row("acme")

    assert len(deployed.wfm.backfills.preview("q1", a_plan("acme", workflowId="by-hand"), unlisted=True)) == 6


def test_everybody_is_who_is_active_and_has_the_workflow(deployed: Any, machine: Backfilling) -> None:
    machine.put_tenants("acme", "globex")
    deployed.put_row("without")
    machine.put_tenants("paused")
    deployed.put_row("paused", "PAUSED")

    assert deployed.wfm.backfills.tenants_with("reach") == ["acme", "globex"]


def test_a_backfill_stands_as_its_requests_do(deployed: Any, machine: Backfilling) -> None:
    machine.start("q1", "acme", "globex")
    machine.put_requests("q1", "acme", "SUCCEEDED", "SUCCEEDED", "FAILED", "RUNNING")
    machine.put_requests("q1", "globex", "WAITING")
    machine.put_requests("other", "globex", "RUNNING")

    status = deployed.wfm.backfills.get("q1")

    assert (status.execution.status, status.requests, status.ended) == ("RUNNING", 12, 3)
    assert status.counts == {"SUCCEEDED": 2, "FAILED": 1, "RUNNING": 1, "WAITING": 1, "BUFFERED": 7}
    assert list(status.counts) == ["SUCCEEDED", "FAILED", "RUNNING", "WAITING", "BUFFERED"]
    assert status.by_tenant["acme"] == {"SUCCEEDED": 2, "FAILED": 1, "RUNNING": 1, "BUFFERED": 2}
    assert status.by_tenant["globex"] == {"WAITING": 1, "BUFFERED": 5}
    assert not status.is_over


def test_a_backfill_that_was_stopped_is_over_when_its_requests_are(deployed: Any, machine: Backfilling) -> None:
    machine.start("q1", "acme", end="2024-01-15")
    machine.put_requests("q1", "acme", "CANCELLED")
    deployed.wfm.backfills.cancel("q1")

    before = deployed.wfm.backfills.get("q1")
    machine.put_requests("q1", "acme", "CANCELLED", "SUCCEEDED")
    after = deployed.wfm.backfills.get("q1")

    assert machine.status("q1") == "ABORTED"
    assert before.execution.status == "CANCELLED"
    assert (before.is_over, after.is_over, after.is_good) == (False, True, False)


def test_only_what_runs_can_be_cancelled(deployed: Any, machine: Backfilling) -> None:
    machine.start("q1", "acme")
    machine.stop("q1")

    with pytest.raises(UsageError, match="id: the backfill q1 is CANCELLED; allowed: one that is RUNNING"):
        deployed.wfm.backfills.cancel("q1")


def paused(deployed: Any, machine: Backfilling, **statuses: str) -> None:
    """q1, of which the requests by number stand so, `_0="SUCCEEDED"`."""
    machine.put_tenants("acme")
    machine.start("q1", "acme", end="2024-01-29", startedBy="ann")
    for number, status in statuses.items():
        deployed.put_request(f"q1-{number[1:]}", status, backfillId="q1")
    machine.pause("q1")


def test_a_paused_backfill_goes_on_with_what_was_cancelled_and_does_so_once(
    deployed: Any, machine: Backfilling
) -> None:
    paused(deployed, machine, _0="SUCCEEDED", _1="CANCELLED", _2="FAILED", _3="CANCELLED")

    started = deployed.wfm.backfills.resume("q1", "bob")
    status = deployed.wfm.backfills.get("q1")

    assert started.backfill_id == "q1-r2"
    plan = machine.plan("q1-r2")
    assert {name: plan[name] for name in ("numbers", "resumes", "startedBy", "end")} == {
        "numbers": "1,3", "resumes": "q1", "startedBy": "bob", "end": "2024-01-29",
    }  # fmt: skip
    assert (status.execution.status, status.execution.reason, status.is_over) == ("PAUSED", "paused by moto", True)
    with pytest.raises(UsageError, match="there is a backfill 'q1-r2' already"):
        deployed.wfm.backfills.resume("q1", "ann")


def test_a_backfill_that_is_paused_again_goes_on_under_the_next_number(deployed: Any, machine: Backfilling) -> None:
    paused(deployed, machine, _0="SUCCEEDED", _1="CANCELLED", _2="CANCELLED", _3="SUCCEEDED")
    deployed.wfm.backfills.resume("q1")
    deployed.put_request("q1-r2-1", "SUCCEEDED", backfillId="q1-r2")
    deployed.put_request("q1-r2-2", "CANCELLED", backfillId="q1-r2")
    machine.pause("q1-r2")

    assert deployed.wfm.backfills.resume("q1-r2").backfill_id == "q1-r3"
    assert (machine.plan("q1-r3")["numbers"], machine.plan("q1-r3")["resumes"]) == ("2", "q1-r2")


@pytest.mark.parametrize(
    ("statuses", "problem"),
    [
        (
            {"_0": "SUCCEEDED", "_1": "CANCELLED", "_2": "RUNNING"},
            "2 of the 4 requests of q1 have not ended yet; allowed",
        ),
        (dict.fromkeys(("_0", "_1", "_2", "_3"), "FAILED"), "nothing of q1 was cancelled; allowed"),
    ],
    ids=["one runs and one is in its queue", "all had ended"],
)
def test_what_may_still_change_is_not_resumed(
    deployed: Any, machine: Backfilling, statuses: dict[str, str], problem: str
) -> None:
    paused(deployed, machine, **statuses)

    with pytest.raises(UsageError, match=problem):
        deployed.wfm.backfills.resume("q1")
    assert [one.execution.backfill_id for one in deployed.wfm.backfills.list()] == ["q1"]


def test_only_what_runs_is_paused_and_only_what_is_paused_resumed(deployed: Any, machine: Backfilling) -> None:
    machine.put_tenants("acme")
    machine.start("q1", "acme")

    with pytest.raises(UsageError, match="id: the backfill q1 is RUNNING; allowed: one that is PAUSED"):
        deployed.wfm.backfills.resume("q1")
    machine.pause("q1")
    with pytest.raises(UsageError, match="id: the backfill q1 is PAUSED; allowed: one that is RUNNING"):
        deployed.wfm.backfills.pause("q1")


def test_a_pause_is_a_stop_with_an_error_of_its_own() -> None:
    client = boto3.client("stepfunctions", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        asked = {"executionArn": f"{ARN.replace('stateMachine', 'execution')}:q1", "error": PAUSED, "cause": "by ann"}
        stub.add_response("stop_execution", {"stopDate": NOON}, asked)

        BackfillMachine(client, ARN).pause("q1", "by ann")


def test_ids_of_resumed_backfills_fit_and_stay_apart() -> None:
    long, other = "a" * 30, "a" * 29 + "b"

    assert [resumed_id(one) for one in ("q1", "q1-r2")] == ["q1-r2", "q1-r3"]
    assert resumed_id(long) != resumed_id(other)
    assert all(is_backfill_id(one) for one in (resumed_id(long), resumed_id(resumed_id(long))))


def test_a_plan_that_only_the_deployment_refuses_says_that_it_may_be_older(deployed: Any, machine: Backfilling) -> None:
    machine.put_tenants("acme")
    for name, fields in (("q1", {"startedBy": "ann"}), ("q2", {"days": 4}), ("q3", {"startedBy": "ann"})):
        machine.start(name, "acme", **fields)
        machine.refuse(name, '{"errorMessage": "startedBy: is no field of a backfill"}')
    machine.put_requests("q3", "acme", "SUCCEEDED")

    newer, wrong, sent = (deployed.wfm.backfills.get(name).reason for name in ("q1", "q2", "q3"))

    assert wrong == sent == "startedBy: is no field of a backfill"
    assert newer.startswith(f"{wrong}; by this command it is right, so the deployment may be of an older WFM")
    assert "docs/upgrade.md" in newer


def test_a_plan_that_nobody_can_read_is_listed_and_keeps_no_other_from_it(deployed: Any, machine: Backfilling) -> None:
    machine.start("q1", "acme", labels=["team"])
    machine.start("q2", "acme", labels={"aws:x": 1})
    machine.start("q3", "acme", labels={"team": "emea"})

    found = {one.execution.backfill_id: one.requests for one in deployed.wfm.backfills.list()}

    assert found == {"q1": 0, "q2": 0, "q3": 6}
    assert [one.execution.backfill_id for one in deployed.wfm.backfills.list(labels={"team": "emea"})] == ["q3"]


def test_an_unknown_backfill_is_named_with_the_one_that_may_be_meant(deployed: Any, machine: Backfilling) -> None:
    machine.start("january", "acme")

    with pytest.raises(UnknownRunError, match="no backfill 'january2' in the last 90 days; did you mean january"):
        deployed.wfm.backfills.get("january2")


def test_the_list_has_backfills_and_not_their_clean_ups(deployed: Any, machine: Backfilling) -> None:
    for name in ("q1", "q1.clean-up", event_execution_name("q1", "q1", "clean-up"), "q2"):
        machine.start(name, "acme")

    found = [status.execution.backfill_id for status in deployed.wfm.backfills.list()]

    assert sorted(found) == ["q1", "q2"]
    assert len(deployed.wfm.backfills.list(limit=1)) == 1


def test_following_tells_each_change_once_and_ends_when_it_is_over(deployed: Any, machine: Backfilling) -> None:
    machine.start("q1", "acme", end="2024-01-15")
    looks = iter([("RUNNING",), ("RUNNING",), ("SUCCEEDED", "RUNNING"), ("SUCCEEDED", "CANCELLED")])

    def sleep(_seconds: float) -> None:
        machine.put_requests("q1", "acme", *next(looks))
        if "CANCELLED" in deployed.wfm.backfills.get("q1").counts:
            machine.stop("q1")

    reported = [status.counts for status in deployed.wfm.backfills.wait("q1", clock=Clock(lambda: 0.0, sleep))]

    assert reported == [
        {"BUFFERED": 2},
        {"RUNNING": 1, "BUFFERED": 1},
        {"SUCCEEDED": 1, "RUNNING": 1},
        {"SUCCEEDED": 1, "CANCELLED": 1},
    ]


def test_a_backfill_is_waited_for_by_what_starting_it_gives(
    deployed: Any, machine: Backfilling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)
    plan = {"customerIds": ["acme"], "workflowId": "reach", "start": "2024-01-01", "end": "2024-01-15", "days": 7}
    started = deployed.wfm.backfills.start("q1", plan)
    seen: list[dict[str, int]] = []

    def on_change(status: BackfillStatus) -> None:
        seen.append(status.counts)
        machine.put_requests("q1", "acme", "SUCCEEDED", "SUCCEEDED")
        machine.stop("q1")

    ended = started.wait(on_change=on_change)

    assert started.backfill_id == "q1"
    assert (seen[0], ended.counts, ended.is_over) == ({"BUFFERED": 2}, {"SUCCEEDED": 2}, True)


def test_following_ends_in_time(deployed: Any, machine: Backfilling) -> None:
    machine.start("q1", "acme")

    with pytest.raises(NotEndedInTimeError, match="not ended after 0 s: 0 of 6 requests have ended; it continues"):
        list(deployed.wfm.backfills.wait("q1", timeout=0))


@pytest.mark.parametrize(
    ("status", "cause", "shown", "reason"),
    [
        ("SUCCEEDED", None, "SUCCEEDED", None),
        ("FAILED", '{"errorMessage": "days: 0 is no length"}', "FAILED", "days: 0 is no length"),
        ("FAILED", "3 of 7 requests have not ended", "FAILED", "3 of 7 requests have not ended"),
        ("TIMED_OUT", None, "FAILED", "a step did not answer in time, however often it was tried"),
        ("ABORTED", "cancelled by wfm", "CANCELLED", "cancelled by wfm"),
    ],
)
def test_an_execution_tells_how_it_ended_and_why(
    status: str, cause: str | None, shown: str, reason: str | None
) -> None:
    client = boto3.client("stepfunctions", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    answer: dict[str, Any] = {"executionArn": "arn", "stateMachineArn": ARN, "status": status, "input": "{}"}
    answer |= {"startDate": NOON, "stopDate": NOON, **({"cause": cause} if cause else {})}
    answer |= {"error": "States.Timeout"} if status == "TIMED_OUT" else {}
    with Stubber(client) as stub:
        stub.add_response(
            "describe_execution", answer, {"executionArn": f"{ARN.replace('stateMachine', 'execution')}:q1"}
        )

        found = BackfillMachine(client, ARN).find("q1")

    assert found
    assert (found.status, found.reason, found.ended) == (shown, reason, NOON)


def test_a_backfill_that_was_refused_sent_nothing_and_is_over(
    deployed: Any, machine: Backfilling, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.start("q1", "acme", days="seven")
    machine.stop("q1")
    monkeypatch.setattr("wfm.client.adapters.backfill_machine.STATUSES", {"ABORTED": "FAILED"})

    status = deployed.wfm.backfills.get("q1")

    assert (status.requests, status.counts, status.is_over, status.is_good) == (0, {}, True, False)


def test_an_id_is_made_of_the_workflow_and_the_time_and_fits() -> None:
    assert new_id("weekly.reach-by-campaign", NOON) == "weekly_reach-b-20261123T120000"
    assert len(new_id("weekly.reach-by-campaign", NOON)) == 30
