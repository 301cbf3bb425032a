"""When a firing is due, and how likely it is late."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.unit.schedule_rows import a_row
from wfm.calendar.due_times import due_at, first_look
from wfm.calendar.local_times import zone
from wfm.errors import InvalidRecord
from wfm.model.deadlines import chance_late, next_look, time_in_line
from wfm.model.durations import AMC_DURATIONS, Durations
from wfm.model.schedules import read_schedule, watched_firing

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def learnt(minutes: float, runs: int = 10) -> Durations:
    """A workflow whose runs all took so long."""
    known = Durations()
    for _ in range(runs):
        known = known.after(minutes * MINUTE)
    return known


@pytest.mark.parametrize(
    ("firing", "due_by", "where", "due"),
    [
        ("2026-11-24T08:00+01:00", "09:00", "Europe/Berlin", "2026-11-24T09:00+01:00"),
        ("2026-11-24T22:00+01:00", "06:00", "Europe/Berlin", "2026-11-25T06:00+01:00"),
        ("2026-11-24T09:00+01:00", "09:00", "Europe/Berlin", "2026-11-25T09:00+01:00"),
        ("2027-03-28T01:00+01:00", "02:30", "Europe/Berlin", "2027-03-28T03:30+02:00"),
        ("2026-10-25T01:00+02:00", "02:30", "Europe/Berlin", "2026-10-25T02:30+02:00"),
        ("2026-10-25T02:45+02:00", "02:30", "Europe/Berlin", "2026-10-26T02:30+01:00"),
        ("2026-11-24T23:30+00:00", "09:00", "Asia/Tokyo", "2026-11-25T00:00+00:00"),
        ("2027-03-28T03:00+02:00", "02:30", "Europe/Berlin", "2027-03-29T02:30+02:00"),
        ("2026-10-25T02:15+01:00", "02:30", "Europe/Berlin", "2026-10-26T02:30+01:00"),
    ],
    ids=[
        "same day",
        "next day",
        "at the firing",
        "skipped by the clocks",
        "shown twice",
        "in between",
        "other day",
        "skipped before the firing",
        "the second of two",
    ],
)
def test_a_firing_is_due_at_the_first_such_time_after_it(firing: str, due_by: str, where: str, due: str) -> None:
    found = due_at(datetime.fromisoformat(firing), time.fromisoformat(due_by), zone(where, ""))

    assert found == datetime.fromisoformat(due)


def test_looks_come_nearer_as_the_deadline_does_and_never_after_it() -> None:
    due, looks = NOW + 60 * MINUTE, [NOW]
    while looks[-1] < due:
        looks.append(next_look(looks[-1], due))

    gaps = [later - earlier for earlier, later in pairwise(looks)]
    assert (looks[1], looks[-1], len(looks)) == (NOW + 15 * MINUTE, due, 15)
    assert gaps == sorted(gaps, reverse=True)
    assert first_look(NOW, 30 * MINUTE, due) == NOW + 31 * MINUTE
    assert first_look(NOW, 90 * MINUTE, due) == due


def test_a_line_takes_what_is_ahead_and_half_of_what_runs_divided_by_the_slots() -> None:
    ten, twenty = learnt(10), learnt(20)

    assert time_in_line([], [twenty], 2) == timedelta(0)
    assert round(time_in_line([ten, ten], [twenty, twenty], 2) / MINUTE, 3) == 20
    assert time_in_line([ten], [], 0) > timedelta(0)


@pytest.mark.parametrize(
    ("running", "left", "low", "high"),
    [
        (0, 30, 0, 0.1),
        (0, 20, 0.4, 0.6),
        (0, 15, 0.9, 1),
        (0, 0, 1, 1),
        (0, -5, 1, 1),
        (18, 1, 0.9, 1),
        (18, 30, 0, 0.1),
    ],
)
def test_a_run_is_late_by_what_its_workflow_took_before(running: int, left: int, low: float, high: float) -> None:
    assert low <= chance_late(learnt(20), running * MINUTE, left * MINUTE) <= high


@pytest.mark.parametrize("durations", [AMC_DURATIONS, learnt(20, runs=2)], ids=["nothing", "two runs"])
def test_of_what_is_hardly_learnt_nothing_is_foretold(durations: Durations) -> None:
    assert chance_late(durations, timedelta(0), MINUTE) == 0


def watched(after: datetime = NOW, **fields: Any) -> str:
    found = watched_firing(read_schedule(a_row(**fields), NOW), after)
    return f"{found:%dT%H:%M}" if found else ""


def test_a_deadline_that_the_clocks_move_past_the_next_firing_is_watched_all_the_same() -> None:
    nightly = read_schedule(
        a_row(ScheduleExpression="daily 03:00", ScheduleExpressionTimezone="Europe/Berlin", dueBy="02:30"), NOW
    )
    saturday, sunday = datetime(2027, 3, 27, 2, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)

    watched = [watched_firing(nightly, before) for before in (saturday - MINUTE, saturday, sunday)]

    assert watched == [saturday, sunday, sunday + timedelta(days=1)]
    assert nightly.due(saturday) == sunday + timedelta(minutes=30)


def test_of_several_firings_that_are_due_at_the_same_time_the_last_is_watched() -> None:
    assert watched(ScheduleExpression="daily 08:00", dueBy="09:00") == "24T08:00"
    assert watched(ScheduleExpression="hourly :15", dueBy="09:00") == "24T08:15"
    left_out: dict[str, Any] = {"except": ["2026-11-24"]}
    assert watched(ScheduleExpression="daily 08:00", dueBy="09:00", **left_out) == "25T08:00"
    assert watched(ScheduleExpression="at(2026-11-24T08:00:00)", dueBy="09:00") == "24T08:00"
    assert (
        watched(datetime(2026, 11, 25, tzinfo=UTC), ScheduleExpression="at(2026-11-24T08:00:00)", dueBy="09:00") == ""
    )
    assert watched(ScheduleExpression="daily 08:00") == ""


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"dueBy": "9:00"}, "dueBy: '9:00' is no time of day; allowed: hours and minutes, such as 09:00"),
        ({"dueBy": "24:00"}, "dueBy: '24:00' is no time of day"),
        ({"dueBy": 900}, "dueBy: 900 is no time of day"),
        ({"dueBy": "13:00"}, "dueBy: 13:00 is when it fires; allowed: a time of day after the firing"),
        ({"dueBy": "13:20", "spread": "30m"}, "dueBy: 13:20 may come before it is sent, 30m after 13:00"),
        ({"dueBy": "14:00", "ScheduleExpression": "rate(1 day)"}, "dueBy: 14:00 stands beside rate(), which has no"),
        ({"dueby": "14:00"}, "dueby: no field of a schedule; did you mean dueBy?"),
    ],
    ids=["form", "24", "number", "firing", "spread", "rate", "name"],
)
def test_a_deadline_that_cannot_be_meant_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_schedule(a_row(**fields), NOW)

    (problem,) = map(str, refused.value.problems)
    assert told in problem
