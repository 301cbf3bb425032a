from datetime import timedelta
from typing import Any

import pytest

from functions.ports import Schedules
from tests.fakes import NOON
from wfm.calendar.timestamps import iso
from wfm.model.stored_schedule import WATCHED

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


def test_a_firing_takes_the_place_of_the_one_that_it_has_seen(known: Schedules) -> None:
    assert known.take_over("acme", "daily", "r1", None)
    assert not known.take_over("acme", "daily", "r2", None)
    assert known.take_over("acme", "daily", "r2", "r1")
    assert not known.take_over("acme", "gone", "r1", None)

    assert row(known)["goingOn"] == "r2"
    assert known.find("acme", "gone") is None


def test_each_failed_firing_counts_once_until_it_is_forgotten(known: Schedules) -> None:
    assert known.add_failure("acme", "gone", ONE) is None
    rows = [known.add_failure("acme", "daily", firing) or {} for firing in (ONE, TWO, ONE)]

    assert [found["failedFirings"] for found in rows] == [{ONE}, {ONE, TWO}, {ONE, TWO}]
    known.forget_failures("acme", "daily", {ONE, "2026-01-01T00:00:00.000Z"})
    assert row(known)["failedFirings"] == {TWO}
    known.forget_failures("acme", "daily", {TWO})
    assert row(known) == WANTED
    assert known.find("acme", "gone") is None


def test_a_failure_of_a_firing_before_the_last_success_counts_no_more(known: Schedules) -> None:
    three = "2026-12-24T08:00:00.000Z"
    successes = [known.add_success("acme", "daily", firing) for firing in (TWO, ONE, TWO)]
    failures = [known.add_failure("acme", "daily", firing) for firing in (ONE, TWO, three)]

    assert [found is not None for found in successes] == [True, False, True]
    assert [found is not None for found in failures] == [False, False, True]
    assert (row(known)["failuresSince"], row(known)["failedFirings"]) == (TWO, {three})
    assert known.add_success("acme", "gone", ONE) is None


def test_a_schedule_is_paused_only_for_the_failures_that_were_seen(known: Schedules) -> None:
    known.add_failure("acme", "daily", ONE)

    assert not known.pause_failing("acme", "daily", {ONE, TWO}, "WFM", NOON)
    assert known.pause_failing("acme", "daily", {ONE}, "WFM", NOON)
    assert not known.pause_failing("acme", "daily", {ONE}, "WFM", NOON)
    assert not known.pause_failing("acme", "gone", {ONE}, "WFM", NOON)

    assert (row(known)["paused"], row(known)["pauseSetBy"], row(known)["pauseUntold"]) == (True, "WFM", iso(NOON))


def test_those_whose_firing_is_to_be_looked_at_come_in_the_order_of_their_times(known: Schedules) -> None:
    later = iso(NOON + timedelta(minutes=1))
    for name, at in (("a", iso(NOON)), ("b", later), ("c", ONE)):
        known.put_desired({**KEY, "Name": name}, None)
        known.save_state("acme", name, watched=WATCHED, checkAt=at)

    assert known.to_look_at(NOON + timedelta(minutes=1), 9) == [("acme", "a"), ("acme", "b")]
    assert known.to_look_at(NOON + timedelta(minutes=1), 1) == [("acme", "a")]
    assert known.to_look_at(NOON - timedelta(minutes=1), 9) == []


def test_a_watch_is_moved_only_from_the_look_that_was_seen(known: Schedules) -> None:
    known.save_state("acme", "daily", watched=WATCHED, checkAt=ONE, riskTold=True)

    assert not known.move_watch("acme", "daily", TWO, {"checkAt": iso(NOON)})
    assert known.move_watch("acme", "daily", ONE, {"checkAt": TWO, "riskTold": None})
    assert not known.move_watch("acme", "gone", ONE, {"checkAt": TWO})

    assert (row(known)["checkAt"], "riskTold" in row(known)) == (TWO, False)
    assert known.move_watch("acme", "daily", TWO, {"watched": None, "checkAt": None})
    assert known.to_look_at(NOON + timedelta(days=9), 9) == []
