"""Runs that AMC's list leaves out."""

from datetime import timedelta
from itertools import cycle, islice
from math import ceil
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.services.tracking.missing_runs import fetch_missing
from tests.builders import a_run, a_tenant
from tests.fakes import NOON
from tests.unit.services.tracking.polling import a_world, poll
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, AmcUnavailable
from wfm.model.runs import run_row


def test_a_run_that_amc_lists_no_more_is_asked_for_before_it_is_called_deleted() -> None:
    world = a_world()
    world.amc.runs = [a_run(workflowExecutionId="old", createTime="2026-11-01T00:00:00Z")]
    for name in ("old", "gone"):
        row = run_row("acme", a_run(workflowExecutionId=name, createTime="2026-11-01T00:00:00Z"), NOON)
        world.executions.rows["acme", name] = row

    poll(world)

    statuses = {name: world.executions.rows["acme", name]["executionStatus"] for name in ("old", "gone")}
    assert statuses == {"old": "RUNNING", "gone": "DELETED"}


def test_a_run_that_amc_will_not_show_keeps_no_other_from_being_seen() -> None:
    world = a_world()
    for name in ("old", "older"):
        row = run_row("acme", a_run(workflowExecutionId=name, createTime="2026-11-01T00:00:00Z"), NOON)
        world.executions.rows["acme", name] = row
    answers = {"old": AmcRefused(403, "Unauthorized request."), "older": None}

    def get(tenant: Any, run_id: str) -> Any:
        if fault := answers[run_id]:
            raise fault
        return a_run(workflowExecutionId=run_id, status="SUCCEEDED")

    world.amc.get_execution = get  # type: ignore[method-assign, assignment]
    found = poll(world)

    assert world.executions.rows["acme", "older"]["executionStatus"] == "SUCCEEDED"
    assert world.executions.rows["acme", "old"]["executionStatus"] == "RUNNING"
    assert found.problems == ("old cannot be asked for: AMC refused with 403: Unauthorized request.",)


def test_an_amc_that_is_not_available_is_not_asked_for_one_run_after_the_other() -> None:
    world = a_world()
    for number in range(3):
        row = run_row("acme", a_run(workflowExecutionId=f"old-{number}", createTime="2026-11-01T00:00:00Z"), NOON)
        world.executions.rows["acme", f"old-{number}"] = row
    asked = []

    def get(tenant: Any, run_id: str) -> Any:
        asked.append(run_id)
        raise AmcUnavailable("it answered 503")

    world.amc.get_execution = get  # type: ignore[method-assign, assignment]
    found = poll(world)

    assert (len(asked), found.error, world.semaphores.external["acme"]) == (1, None, 3)


def test_more_lost_runs_than_one_poll_asks_for_take_their_turn() -> None:
    world = a_world()
    for number in range(60):
        name = f"old-{number:02}"
        world.executions.rows["acme", name] = run_row(
            "acme", a_run(workflowExecutionId=name, createTime="2026-11-01T00:00:00Z"), NOON
        )

    for minute in range(60):
        world.clock.now = NOON + timedelta(minutes=minute)
        poll(world)

    assert {row["executionStatus"] for row in world.executions.rows.values()} == {"DELETED"}


class Listener:
    """An AMC that notes what it is asked for, and gives each the same answer."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer, self.asked = answer, list[str]()

    def get_execution(self, tenant: Any, run_id: str) -> Any:
        self.asked.append(run_id)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("lost", [1, 2, 24, 25, 26, 60])
def test_a_poll_asks_for_each_lost_run_once_and_for_no_more_than_it_may(lost: int) -> None:
    amc: Any = Listener({"status": "RUNNING"})

    found, _ = fetch_missing(a_tenant(), _lost_runs(lost), NOON, amc)

    assert len(set(amc.asked)) == len(amc.asked) == min(25, lost)
    assert set(found) == set(amc.asked) <= {row["workflowExecutionId"] for row in _lost_runs(lost)}


@example(lost=50, gaps=[2])  # fifty runs, and polls at even minutes
@given(lost=st.integers(1, 120), gaps=st.lists(st.integers(1, 10), min_size=1, max_size=5))
def test_each_lost_run_is_asked_for_in_time_in_whatever_rhythm_the_tenant_is_polled(lost: int, gaps: list[int]) -> None:
    amc: Any = Listener({"status": "RUNNING"})
    polls, now = 40 * ceil(lost / 25), NOON

    for gap in islice(cycle(gaps), polls):
        fetch_missing(a_tenant(), _lost_runs(lost), now, amc)
        now += timedelta(minutes=gap)

    assert set(amc.asked) == {row["workflowExecutionId"] for row in _lost_runs(lost)}


def _lost_runs(count: int) -> list[dict[str, str]]:
    return [{"workflowExecutionId": f"x{number}"} for number in range(count)]


def test_nothing_is_asked_for_where_no_run_is_lost() -> None:
    amc: Any = Listener({})

    assert fetch_missing(a_tenant(), [], NOON, amc) == ({}, [])
    assert amc.asked == []


def test_an_answer_counts_for_the_run_that_was_asked_for() -> None:
    amc: Any = Listener({"workflowExecutionId": "another", "status": "SUCCEEDED"})

    found, problems = fetch_missing(a_tenant(), [{"workflowExecutionId": "x1"}], NOON, amc)

    assert (found, problems) == ({"x1": {"workflowExecutionId": "x1", "status": "SUCCEEDED"}}, [])


@pytest.mark.parametrize("refusal", [AmcRefused(404, "Not found."), AmcRefused(400, "Run with ID x1 does not exist.")])
@pytest.mark.parametrize("known", [{"createTime": "c", "lastUpdatedTime": "u", "workflowId": "reach"}, {}])
def test_a_run_that_is_gone_keeps_what_amc_had_said_of_it(refusal: AmcRefused, known: dict[str, str]) -> None:
    amc: Any = Listener(refusal)

    found, _ = fetch_missing(a_tenant(), [{"workflowExecutionId": "x1", "requestId": "r1", **known}], NOON, amc)

    told = {"status": "DELETED", "statusReason": refusal.text}
    assert found == {"x1": {"workflowExecutionId": "x1", **known, **told}}


@pytest.mark.parametrize(("status", "slots", "active"), [("RUNNING", 1, 1), ("PENDING", 1, 1), ("WONDERFUL", 0, 0)])
def test_after_a_day_amcs_word_counts_and_a_status_that_nobody_knows_is_an_end(
    status: str, slots: int, active: int
) -> None:
    world = a_world(lastLookedAt=iso(NOON))
    run = a_run(status=status, createTime="2026-11-22T10:59:00Z")
    world.amc.runs = [run]
    world.executions.rows["acme", "run-1"] = run_row("acme", run, NOON)

    found = poll(world)

    assert found.problems == (f"run-1: AMC says {status} after more than 25 hours",)
    assert world.semaphores.external.get("acme", 0) == slots
    assert len(world.executions.active_runs("acme")) == active
    assert world.executions.rows["acme", "run-1"]["executionStatus"] == status
    assert poll(world).problems == ()
