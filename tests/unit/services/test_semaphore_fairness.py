"""A gate that is fair between workflows."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.services.semaphore import acquire, dispatch, release
from tests.builders import a_waiter
from tests.fakes import NOON, FakeSemaphores, FakeTasks
from wfm.calendar.timestamps import iso
from wfm.model.requests import PRIORITIES
from wfm.model.semaphore import Semaphore, SlotRequest


class CountingGates(FakeSemaphores):
    """How many waiters were asked for, and how often the holders."""

    def __init__(self, *, fair: bool = True) -> None:
        super().__init__()
        self.set_fair("acme", fair=fair)
        self.asked_for: list[int] = []
        self.held_read = 0

    def line(self, customer_id: str, most: int) -> list[SlotRequest]:
        self.asked_for.append(most)
        return super().line(customer_id, most)

    def holders(self, customer_id: str) -> list[SlotRequest]:
        self.held_read += 1
        return super().holders(customer_id)


def waiter(number: int, workflow_id: str, priority: str = "scheduled", minute: int | None = None) -> SlotRequest:
    arrival = iso(NOON.replace(minute=0) if minute is None else NOON.replace(minute=minute))
    return a_waiter(f"r{number:03}", workflow_id=workflow_id, priority=priority, arrival=arrival)


def order_of(gates: FakeSemaphores, limit: int = 1) -> list[str]:
    """The workflows as they get their slots, while whoever has waited longest leaves first."""
    tasks, order, held = FakeTasks(), list[str](), list[str]()
    while True:
        dispatch(gates, tasks.wake, "acme", limit)
        new = [holder for holder in gates.held.get("acme", {}) if holder not in held]
        held += new
        order += [gates.held["acme"][holder].workflow_id for holder in new]
        if not held:
            return order
        gates.leave("acme", held.pop(0))


def test_a_workflow_does_not_wait_for_the_burst_of_another() -> None:
    gates = FakeSemaphores()
    gates.set_fair("acme", fair=True)
    for number in range(20):
        gates.enter(waiter(number, "burst"))
    gates.enter(waiter(20, "single", minute=1))

    assert order_of(gates, limit=2)[:3] == ["burst", "single", "burst"]


def test_without_it_first_come_is_first_served_and_nothing_more_is_read() -> None:
    gates = CountingGates(fair=False)
    for number in range(5):
        gates.enter(waiter(number, "burst"))
    gates.enter(waiter(5, "single", minute=1))

    assert order_of(gates, limit=2) == ["burst"] * 5 + ["single"]
    assert set(gates.asked_for) == {1}
    assert gates.held_read == 0


def test_of_workflows_that_hold_as_many_slots_the_first_come_is_served() -> None:
    gates = FakeSemaphores()
    gates.set_fair("acme", fair=True)
    for number, workflow_id in enumerate(["late", "early"]):
        gates.enter(waiter(number, workflow_id, minute=1 - number))

    assert order_of(gates) == ["early", "late"]


def test_a_workflow_that_holds_fewer_slots_comes_before_one_whose_turn_was_longer_ago() -> None:
    gates, tasks = FakeSemaphores(), FakeTasks()
    gates.set_fair("acme", fair=True)
    for number, workflow_id in enumerate(["a", "a", "b", "a", "b"]):
        gates.enter(waiter(number, workflow_id, minute=number))
    for held in gates.line("acme", 3):
        gates.grant(held, gates.read("acme"), limit=3)
    assert gates.recent["acme"] == ("a", "b")

    dispatch(gates, tasks.wake, "acme", limit=4)

    assert "r004" in gates.read("acme").holders


def test_a_workflow_that_never_had_a_slot_comes_before_one_that_had() -> None:
    gates = FakeSemaphores()
    gates.set_fair("acme", fair=True)
    gates.recent["acme"] = ("had", "also")
    for number, workflow_id in enumerate(["had", "also", "new"]):
        gates.enter(waiter(number, workflow_id, minute=number))

    assert order_of(gates) == ["new", "had", "also"]


def test_the_turns_of_two_hundred_workflows_are_remembered() -> None:
    gate = Semaphore(frozenset(), 0, fair=True, recent=tuple(f"w{number}" for number in range(200)))

    assert gate.recent_after(waiter(0, "w7")) == (*(name for name in gate.recent if name != "w7"), "w7")
    assert gate.recent_after(waiter(0, "new")) == (*gate.recent[1:], "new")


def test_no_other_priority_is_passed_for_the_sake_of_fairness() -> None:
    gates, tasks = FakeSemaphores(), FakeTasks()
    gates.set_fair("acme", fair=True)
    acquire(gates, tasks.wake, a_waiter("r0", workflow_id="burst", priority="scheduled"), 1)
    gates.enter(a_waiter("r1", workflow_id="burst", priority="scheduled", arrival=iso(NOON)))
    gates.enter(a_waiter("urgent", workflow_id="burst", arrival=iso(NOON.replace(hour=14, minute=1))))
    gates.enter(a_waiter("other", workflow_id="other", priority="scheduled", arrival=iso(NOON.replace(minute=2))))

    release(gates, tasks.wake, "acme", "r0", 1)  # the scheduled one before the urgent one has waited long enough

    assert gates.read("acme").holders == {"r1"}


def test_the_choice_is_made_from_a_bounded_part_of_the_line() -> None:
    gates = CountingGates()
    gates.enter(waiter(0, "burst"))

    dispatch(gates, FakeTasks().wake, "acme", 1)

    assert gates.asked_for == [500]
    assert gates.held_read == 0  # one workflow alone has nobody to be fair to


@settings(max_examples=100, deadline=None)
@given(
    burst=st.integers(0, 60),
    others=st.lists(st.sampled_from("abc"), min_size=1, max_size=6),
    limit=st.integers(1, 4),
    late=st.integers(0, 59),
)
def test_a_burst_never_comes_between_a_workflow_and_its_turn(
    burst: int, others: list[str], limit: int, late: int
) -> None:
    """Nobody who holds no slot waits for more grants than there are workflows, whenever it came."""
    gates = FakeSemaphores()
    gates.set_fair("acme", fair=True)
    for number in range(burst):
        gates.enter(waiter(number, "burst"))
    for number, workflow_id in enumerate(others):
        gates.enter(waiter(900 + number, workflow_id, minute=late))

    order = order_of(gates, limit)

    first = {workflow_id: order.index(workflow_id) for workflow_id in set(others)}
    assert max(first.values()) < len({*others, "burst"}) + limit - 1
    assert Counter(order) == Counter(["burst"] * burst + others)


@settings(max_examples=100, deadline=None)
@given(
    waiters=st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(PRIORITIES), st.integers(0, 59)), min_size=1, max_size=20
    ),
    limit=st.integers(1, 3),
    fair=st.booleans(),
)
def test_inside_a_workflow_and_a_priority_the_line_is_kept_and_nobody_is_lost(
    waiters: list[tuple[str, str, int]], limit: int, fair: bool
) -> None:
    gates = FakeSemaphores()
    gates.set_fair("acme", fair=fair)
    tasks, granted = FakeTasks(), list[SlotRequest]()
    line = [waiter(number, *given) for number, given in enumerate(waiters)]
    for one in line:
        gates.enter(one)

    while dispatch(gates, tasks.wake, "acme", limit):
        granted += gates.held["acme"].values()
        for holder in gates.read("acme").holders:
            gates.leave("acme", holder)

    assert sorted(one.request_id for one in granted) == [one.request_id for one in line]
    if not fair:
        assert [one.place for one in granted] == sorted(one.place for one in line)
    for kind in {(one.workflow_id, one.priority) for one in line}:
        places = [one.place for one in granted if (one.workflow_id, one.priority) == kind]
        assert places == sorted(places)
