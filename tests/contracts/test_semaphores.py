from dataclasses import replace

import pytest

from functions.ports import Semaphores
from tests.adapters.builders import CUSTOMER, a_waiter
from wfm.model.semaphore import Semaphore

NOBODY = Semaphore(frozenset(), 0)


def hold(semaphores: Semaphores, *request_ids: str) -> None:
    for request_id in request_ids:
        semaphores.enter(a_waiter(request_id))
        assert semaphores.grant(a_waiter(request_id), semaphores.read(CUSTOMER), 10)


def waiting(semaphores: Semaphores, most: int = 10) -> list[str]:
    return [waiter.request_id for waiter in semaphores.waiting(CUSTOMER, most)]


def test_a_semaphore_that_nobody_used_is_free(semaphores: Semaphores) -> None:
    assert semaphores.read(CUSTOMER) == NOBODY
    assert (waiting(semaphores), semaphores.holders(CUSTOMER), semaphores.not_notified(CUSTOMER)) == ([], [], [])


def test_who_enters_waits_in_the_order_of_priority_and_arrival(semaphores: Semaphores) -> None:
    entered = [
        semaphores.enter(a_waiter("late", arrival="2026-11-23T14:30:00.000Z")),
        semaphores.enter(a_waiter("early", arrival="2026-11-23T14:10:00.000Z")),
        semaphores.enter(a_waiter("urgent", arrival="2026-11-23T14:30:00.000Z", priority="interactive")),
        semaphores.enter(a_waiter("other's", customer_id="umbrella")),
    ]

    assert entered == [True] * 4
    assert waiting(semaphores) == ["urgent", "early", "late"]
    assert waiting(semaphores, 2) == ["urgent", "early"]


def test_who_enters_again_has_one_place_and_its_new_token(semaphores: Semaphores) -> None:
    semaphores.enter(a_waiter())
    semaphores.enter(a_waiter(task_token="new"))

    assert [waiter.task_token for waiter in semaphores.waiting(CUSTOMER, 10)] == ["new"]
    assert not semaphores.grant(a_waiter(), semaphores.read(CUSTOMER), 10)
    assert semaphores.grant(a_waiter(task_token="new"), semaphores.read(CUSTOMER), 10)


def test_a_granted_waiter_holds_a_slot_and_waits_no_more(semaphores: Semaphores) -> None:
    hold(semaphores, "r2", "r1")

    assert semaphores.read(CUSTOMER) == replace(NOBODY, holders=frozenset({"r1", "r2"}))
    assert waiting(semaphores) == []
    assert semaphores.holders(CUSTOMER) == [a_waiter("r1"), a_waiter("r2")]


def test_nobody_is_granted_a_slot_twice(semaphores: Semaphores) -> None:
    hold(semaphores, "r1")

    assert not semaphores.grant(a_waiter("r1"), semaphores.read(CUSTOMER), 10)
    assert not semaphores.grant(a_waiter("never came"), semaphores.read(CUSTOMER), 10)


def test_no_slot_is_granted_over_the_limit(semaphores: Semaphores) -> None:
    before = semaphores.read(CUSTOMER)
    hold(semaphores, "r1")
    semaphores.enter(a_waiter("r2"))

    assert not semaphores.grant(a_waiter("r2"), before, 1)
    assert waiting(semaphores) == ["r2"]


def test_a_slot_that_was_not_seen_to_be_free_is_not_granted(semaphores: Semaphores) -> None:
    hold(semaphores, "r1")
    semaphores.enter(a_waiter("r2"))
    full = semaphores.read(CUSTOMER)
    semaphores.leave(CUSTOMER, "r1")

    assert not semaphores.grant(a_waiter("r2"), full, 1)
    assert semaphores.grant(a_waiter("r2"), semaphores.read(CUSTOMER), 1)


@pytest.mark.parametrize("runs", [1, 3])
def test_no_slot_is_granted_when_the_external_runs_have_changed(semaphores: Semaphores, runs: int) -> None:
    semaphores.enter(a_waiter())
    semaphores.count_external(CUSTOMER, 2)
    before = semaphores.read(CUSTOMER)

    semaphores.count_external(CUSTOMER, runs)

    assert (before.external, semaphores.read(CUSTOMER).external) == (2, runs)
    assert not semaphores.grant(a_waiter(), before, 10)
    assert semaphores.grant(a_waiter(), semaphores.read(CUSTOMER), 10)


def test_a_holder_that_enters_again_keeps_its_slot_and_learns_its_new_token(semaphores: Semaphores) -> None:
    hold(semaphores, "r1")
    semaphores.mark_notified(a_waiter("r1"))

    assert not semaphores.enter(a_waiter("r1", task_token="new"))

    assert waiting(semaphores) == []
    assert [holder.task_token for holder in semaphores.holders(CUSTOMER)] == ["new"]
    assert [holder.task_token for holder in semaphores.not_notified(CUSTOMER)] == ["new"]


