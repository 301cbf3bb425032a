from typing import TYPE_CHECKING

import pytest

from tests.adapters.builders import CUSTOMER, a_waiter
from wfm.model.semaphore import Semaphore
from wfm.store.semaphore_table import SemaphoreTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
from tests.adapters.gate import EMPTY, hold, ids


def test_no_slot_is_given_when_the_gate_has_filled_meanwhile(semaphores: SemaphoreTable) -> None:
    seen = semaphores.read(CUSTOMER)
    hold(semaphores, "r1", "r2")
    semaphores.enter(a_waiter("r3"))

    assert not semaphores.grant(a_waiter("r3"), seen, limit=2)

    assert ids(semaphores) == ["r3"]
    assert semaphores.read(CUSTOMER).holders == {"r1", "r2"}
    assert semaphores.grant(a_waiter("r3"), seen, limit=3)


@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 0), (1, 2)])
def test_no_slot_is_given_when_the_external_runs_have_changed_meanwhile(
    semaphores: SemaphoreTable, before: int, after: int
) -> None:
    semaphores.count_external(CUSTOMER, before)
    seen = semaphores.read(CUSTOMER)
    semaphores.count_external(CUSTOMER, after)
    semaphores.enter(a_waiter())

    assert not semaphores.grant(a_waiter(), seen, limit=10)
    assert semaphores.grant(a_waiter(), semaphores.read(CUSTOMER), limit=10)


def test_external_runs_take_slots(semaphores: SemaphoreTable) -> None:
    hold(semaphores, "r1")
    semaphores.count_external(CUSTOMER, 2)
    semaphores.enter(a_waiter("r2"))
    seen = semaphores.read(CUSTOMER)

    assert seen == Semaphore(frozenset({"r1"}), 2)
    assert not semaphores.grant(a_waiter("r2"), seen, limit=3)
    assert semaphores.grant(a_waiter("r2"), seen, limit=4)


def test_of_those_who_dispatch_at_once_beside_external_runs_no_more_get_a_slot_than_are_left(
    semaphores: SemaphoreTable,
) -> None:
    semaphores.count_external(CUSTOMER, 1)
    for name in ("r1", "r2", "r3"):
        semaphores.enter(a_waiter(name))
    seen = semaphores.read(CUSTOMER)

    granted = [semaphores.grant(a_waiter(name), seen, limit=3) for name in ("r1", "r2", "r3")]

    assert granted == [True, True, False]
    assert ids(semaphores) == ["r3"]


def test_no_slot_is_given_beside_external_runs_of_which_the_gate_knows_nothing(semaphores: SemaphoreTable) -> None:
    semaphores.enter(a_waiter())

    assert not semaphores.grant(a_waiter(), Semaphore(frozenset(), 2), limit=10)


def test_external_runs_alone_fill_a_gate(semaphores: SemaphoreTable) -> None:
    semaphores.count_external(CUSTOMER, 3)
    semaphores.enter(a_waiter())

    assert not semaphores.grant(a_waiter(), semaphores.read(CUSTOMER), limit=3)


def test_a_slot_is_not_given_twice(semaphores: SemaphoreTable) -> None:
    semaphores.enter(a_waiter())
    seen = semaphores.read(CUSTOMER)

    assert [semaphores.grant(a_waiter(), seen, limit=5) for _ in range(2)] == [True, False]


def test_a_slot_is_not_given_to_a_token_that_was_replaced(semaphores: SemaphoreTable) -> None:
    semaphores.enter(a_waiter())
    semaphores.enter(a_waiter(task_token="fresh"))

    assert not semaphores.grant(a_waiter(), EMPTY, limit=5)
    assert semaphores.grant(a_waiter(task_token="fresh"), EMPTY, limit=5)


def test_a_holder_that_was_told_is_not_asleep(semaphores: SemaphoreTable) -> None:
    hold(semaphores, "r1", "r2")

    semaphores.mark_notified(a_waiter("r1"))

    assert [waiter.request_id for waiter in semaphores.not_notified(CUSTOMER)] == ["r2"]


def test_a_wake_up_with_an_old_token_does_not_count(semaphores: SemaphoreTable) -> None:
    hold(semaphores, "r1")
    semaphores.enter(a_waiter(task_token="fresh"))

    semaphores.mark_notified(a_waiter())

    assert semaphores.not_notified(CUSTOMER) == [a_waiter(task_token="fresh")]


def test_a_wake_up_after_the_slot_was_given_back_leaves_nothing(semaphores: SemaphoreTable, gate_rows: "Table") -> None:
    hold(semaphores, "r1")
    semaphores.leave(CUSTOMER, "r1")

    semaphores.mark_notified(a_waiter())

    assert [row["sk"] for row in gate_rows.scan(ConsistentRead=True)["Items"]] == ["GATE"]


def test_a_holder_that_leaves_makes_room(semaphores: SemaphoreTable) -> None:
    hold(semaphores, "r1", "r2")

    semaphores.leave(CUSTOMER, "r1")

    assert semaphores.read(CUSTOMER).holders == {"r2"}
    assert [waiter.request_id for waiter in semaphores.not_notified(CUSTOMER)] == ["r2"]


def test_the_last_holder_that_leaves_opens_the_gate_for_the_next(semaphores: SemaphoreTable) -> None:
    hold(semaphores, "r1")
    semaphores.leave(CUSTOMER, "r1")

    hold(semaphores, "r2")

    assert semaphores.read(CUSTOMER).holders == {"r2"}


def test_counting_external_runs_leaves_the_holders(semaphores: SemaphoreTable) -> None:
    hold(semaphores, "r1")

    semaphores.count_external(CUSTOMER, 4)
    semaphores.count_external(CUSTOMER, 2)

    assert semaphores.read(CUSTOMER) == Semaphore(frozenset({"r1"}), 2)
