"""Missed fire times are caught up, once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.handlers.start_execution import handler as start_execution
from functions.services.scheduling.catch_up import MAX_AGE, catch_up
from functions.services.scheduling.scheduling import apply_schedule
from tests.builders import an_sqs_record
from tests.fakes import NOON, World
from tests.unit.schedule_rows import a_row, a_world
from wfm.calendar.timestamps import iso, parse
from wfm.errors import NotReadyYet
from wfm.model.requests import scheduled_request_id
from wfm.model.tenants import retention_of

HOURLY = "cron(0 * * * ? *)"


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def applied(catch_up_mode: str, **fields: Any) -> World:
    """An hourly schedule, in force since noon; nothing of it has ever arrived."""
    world = a_world(a_row(ScheduleExpression=HOURLY, catchUp=catch_up_mode, **fields))
    apply_schedule("acme", "daily", world)
    return world


def sent(world: World) -> list[str]:
    return [document["scheduledTime"][11:16] for _, document in world.queues.sent]


def covered(world: World) -> str:
    return str(world.schedules.rows["acme", "daily"]["coveredUntil"])


def have_run(world: World, *hours: float) -> None:
    for hour in hours:
        request_id = scheduled_request_id("daily", iso(at(hour)))
        world.requests.add({"customerId": "acme", "requestId": request_id, "status": "QUEUED"})


def test_all_that_was_missed_is_sent_as_the_firing_itself_would_have_sent_it() -> None:
    world = applied("all", priority="interactive")
    have_run(world, 2)
    world.clock.now = at(4.5)

    assert catch_up("acme", "daily", world) == 3

    ((customer_id, first), *_) = world.queues.sent
    assert (customer_id, sent(world)) == ("acme", ["13:00", "15:00", "16:00"])
    assert (first["source"], first["priority"]) == ("schedule:daily", "interactive")
    assert covered(world) == iso(at(4.25))


def test_only_the_last_of_what_was_missed_is_sent_where_that_is_asked_for() -> None:
    world = applied("last")
    have_run(world, 4)
    world.clock.now = at(4.5)

    catch_up("acme", "daily", world)

    assert sent(world) == ["15:00"]


def test_what_may_still_be_on_its_way_is_left_for_the_next_time() -> None:
    world = applied("all")
    world.clock.now = at(1) + timedelta(minutes=14)
    assert catch_up("acme", "daily", world) == 0

    world.clock.pass_seconds(60)

    assert catch_up("acme", "daily", world) == 1


def test_what_was_made_up_for_is_not_made_up_for_again() -> None:
    for mode in ("all", "last"):
        world = applied(mode)
        world.clock.now = at(4.5)
        catch_up("acme", "daily", world)
        world.queues.sent.clear()

        assert catch_up("acme", "daily", world) == 0
        assert world.queues.sent == []


@pytest.mark.parametrize(
    ("field", "off", "on"), [("paused", True, None), ("State", "DISABLED", "ENABLED"), ("status", "PAUSED", "ACTIVE")]
)
def test_what_passes_while_it_is_off_is_made_up_for_when_it_is_on_again(field: str, off: Any, on: Any) -> None:
    world = applied("all")

    def switch(value: Any) -> None:
        if field == "status":
            world.tenants.save("acme", status=value)
        else:
            world.schedules.save_state("acme", "daily", **{field: value})
        apply_schedule("acme", "daily", world)

    switch(off)
    world.clock.now = at(2.5)
    assert catch_up("acme", "daily", world) == 0
    assert covered(world) == iso(NOON)

    switch(on)
    assert catch_up("acme", "daily", world) == 2
    assert sent(world) == ["13:00", "14:00"]


@pytest.mark.parametrize(
    "change",
    [
        {"catchUp": "skip"},
        {"ScheduleExpression": "cron(30 * * * ? *)"},
        {"ScheduleExpression": "hourly-ish"},
        {"coveredUntil": None},
    ],
)
def test_a_row_that_is_not_in_force_as_it_stands_is_left_alone(change: dict[str, Any]) -> None:
    world = applied("all")
    world.schedules.save_state("acme", "daily", **change)
    before = dict(world.schedules.rows["acme", "daily"])
    world.clock.now = at(4.5)

    assert catch_up("acme", "daily", world) == 0
    assert world.schedules.rows["acme", "daily"] == before


def test_a_schedule_that_is_gone_missed_nothing() -> None:
    world = applied("all")
    world.schedules.rows.clear()
    world.clock.now = at(4.5)

    assert catch_up("acme", "daily", world) == 0


def test_a_schedule_whose_tenant_is_gone_missed_nothing() -> None:
    world = applied("all")
    world.tenants.rows.clear()
    world.clock.now = at(4.5)

    assert catch_up("acme", "daily", world) == 0
    assert covered(world) == iso(NOON)


def test_where_no_time_has_passed_nothing_is_written() -> None:
    world = applied("all")
    world.clock.now = at(0.25)
    world.schedules.advance_watermark = Mock()  # type: ignore[method-assign]

    assert catch_up("acme", "daily", world) == 0
    world.schedules.advance_watermark.assert_not_called()


def test_a_last_time_that_was_missed_is_made_up_for_after_the_end() -> None:
    world = a_world(a_row(ScheduleExpression="at(2026-11-23T13:00:00)", catchUp="last"))
    apply_schedule("acme", "daily", world)
    world.clock.now = at(3)
    apply_schedule("acme", "daily", world)

    assert catch_up("acme", "daily", world) == 1
    assert sent(world) == ["13:00"]


def test_of_very_many_the_latest_hundred_are_sent_and_the_row_tells() -> None:
    world = applied("all")
    world.clock.now = at(150.5)

    assert catch_up("acme", "daily", world) == 100

    row = world.schedules.rows["acme", "daily"]
    assert world.queues.sent[0][1]["scheduledTime"] == iso(at(51))
    assert row["scheduleReason"] == (
        "of its missed times the latest 100 were made up for; 50 or more before are dropped"
    )
    assert catch_up("acme", "daily", world) == 0


def test_no_more_than_the_latest_thousand_are_looked_at() -> None:
    world = applied("all")
    world.clock.now = NOON + timedelta(days=50)

    catch_up("acme", "daily", world)

    assert world.schedules.rows["acme", "daily"]["scheduleReason"] == (
        "of its missed times the latest 100 were made up for; 900 or more before are dropped"
    )


def test_beyond_what_request_rows_can_tell_nothing_is_made_up_for() -> None:
    world = a_world(a_row(catchUp="all"))
    apply_schedule("acme", "daily", world)
    world.clock.now = NOON + timedelta(days=90)

    assert catch_up("acme", "daily", world) == 60


def test_a_repetition_after_a_crash_chooses_the_same() -> None:
    world = applied("last")
    world.clock.now = at(4.5)
    send = world.queues.send

    def crash(customer_id: str, documents: Any) -> None:
        send(customer_id, documents)
        raise NotReadyYet("the Lambda is killed here")

    world.queues.send = crash  # type: ignore[method-assign]
    with pytest.raises(NotReadyYet):
        catch_up("acme", "daily", world)
    world.queues.send = send  # type: ignore[method-assign]
    have_run(world, 4)

    assert catch_up("acme", "daily", world) == 0
    assert sent(world) == ["16:00"]
    assert covered(world) == iso(at(4.25))


def test_a_crash_leaves_all_that_was_chosen_for_the_next_time() -> None:
    world = applied("all")
    world.clock.now = at(4.5)
    send = world.queues.send

    def crash(customer_id: str, documents: Any) -> None:
        raise NotReadyYet("the Lambda is killed here")

    world.queues.send = crash  # type: ignore[method-assign]
    with pytest.raises(NotReadyYet):
        catch_up("acme", "daily", world)
    world.queues.send = send  # type: ignore[method-assign]

    assert covered(world) == iso(at(1) - timedelta(seconds=1))
    assert catch_up("acme", "daily", world) == 4


@pytest.mark.parametrize("mode", ["all", "last"])
def test_where_nothing_is_dropped_that_was_asked_for_nothing_is_recorded(mode: str) -> None:
    world = applied(mode)
    world.clock.now = at(4.5)

    assert catch_up("acme", "daily", world)
    assert "scheduleReason" not in world.schedules.rows["acme", "daily"]


def test_of_two_at_once_one_stops() -> None:
    world = applied("all")
    world.clock.now = at(2.5)
    world.schedules.advance_watermark = lambda *_: False  # type: ignore[method-assign]

    assert catch_up("acme", "daily", world) == 0
    assert world.queues.sent == []


def test_a_change_of_the_calendar_meanwhile_keeps_its_own_beginning() -> None:
    world = applied("all")
    world.clock.now = at(2.5)
    send = world.queues.send

    def change_meanwhile(customer_id: str, documents: Any) -> None:
        send(customer_id, documents)
        world.schedules.save_state("acme", "daily", ScheduleExpression="cron(5 * * * ? *)")
        apply_schedule("acme", "daily", world)

    world.queues.send = change_meanwhile  # type: ignore[method-assign]
    catch_up("acme", "daily", world)

    assert covered(world) == iso(at(2.5))


@dataclass(frozen=True)
class Hour:
    """What happens in one hour; `copies` is how often what arrives is delivered."""

    tenant_paused: bool
    paused: bool
    eventbridge_down: bool
    catch_up_down: bool
    late: bool
    copies: int


HOURS = st.builds(Hour, *[st.sampled_from([False, False, True])] * 5, st.integers(1, 3))


class Simulation:
    """An hourly schedule in a world where everything fails now and then."""

    def __init__(self, mode: str) -> None:
        self.world = applied(mode)
        self.state = (False, False)
        self.on_its_way: list[Mapping[str, Any]] = []
        self.passed = 0

    def pass_hour(self, hour: Hour) -> None:
        """Settings at half past, the firing at the full hour, the catch-up at a quarter past and later."""
        world = self.world
        self.passed += 1
        world.clock.now = at(self.passed - 0.5)
        self._switch(hour.tenant_paused, hour.paused)
        world.clock.now = at(self.passed)
        fired = [] if hour.eventbridge_down else self._firing()
        arriving = self.on_its_way if hour.late else [*self.on_its_way, *fired]
        self.on_its_way = fired if hour.late else []
        self._deliver(arriving, hour.copies)
        world.clock.now = at(self.passed + 0.4)
        if not hour.catch_up_down:
            catch_up("acme", "daily", world)
        self._deliver([document for _, document in world.queues.sent], hour.copies)
        world.queues.sent.clear()

    def _switch(self, tenant_paused: bool, paused: bool) -> None:
        if (tenant_paused, paused) != self.state:
            self.state = (tenant_paused, paused)
            self.world.tenants.save("acme", status="PAUSED" if tenant_paused else "ACTIVE")
            self.world.schedules.save_state("acme", "daily", paused=paused)
            apply_schedule("acme", "daily", self.world)

    def _firing(self) -> list[Mapping[str, Any]]:
        _, made = self.world.scheduler.there["acme.daily"]
        if made["State"] != "ENABLED":
            return []
        time = f"{at(self.passed):%Y-%m-%dT%H:%M:%SZ}"
        return [json.loads(made["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", time))]

    def _deliver(self, documents: list[Mapping[str, Any]], copies: int) -> None:
        if documents:
            records = [an_sqs_record(json.dumps(document), "m") for document in documents] * copies
            answer = start_execution({"Records": records}, ports=lambda: self.world)
            assert answer == {"batchItemFailures": []}

    def asked_for(self) -> list[datetime]:
        """The scheduled times of all requests, in order."""
        return sorted(parse(row["scheduledTime"]) for row in self.world.requests.rows.values())


CALM = Hour(False, False, False, False, False, 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(HOURS, min_size=1, max_size=24))
def test_whatever_fails_each_fire_time_asks_for_one_run_in_the_end(hours: list[Hour]) -> None:
    simulation = Simulation("all")

    for hour in [*hours, CALM]:
        simulation.pass_hour(hour)

    assert simulation.asked_for() == [at(hour) for hour in range(1, simulation.passed + 1)]
    assert len(simulation.world.tasks.started) == simulation.passed


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["last", "skip"]), st.lists(HOURS, min_size=1, max_size=24))
def test_whatever_fails_no_fire_time_asks_for_two_runs(mode: str, hours: list[Hour]) -> None:
    simulation = Simulation(mode)

    for hour in [*hours, CALM]:
        simulation.pass_hour(hour)

    asked = simulation.asked_for()
    assert sorted(set(asked)) == asked
    assert set(asked) <= {at(hour) for hour in range(1, simulation.passed + 1)}
    assert at(simulation.passed) in asked
    assert len(simulation.world.tasks.started) == len(asked)


def test_nothing_is_made_up_for_that_may_have_run_and_been_forgotten() -> None:
    assert retention_of({"retentionDays": 1}) > MAX_AGE