def test_a_holder_is_not_notified_until_it_is_marked(semaphores: Semaphores) -> None:
    hold(semaphores, "r2", "r1", "r3")

    semaphores.mark_notified(a_waiter("r3"))
    semaphores.mark_notified(a_waiter("r2", task_token="an earlier one"))

    assert [holder.request_id for holder in semaphores.not_notified(CUSTOMER)] == ["r1", "r2"]


def test_a_mark_lasts_no_longer_than_the_slot(semaphores: Semaphores) -> None:
    semaphores.mark_notified(a_waiter("r1"))
    hold(semaphores, "r1")
    assert [holder.request_id for holder in semaphores.not_notified(CUSTOMER)] == ["r1"]

    semaphores.mark_notified(a_waiter("r1"))
    semaphores.leave(CUSTOMER, "r1")
    hold(semaphores, "r1")

    assert [holder.request_id for holder in semaphores.not_notified(CUSTOMER)] == ["r1"]


def test_who_leaves_neither_holds_nor_waits(semaphores: Semaphores) -> None:
    hold(semaphores, "r1", "r2")
    for name in ("w1", "w2"):
        semaphores.enter(a_waiter(name))

    for name in ("r1", "w1", "never came"):
        semaphores.leave(CUSTOMER, name)

    assert semaphores.read(CUSTOMER).holders == {"r2"}
    assert [holder.request_id for holder in semaphores.holders(CUSTOMER)] == ["r2"]
    assert waiting(semaphores) == ["w2"]


def test_a_fair_semaphore_knows_whose_turn_was_last(semaphores: Semaphores) -> None:
    semaphores.set_fair(CUSTOMER, fair=True)
    for request_id, workflow_id in (("r1", "reach"), ("r2", "overlap"), ("r3", "reach")):
        waiter = a_waiter(request_id, workflow_id=workflow_id)
        semaphores.enter(waiter)
        assert semaphores.grant(waiter, semaphores.read(CUSTOMER), 10)
    held = frozenset({"r1", "r2", "r3"})
    assert semaphores.read(CUSTOMER) == Semaphore(held, 0, fair=True, recent=("overlap", "reach"))

    semaphores.set_fair(CUSTOMER, fair=False)

    assert not semaphores.read(CUSTOMER).fair


def test_turns_are_counted_for_who_saw_that_they_are_taken(semaphores: Semaphores) -> None:
    before = semaphores.read(CUSTOMER)
    semaphores.set_fair(CUSTOMER, fair=True)
    waiter = a_waiter(workflow_id="reach")
    semaphores.enter(waiter)

    assert semaphores.grant(waiter, before, 10)

    assert semaphores.read(CUSTOMER).recent == ()


def test_the_state_shows_semaphore_holders_and_whether_anybody_waits(semaphores: Semaphores) -> None:
    empty = semaphores.state(CUSTOMER, 2)
    assert (empty.semaphore, empty.holders, empty.is_owed, empty.waits) == (semaphores.read(CUSTOMER), (), False, False)

    for number in range(30):
        semaphores.enter(a_waiter(f"r{number:02}"))
    queue = semaphores.waiting(CUSTOMER, 30)
    for waiter in queue[:20]:
        semaphores.grant(waiter, semaphores.read(CUSTOMER), 20)
    granted = semaphores.state(CUSTOMER, 2)  # the limit was lowered

    assert granted.semaphore == semaphores.read(CUSTOMER)
    assert (list(granted.holders), granted.is_owed, granted.waits) == (semaphores.holders(CUSTOMER), True, True)

    for waiter in queue[:20]:
        semaphores.mark_notified(waiter)
    for waiter in queue[20:]:
        semaphores.leave(CUSTOMER, waiter.request_id)

    told = semaphores.state(CUSTOMER, 20)
    assert (len(told.holders), told.is_owed, told.waits) == (20, False, False)


def test_a_free_slot_is_seized_without_a_place_in_the_queue(semaphores: Semaphores) -> None:
    seen = semaphores.read(CUSTOMER)

    assert semaphores.seize(a_waiter("r1"), seen, 2)
    assert not semaphores.seize(a_waiter("r1"), semaphores.read(CUSTOMER), 2)
    assert not semaphores.seize(a_waiter("r2"), seen, 1)

    state = semaphores.state(CUSTOMER, 2)
    assert ([each.request_id for each in state.holders], state.is_owed, state.waits) == (["r1"], False, False)
    assert state.semaphore.holders == {"r1"}


def test_who_seized_a_slot_and_comes_again_gets_its_new_token_noted(semaphores: Semaphores) -> None:
    semaphores.seize(a_waiter("r1"), semaphores.read(CUSTOMER), 2)

    assert not semaphores.enter(a_waiter("r1", task_token="new"))

    assert [holder.task_token for holder in semaphores.not_notified(CUSTOMER)] == ["new"]


def test_no_slot_is_seized_that_a_run_of_others_has_taken_meanwhile(semaphores: Semaphores) -> None:
    seen = semaphores.read(CUSTOMER)
    semaphores.count_external(CUSTOMER, 1)

    assert not semaphores.seize(a_waiter("r1"), seen, 2)
