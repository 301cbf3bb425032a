"""A firing that is not done by its time is announced once, and before that, when it is at risk."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from functions.handlers.list_due_tenants import handler as list_due_tenants
from functions.handlers.track_tenant import handler as track_tenant
from functions.services.scheduling.scheduling import apply_schedule
from tests.builders import a_run, a_waiter
from tests.fakes import NOON, World
from tests.unit.schedule_rows import a_row, a_world
from wfm.calendar.timestamps import iso
from wfm.errors import NotReadyYet
from wfm.model.durations import Durations
from wfm.model.requests import scheduled_request_id
from wfm.model.runs import RETENTION, run_row

MINUTE = timedelta(minutes=1)
FIRES = NOON + 60 * MINUTE  # 13:00
DUE = NOON + 120 * MINUTE  # 14:00
REQUEST = scheduled_request_id("daily", iso(FIRES))


def applied(*, runs_take: int | None = None, **fields: Any) -> World:
    """Fires daily at 13:00 UTC and is due by 14:00; of its workflow it is learnt how long runs take, if anything."""
    world = a_world(a_row(dueBy="14:00", **fields))
    if runs_take:
        known = Durations()
        for _ in range(10):
            known = known.after(runs_take * MINUTE)
        world.durations.save("acme", "reach", known.to_field())
    apply_schedule("acme", "daily", world)
    return world


def arrived(world: World, request_id: str = REQUEST, **fields: Any) -> None:
    """The request of its first firing."""
    row = {"customerId": "acme", "requestId": request_id, "status": "QUEUED", "scheduledTime": iso(FIRES), **fields}
    world.requests.rows.pop(("acme", request_id), None)
    world.requests.add({"source": "schedule:daily", "requestedAt": iso(FIRES), **row})


def running(world: World, since: int = 0) -> None:
    """Its run began so many minutes after the firing."""
    arrived(world, status="RUNNING", workflowExecutionId="run-1")
    run = a_run(createTime=iso(FIRES + since * MINUTE), lastUpdatedTime=iso(FIRES + since * MINUTE))
    world.amc.runs = [run]
    world.executions.record(run_row("acme", run, FIRES + since * MINUTE, RETENTION))


def tick(world: World, minutes: float) -> None:
    """The tracker's tick, so many minutes after the firing."""
    world.clock.now = FIRES + minutes * MINUTE
    for batch in list_due_tenants({}, ports=lambda: world)["batches"]:
        if batch["schedules"]:
            track_tenant(batch, ports=lambda: world)


def ticks(world: World, until: int) -> None:
    """A tick each minute from the firing on."""
    for minutes in range(until + 1):
        tick(world, minutes)


def told(world: World) -> list[str]:
    return [str(news.status) for news in world.announcer.news]


def row(world: World) -> Mapping[str, Any]:
    return world.schedules.rows["acme", "daily"]


def test_a_run_that_goes_on_at_its_deadline_is_late_once() -> None:
    world = applied(labels={"team": "emea"})
    running(world)

    ticks(world, 75)

    (news,) = world.announcer.news
    assert (news.status, news.reason, news.labels) == ("LATE", "it is RUNNING", {"team": "emea"})
    assert news.about == {
        "scheduledTime": iso(FIRES),
        "dueAt": iso(DUE),
        "workflowId": "reach",
        "requestId": REQUEST,
    }
    assert row(world)["watchedFiring"] == "2026-11-24T13:00:00.000Z"
    assert row(world)["checkAt"] == "2026-11-24T13:01:00.000Z"


def test_amc_is_asked_once_for_all_schedules_of_a_tenant_that_are_due_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = applied()
    running(world)
    for name in ("other", "third"):
        request_id = scheduled_request_id(name, iso(FIRES))
        arrived(world, request_id, status="RUNNING", workflowExecutionId="run-1")
        world.schedules.rows["acme", name] = {**row(world), "Name": name}
    listing, asked = world.amc.list_executions, list[str]()

    def list_executions(*args: Any, **options: Any) -> Any:
        asked.append("list")
        return listing(*args, **options)

    monkeypatch.setattr(world.amc, "list_executions", list_executions)
    for one in world.schedules.rows.values():
        one["checkAt"] = iso(DUE)
    tick(world, 60)

    assert (told(world), asked) == (["LATE"] * 3, ["list"])


