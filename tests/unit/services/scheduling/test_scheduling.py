"""From a row to EventBridge."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.services.scheduling.scheduling import (
    apply_schedule,
    disable_schedule,
    is_run_recorded,
    needs_apply,
    record_next_run,
)
from tests.fakes import NOON, World
from tests.unit.schedule_rows import a_row, a_world
from wfm.calendar.timestamps import iso
from wfm.errors import InvalidRecord, NotReadyYet, Problem

NAME = "acme.daily"


def applied(world: World) -> dict[str, Any]:
    """The row once it is applied."""
    apply_schedule("acme", "daily", world)
    return world.schedules.rows["acme", "daily"]


def made(world: World) -> Mapping[str, Any]:
    return world.scheduler.there[NAME][1]


def test_a_row_becomes_a_schedule_that_sends_to_its_tenants_queue() -> None:
    world = a_world(a_row(ScheduleExpressionTimezone="Europe/Paris", Description="for the Monday report"))

    row = applied(world)

    customer_id, found = world.scheduler.there[NAME]
    document = json.loads(found["Target"]["Input"])
    assert customer_id == "acme"
    assert {**found, "Target": None} == {
        "ScheduleExpression": "cron(0 13 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Paris",
        "State": "ENABLED",
        "Description": "for the Monday report",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": None,
    }
    assert found["Target"]["SqsParameters"] == {"MessageGroupId": NAME}
    assert document == {
        "customerId": "acme",
        "source": "schedule:daily",
        "priority": "scheduled",
        "scheduledTime": "<aws.scheduler.scheduled-time>",
        "payload": a_row()["Input"]["payload"],
    }
    assert (row["scheduleStatus"], row["appliedAt"]) == ("ENABLED", "2026-11-23T12:00:00.000Z")
    assert row["nextRunAt"] == "2026-11-24T12:00:00.000Z"
    assert "scheduleReason" not in row


@pytest.mark.parametrize(
    ("fields", "tenant", "reason"),
    [
        ({"State": "DISABLED"}, {}, "State is DISABLED"),
        ({"paused": True}, {}, "it is paused"),
        ({}, {"status": "PAUSED"}, "the tenant is PAUSED"),
    ],
)
def test_what_shall_not_fire_is_made_but_disabled(fields: dict[str, Any], tenant: dict[str, Any], reason: str) -> None:
    world = a_world(a_row(**fields), **tenant)

    row = applied(world)

    assert made(world)["State"] == "DISABLED"
    assert (row["scheduleStatus"], row["scheduleReason"]) == ("DISABLED", reason)
    assert "nextRunAt" not in row


def test_a_schedule_continues_when_its_tenant_does() -> None:
    world = a_world(a_row(), status="PAUSED")
    applied(world)

    world.tenants.save("acme", status="ACTIVE")
    row = applied(world)

    assert made(world)["State"] == "ENABLED"
    assert row["scheduleStatus"] == "ENABLED"
    assert "scheduleReason" not in row


@pytest.mark.parametrize("status", ["PROVISIONING", "FAILED", "OFFBOARDING", "OFFBOARDED"])
def test_a_tenant_that_is_not_served_has_no_schedules_in_eventbridge(status: str) -> None:
    world = a_world(a_row(catchUp="all"))
    applied(world)

    world.tenants.save("acme", status=status)
    row = applied(world)

    assert world.scheduler.there == {}
    assert (row["scheduleStatus"], row["scheduleReason"]) == ("DISABLED", f"the tenant is {status}")
    assert not {"nextRunAt", "coveredUntil"} & set(row)


def test_a_schedule_of_nobody_waits_for_its_tenant() -> None:
    world = a_world(a_row())
    del world.tenants.rows["acme"]

    row = applied(world)

    assert world.scheduler.there == {}
    assert (row["scheduleStatus"], row["scheduleReason"]) == ("DISABLED", "there is no such tenant")


def test_a_row_that_is_gone_takes_its_schedule_along() -> None:
    world = a_world(a_row())
    applied(world)
    del world.schedules.rows["acme", "daily"]

    apply_schedule("acme", "daily", world)

    assert (world.scheduler.there, world.schedules.rows) == ({}, {})


def test_a_row_that_cannot_be_read_names_every_problem_and_what_was_there_stays_in_force() -> None:
    world = a_world(a_row())
    applied(world)
    before = dict(world.scheduler.there)

    bad = {"ScheduleExpression": "cron(61 8 * * ? *)", "ScheduleExpressionTimezone": "Mars/Olympus"}
    world.schedules.rows["acme", "daily"] |= bad
    row = applied(world)

    assert world.scheduler.there == before
    assert row["scheduleStatus"] == "FAILED"
    assert "ScheduleExpression:" in row["scheduleReason"]
    assert "ScheduleExpressionTimezone:" in row["scheduleReason"]


@pytest.mark.parametrize("change", [{"State": "enabled"}, {"paused": "no"}, {"State": None}])
def test_a_slip_in_how_it_is_switched_switches_nothing_off(change: dict[str, Any]) -> None:
    world = a_world(a_row())
    applied(world)

    world.schedules.rows["acme", "daily"] |= change
    row = applied(world)

    assert made(world)["State"] == "ENABLED"
    assert row["scheduleStatus"] == ("ENABLED" if change == {"State": None} else "FAILED")


def test_a_row_that_cannot_be_read_does_not_fire_on_when_it_is_paused() -> None:
    world = a_world(a_row())
    applied(world)

    world.schedules.rows["acme", "daily"] |= {"ScheduleExpression": "hourly-ish", "paused": True}
    row = applied(world)

    assert world.scheduler.there == {}
    assert row["scheduleStatus"] == "FAILED"


def test_what_eventbridge_does_not_take_is_recorded_in_its_words() -> None:
    world = a_world(a_row())
    world.scheduler.refusal = InvalidRecord(
        [Problem("", "EventBridge Scheduler does not take it: Invalid Schedule Expression")]
    )

    row = applied(world)

    assert row["scheduleStatus"] == "FAILED"
    assert row["scheduleReason"] == "EventBridge Scheduler does not take it: Invalid Schedule Expression"


def test_a_record_that_was_put_right_is_failed_no_more() -> None:
    world = a_world(a_row(ScheduleExpression="hourly-ish"))
    applied(world)

    world.schedules.rows["acme", "daily"] |= {"ScheduleExpression": "cron(0 13 * * ? *)"}
    row = applied(world)

    assert row["scheduleStatus"] == "ENABLED"
    assert "scheduleReason" not in row


def test_a_schedule_that_has_fired_for_the_last_time_is_not_taken_for_a_bad_record() -> None:
    world = a_world(a_row(ScheduleExpression="at(2026-11-23T13:00:00)"))
    applied(world)

    world.clock.pass_seconds(3601)
    row = applied(world)

    assert NAME in world.scheduler.there  # EventBridge may still be about to fire it; it deletes it by itself
    assert (row["scheduleStatus"], row["scheduleReason"]) == ("DISABLED", "no fire time is left")
    assert "nextRunAt" not in row
    assert applied(world) == row


def test_a_last_time_that_has_passed_leaves_nothing_behind_when_it_is_paused() -> None:
    world = a_world(a_row(ScheduleExpression="at(2026-11-23T13:00:00)"))
    applied(world)

    world.clock.pass_seconds(3601)
    world.tenants.save("acme", status="PAUSED")
    row = applied(world)

    assert world.scheduler.there == {}
    assert row["scheduleStatus"] == "DISABLED"


def test_a_last_time_that_passed_in_a_pause_leaves_nothing_behind() -> None:
    world = a_world(a_row(ScheduleExpression="at(2026-11-23T13:00:00)"), status="PAUSED")
    applied(world)
    world.clock.pass_seconds(3601)

    world.tenants.save("acme", status="ACTIVE")
    row = applied(world)

    assert world.scheduler.there == {}
    assert row["scheduleStatus"] == "DISABLED"


def test_only_dates_to_come_are_given_as_a_start() -> None:
    past, later = "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"
    rate_since, coming = a_world(a_row(StartDate=past, EndDate=later)), a_world(a_row(StartDate=later))
    beginning = a_world(a_row(StartDate=iso(NOON)))

    applied(rate_since)
    applied(beginning)
    applied(coming)

    december = datetime(2026, 12, 1, tzinfo=UTC)
    assert "StartDate" not in made(rate_since)
    assert "StartDate" not in made(beginning)
    assert made(rate_since)["EndDate"] == december
    assert made(coming)["StartDate"] == december


def test_a_rate_keeps_its_beat_when_it_is_applied_again() -> None:
    world = a_world(a_row(ScheduleExpression="rate(6 hours)", StartDate="2026-11-22T01:00:00Z"))

    for hours, upcoming in ((0, 13), (0.5, 13), (1, 19), (3, 19)):
        world.clock.now = NOON + timedelta(hours=hours)
        row = applied(world)

        at = datetime(2026, 11, 23, upcoming, tzinfo=UTC)
        assert (made(world)["StartDate"], row["nextRunAt"]) == (at, iso(at))
        assert row["appliedAt"] == iso(world.clock.now)


def test_a_rate_without_a_start_does_not_begin_anew_when_it_is_applied_again() -> None:
    world = a_world(a_row(ScheduleExpression="rate(6 hours)"))
    first = applied(world)
    assert "StartDate" not in made(world)

    for hours, upcoming in ((1, 18), (8, 24)):
        world.clock.now = NOON + timedelta(hours=hours)
        assert applied(world)["appliedAt"] == first["appliedAt"]
        assert made(world)["StartDate"] == NOON + timedelta(hours=upcoming - 12)


def test_a_rate_without_a_start_begins_anew_after_a_pause() -> None:
    world = a_world(a_row(ScheduleExpression="rate(6 hours)", paused=True))
    applied(world)

    world.clock.pass_seconds(3600)
    world.schedules.rows["acme", "daily"]["paused"] = False

    assert applied(world)["appliedAt"] == "2026-11-23T13:00:00.000Z"
    assert "StartDate" not in made(world)


def test_a_rate_without_a_start_begins_anew_after_its_tenants_pause() -> None:
    world = a_world(a_row(ScheduleExpression="rate(6 hours)"))
    applied(world)

    for hours, status in ((1, "PAUSED"), (2, "ACTIVE")):
        world.clock.now = NOON + timedelta(hours=hours)
        world.tenants.save("acme", status=status)
        assert applied(world)["appliedAt"] == iso(world.clock.now)
        assert "StartDate" not in made(world)


@pytest.mark.parametrize("change", [{"ScheduleExpression": "rate(4 hours)"}, {"appliedAt": None}])
def test_another_rate_without_a_start_begins_anew(change: dict[str, Any]) -> None:
    world = a_world(a_row(ScheduleExpression="rate(6 hours)"))
    applied(world)

    world.clock.pass_seconds(3600)
    world.schedules.save_state("acme", "daily", **change)

    assert applied(world)["appliedAt"] == "2026-11-23T13:00:00.000Z"
    assert "StartDate" not in made(world)


@pytest.mark.parametrize("change", [{}, {"appliedAt": None}])
def test_a_cron_is_applied_as_of_now_and_what_was_covered_stays(change: dict[str, Any]) -> None:
    world = a_world(a_row(catchUp="all"))
    applied(world)

    world.clock.pass_seconds(1800)
    world.schedules.save_state("acme", "daily", **change)
    row = applied(world)

    assert row["appliedAt"] == "2026-11-23T12:30:00.000Z"
    assert row["coveredUntil"] == "2026-11-23T12:00:00.000Z"


def test_one_time_that_has_passed_is_refused_though_another_was_applied_before() -> None:
    world = a_world(a_row())
    applied(world)

    world.clock.now = NOON + timedelta(hours=2)
    world.schedules.rows["acme", "daily"]["ScheduleExpression"] = "at(2026-11-23T13:00:00)"
    row = applied(world)

    assert row["scheduleStatus"] == "FAILED"
    assert "is over at 2026-11-23T14:00" in row["scheduleReason"]


def test_a_change_that_comes_while_a_schedule_is_applied_is_applied_too() -> None:
    world = a_world(a_row())
    put = world.scheduler.put

    def pause_meanwhile(name: str, customer_id: str, definition: Mapping[str, Any]) -> None:
        put(name, customer_id, definition)
        world.schedules.rows["acme", "daily"] |= {"paused": True}

    world.scheduler.put = pause_meanwhile  # type: ignore[method-assign]
    row = applied(world)

    assert made(world)["State"] == "DISABLED"
    assert row["scheduleReason"] == "it is paused"


def test_a_tenant_that_is_paused_while_a_schedule_is_applied_pauses_it() -> None:
    world = a_world(a_row())
    put = world.scheduler.put

    def pause_meanwhile(name: str, customer_id: str, definition: Mapping[str, Any]) -> None:
        put(name, customer_id, definition)
        world.tenants.save("acme", status="PAUSED")

    world.scheduler.put = pause_meanwhile  # type: ignore[method-assign]
    row = applied(world)

    assert made(world)["State"] == "DISABLED"
    assert row["scheduleReason"] == "the tenant is PAUSED"


def test_a_row_that_never_stands_still_is_left_for_later() -> None:
    world = a_world(a_row())
    put = world.scheduler.put

    def change_meanwhile(name: str, customer_id: str, definition: Mapping[str, Any]) -> None:
        put(name, customer_id, definition)
        row = world.schedules.rows["acme", "daily"]
        row["Description"] = row.get("Description", "") + "x"

    world.scheduler.put = change_meanwhile  # type: ignore[method-assign]

    with pytest.raises(NotReadyYet, match="daily of acme is being changed over and over"):
        apply_schedule("acme", "daily", world)
    assert world.schedules.rows["acme", "daily"]["Description"] == "x" * 5


def test_a_row_that_goes_while_it_is_applied_leaves_no_schedule() -> None:
    world = a_world(a_row())
    put = world.scheduler.put

    def remove_meanwhile(name: str, customer_id: str, definition: Mapping[str, Any]) -> None:
        put(name, customer_id, definition)
        world.schedules.rows.clear()

    world.scheduler.put = remove_meanwhile  # type: ignore[method-assign]
    apply_schedule("acme", "daily", world)

    assert world.scheduler.there == {}


def test_wfms_own_notes_are_no_reason_to_apply() -> None:
    world = a_world(a_row(catchUp="all"))
    before = dict(world.schedules.rows["acme", "daily"])

    after = applied(world) | {"lastRunAt": "2026-11-23T12:00:00.000Z", "lastRequestId": "r1"}

    assert after != before
    assert not needs_apply(before, after)
    for change in ({"paused": True}, {"State": "DISABLED"}, {"catchUp": "last"}, {"ScheduleExpression": "rate(1 day)"}):
        assert needs_apply(after, after | change)
    assert needs_apply(None, after)
    assert needs_apply(after, None)


def test_a_row_that_somebody_put_anew_is_applied_though_it_asks_for_the_same() -> None:
    world = a_world(a_row())
    after = applied(world)

    assert needs_apply(after, a_row())
    assert not needs_apply(a_row(), a_row(lastRunAt="2026-11-23T12:00:00.000Z"))
    assert not needs_apply(a_row(), after)
    assert not needs_apply(after, after | {"lastRunAt": "2026-11-23T12:00:00.000Z"})


def test_a_recorded_run_differs_from_other_changes() -> None:
    one, two = a_row(lastRunAt="2026-11-23T12:00:00.000Z"), a_row(lastRunAt="2026-11-24T12:00:00.000Z")

    assert is_run_recorded(one, two)
    assert is_run_recorded(a_row(), one)
    assert is_run_recorded(None, one)
    assert is_run_recorded(one, None)
    assert not is_run_recorded(one, one | {"State": "DISABLED"})
    assert not is_run_recorded(a_row(), None)
    assert not is_run_recorded(None, a_row())


def test_fire_times_are_accounted_for_from_the_first_time_it_is_enabled() -> None:
    world = a_world(a_row(catchUp="all", State="DISABLED"))
    assert "coveredUntil" not in applied(world)

    world.clock.pass_seconds(60)
    world.schedules.rows["acme", "daily"]["State"] = "ENABLED"
    assert applied(world)["coveredUntil"] == "2026-11-23T12:01:00.000Z"

    world.clock.pass_seconds(60)
    for change in ({"State": "DISABLED"}, {"State": "ENABLED"}, {"catchUp": "last"}, {"Description": "changed"}):
        world.schedules.rows["acme", "daily"] |= change
        assert applied(world)["coveredUntil"] == "2026-11-23T12:01:00.000Z"


@pytest.mark.parametrize(
    "change",
    [
        {"ScheduleExpression": "cron(0 14 * * ? *)"},
        {"ScheduleExpressionTimezone": "Asia/Tokyo"},
        {"EndDate": "2027-01-01T00:00:00Z"},
    ],
)
def test_another_calendar_starts_anew(change: dict[str, Any]) -> None:
    world = a_world(a_row(catchUp="all"))
    applied(world)

    world.clock.pass_seconds(3600)
    world.schedules.rows["acme", "daily"] |= change

    assert applied(world)["coveredUntil"] == "2026-11-23T13:00:00.000Z"


def test_a_schedule_that_catches_up_only_from_today_on_makes_up_for_nothing_before() -> None:
    world = a_world(a_row(catchUp="all"))
    applied(world)

    world.schedules.rows["acme", "daily"]["catchUp"] = "skip"
    assert not {"coveredUntil", "coveredCalendar"} & set(applied(world))

    world.clock.now = NOON + timedelta(days=9)
    world.schedules.rows["acme", "daily"]["catchUp"] = "all"
    assert applied(world)["coveredUntil"] == "2026-12-02T12:00:00.000Z"


def test_what_is_taken_away_stays_as_a_row() -> None:
    world = a_world(a_row(catchUp="all"))
    applied(world)

    disable_schedule("acme", "daily", "the tenant is being removed", world)

    row = world.schedules.rows["acme", "daily"]
    assert world.scheduler.there == {}
    assert (row["scheduleStatus"], row["scheduleReason"]) == ("DISABLED", "the tenant is being removed")
    assert not {"nextRunAt", "coveredUntil", "coveredCalendar"} & set(row)
    assert row.items() >= a_row().items()


def test_after_a_run_the_next_one_is_shown() -> None:
    world = a_world(a_row())
    applied(world)

    world.clock.pass_seconds(3601)
    record_next_run("acme", "daily", world)

    assert world.schedules.rows["acme", "daily"]["nextRunAt"] == "2026-11-24T13:00:00.000Z"


def test_after_the_last_run_none_is_shown() -> None:
    world = a_world(a_row(ScheduleExpression="at(2026-11-23T13:00:00)"))
    applied(world)

    world.clock.pass_seconds(3601)
    record_next_run("acme", "daily", world)

    assert "nextRunAt" not in world.schedules.rows["acme", "daily"]


@pytest.mark.parametrize("change", [{"scheduleStatus": "DISABLED"}, {"ScheduleExpression": "hourly-ish"}])
def test_a_late_run_of_what_has_changed_shows_nothing_new(change: dict[str, Any]) -> None:
    world = a_world(a_row())
    applied(world)
    world.schedules.rows["acme", "daily"] |= change

    world.clock.pass_seconds(3601)
    record_next_run("acme", "daily", world)

    assert world.schedules.rows["acme", "daily"]["nextRunAt"] == "2026-11-23T13:00:00.000Z"


def test_a_run_of_a_schedule_that_is_gone_changes_nothing() -> None:
    world = a_world()

    record_next_run("acme", "daily", world)

    assert world.schedules.rows == {}


def test_values_that_amc_would_reject_are_refused_on_the_row_and_reach_no_queue() -> None:
    payload = {"workflowId": "reach", "parameterValues": {"campaignids": ["x"]}}
    world = a_world(a_row(Input={"payload": payload}))
    declared = [
        {"name": "campaign_ids", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}, "defaultValue": []}
    ]
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach", "inputParameters": declared}

    row = applied(world)

    assert row["scheduleStatus"] == "FAILED"
    assert "'campaignids' is no parameter of reach (did you mean campaign_ids?)" in row["scheduleReason"]
    assert world.scheduler.there == {}


def test_what_nobody_reads_of_a_row_stands_on_it_and_changes_nothing() -> None:
    world = a_world(a_row(owner="x"))

    row = applied(world)

    assert row["scheduleStatus"] == "ENABLED"
    assert row["scheduleWarnings"][0] == "owner: no field of a schedule, and nobody reads it"
    assert needs_apply(a_row(owner="x"), row | {"scheduleStatus": "ENABLED"}) is False


def test_a_workflow_that_is_not_there_is_named_on_the_row_of_its_schedule() -> None:
    """It may come later, or be made in AMC by hand."""
    world = a_world(a_row())
    missing = applied(world)
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1"}

    told = ["Input.payload.workflowId: acme had no 'reach' when this was applied"]
    assert (missing["scheduleStatus"], missing["scheduleWarnings"]) == ("ENABLED", told)
    assert applied(world).get("scheduleWarnings") is None
