"""Executions wait on for runs that the tracker will poll, and for no others."""

from datetime import timedelta
from typing import Any

import pytest

from functions.services.reconciliation.heartbeats import MAX_LAG, MIN_AGE, send_heartbeats
from tests.builders import a_request_row, a_run, a_tenant_row
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.model.runs import run_row

SECOND = timedelta(seconds=1)


def a_world(age: timedelta = timedelta(hours=5), run: Any = None, **tenant: Any) -> World:
    """A tenant that is polled in an hour, with one run of a request."""
    world = World(a_tenant_row(**{"pollDueAt": iso(NOON + timedelta(hours=1))} | tenant))
    document = a_run(createTime=iso(NOON - age), **(run or {}))
    world.executions.rows["acme", "run-1"] = {**run_row("acme", document, NOON), "requestId": "r1"}
    world.requests.add(a_request_row(outcomeToken="outcome-token"))
    return world


def test_a_long_run_keeps_its_execution_waiting_without_a_poll() -> None:
    world = a_world()

    assert send_heartbeats(world) == 1
    assert world.tasks.heartbeats == ["outcome-token"]


@pytest.mark.parametrize(("age", "sent"), [(MIN_AGE - SECOND, 0), (MIN_AGE, 1)])
def test_a_young_run_needs_no_heartbeat_yet(age: timedelta, sent: int) -> None:
    assert send_heartbeats(a_world(age)) == sent


@pytest.mark.parametrize(("lag", "sent"), [(MAX_LAG, 1), (MAX_LAG + SECOND, 0)])
def test_where_the_tracker_does_not_come_the_execution_asks_amc_itself(lag: timedelta, sent: int) -> None:
    assert send_heartbeats(a_world(pollDueAt=iso(NOON - lag))) == sent


def test_a_tenant_that_is_not_polled_gets_no_heartbeat() -> None:
    assert send_heartbeats(a_world(status="OFFBOARDED")) == 0
    assert send_heartbeats(a_world(pollDueAt="soon")) == 0


def test_a_run_that_has_ended_gets_none_since_its_end_may_have_been_lost() -> None:
    channels = [{"channel": {"type": "PUBLISH"}, "status": "PENDING"}]
    ended = {"status": "SUCCEEDED", "lastUpdatedTime": iso(NOON), "outputChannels": channels}
    world = a_world(run=ended)
    assert "unsettledSince" in world.executions.rows["acme", "run-1"], "its result is still awaited"

    assert send_heartbeats(world) == 0


def test_a_run_that_others_started_has_nobody_who_waits() -> None:
    world = a_world()
    del world.executions.rows["acme", "run-1"]["requestId"]

    assert send_heartbeats(world) == 0


def test_a_request_that_is_gone_or_does_not_wait_gets_no_heartbeat() -> None:
    gone, waits_no_more = a_world(), a_world()
    gone.requests.rows.clear()
    del waits_no_more.requests.rows["acme", "r1"]["outcomeToken"]

    assert (send_heartbeats(gone), send_heartbeats(waits_no_more)) == (0, 0)
    assert waits_no_more.tasks.heartbeats == []