def test_a_firing_that_never_came_is_late_too() -> None:
    world = applied()

    ticks(world, 61)

    assert [news.reason for news in world.announcer.news] == ["its firing has not arrived"]


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "CANCELLED"])
def test_what_has_ended_by_then_is_not_late_however_it_ended(status: str) -> None:
    world = applied()
    arrived(world, status=status, endedAt=iso(DUE - 5 * MINUTE))

    ticks(world, 75)

    assert told(world) == []
    assert row(world)["watchedFiring"] == "2026-11-24T13:00:00.000Z"


def test_what_ended_long_after_it_while_no_tick_came_is_late_all_the_same() -> None:
    world = applied()
    arrived(world, status="SUCCEEDED", endedAt=iso(DUE + 40 * MINUTE))

    tick(world, 120)

    assert [news.reason for news in world.announcer.news] == [f"it ended at {iso(DUE + 40 * MINUTE)}"]


def test_amc_is_asked_before_a_run_counts_as_late() -> None:
    world = applied()
    running(world)
    ended = iso(DUE - MINUTE)
    world.amc.runs = [a_run(status="SUCCEEDED", createTime=iso(FIRES), lastUpdatedTime=ended)]

    tick(world, 60)

    assert told(world) == []
    assert "LIST" in world.amc.calls


def test_a_next_try_that_goes_on_is_late_though_the_first_has_ended() -> None:
    world = applied()
    arrived(world, status="FAILED", endedAt=iso(FIRES + 10 * MINUTE), resubmittedAs="r2")
    arrived(world, "r2", status="WAITING")

    tick(world, 60)

    assert [(news.status, news.about["requestId"]) for news in world.announcer.news] == [("LATE", "r2")]


def test_what_ended_in_time_is_not_late_though_wfm_recorded_it_late() -> None:
    world = applied()
    running(world)
    ended = a_run(status="SUCCEEDED", createTime=iso(FIRES), lastUpdatedTime=iso(DUE - MINUTE))
    world.executions.record(run_row("acme", ended, DUE + 40 * MINUTE, RETENTION))
    arrived(world, status="SUCCEEDED", workflowExecutionId="run-1", endedAt=iso(DUE + 40 * MINUTE))

    tick(world, 120)

    assert told(world) == []


def test_a_look_that_comes_after_the_next_firing_does_not_miss_it() -> None:
    world = a_world(a_row(dueBy="12:59"))
    apply_schedule("acme", "daily", world)
    arrived(world, status="RUNNING")

    tick(world, 24 * 60 + 0.5)
    assert (told(world), row(world)["watchedFiring"]) == (["LATE"], iso(FIRES + timedelta(days=1)))


def test_deadlines_of_more_than_a_day_ago_are_not_made_up_for() -> None:
    world = applied()

    tick(world, 10 * 24 * 60)

    assert row(world)["watchedFiring"] == iso(FIRES + timedelta(days=10))


RETRIED = {"resubmit": {"attempts": 2, "for": ["FAILED"], "pause": "45m"}}


def test_a_failed_firing_whose_next_try_waits_for_its_pause_is_late() -> None:
    world = applied()
    arrived(world, status="FAILED", endedAt=iso(DUE - 10 * MINUTE), request=RETRIED)

    tick(world, 60)

    assert [news.reason for news in world.announcer.news] == ["it is FAILED, and its next try is to come"]


@pytest.mark.parametrize(("message", "expected"), [({}, []), (RETRIED, ["LATE"])], ids=["last try", "one more"])
def test_a_run_that_has_just_failed_is_late_if_it_is_tried_again(message: Any, expected: list[str]) -> None:
    world = applied()
    running(world)
    world.requests.save("acme", REQUEST, request=message)
    world.amc.runs = [a_run(status="FAILED", createTime=iso(FIRES), lastUpdatedTime=iso(DUE - MINUTE))]

    tick(world, 60)

    assert told(world) == expected


def test_a_run_that_takes_longer_than_is_left_is_at_risk_before_it_is_late() -> None:
    world = applied(runs_take=50)
    running(world, since=20)

    ticks(world, 75)

    at_risk, late = world.announcer.news
    assert (at_risk.status, late.status) == ("AT_RISK", "LATE")
    assert at_risk.reason == "it is RUNNING, and expected to end at 2026-11-23T14:10Z"


