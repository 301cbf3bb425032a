"""AMC's list against the rows: whatever it leaves out, adds or repeats, and whoever edited a row."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_run
from tests.fakes import NOON
from tests.unit.services.tracking.polling import a_world, poll
from wfm.calendar.timestamps import iso
from wfm.errors import InvalidRecord, Problem
from wfm.model.amc_runs import FIRST_LOOKBACK, OVERLAP, is_update, list_from
from wfm.model.runs import run_row


def test_the_list_reaches_back_to_the_oldest_run_that_has_not_ended() -> None:
    looked = iso(NOON - timedelta(minutes=1))

    assert list_from(NOON, looked, []) == NOON - timedelta(minutes=1) - OVERLAP
    assert list_from(NOON, looked, [{"createTime": "2026-11-22T11:30:00Z"}]).day == 22
    assert list_from(NOON, looked, [{"createTime": "2026-01-01T00:00:00Z"}]) == NOON - timedelta(minutes=1) - OVERLAP
    assert list_from(NOON, None, []) == NOON - FIRST_LOOKBACK
    assert list_from(NOON, "2025-01-01T00:00:00Z", []) == NOON - FIRST_LOOKBACK
    assert list_from(NOON, "2099-01-01T00:00:00Z", [{"createTime": 17}, {}]) == NOON
    assert list_from(NOON, 5, []) == NOON - FIRST_LOOKBACK


@pytest.mark.parametrize(
    ("known", "answer", "news"),
    [
        ("RUNNING", {"status": "SUCCEEDED"}, True),
        ("RUNNING", {"status": "RUNNING"}, False),
        ("SUCCEEDED", {"status": "RUNNING"}, False),
        ("PENDING", {"status": "WONDERFUL"}, True),
        ("RUNNING", {"status": "PENDING", "lastUpdatedTime": "2026-11-23T11:00:00Z"}, False),
        ("RUNNING", {"status": "SUCCEEDED", "lastUpdatedTime": None}, True),
        ("RUNNING", {"status": "SUCCEEDED", "lastUpdatedTime": "11:51"}, True),
        ("RUNNING", {"status": "FAILED", "lastUpdatedTime": "2026-11-23T11:51:00.5Z"}, True),
        ("RUNNING", {"status": None}, False),
    ],
)
def test_late_or_repeated_answers_never_move_a_run_backwards(known: str, answer: dict[str, str], news: bool) -> None:
    row = run_row("acme", a_run(status=known), NOON)

    assert is_update(a_run(**answer), row) is news


RUBBISH: list[Any] = [
    None,
    "run",
    {"status": "RUNNING"},
    {"workflowExecutionId": 5},
    {"workflowExecutionId": "bare"},
    {"workflowExecutionId": "odd", "status": 7, "createTime": "soon", "lastUpdatedTime": 3, "workflowId": ["x"]},
    {"workflowExecutionId": "ours", "status": "RUNNING", "requestId": "r9", "source": "x", "customerId": "umbrella"},
]


def test_rubbish_in_amcs_list_keeps_no_other_run_from_being_seen_and_is_told_once() -> None:
    world = a_world()
    world.amc.list_executions = lambda *_, **__: [*RUBBISH, a_run()]  # type: ignore[method-assign]

    first, second = poll(world), poll(world)

    assert world.executions.rows["acme", "run-1"]["executionStatus"] == "RUNNING"
    assert world.executions.rows["acme", "ours"]["source"] == "external"
    assert "requestId" not in world.executions.rows["acme", "ours"]
    assert "AMC lists a run without a workflowExecutionId" in first.problems
    assert (second.problems, second.error) == ((), None)
    assert world.tenants.rows["acme"]["lookProblems"] == sorted(first.problems)


def test_of_pages_that_repeat_a_run_the_later_answer_counts() -> None:
    world = a_world()
    later = a_run(status="SUCCEEDED", lastUpdatedTime="2026-11-23T11:55:00Z")
    world.amc.list_executions = lambda *_, **__: [a_run(), later, a_run()]  # type: ignore[method-assign]

    assert poll(world).changed == 1
    assert world.executions.rows["acme", "run-1"]["executionStatus"] == "SUCCEEDED"


@pytest.mark.parametrize(("minutes", "next_poll"), [(-7, 8), (7, 1.5)])
def test_clocks_that_differ_by_minutes_hide_no_run(minutes: int, next_poll: float) -> None:
    world = a_world(lastLookedAt=iso(NOON - timedelta(minutes=1)))
    at = iso(NOON + timedelta(minutes=minutes))
    world.amc.runs = [a_run(createTime=at, lastUpdatedTime=at)]

    poll(world)

    assert ("acme", "run-1") in world.executions.rows
    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=next_poll))


EDITED: dict[str, dict[str, Any]] = {
    "no status": {"executionStatus": None},
    "a status that is no text": {"executionStatus": 5},
    "no times": {"createTime": None, "lastUpdatedTime": None},
    "times of the wrong type": {"createTime": 17, "lastUpdatedTime": ["x"], "recordedAt": 4},
    "a change that is still to come": {"lastUpdatedTime": "2099-01-01T00:00:00Z"},
    "not among those that have not ended": {"unsettledSince": None},
    "a request that is none": {"requestId": 9, "expected": "long"},
}


@pytest.mark.parametrize("edit", EDITED)
def test_a_row_that_was_edited_by_hand_is_put_right_by_the_next_news(edit: str) -> None:
    world = a_world()
    row = run_row("acme", a_run(), NOON) | EDITED[edit]
    world.executions.rows["acme", "run-1"] = {name: value for name, value in row.items() if value is not None}
    world.amc.runs = [
        a_run(status="PUBLISHING", lastUpdatedTime="2026-11-23T11:59:00Z"),
        a_run(workflowExecutionId="2"),
    ]

    assert poll(world).error is None

    repaired = world.executions.rows["acme", "run-1"]
    assert (repaired["executionStatus"], repaired["unsettledSince"]) == ("PUBLISHING", "2026-11-23T11:50:00Z")
    assert repaired["lastUpdatedTime"] == "2026-11-23T11:59:00.000Z"
    assert ("acme", "2") in world.executions.rows


def test_a_run_that_was_taken_out_of_those_that_have_not_ended_comes_back() -> None:
    world = a_world()
    row = run_row("acme", a_run(), NOON)
    del row["unsettledSince"]
    world.executions.rows["acme", "run-1"] = row
    world.amc.runs = [a_run()]

    poll(world)

    assert len(world.executions.active_runs("acme")) == 1


def test_a_run_that_was_made_to_end_by_hand_is_asked_for_no_more() -> None:
    world = a_world()
    row = run_row("acme", a_run(createTime="2026-11-01T00:00:00Z"), NOON) | {"executionStatus": "FAILED"}
    world.executions.rows["acme", "run-1"] = row

    poll(world)

    assert world.executions.active_runs("acme") == []
    assert world.executions.rows["acme", "run-1"]["executionStatus"] == "FAILED"


def test_what_cannot_be_stored_keeps_no_other_run_from_being_recorded() -> None:
    world = a_world()
    record = world.executions.record

    def narrow(row: Any) -> None:
        if len(str(row)) > 1000:
            raise InvalidRecord([Problem("", "it is too large")])
        record(row)

    world.executions.record = narrow  # type: ignore[method-assign]
    world.amc.runs = [a_run(workflowExecutionId="large", statusReason="." * 1000), a_run()]

    found = poll(world)

    assert found.problems == ("large: it is too large",)
    assert ("acme", "run-1") in world.executions.rows
