"""What became of a run's time."""

import math
from typing import Any

import pytest

from functions.services.execution.submission import submit_execution
from tests.builders import a_request_row, a_run, a_tenant, a_tenant_row
from tests.fakes import NOON, World
from wfm.model.runs import run_row
from wfm.model.wait_times import amc_duration, wfm_wait

QUEUED, WAITING, SUBMITTING = (f"2026-11-23T11:{minute}:00.000Z" for minute in ("00", "10", "50"))


@pytest.mark.parametrize(
    ("row", "waits"),
    [
        ({}, {}),
        ({"queuedAt": QUEUED}, {"queueWait": 3600.0}),
        ({"queuedAt": QUEUED, "waitingAt": WAITING}, {"queueWait": 600.0, "slotWait": 3000.0}),
        (
            {"queuedAt": QUEUED, "waitingAt": WAITING, "submittingAt": SUBMITTING},
            {"queueWait": 600.0, "slotWait": 2400.0},
        ),
        ({"queuedAt": QUEUED, "endedAt": WAITING}, {"queueWait": 600.0}),
        ({"queuedAt": WAITING, "waitingAt": QUEUED, "submittingAt": QUEUED}, {"queueWait": 0.0, "slotWait": 0.0}),
        ({"queuedAt": "yesterday", "waitingAt": 7}, {}),
    ],
)
def test_what_a_request_waited_for_before_amc_had_it(row: dict[str, Any], waits: dict[str, float]) -> None:
    assert wfm_wait(row, NOON) == waits


@pytest.mark.parametrize(
    ("fields", "spent"),
    [
        ({"status": "SUCCEEDED", "executionTime": 45}, {"amcQueueTime": 15.0, "runTime": 45.0}),
        ({"status": "SUCCEEDED", "executionTime": 61}, {"amcQueueTime": 0.0, "runTime": 61.0}),
        ({"status": "FAILED"}, {"runTime": 60.0}),
        ({"status": "CANCELLED"}, {}),
        ({"status": "SUCCEEDED", "executionTime": "45", "createTime": None}, {}),
        ({"status": "SUCCEEDED", "executionTime": True}, {"runTime": 60.0}),
        *(
            ({"status": "SUCCEEDED", "executionTime": bad}, {"runTime": 60.0})
            for bad in (math.inf, math.nan, 10**50, -1)
        ),
    ],
)
def test_what_amc_did_with_a_runs_time(fields: dict[str, Any], spent: dict[str, float]) -> None:
    assert amc_duration(a_run(**fields)) == spent


def test_a_run_that_goes_on_has_taken_no_time_yet() -> None:
    assert "runTime" in run_row("acme", a_run(status="SUCCEEDED"), NOON)
    assert "runTime" not in run_row("acme", a_run(executionTime=5), NOON)


def test_amc_cannot_say_what_wfm_measures() -> None:
    row = run_row("acme", a_run(queueWait=1, requestedBy="AMC", announced=["PENDING"]), NOON)

    assert {"queueWait", "requestedBy", "announced"}.isdisjoint(row)


@pytest.mark.parametrize("created", [None, "", 7])
def test_a_create_time_that_cannot_be_a_key_is_left_out(created: Any) -> None:
    assert "createTime" not in run_row("acme", a_run(createTime=created), NOON)


def test_the_runs_row_tells_who_asked_and_how_long_that_waited() -> None:
    world = World(a_tenant_row())
    row = a_request_row(source="schedule:daily", queuedAt=QUEUED, waitingAt=WAITING, submittingAt=SUBMITTING)
    world.requests.add(row)

    submit_execution(row, a_tenant(), world)

    run = world.executions.rows["acme", "run-0"]
    assert (run["requestedBy"], run["attempts"], run["queueWait"], run["slotWait"]) == ("schedule:daily", 1, 600, 2400)
    assert "backfillId" not in run