def test_a_request_is_at_risk_by_those_before_it_in_line() -> None:
    world = applied(runs_take=20)
    arrived(world, status="WAITING")
    world.tenants.save("acme", maximumConcurrentWorkflowExecutions=1)
    for number in range(3):
        world.semaphores.enter(a_waiter(f"other-{number}", workflow_id="reach", arrival=iso(FIRES)))
    world.semaphores.enter(a_waiter(REQUEST, workflow_id="reach", priority="scheduled", arrival=iso(FIRES)))

    tick(world, 1)

    (news,) = world.announcer.news
    assert (news.status, news.reason) == (
        "AT_RISK",
        "it is WAITING, and expected to end at 2026-11-23T14:21Z, about 60 minutes of it in line",
    )


def test_a_request_with_nobody_before_it_is_not_at_risk() -> None:
    world = applied(runs_take=20)
    arrived(world, status="WAITING")
    world.semaphores.enter(a_waiter(REQUEST, workflow_id="reach", priority="scheduled", arrival=iso(FIRES)))
    world.semaphores.enter(a_waiter("later", workflow_id="reach", priority="scheduled", arrival=iso(FIRES + MINUTE)))

    ticks(world, 30)

    assert told(world) == []


def test_of_a_workflow_of_which_nothing_is_learnt_nothing_is_foretold() -> None:
    world = applied()
    running(world, since=20)

    ticks(world, 59)

    assert told(world) == []


def test_looks_are_few_and_where_none_is_due_there_is_none() -> None:
    world = applied(runs_take=20)
    arrived(world, status="WAITING")
    looks = []
    find = world.schedules.find

    def counted(customer_id: str, name: str) -> Any:
        looks.append(world.clock())
        return find(customer_id, name)

    with patch.object(world.schedules, "find", counted):
        ticks(world, 20)

    assert len(looks) == 2  # of 21 ticks


def test_a_crash_after_the_announcement_repeats_it_under_the_same_key() -> None:
    world = applied()
    running(world)
    with patch.object(world.schedules, "move_watch", side_effect=NotReadyYet("killed")):
        tick(world, 60)

    tick(world, 61)
    tick(world, 62)

    assert [(news.status, news.key) for news in world.announcer.news] == [("LATE", iso(FIRES))] * 2


def test_an_announcement_that_fails_is_tried_again_with_the_next_tick() -> None:
    world = applied()
    running(world)
    with patch.object(world.announcer, "schedule", side_effect=NotReadyYet("no bus")):
        tick(world, 60)
    assert told(world) == []

    tick(world, 61)

    assert told(world) == ["LATE"]


def test_a_change_of_the_schedule_leaves_the_firing_watched_that_is_on_its_way() -> None:
    world = applied()
    running(world)
    world.clock.now = FIRES + 30 * MINUTE
    world.schedules.rows["acme", "daily"] |= {"Description": "changed", "paused": True}
    apply_schedule("acme", "daily", world)

    tick(world, 60)

    assert told(world) == ["LATE"]
    assert "checkAt" not in row(world)  # it is paused: no other firing comes


@pytest.mark.parametrize(
    "change", [{"paused": True}, {"dueBy": None}, {"State": "DISABLED"}], ids=["paused", "no deadline", "disabled"]
)
def test_what_does_not_fire_or_has_no_deadline_is_not_watched(change: dict[str, Any]) -> None:
    world = applied()
    changed = {**world.schedules.rows["acme", "daily"], **change}
    world.schedules.rows["acme", "daily"] = {name: value for name, value in changed.items() if value is not None}
    apply_schedule("acme", "daily", world)

    ticks(world, 61)

    assert (told(world), "watched" in row(world)) == ([], False)


def test_a_deadline_that_was_moved_counts_from_then_on() -> None:
    world = applied()
    running(world)
    world.schedules.rows["acme", "daily"]["dueBy"] = "15:00"
    apply_schedule("acme", "daily", world)

    tick(world, 60)
    assert told(world) == []
    tick(world, 120)

    assert [news.about["dueAt"] for news in world.announcer.news] == [iso(DUE + 60 * MINUTE)]


def test_one_schedule_that_cannot_be_looked_at_does_not_stop_the_others() -> None:
    world = applied()
    world.schedules.rows["acme", "other"] = {**row(world), "Name": "other", "checkAt": iso(NOON)}
    find = world.schedules.find

    def failing(customer_id: str, name: str) -> Any:
        if name == "other":
            raise NotReadyYet("throttled")
        return find(customer_id, name)

    with patch.object(world.schedules, "find", failing):
        tick(world, 60)

    assert told(world) == ["LATE"]
