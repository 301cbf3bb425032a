"""What the rules of a schedule make of a firing, as its message arrives."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from functions.handlers.start_execution import handler as start_execution
from functions.services.scheduling.catch_up import catch_up
from functions.services.scheduling.scheduling import apply_schedule, is_run_recorded
from tests.builders import an_sqs_record
from tests.fakes import NOON, World
from tests.unit.schedule_rows import a_row, a_world
from wfm.calendar.timestamps import iso
from wfm.model.requests import scheduled_request_id

TOMORROW = "2026-11-24"


def applied(**fields: Any) -> World:
    """A schedule that fires daily at 13:00 UTC, in force since noon."""
    world = a_world(a_row(**fields))
    apply_schedule("acme", "daily", world)
    return world


def definition(world: World) -> Mapping[str, Any]:
    return world.scheduler.there["acme.daily"][1]


def fire(world: World, at: str = f"{TOMORROW}T13:00:00Z") -> str:
    """EventBridge sends what it was given; the id of the request."""
    body = definition(world)["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", at)
    answer = start_execution({"Records": [an_sqs_record(body, f"message-{at}")]}, ports=lambda: world)
    assert answer == {"batchItemFailures": []}
    return scheduled_request_id("daily", at)


def test_a_firing_on_an_exception_starts_nothing_and_is_recorded_as_left_out() -> None:
    world = applied(**{"except": [TOMORROW]})

    request_id = fire(world)

    row = world.requests.find("acme", request_id)
    assert (row["status"], row["errorName"]) == ("CANCELLED", "FiringSkipped")
    assert row["reason"] == f"{TOMORROW} is one of the exceptions of the schedule daily"
    assert not world.tasks.started
    assert world.schedules.rows["acme", "daily"]["lastSkippedAt"] == f"{TOMORROW}T13:00:00.000Z"
    assert "lastRunAt" not in world.schedules.rows["acme", "daily"]


def test_a_firing_that_is_left_out_is_announced_once_however_often_it_is_delivered() -> None:
    world = applied(**{"except": [TOMORROW]})

    request_ids = {fire(world), fire(world)}

    assert world.announcer.sent == [(*request_ids, "CANCELLED")]


def test_a_firing_on_another_day_runs() -> None:
    world = applied(**{"except": ["2026-11-25"]})

    fire(world)

    assert len(world.tasks.started) == 1


def test_an_exception_that_was_taken_back_in_the_meantime_counts_no_more() -> None:
    world = applied(**{"except": [TOMORROW]})
    del world.schedules.rows["acme", "daily"]["except"]

    fire(world)

    assert len(world.tasks.started) == 1


def test_a_schedule_that_is_gone_or_broken_has_no_rules_any_more() -> None:
    gone, broken = applied(**{"except": [TOMORROW]}), applied(**{"except": [TOMORROW]})
    del gone.schedules.rows["acme", "daily"]
    broken.schedules.rows["acme", "daily"]["except"] = ["soon"]

    for world in (gone, broken):
        fire(world)

        assert len(world.tasks.started) == 1


def test_a_message_of_a_schedule_without_rules_names_none() -> None:
    assert "scheduleRules" not in json.loads(definition(applied())["Target"]["Input"])
    assert json.loads(definition(applied(**{"except": [TOMORROW]}))["Target"]["Input"])["scheduleRules"] == ["except"]


def test_eventbridge_spreads_and_the_planned_times_stay_the_shown_ones() -> None:
    world = applied(spread="2h")

    assert definition(world)["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 120}
    assert definition(world)["ScheduleExpression"] == "cron(0 13 * * ? *)"
    assert world.schedules.rows["acme", "daily"]["nextRunAt"] == "2026-11-23T13:00:00.000Z"


def test_a_spread_firing_is_missed_only_once_its_window_is_over() -> None:
    world = applied(spread="2h", catchUp="all")

    world.clock.now = NOON + timedelta(hours=3, minutes=14)
    assert catch_up("acme", "daily", world) == 0

    world.clock.now = NOON + timedelta(hours=3, minutes=16)
    assert catch_up("acme", "daily", world) == 1


def test_an_exception_is_never_missed() -> None:
    world = applied(catchUp="all", **{"except": [TOMORROW]})
    world.clock.now = NOON + timedelta(days=2)

    catch_up("acme", "daily", world)

    assert [message["scheduledTime"][:10] for _, message in world.queues.sent] == ["2026-11-23"]


def test_the_next_run_is_recorded_after_a_firing_that_was_left_out_too() -> None:
    assert is_run_recorded({}, {"lastSkippedAt": iso(NOON)})
    assert not is_run_recorded({"lastSkippedAt": iso(NOON)}, {"lastSkippedAt": iso(NOON)})
