"""What the rules of a schedule make of a firing, as its message arrives."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from unittest.mock import Mock, patch

import pytest

from functions.handlers.release_slot import handler as release_slot
from functions.handlers.start_execution import handler as start_execution
from functions.services.scheduling.catch_up import catch_up
from functions.services.scheduling.scheduling import apply_schedule, is_run_recorded
from tests.builders import an_sqs_record
from tests.fakes import NOON, World
from tests.unit.schedule_rows import a_row, a_world
from wfm.calendar.timestamps import iso
from wfm.errors import NotReadyYet
from wfm.model.requests import scheduled_request_id

TOMORROW = "2026-11-24"


WEDNESDAY = "2026-11-25"
FAILED = {"status": "FAILED", "reason": "out of memory", "error": "AmcFailed"}
SUCCEEDED = {"status": "SUCCEEDED", "reason": "", "error": ""}


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


def end(world: World, request_id: str, outcome: Any = SUCCEEDED) -> None:
    """Its execution ends."""
    ids = {"customerId": "acme", "requestId": request_id}
    name = world.requests.find("acme", request_id)["executionName"]
    release_slot({"input": ids, "executionName": name, "outcome": outcome}, ports=lambda: world)


def status(world: World, request_id: str) -> str:
    return str(world.requests.find("acme", request_id)["status"])


def running(world: World) -> set[str]:
    """The requests whose executions run."""
    going_on = {name: ids for name, (_, ids) in world.tasks.started.items() if name not in world.tasks.over}
    return {ids["requestId"] for ids in going_on.values() if status(world, ids["requestId"]) == "QUEUED"}


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


def test_with_queue_which_is_the_rule_that_nothing_is_said_both_runs_go_on() -> None:
    world = applied(overlap="queue")

    first, second = fire(world), fire(world, f"{WEDNESDAY}T13:00:00Z")

    assert running(world) == {first, second}


def test_with_skip_a_firing_is_left_out_while_the_run_before_goes_on() -> None:
    world = applied(overlap="skip")
    first, second = fire(world), fire(world, f"{WEDNESDAY}T13:00:00Z")
    end(world, first)

    third = fire(world, "2026-11-26T13:00:00Z")

    row = world.requests.find("acme", second)
    assert (row["status"], row["errorName"]) == ("CANCELLED", "FiringSkipped")
    assert row["reason"] == f"the run of {TOMORROW}T13:00:00Z goes on"
    assert running(world) == {third}


def test_with_replace_the_run_before_is_cancelled_and_its_execution_stopped() -> None:
    world = applied(overlap="replace")

    first, second = fire(world), fire(world, f"{WEDNESDAY}T13:00:00Z")

    assert running(world) == {second}
    row = world.requests.find("acme", first)
    assert world.tasks.over == {row["executionName"]}
    assert row["stopReason"] == f"replaced by the firing of {WEDNESDAY}T13:00:00.000Z"


def test_an_older_firing_that_comes_late_does_not_replace_the_newer_one() -> None:
    world = applied(overlap="replace")

    newer, older = fire(world, f"{WEDNESDAY}T13:00:00Z"), fire(world)

    assert (running(world), status(world, older)) == ({newer}, "CANCELLED")


@pytest.mark.parametrize("overlap", ["skip", "replace"])
def test_a_firing_that_is_delivered_again_neither_skips_nor_replaces_itself(overlap: str) -> None:
    world = applied(overlap=overlap)

    assert {fire(world), fire(world)} == running(world)


@pytest.mark.parametrize("overlap", ["skip", "replace"])
def test_a_lambda_that_dies_before_it_starts_the_execution_leaves_the_firing_its_turn(
    overlap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = applied(overlap=overlap)
    first = fire(world)
    if overlap == "skip":
        end(world, first)
    with monkeypatch.context() as patched:
        patched.setattr(world.tasks, "start_new", Mock(side_effect=NotReadyYet("killed")))
        with pytest.raises(AssertionError):
            fire(world, f"{WEDNESDAY}T13:00:00Z")

    second = fire(world, f"{WEDNESDAY}T13:00:00Z")

    assert running(world) == {second}


@pytest.mark.parametrize("overlap", ["skip", "replace"])
def test_a_run_goes_on_as_long_as_its_retry_policy_sends_it_again(overlap: str) -> None:
    world = applied(overlap=overlap, resubmit={"attempts": 1})
    first = fire(world)
    end(world, first, FAILED)

    second = fire(world, f"{WEDNESDAY}T13:00:00Z")

    again = world.requests.find("acme", first)["resubmittedAs"]
    if overlap == "skip":
        assert status(world, second) == "CANCELLED"
        assert world.requests.find("acme", again) is None
    else:
        assert (running(world), status(world, again)) == ({second}, "CANCELLED")


def test_a_next_try_that_never_came_out_of_the_queue_blocks_a_schedule_for_a_fortnight_at_most() -> None:
    world = applied(overlap="skip", resubmit={"attempts": 1})
    end(world, fire(world), FAILED)
    world.clock.now = NOON + timedelta(days=14, minutes=1)

    later = fire(world, "2026-12-07T13:00:00Z")

    assert running(world) == {later}


def test_a_firing_whose_place_is_taken_at_that_moment_looks_again() -> None:
    world = applied(overlap="skip")
    taken = []

    def lose_once(*args: Any) -> bool:
        taken.append(args)
        return len(taken) > 1

    with patch.object(world.schedules, "take_over", lose_once):
        request_id = fire(world)

    assert ({request_id}, len(taken)) == (running(world), 2)


def test_a_schedule_is_paused_after_failures_in_a_row_and_this_is_announced_once() -> None:
    world = applied(pauseAfter=2, labels={"team": "emea"})
    end(world, fire(world), FAILED)
    assert "paused" not in world.schedules.rows["acme", "daily"]

    last = fire(world, f"{WEDNESDAY}T13:00:00Z")
    end(world, last, FAILED)
    end(world, last, FAILED)

    row = world.schedules.rows["acme", "daily"]
    assert (row["paused"], row["pauseSetBy"]) == (True, "WFM, after 2 failures in a row")
    (news,) = world.announcer.news
    assert (news.schedule, news.status, news.about) == ("daily", "PAUSED", {"failures": "2", "requestId": last})
    assert news.reason == "2 firings in a row failed, the last for: out of memory"
    assert news.labels == {"team": "emea"}
    assert "pauseUntold" not in row


def test_a_success_in_between_begins_the_count_anew_but_not_for_what_came_after_it() -> None:
    world = applied(pauseAfter=2)
    ids = [fire(world, f"2026-11-{day}T13:00:00Z") for day in (24, 25, 26, 27)]

    end(world, ids[0], FAILED)
    end(world, ids[2], FAILED)  # with the first these are two in a row, as far as anybody knows
    paused = world.schedules.rows["acme", "daily"].pop("paused")
    end(world, ids[1])
    end(world, ids[1])

    assert paused is True
    assert world.schedules.rows["acme", "daily"]["failedFirings"] == {"2026-11-26T13:00:00.000Z"}


def test_a_failure_that_comes_after_the_success_of_a_later_firing_is_none_in_a_row() -> None:
    world = applied(pauseAfter=2)
    ids = [fire(world, f"2026-11-{day}T13:00:00Z") for day in (24, 25, 26)]
    end(world, ids[1])

    end(world, ids[0], FAILED)
    end(world, ids[2], FAILED)

    row = world.schedules.rows["acme", "daily"]
    assert ("paused" in row, row["failedFirings"]) == (False, {"2026-11-26T13:00:00.000Z"})


def test_a_failure_that_is_told_again_after_a_success_or_a_resumption_counts_no_second_time() -> None:
    world = applied(pauseAfter=1)
    first, second = (fire(world, f"2026-11-{day}T13:00:00Z") for day in (24, 25))
    end(world, first, FAILED)
    row = world.schedules.rows["acme", "daily"]
    assert row.pop("paused") is True
    end(world, second)

    end(world, first, FAILED)

    row = world.schedules.rows["acme", "daily"]
    assert ("paused" in row, row.get("failedFirings")) == (False, None)


def test_what_is_sent_again_has_not_failed_yet_and_its_last_try_counts_once() -> None:
    world = applied(pauseAfter=1, resubmit={"attempts": 1})
    first = fire(world)
    end(world, first, FAILED)
    assert "failedFirings" not in world.schedules.rows["acme", "daily"]
    ((_, message),) = world.queues.sent

    start_execution({"Records": [an_sqs_record(json.dumps(message))]}, ports=lambda: world)
    end(world, str(message["requestId"]), FAILED)

    assert world.schedules.rows["acme", "daily"]["paused"] is True


def test_what_is_cancelled_or_left_out_counts_neither_way() -> None:
    world = applied(pauseAfter=1, **{"except": [TOMORROW]})
    fire(world)

    end(world, fire(world, f"{WEDNESDAY}T13:00:00Z"), {"status": "CANCELLED", "reason": "", "error": "Cancelled"})

    assert "failedFirings" not in world.schedules.rows["acme", "daily"]


def test_a_crash_between_the_pause_and_its_announcement_announces_it_in_the_next_try() -> None:
    world = applied(pauseAfter=1)
    request_id = fire(world)
    with patch.object(world.announcer, "schedule", side_effect=NotReadyYet("killed")), pytest.raises(NotReadyYet):
        end(world, request_id, FAILED)
    assert world.schedules.rows["acme", "daily"]["paused"] is True

    end(world, request_id, FAILED)

    assert [news.status for news in world.announcer.news] == ["PAUSED"]


def test_a_schedule_without_the_rule_any_more_is_not_paused() -> None:
    world = applied(pauseAfter=1)
    request_id = fire(world)
    del world.schedules.rows["acme", "daily"]["pauseAfter"]

    end(world, request_id, FAILED)

    assert "paused" not in world.schedules.rows["acme", "daily"]


def test_during_the_pause_between_tries_a_firing_has_neither_failed_nor_ended() -> None:
    world = applied(overlap="skip", pauseAfter=1, resubmit={"attempts": 1, "pause": "2h"})
    first = fire(world)
    end(world, first, FAILED)
    world.clock.now = NOON + timedelta(minutes=110)

    second = fire(world, f"{WEDNESDAY}T13:00:00Z")

    assert "failedFirings" not in world.schedules.rows["acme", "daily"]
    assert (status(world, first), status(world, second)) == ("FAILED", "CANCELLED")
