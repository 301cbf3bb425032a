"""When a request gives its slot back, and when what AMC says of it is its own."""

from datetime import timedelta
from typing import Any

import pytest

from functions.services.account_slots import account_of
from functions.services.execution.requeue import after_no_answer, after_refusal, continue_execution, require_slot
from functions.services.semaphore import acquire
from tests.builders import a_request_row, a_tenant_row, a_waiter
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.errors import (
    AmcRefused,
    AmcThrottled,
    AmcUnavailable,
    CredentialsRefused,
    PermanentError,
    SlotReleased,
)
from wfm.model.semaphore import waiting_key
from wfm.model.tenants import ACCOUNT_LIMIT

FORBIDDEN = AmcRefused(403, "Unauthorized request.")
FIRST = iso(NOON - timedelta(hours=5))


def a_world(*request_ids: str, **request: Any) -> World:
    """A tenant with one slot, for which its requests wait."""
    world = World(a_tenant_row(maximumConcurrentWorkflowExecutions=1))
    for request_id in request_ids:
        world.requests.add(a_request_row(requestId=request_id, **request))
        acquire(world.semaphores, world.tasks.notify, a_waiter(request_id), 1)
    return world


def refuse(world: World, refusal: PermanentError = FORBIDDEN, **tenant: Any) -> None:
    row, seen = world.requests.find("acme", "r1"), world.tenants.find("acme")
    after_refusal(refusal, row, seen | tenant, world)


def leave_unanswered(world: World, error: Exception, minutes: float) -> None:
    tenant = world.tenants.find("acme")
    after_no_answer(error, "r1", tenant, NOON - timedelta(minutes=minutes), world)


def test_who_holds_a_slot_of_a_tenant_that_amc_lets_in_keeps_it() -> None:
    world = a_world("r1")

    require_slot(world.tenants.find("acme"), "r1", world)

    assert world.semaphores.read("acme").holders == {"r1"}


def test_who_holds_no_slot_goes_back() -> None:
    world = a_world("r1", "r2")

    with pytest.raises(SlotReleased, match="r2 holds no slot"):
        require_slot(world.tenants.find("acme"), "r2", world)


def test_the_slot_that_a_refused_tenant_releases_goes_to_one_of_its_account_that_waits_for_it() -> None:
    world = World(a_tenant_row(), a_tenant_row(customerId="birch"))
    for name in ("acme", "birch"):
        tenant = world.tenants.find(name)
        world.account_slots.reconcile("ENTITY1ACME", "others", frozenset(), ACCOUNT_LIMIT - 1)
        request = a_waiter("r1", customer_id=name, task_token=name)
        acquire(world.semaphores, world.tasks.notify, request, 10, account=account_of(tenant, world))
    world.tenants.save("acme", degradedSince=iso(NOON), degradedReason="Unauthorized")

    with pytest.raises(SlotReleased, match="AMC refuses acme: Unauthorized"):
        require_slot(world.tenants.find("acme"), "r1", world)

    assert [world.semaphores.read(name).holders for name in ("acme", "birch")] == [frozenset(), {"r1"}]


def test_a_first_refusal_is_counted_with_its_time_and_leaves_the_place_in_the_queue() -> None:
    world = a_world("r1")

    with pytest.raises(SlotReleased, match=r"AMC refuses acme: .*Unauthorized"):
        refuse(world)

    row = world.requests.find("acme", "r1") or {}
    assert (row["refusals"], row["refusedAt"]) == (1, iso(NOON))
    assert "placeInLine" not in row
    assert world.semaphores.read("acme").holders == frozenset()


@pytest.mark.parametrize(("before", "requeued"), [(3, False), (4, True), (5, True)])
def test_from_the_fifth_refusal_on_a_request_lets_others_pass(before: int, requeued: bool) -> None:
    world = a_world("r1", refusals=before, refusedAt=FIRST)

    with pytest.raises(SlotReleased):
        refuse(world)

    row = world.requests.find("acme", "r1") or {}
    assert (row["refusals"], row["refusedAt"]) == (before + 1, FIRST)
    assert row.get("placeInLine") == (waiting_key("r1", "interactive", iso(NOON)) if requeued else None)


