"""AMC runs 200 at a time for all tenants of one account: its slots go to the most urgent request of them all."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.services.account_slots import account_of, dispatch_tenant, reconcile, release_slot
from functions.services.semaphore import acquire
from tests.builders import a_tenant_row, a_waiter
from tests.fakes import World
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
