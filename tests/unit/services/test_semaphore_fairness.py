"""A semaphore at which workflows take turns."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.services.semaphore import acquire, dispatch, release
from tests.builders import a_waiter
from tests.fakes import NOON, FakeSemaphores, FakeTasks
from wfm.calendar.timestamps import iso
from wfm.model.priorities import PRIORITIES
from wfm.model.semaphore import Semaphore, SlotRequest


class CountingSemaphores(FakeSemaphores):
    """How many waiters were asked for, and how often the holders."""

    def __init__(self, *, fair: bool = True) -> None:
        super().__init__()
        self.set_fair("acme", fair=fair)
        self.asked_for: list[int] = []
        self.held_read = 0

    def waiting(self, customer_id: str, limit: int) -> list[SlotRequest]:
        self.asked_for.append(limit)
        return super().waiting(customer_id, limit)

    def holders(self, customer_id: str) -> list[SlotRequest]:
        self.held_read += 1
        return super().holders(customer_id)


def waiter(number: int, workflow_id: str, priority: str = "scheduled", minute: int | None = None) -> SlotRequest:
    arrival = iso(NOON.replace(minute=0) if minute is None else NOON.replace(minute=minute))
    return a_waiter(f"r{number:03}", workflow_id=workflow_id, priority=priority, arrival=arrival)


def order_of(semaphores: FakeSemaphores, limit: int = 1) -> list[str]:
    """The workflows in the order of their slots; the oldest holder leaves first."""
    tasks, order, held = FakeTasks(), list[str](), list[str]()
    while True:
        dispatch(semaphores, tasks.notify, "acme", limit)
        new = [holder for holder in semaphores.held.get("acme", {}) if holder not in held]
        held += new
        order += [semaphores.held["acme"][holder].workflow_id for holder in new]
        if not held:
            return order
        semaphores.leave("acme", held.pop(0))


def test_a_workflow_does_not_wait_for_the_burst_of_another() -> None:
    semaphores = FakeSemaphores()
    semaphores.set_fair("acme", fair=True)
    for number in range(20):
        semaphores.enter(waiter(number, "burst"))
    semaphores.enter(waiter(20, "single", minute=1))

    assert order_of(semaphores, limit=2)[:3] == ["burst", "single", "burst"]


def test_without_it_first_come_is_first_served_and_nothing_more_is_read() -> None:
    semaphores = CountingSemaphores(fair=False)
    for number in range(5):
        semaphores.enter(waiter(number, "burst"))
    semaphores.enter(waiter(5, "single", minute=1))

    assert order_of(semaphores, limit=2) == ["burst"] * 5 + ["single"]
    assert set(semaphores.asked_for) == {1}
    assert semaphores.held_read == 0


def test_of_workflows_that_hold_as_many_slots_the_first_come_is_served() -> None:
    semaphores = FakeSemaphores()
    semaphores.set_fair("acme", fair=True)
    for number, workflow_id in enumerate(["late", "early"]):
        semaphores.enter(waiter(number, workflow_id, minute=1 - number))

    assert order_of(semaphores) == ["early", "late"]


def test_a_workflow_that_holds_fewer_slots_comes_before_one_whose_turn_was_longer_ago() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    semaphores.set_fair("acme", fair=True)
    for number, workflow_id in enumerate(["a", "a", "b", "a", "b"]):
        semaphores.enter(waiter(number, workflow_id, minute=number))
    for held in semaphores.waiting("acme", 3):
        semaphores.grant(held, semaphores.read("acme"), limit=3)
    assert semaphores.recent["acme"] == ("a", "b")

    dispatch(semaphores, tasks.notify, "acme", limit=4)

    assert "r004" in semaphores.read("acme").holders


def test_a_workflow_that_never_had_a_slot_comes_before_one_that_had() -> None:
    semaphores = FakeSemaphores()
    semaphores.set_fair("acme", fair=True)
    semaphores.recent["acme"] = ("had", "also")
    for number, workflow_id in enumerate(["had", "also", "new"]):
        semaphores.enter(waiter(number, workflow_id, minute=number))

    assert order_of(semaphores) == ["new", "had", "also"]


def test_the_turns_of_two_hundred_workflows_are_remembered() -> None:
    semaphore = Semaphore(frozenset(), 0, fair=True, recent=tuple(f"w{number}" for number in range(200)))

    assert semaphore.recent_after(waiter(0, "w7")) == (*(name for name in semaphore.recent if name != "w7"), "w7")
    assert semaphore.recent_after(waiter(0, "new")) == (*semaphore.recent[1:], "new")


def test_no_other_priority_is_passed_for_the_sake_of_fairness() -> None:
    semaphores, tasks = FakeSemaphores(), FakeTasks()
    semaphores.set_fair("acme", fair=True)
    acquire(semaphores, tasks.notify, a_waiter("r0", workflow_id="burst", priority="scheduled"), 1)
    semaphores.enter(a_waiter("r1", workflow_id="burst", priority="scheduled", arrival=iso(NOON)))
    semaphores.enter(a_waiter("urgent", workflow_id="burst", arrival=iso(NOON.replace(hour=14, minute=1))))
    semaphores.enter(a_waiter("other", workflow_id="other", priority="scheduled", arrival=iso(NOON.replace(minute=2))))

    release(semaphores, tasks.notify, "acme", "r0", 1)  # the scheduled one before the urgent one has waited long enough

    assert semaphores.read("acme").holders == {"r1"}


def test_the_choice_is_made_from_a_bounded_part_of_the_queue() -> None:
    semaphores = CountingSemaphores()
    semaphores.enter(waiter(0, "burst"))

    dispatch(semaphores, FakeTasks().notify, "acme", 1)

    assert semaphores.asked_for == [500]
    assert semaphores.held_read == 0  # one workflow alone has nobody to be fair to


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
    semaphores = FakeSemaphores()
    semaphores.set_fair("acme", fair=True)
    for number in range(burst):
        semaphores.enter(waiter(number, "burst"))
    for number, workflow_id in enumerate(others):
        semaphores.enter(waiter(900 + number, workflow_id, minute=late))

    order = order_of(semaphores, limit)

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
def test_inside_a_workflow_and_a_priority_the_queue_is_kept_and_nobody_is_lost(
    waiters: list[tuple[str, str, int]], limit: int, fair: bool
) -> None:
    semaphores = FakeSemaphores()
    semaphores.set_fair("acme", fair=fair)
    tasks, granted = FakeTasks(), list[SlotRequest]()
    line = [waiter(number, *given) for number, given in enumerate(waiters)]
    for one in line:
        semaphores.enter(one)

    while dispatch(semaphores, tasks.notify, "acme", limit):
        granted += semaphores.held["acme"].values()
        for holder in semaphores.read("acme").holders:
            semaphores.leave("acme", holder)

    assert sorted(one.request_id for one in granted) == [one.request_id for one in line]
    if not fair:
        assert [one.place for one in granted] == sorted(one.place for one in line)
    for kind in {(one.workflow_id, one.priority) for one in line}:
        places = [one.place for one in granted if (one.workflow_id, one.priority) == kind]
        assert places == sorted(places)
