"""A schedule's last run."""

from typing import Any

import pytest

from functions.services.execution.queue_messages import record_run
from tests.builders import a_request
from tests.fakes import FakeSchedules
from tests.unit.schedule_rows import a_row

ONE, TWO = "2026-11-23T13:00:00.000Z", "2026-11-24T13:00:00.000Z"


def last_run(schedules: FakeSchedules) -> tuple[Any, Any]:
    row = schedules.rows["acme", "daily"]
    return row.get("lastRunAt"), row.get("lastRequestId")


def run(request_id: str, scheduled_time: str | None, source: str = "schedule:daily") -> Any:
    return a_request(request_id=request_id, source=source, scheduled_time=scheduled_time)


def test_the_last_run_is_the_one_that_was_scheduled_last_and_not_the_one_that_came_last() -> None:
    schedules = FakeSchedules(a_row())

    record_run(run("first", "2026-11-23T13:00:00Z"), schedules)
    assert last_run(schedules) == (ONE, "first")

    record_run(run("second", "2026-11-24T13:00:00Z"), schedules)
    record_run(run("made-up-for", "2026-11-23T14:00:00+01:00"), schedules)
    assert last_run(schedules) == (TWO, "second")


@pytest.mark.parametrize(
    ("time", "source"), [(ONE, "wfm run"), (ONE, "daily"), (None, "schedule:daily"), (ONE, "schedule:gone")]
)
def test_what_no_schedule_asked_for_is_not_noted(time: str | None, source: str) -> None:
    schedules = FakeSchedules(a_row())

    record_run(run("r1", time, source), schedules)

    assert schedules.rows == {("acme", "daily"): a_row()}
