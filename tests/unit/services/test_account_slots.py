"""AMC runs 200 at a time for all tenants of one account: its slots go to the most urgent request of them all."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.services.account_slots import account_of, dispatch_tenant, leave_account, reconcile, release_slot
from functions.services.semaphore import acquire
from functions.services.tracking.slot_accounting import sync_slots
from tests.builders import a_tenant_row, a_waiter
from tests.fakes import World
from tests.unit.turns import GivingWay, Turns
from wfm.model.tenants import ACCOUNT_LIMIT, slots_of

NAMES = ("acme", "birch", "cedar")
PRIORITIES = ("interactive", "scheduled", "backfill")


def a_world(free: int, limit: int = 10) -> World:
    """Three tenants of an account in which others run so much that so many slots are left."""
    limits = {"maximumConcurrentWorkflowExecutions": limit}
    world = World(*(a_tenant_row(customerId=name, **limits) for name in (*NAMES, "others")))
    reconcile("others", world.tenants.find("others"), frozenset(), ACCOUNT_LIMIT - free, world)
    return world


def ask(world: World, customer_id: str, request_id: str, **fields: Any) -> None:
    tenant = world.tenants.find(customer_id)
    request = a_waiter(request_id, customer_id=customer_id, task_token=f"{customer_id}-{request_id}", **fields)
    acquire(world.semaphores, world.tasks.notify, request, slots_of(tenant), account=account_of(tenant, world))


def end(world: World, customer_id: str, request_id: str) -> None:
    release_slot(customer_id, request_id, world.tenants.find(customer_id), world)


def holders(world: World) -> list[str]:
    return [f"{name}.{one.request_id}" for name in NAMES for one in world.semaphores.holders(name)]


def test_an_account_has_as_many_slots_as_amc_gives_it() -> None:
    world = a_world(free=3)

    for name in NAMES:
        ask(world, name, "r1")
        ask(world, name, "r2")

    assert holders(world) == ["acme.r1", "acme.r2", "birch.r1"]
    assert world.account_slots.waiting("ENTITY1ACME") == {"birch", "cedar"}


def test_a_slot_that_comes_free_goes_to_the_most_urgent_of_all_tenants() -> None:
    world = a_world(free=1)
    ask(world, "acme", "r1")
    ask(world, "acme", "slow", priority="backfill")
    ask(world, "birch", "daily", priority="scheduled")
    ask(world, "cedar", "now", priority="interactive")
    order = []

    for _ in range(4):
        (holder,) = holders(world)
        order.append(holder)
        end(world, *holder.split("."))

    assert order == ["acme.r1", "cedar.now", "birch.daily", "acme.slow"]


def test_a_tenant_that_has_all_its_own_slots_lets_others_pass() -> None:
    world = a_world(free=2, limit=1)
    ask(world, "acme", "r1")
    ask(world, "birch", "r1")
    ask(world, "acme", "r2")
    ask(world, "cedar", "late", priority="backfill")

    end(world, "birch", "r1")

    assert holders(world) == ["acme.r1", "cedar.late"]


def test_a_tenant_without_an_account_shares_none() -> None:
    world = a_world(free=0)
    world.tenants.rows["acme"].pop("amcAmazonAdsAdvertiserId")

    ask(world, "acme", "r1")

    assert holders(world) == ["acme.r1"]


def test_a_request_whose_execution_has_ended_keeps_no_slot() -> None:
    world = a_world(free=1)
    world.tasks.over.add("execution-r1")

    ask(world, "acme", "r1")
    ask(world, "birch", "r2")

    assert holders(world) == ["birch.r2"]


def test_what_a_crash_left_behind_is_free_after_the_next_poll() -> None:
    world = a_world(free=1)
    world.account_slots.take("ENTITY1ACME", "acme", "crashed", ACCOUNT_LIMIT)
    ask(world, "birch", "r1")
    before = holders(world)

    reconcile("acme", world.tenants.find("acme"), frozenset(), 0, world)
    dispatch_tenant("acme", world)

    assert (before, holders(world)) == ([], ["birch.r1"])


def test_a_notification_lost_in_a_crash_is_sent_though_the_account_is_full_and_others_wait() -> None:
    world = a_world(free=1)
    world.semaphores.enter(a_waiter("r1", customer_id="acme", task_token="acme-r1"))
    dispatch_tenant("acme", world)
    ask(world, "birch", "r2")
    world.semaphores.notified.clear()  # the dispatcher was killed before it noted that it had notified
    world.tasks.answered.clear()

    dispatch_tenant("acme", world)

    assert list(world.tasks.answered) == ["acme-r1"]


def test_a_tenant_that_finds_a_full_account_is_marked_though_it_only_dispatches() -> None:
    world = a_world(free=1, limit=1)
    ask(world, "birch", "r1")
    ask(world, "cedar", "r1")
    world.semaphores.enter(a_waiter("r1", customer_id="acme", arrival="2026-11-23T11:00:00.000Z"))

    dispatch_tenant("acme", world)
    end(world, "birch", "r1")

    assert holders(world) == ["acme.r1"]


ARRIVALS = st.tuples(st.just("arrive"), st.sampled_from(NAMES), st.sampled_from(PRIORITIES))
ENDS = st.tuples(st.just("end"), st.integers(0, 20), st.just(""))


@settings(max_examples=200, deadline=None)
@given(free=st.integers(0, 4), limit=st.integers(1, 3), story=st.lists(ARRIVALS | ENDS, max_size=30))
def test_no_more_run_than_the_account_allows_and_nobody_waits_where_there_is_room(
    free: int, limit: int, story: list[tuple[str, Any, str]]
) -> None:
    world = a_world(free, limit)

    for number, (what, which, priority) in enumerate(story):
        running = holders(world)
        if what == "arrive":
            ask(world, which, f"r{number}", priority=priority, arrival=f"2026-11-23T12:00:{number:02}.000Z")
        elif running:
            end(world, *running[which % len(running)].split("."))

        held = holders(world)
        room = len(held) < free
        assert len(held) <= free
        for name in NAMES:
            own_room = world.semaphores.read(name).free(limit)
            assert not (room and own_room and world.semaphores.waiting(name, limit=1)), name


@pytest.mark.parametrize("external", [0, 5])
def test_runs_that_others_started_take_slots_of_the_account_too(external: int) -> None:
    world = a_world(free=10)

    reconcile("acme", world.tenants.find("acme"), frozenset({"r1"}), external, world)

    assert world.account_slots.held("ENTITY1ACME") == ACCOUNT_LIMIT - 10 + 1 + external


ACCOUNT = "ENTITY1ACME"


def at_once(world: World, choices: list[tuple[int, int]], *jobs: Callable[[], None]) -> None:
    """The jobs overlap: each gives way before whatever the others can see of it."""
    turns, (semaphores, slots) = Turns(choices), (world.semaphores, world.account_slots)
    overlapping: Any = world
    overlapping.semaphores, overlapping.account_slots = GivingWay(semaphores, turns), GivingWay(slots, turns)
    for job in jobs:
        turns.start(job)
    turns.run()
    overlapping.semaphores, overlapping.account_slots = semaphores, slots


def poll(world: World, customer_id: str, *running: str) -> None:
    """AMC's list has these runs of the tenant's requests."""
    tenant: Any = world.tenants.find(customer_id)
    sync_slots(tenant, [{"requestId": request_id} for request_id in running], world)


def forgotten(world: World, limit: int) -> list[str]:
    """Who waits though there is room; and slots of the account that are kept for requests that hold none."""
    held = {(name, one.request_id) for name in NAMES for one in world.semaphores.holders(name)}
    kept = [f"{name}.{one}" for name, one in world.account_slots.holders[ACCOUNT] if name in NAMES]
    room = world.account_slots.held(ACCOUNT) < ACCOUNT_LIMIT
    waiting = [
        name
        for name in NAMES
        if room and world.semaphores.read(name).free(limit) and world.semaphores.waiting(name, limit=1)
    ]
    return waiting + [one for one in kept if tuple(one.split(".")) not in held]


def test_a_slot_that_is_released_while_a_poll_counts_goes_to_who_waits_for_it() -> None:
    """The poll has seen the holder; that gives its slot back; the poll counts it once more. It may not stay so."""
    world = a_world(free=1)
    ask(world, "acme", "r1")
    ask(world, "acme", "slow", priority="backfill")
    ask(world, "birch", "now")
    poll_sees_holder, release_gives_back, poll_counts = (0, 2), (1, 3), (0, 1)

    at_once(
        world,
        [poll_sees_holder, release_gives_back, poll_counts],
        lambda: poll(world, "acme"),
        lambda: end(world, "acme", "r1"),
    )

    assert holders(world) == ["birch.now"]
    assert forgotten(world, limit=10) == []


def test_a_slot_that_was_taken_in_vain_goes_to_who_found_none_meanwhile() -> None:
    """One that grants acme's request is overtaken by its end; with its slot birch finds the account full."""
    world = a_world(free=1)
    world.semaphores.enter(a_waiter("r1", customer_id="acme", task_token="acme-r1"))
    chooses, ends, takes, asks = (0, 6), (1, 99), (0, 1), (1, 99)  # of the jobs that are left

    at_once(
        world,
        [chooses, ends, takes, asks],
        lambda: dispatch_tenant("acme", world),
        lambda: end(world, "acme", "r1"),
        lambda: ask(world, "birch", "r2"),
    )

    assert holders(world) == ["birch.r2"]


