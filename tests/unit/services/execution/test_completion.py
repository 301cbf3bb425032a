"""The end of a request, and how long it is remembered."""

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from functions.services.execution.cancelling import cancel
from functions.services.execution.completion import cancel_run, complete_request, find_request
from tests.builders import a_message, a_request_row, a_run, a_tenant_row
from tests.fakes import NOON, World
from wfm.calendar.timestamps import epoch
from wfm.model.outcomes import Outcome
from wfm.model.statuses import RequestStatus
from wfm.model.stopped_executions import outcome_of_stopped

NAMES_ARE_TAKEN = timedelta(days=90)  # by Step Functions, after the end of an execution


@pytest.mark.parametrize(
    ("status", "row", "cause", "outcome"),
    [
        ("ABORTED", {"stopReason": "no need"}, "by hand", ("CANCELLED", "no need")),
        ("ABORTED", {}, "by hand", ("CANCELLED", "by hand")),
        ("ABORTED", None, None, ("CANCELLED", "the execution acme.r1 ended as ABORTED")),
        ("TIMED_OUT", {"stopReason": "no need"}, None, ("FAILED", "the execution acme.r1 ended as TIMED_OUT")),
    ],
)
def test_what_was_stopped_ends_in_the_words_of_whoever_did_it(
    status: str, row: Any, cause: str | None, outcome: tuple[str, str]
) -> None:
    told = outcome_of_stopped("acme.r1", status, row, cause)

    assert (told.status, told.reason, told.error) == (*outcome, "ExecutionStopped")


@pytest.mark.parametrize(
    ("tenants", "days"), [([a_tenant_row(retentionDays=120)], 120), ([a_tenant_row()], 91), ([], 91)]
)
def test_a_request_is_remembered_as_long_as_its_tenants_runs(tenants: list[dict[str, Any]], days: int) -> None:
    world = World(*tenants)
    world.requests.add(a_request_row())

    complete_request(find_request("acme", "r1", world.requests), {}, Outcome(RequestStatus.FAILED, "no"), world)

    assert world.requests.rows["acme", "r1"]["expireTimestamp"] == epoch(NOON + timedelta(days=days))


@pytest.mark.parametrize("end", ["closed", "cancelled before it arrived"])
def test_a_request_is_remembered_until_the_name_of_its_execution_can_be_used_again(end: str) -> None:
    """Else a new request of its id would wait at QUEUED for ever, since Step Functions starts nothing for it."""
    world = World(a_tenant_row(retentionDays=1))

    if end == "closed":
        world.requests.add(a_request_row())
        complete_request(find_request("acme", "r1", world.requests), {}, Outcome(RequestStatus.SUCCEEDED), world)
    else:
        cancel(a_message(), "stopped", "arn:stateMachine:lifecycle", world)

    assert world.requests.rows["acme", "r1"]["expireTimestamp"] > epoch(NOON + NAMES_ARE_TAKEN)


@pytest.mark.parametrize(
    ("run", "told"),
    [
        ({"requestId": "r1", "executionStatus": "SUCCEEDED"}, []),
        ({"requestId": "r1", "executionStatus": "RUNNING"}, [("r1", "SUCCEEDED")]),
        ({"requestId": "r2", "executionStatus": "SUCCEEDED"}, [("r1", "SUCCEEDED")]),
        ({"executionStatus": "SUCCEEDED"}, [("r1", "SUCCEEDED")]),
        (None, [("r1", "SUCCEEDED")]),
    ],
)
def test_an_end_is_announced_unless_the_end_of_its_own_run_is(
    run: dict[str, Any] | None, told: list[tuple[str, str]]
) -> None:
    world = World(a_tenant_row())
    world.requests.add(a_request_row(workflowExecutionId="run-1"))
    if run:
        world.executions.rows["acme", "run-1"] = {"customerId": "acme", "workflowExecutionId": "run-1", **run}

    complete_request(find_request("acme", "r1", world.requests), {}, Outcome(RequestStatus.SUCCEEDED), world)

    assert world.announcer.sent == told


def test_an_end_is_announced_once_however_often_it_is_closed() -> None:
    world = World(a_tenant_row())
    world.requests.add(a_request_row())

    for _ in range(2):
        complete_request(find_request("acme", "r1", world.requests), {}, Outcome(RequestStatus.FAILED, "no"), world)

    assert world.announcer.sent == [("r1", "FAILED")]


def test_an_end_that_needs_no_words_has_none() -> None:
    world = World(a_tenant_row())
    world.requests.add(a_request_row())

    complete_request(find_request("acme", "r1", world.requests), {}, Outcome(RequestStatus.SUCCEEDED), world)

    assert not {"reason", "errorName"} & world.requests.rows["acme", "r1"].keys()


def test_of_a_request_that_nobody_knows_there_is_nothing_to_cancel() -> None:
    assert cancel_run("acme", "r1", World(a_tenant_row())) is None


@pytest.mark.parametrize(
    ("tenants", "posted"),
    [([], {"workflowExecutionId": "run-1"}), ([{"customerId": "acme", "status": "FAILED"}], {})],
)
def test_a_request_is_closed_though_its_tenant_is_gone_or_was_never_whole(
    tenants: list[dict[str, Any]], posted: dict[str, str]
) -> None:
    world = World(*tenants)
    world.requests.add(a_request_row(**posted))

    assert cancel_run("acme", "r1", world) is None
    assert world.amc.calls == []


def test_nothing_is_posted_once_it_was_looked_for_what_to_cancel() -> None:
    """SubmitExecution of a stopped execution may still be at work: its run would go on beside a limit of others."""
    world = World(a_tenant_row())
    world.requests.add(a_request_row())
    about_to_post = world.requests.find("acme", "r1") or {}

    assert cancel_run("acme", "r1", world) is None

    assert not world.requests.begin_attempt(about_to_post, world.clock())


def test_a_run_of_which_nothing_has_been_seen_yet_is_cancelled() -> None:
    world = World(a_tenant_row())
    world.requests.add(a_request_row(workflowExecutionId="run-1"))
    world.amc.runs = [a_run()]

    assert cancel_run("acme", "r1", world) is None
    assert world.amc.calls == ["CANCEL run-1"]


def test_an_end_reads_the_tenants_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(a_tenant_row())
    world.requests.add(a_request_row())
    reads, limits = Mock(wraps=world.tenants.find), Mock(wraps=world.tenants.limit)
    monkeypatch.setattr(world.tenants, "find", reads)
    monkeypatch.setattr(world.tenants, "limit", limits)

    complete_request(find_request("acme", "r1", world.requests), {}, Outcome(RequestStatus.SUCCEEDED), world)

    assert reads.call_count + limits.call_count == 1
