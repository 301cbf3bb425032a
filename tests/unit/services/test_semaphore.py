"""The semaphore against a model, and its promises one by one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from functions.services.semaphore import acquire, dispatch, release
from tests.builders import a_waiter
from tests.fakes import NOON, FakeSemaphores, FakeTasks
from wfm.calendar.timestamps import iso
from wfm.errors import GateContended
from wfm.model.priorities import PRIORITIES
from wfm.model.semaphore import Semaphore, SlotRequest


def enter(semaphores: FakeSemaphores, tasks: FakeTasks, *waiters: SlotRequest, limit: int = 1) -> None:
    for waiter in waiters:
        acquire(semaphores, tasks.notify, waiter, limit)


def test_a_free_slot_is_granted_at_once() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()

    enter(semaphores, tasks, a_waiter())

    assert tasks.answered == {"token-r1": {"granted": True}}
    assert semaphores.read("acme").holders == {"r1"}
    assert semaphores.not_notified("acme") == []  # known to have been told: nobody needs to tell it again


def test_whoever_finds_no_slot_waits_until_one_is_released() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    enter(semaphores, tasks, a_waiter("r1"), a_waiter("r2"))

    assert "token-r2" not in tasks.answered
    release(semaphores, tasks.notify, "acme", "r1", limit=1)

    assert "token-r2" in tasks.answered
    assert semaphores.read("acme").holders == {"r2"}


def test_the_queue_is_ordered_by_priority_and_then_by_arrival() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    enter(semaphores, tasks, a_waiter("first"))
    enter(
        semaphores,
        tasks,
        a_waiter("late", priority="interactive", arrival="2026-11-23T12:00:09Z"),
        a_waiter("backfill", priority="backfill", arrival="2026-11-23T12:00:01Z"),
        a_waiter("scheduled", priority="scheduled", arrival="2026-11-23T12:00:02Z"),
        a_waiter("early", priority="interactive", arrival="2026-11-23T12:00:03Z"),
    )

    order = []
    for _ in range(5):
        (holder,) = semaphores.read("acme").holders
        order.append(holder)
        release(semaphores, tasks.notify, "acme", holder, limit=1)

    assert order == ["first", "early", "late", "scheduled", "backfill"]


@pytest.mark.parametrize(("priority", "ageing"), [("scheduled", timedelta(hours=2)), ("backfill", timedelta(days=1))])
def test_whoever_has_waited_long_enough_lets_no_more_urgent_one_pass(priority: str, ageing: timedelta) -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    enter(semaphores, tasks, a_waiter("first"), a_waiter("patient", priority=priority, arrival=iso(NOON)))
    for minutes in (-1, 1):
        arrival = iso(NOON + ageing + timedelta(minutes=minutes))
        enter(semaphores, tasks, a_waiter(f"urgent{minutes:+}", arrival=arrival))

    release(semaphores, tasks.notify, "acme", "first", limit=1)
    release(semaphores, tasks.notify, "acme", "urgent-1", limit=1)

    assert semaphores.read("acme").holders == {"patient"}
    assert [waiter.request_id for waiter in semaphores.waiting("acme", 9)] == ["urgent+1"]


def test_runs_started_elsewhere_take_slots() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    semaphores.count_external("acme", 2)

    enter(semaphores, tasks, a_waiter(), limit=2)

    assert tasks.answered == {}
    semaphores.count_external("acme", 1)
    assert dispatch(semaphores, tasks.notify, "acme", limit=2) == 1


def test_a_raised_limit_grants_slots_and_a_lowered_one_grants_none() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    enter(semaphores, tasks, *(a_waiter(f"r{n}") for n in range(4)), limit=1)

    dispatch(semaphores, tasks.notify, "acme", limit=3)
    release(semaphores, tasks.notify, "acme", "r0", limit=2)

    assert len(semaphores.read("acme").holders) == 2


def test_a_repeated_entry_keeps_its_place_and_answers_the_newer_token() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    enter(semaphores, tasks, a_waiter("r1"), a_waiter("r2"))

    enter(semaphores, tasks, a_waiter("r2", task_token="token-again"))
    release(semaphores, tasks.notify, "acme", "r1", limit=1)

    assert "token-again" in tasks.answered
    assert "token-r2" not in tasks.answered


def test_a_holder_that_enters_again_takes_no_second_slot_and_is_woken() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    enter(semaphores, tasks, a_waiter("r1"), a_waiter("r2"))

    enter(semaphores, tasks, a_waiter("r1", task_token="token-again"))

    assert "token-again" in tasks.answered
    assert semaphores.read("acme").holders == {"r1"}
    assert semaphores.not_notified("acme") == []


def test_a_waiter_whose_execution_was_stopped_is_skipped() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    enter(semaphores, tasks, a_waiter("r1"), a_waiter("r2"), a_waiter("r3"))  # in the order of their names
    tasks.over.add("execution-r2")

    semaphores.leave("acme", "r1")
    given = dispatch(semaphores, tasks.notify, "acme", limit=1)

    assert semaphores.read("acme").holders == {"r3"}
    assert semaphores.waiting("acme", 9) == []
    assert given == 1


def test_a_holder_whose_execution_was_stopped_before_it_was_notified_gives_its_slot_back() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    semaphores.enter(a_waiter("r1"))
    semaphores.grant(a_waiter("r1"), Semaphore(frozenset(), 0), limit=1)
    semaphores.enter(a_waiter("r2"))
    tasks.over.add("execution-r1")

    assert dispatch(semaphores, tasks.notify, "acme", limit=1) == 1

    assert semaphores.read("acme").holders == {"r2"}


def test_where_somebody_stands_is_no_part_of_who_it_is() -> None:
    assert a_waiter(stored_place="2026") == a_waiter()


def test_a_semaphore_that_is_over_full_gives_nothing() -> None:
    assert [Semaphore(frozenset({"r1", "r2"}), 1).free(limit) for limit in (1, 3, 4)] == [0, 0, 1]


def test_a_semaphore_that_nobody_has_used_is_open_and_not_fair() -> None:
    assert FakeSemaphores().read("acme") == Semaphore(frozenset(), 0)
    assert not Semaphore(frozenset(), 0).fair


def test_a_notification_lost_in_a_crash_is_sent_by_the_next_dispatch() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    semaphores.enter(a_waiter())
    semaphores.grant(a_waiter(), Semaphore(frozenset(), 0), limit=1)  # the dispatcher was killed before it notified

    dispatch(semaphores, tasks.notify, "acme", limit=1)

    assert "token-r1" in tasks.answered


def test_releasing_what_is_not_held_changes_nothing() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    enter(semaphores, tasks, a_waiter("r1"))

    release(semaphores, tasks.notify, "acme", "nobody", limit=1)

    assert semaphores.read("acme").holders == {"r1"}


def test_a_semaphore_that_keeps_changing_is_an_error_and_no_endless_loop() -> None:
    class NeverGranting(FakeSemaphores):
        tries = 0

        def grant(self, *_: Any) -> bool:
            self.tries += 1
            return False

        def seize(self, *_: Any) -> bool:
            return False

    semaphores = NeverGranting()
    with pytest.raises(GateContended, match="the semaphore of acme kept changing for 100 rounds"):
        enter(semaphores, FakeTasks(), a_waiter())

    assert semaphores.tries == 100


class WatchedSemaphores(FakeSemaphores):
    """Tells `watch` of each grant, right after it."""

    def __init__(self, watch: Callable[[SlotRequest], None]) -> None:
        super().__init__()
        self._watch = watch

    def grant(self, waiter: SlotRequest, seen: Semaphore, limit: int) -> bool:
        granted = super().grant(waiter, seen, limit)
        if granted:
            self._watch(waiter)
        return granted

    def seize(self, request: SlotRequest, seen: Semaphore, limit: int) -> bool:
        seized = super().seize(request, seen, limit)
        if seized:
            self._watch(request)
        return seized


class SemaphoreMachine(RuleBasedStateMachine):
    """Arrivals, releases, stops, crashes in mid-dispatch, limits and external runs in any order.

    The model: whose executions wait for a slot, and the limit and the external runs as they are now.
    """

    def __init__(self) -> None:
        super().__init__()
        self.semaphores, self.tasks = WatchedSemaphores(self.is_granted), FakeTasks()
        self.limit, self.external = 2, 0
        self.arrivals, self.now = 0, NOON
        self.waiting: dict[str, SlotRequest] = {}

    def is_granted(self, waiter: SlotRequest) -> None:
        """Right after a grant: nobody alive was passed, and the slot was there to give."""
        passed = [other.request_id for other in self.waiting.values() if other.place < waiter.place]
        assert not passed, f"{waiter.request_id} has passed {passed}"
        assert len(self.semaphores.held["acme"]) + self.external <= self.limit
        self.waiting.pop(waiter.request_id, None)  # one that was stopped waits no more

    @rule(priority=st.sampled_from(PRIORITIES), hours=st.sampled_from([0, 1, 13]))
    def arrive(self, priority: str, hours: int) -> None:
        self.arrivals += 1
        self.now += timedelta(hours=hours, seconds=1)
        waiter = a_waiter(f"r{self.arrivals}", priority=priority, arrival=iso(self.now))
        self.waiting[waiter.request_id] = waiter
        acquire(self.semaphores, self.tasks.notify, waiter, self.limit)

    @rule()
    def crash_between_grant_and_notification(self) -> None:
        head = self.semaphores.waiting("acme", 1)
        if head:
            self.semaphores.grant(head[0], self.semaphores.read("acme"), self.limit)
        dispatch(self.semaphores, self.tasks.notify, "acme", self.limit)

    @precondition(lambda self: self.semaphores.read("acme").holders)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        holder = data.draw(st.sampled_from(sorted(self.semaphores.read("acme").holders)))
        release(self.semaphores, self.tasks.notify, "acme", holder, self.limit)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def stop_a_waiter(self, data: st.DataObject) -> None:
        stopped = data.draw(st.sampled_from(sorted(self.waiting)))
        self.tasks.over.add(f"execution-{stopped}")
        del self.waiting[stopped]

    @rule(limit=st.integers(1, 5), external=st.integers(0, 4))
    def change(self, limit: int, external: int) -> None:
        self.limit, self.external = limit, external
        self.semaphores.count_external("acme", external)
        dispatch(self.semaphores, self.tasks.notify, "acme", limit)

    @invariant()
    def no_slot_is_free_while_a_living_execution_waits(self) -> None:
        assert not self.waiting or len(self.semaphores.read("acme").holders) + self.external >= self.limit

    @invariant()
    def every_holder_was_notified_and_nobody_is_lost(self) -> None:
        holders = self.semaphores.read("acme").holders
        assert all(f"token-{holder}" in self.tasks.answered for holder in holders)
        assert set(self.waiting) <= set(self.semaphores.queued.get("acme", {}))


SemaphoreMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestSemaphoreAgainstItsModel = SemaphoreMachine.TestCase