def test_a_slot_of_one_whose_execution_has_ended_goes_to_who_found_it_taken() -> None:
    world = a_world(free=1, limit=1)
    world.tasks.over.add("execution-r1")
    seizes, asks = (0, 4), (1, 99)

    at_once(world, [seizes, asks], lambda: ask(world, "acme", "r1"), lambda: ask(world, "acme", "r2"))

    assert holders(world) == ["acme.r2"]


def test_who_is_marked_while_its_former_mark_is_taken_out_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world(free=1)
    ask(world, "cedar", "r1")
    ask(world, "acme", "now", priority="interactive")
    world.account_slots.mark_waiting(ACCOUNT, "birch", waits=True)  # of a request that does not wait any more
    mark, taken = world.account_slots.mark_waiting, list[bool]()

    def meanwhile(account_id: str, customer_id: str, *, waits: bool) -> None:
        if customer_id == "birch" and not waits and not taken:
            taken.append(world.account_slots.take(ACCOUNT, "others", "more", ACCOUNT_LIMIT))
            ask(world, "birch", "later", priority="backfill")
        mark(account_id, customer_id, waits=waits)

    monkeypatch.setattr(world.account_slots, "mark_waiting", meanwhile)
    end(world, "cedar", "r1")
    end(world, "others", "more")
    end(world, "acme", "now")

    assert (taken, holders(world)) == ([True], ["birch.later"])