@pytest.mark.parametrize(
    ("before", "accepted", "is_its_own"),
    [
        (4, iso(NOON), False),
        (5, iso(NOON), True),
        (5, FIRST, False),
        (5, "", False),
    ],
)
def test_the_sixth_refusal_is_its_own_if_amc_has_taken_another_since_the_first(
    before: int, accepted: str, is_its_own: bool
) -> None:
    world = a_world("r1", refusals=before, refusedAt=FIRST)

    with pytest.raises(AmcRefused if is_its_own else SlotReleased):
        refuse(world, postAcceptedAt=accepted)

    assert ("degradedSince" in world.tenants.rows["acme"]) is not is_its_own


@pytest.mark.parametrize(("refusal", "puts_posts_off"), [(FORBIDDEN, True), (CredentialsRefused("revoked"), False)])
def test_only_a_refused_post_puts_the_next_one_off(refusal: PermanentError, puts_posts_off: bool) -> None:
    world = a_world("r1")

    with pytest.raises(SlotReleased):
        refuse(world, refusal)

    assert ("degradedUntil" in world.tenants.rows["acme"]) is puts_posts_off


def test_a_tenant_whose_row_goes_meanwhile_stands_as_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world("r1")
    tenant = world.tenants.find("acme")
    monkeypatch.setattr(world.tenants, "find", lambda _: None)

    after_refusal(FORBIDDEN, world.requests.find("acme", "r1"), tenant, world)

    assert world.semaphores.read("acme").holders == {"r1"}


@pytest.mark.parametrize(("minutes", "refused_posts", "degrades"), [(9.9, None, False), (10, None, True), (0, 1, True)])
def test_posts_without_an_answer_degrade_after_ten_minutes_or_if_they_did_before(
    minutes: float, refused_posts: int | None, degrades: bool
) -> None:
    world = a_world("r1")
    world.tenants.save("acme", **({"refusedPosts": refused_posts} if refused_posts else {}))

    if degrades:
        with pytest.raises(SlotReleased, match="AMC refuses acme"):
            leave_unanswered(world, AmcUnavailable("it answered 503"), minutes)
    else:
        leave_unanswered(world, AmcUnavailable("it answered 503"), minutes)

    assert ("degradedUntil" in world.tenants.rows["acme"]) is degrades
    assert (world.semaphores.read("acme").holders == frozenset()) is degrades


def test_a_throttled_request_holds_its_slot_for_less_than_an_hour_and_passes_it_on() -> None:
    world = a_world("r1", "r2")

    leave_unanswered(world, AmcThrottled("429"), 59.9)
    assert world.semaphores.read("acme").holders == {"r1"}
    with pytest.raises(SlotReleased, match="AMC has taken nothing of r1 for 1:00:00: 429"):
        leave_unanswered(world, AmcThrottled("429"), 60)

    assert world.semaphores.read("acme").holders == {"r2"}
    assert "token-r2" in world.tasks.answered
    assert "degradedSince" not in world.tenants.rows["acme"]


def test_a_request_is_continued_once_by_an_execution_that_its_row_names() -> None:
    world = a_world("r1", executionArn="arn:old")

    started = {continue_execution("acme", "r1", "arn:old", "lifecycle", world) for _ in range(2)}

    ids = {"customerId": "acme", "requestId": "r1"}
    assert list(world.tasks.started.values()) == [("lifecycle", ids)]
    assert started == {world.requests.find("acme", "r1")["executionArn"]} == set(world.tasks.started)


def test_each_execution_that_hands_over_starts_one_of_its_own() -> None:
    world = a_world("r1")

    following = continue_execution(
        "acme", "r1", continue_execution("acme", "r1", "arn:old", "lifecycle", world), "lifecycle", world
    )

    assert list(world.tasks.started)[1:] == [following]
