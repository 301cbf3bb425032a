from typing import Any

import pytest

from functions.ports import Schedules

KEY = {"customerId": "acme", "Name": "daily"}
WANTED = {**KEY, "ScheduleExpression": "daily 08:00", "libraryVersion": 1, "libraryHash": "one"}
ONE, TWO = "2026-11-23T13:00:00.000Z", "2026-11-24T13:00:00.000Z"


@pytest.fixture
def known(schedules: Schedules) -> Schedules:
    assert schedules.put_desired(WANTED, None)
    return schedules


def row(schedules: Schedules) -> dict[str, Any]:
    return dict(schedules.find("acme", "daily") or {})


def test_a_schedule_that_nobody_wants_is_not_there(schedules: Schedules) -> None:
    assert (schedules.find("acme", "daily"), schedules.of_tenant("acme"), schedules.catching_up()) == (None, [], [])


def test_a_wanted_schedule_is_its_tenants_alone(known: Schedules) -> None:
    known.put_desired(WANTED | {"customerId": "umbrella"}, None)

    assert row(known) == WANTED
    assert known.of_tenant("acme") == [WANTED]


def test_those_that_catch_up_are_found_by_their_wish(known: Schedules) -> None:
    for name, wish in (("a", "last"), ("b", "skip"), ("c", "all")):
        known.put_desired({**KEY, "Name": name, "catchUp": wish}, None)

    assert known.catching_up() == [("acme", "a"), ("acme", "c")]


@pytest.mark.parametrize("seen", [None, KEY, WANTED | {"Description": "mine"}, WANTED | {"libraryHash": "another"}])
def test_a_row_that_is_not_as_it_was_seen_stays(known: Schedules, seen: dict[str, Any] | None) -> None:
    assert not known.put_desired(WANTED | {"Description": "the library's"}, seen)
    assert seen is None or not known.remove("acme", "daily", seen)

    assert row(known) == WANTED


def test_what_wfm_notes_meanwhile_stops_no_change_and_stays(known: Schedules) -> None:
    seen = row(known)
    known.save_state("acme", "daily", scheduleStatus="ENABLED", paused=True)

    changed = {**KEY, "ScheduleExpression": "daily 09:00", "libraryVersion": 2, "libraryHash": "two"}
    assert known.put_desired(changed, seen)

    assert row(known) == changed | {"scheduleStatus": "ENABLED", "paused": True}
    assert known.remove("acme", "daily", changed)
    assert known.find("acme", "daily") is None


def test_a_schedule_is_removed_however_it_is_and_however_often(known: Schedules) -> None:
    assert known.remove("acme", "daily")
    assert known.remove("acme", "daily")

    assert known.find("acme", "daily") is None


def test_wfm_notes_nothing_on_a_row_that_is_gone(schedules: Schedules) -> None:
    schedules.save_state("acme", "daily", scheduleStatus="ENABLED")
    schedules.record_run("acme", "daily", ONE, "r1")

    assert not schedules.advance_watermark("acme", "daily", TWO, ONE)
    assert schedules.find("acme", "daily") is None


def test_a_field_that_is_none_goes(known: Schedules) -> None:
    known.save_state("acme", "daily", scheduleReason="why")
    known.save_state("acme", "daily", scheduleReason=None, scheduleStatus="ENABLED")

    assert row(known) == WANTED | {"scheduleStatus": "ENABLED"}


def test_an_older_run_never_takes_a_newer_ones_place(known: Schedules) -> None:
    known.record_run("acme", "daily", TWO, "r2")
    known.record_run("acme", "daily", ONE, "r1")

    assert row(known) == WANTED | {"lastRunAt": TWO, "lastRequestId": "r2"}


def test_a_watermark_moves_from_where_it_was_seen(known: Schedules) -> None:
    known.save_state("acme", "daily", coveredUntil=ONE)

    assert known.advance_watermark("acme", "daily", TWO, ONE)
    assert not known.advance_watermark("acme", "daily", ONE, ONE)
    assert row(known)["coveredUntil"] == TWO