def move(world: World, customer_id: str, account_id: str) -> None:
    world.tenants.save(customer_id, amcAmazonAdsAdvertiserId=account_id)


def test_who_waits_for_the_slots_of_a_tenant_that_leaves_the_account_gets_them() -> None:
    world = a_world(free=1)
    ask(world, "acme", "r1")
    ask(world, "birch", "r2", priority="backfill")
    ask(world, "cedar", "r3")
    move(world, "acme", "ENTITY2")

    leave_account("acme", ACCOUNT, world)

    assert holders(world) == ["acme.r1", "cedar.r3"]


def test_a_tenant_that_left_while_it_waited_takes_no_slot_of_its_former_account() -> None:
    world = a_world(free=1)
    ask(world, "birch", "r1")
    ask(world, "acme", "r2", priority="interactive")
    ask(world, "cedar", "r3", priority="backfill")
    move(world, "acme", "ENTITY2")

    leave_account("acme", ACCOUNT, world)
    marked = world.account_slots.waiting(ACCOUNT)
    world.account_slots.mark_waiting(ACCOUNT, "acme", waits=True)  # by one that had read its former row
    end(world, "birch", "r1")

    assert marked == {"cedar"}
    assert holders(world) == ["cedar.r3"]


@settings(max_examples=150, deadline=None)
@given(
    free=st.integers(1, 2),
    limit=st.integers(1, 2),
    choices=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=30),
    others=st.sets(st.sampled_from(("asks", "ends", "polls", "other polls", "leaves")), max_size=3),
)
def test_whatever_overlaps_no_slot_is_kept_for_nobody_and_nobody_is_forgotten(
    free: int, limit: int, choices: list[tuple[int, int]], others: set[str]
) -> None:
    world = a_world(free, limit)
    for number, name in enumerate(("acme", "acme", "birch", "cedar")):
        ask(world, name, f"r{number}", arrival=f"2026-11-23T12:00:{number:02}.000Z")
    first, *_, last = holders(world)[:1] + holders(world)
    jobs: dict[str, Callable[[], None]] = {
        "asks": lambda: ask(world, "birch", "new", priority="backfill"),
        "ends": lambda: end(world, *last.split(".")),
        "polls": lambda: poll(world, first.split(".")[0]),
        "other polls": lambda: poll(world, "birch"),
        "leaves": lambda: leave_account("others", ACCOUNT, world),
    }

    at_once(world, choices, lambda: end(world, *first.split(".")), *(jobs[name] for name in sorted(others)))

    assert forgotten(world, limit) == []
