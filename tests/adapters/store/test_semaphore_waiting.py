from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.adapters.builders import CUSTOMER, a_waiter
from wfm.model.semaphore import PRIORITY_AGEING, Semaphore, SlotRequest
from wfm.store.semaphore_table import SemaphoreTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table
from tests.adapters.gate import EMPTY, hold, ids


def test_a_gate_that_nobody_has_used_is_open(semaphores: SemaphoreTable) -> None:
    assert semaphores.read(CUSTOMER) == EMPTY
    assert semaphores.waiting(CUSTOMER, 10) == []
    assert semaphores.not_notified(CUSTOMER) == []


def test_who_enters_stands_in_line_as_they_came(semaphores: SemaphoreTable) -> None:
    waiter = a_waiter()

    assert semaphores.enter(waiter)

    assert semaphores.waiting(CUSTOMER, 10) == [waiter]


def test_the_line_goes_by_priority_then_by_arrival(semaphores: SemaphoreTable) -> None:
    early, late = "2026-11-23T14:20:00.000Z", "2026-11-23T14:20:00.001Z"
    for name, priority, arrival in (
        ("backfill", "backfill", early),
        ("second", "scheduled", late),
        ("first", "scheduled", early),
        ("interactive", "interactive", late),
    ):
        semaphores.enter(a_waiter(name, priority=priority, arrival=arrival))

    assert ids(semaphores) == ["interactive", "first", "second", "backfill"]
    assert ids(semaphores, most=2) == ["interactive", "first"]


def test_each_customer_has_a_gate_of_its_own(semaphores: SemaphoreTable) -> None:
    semaphores.enter(a_waiter(customer_id="umbrella"))
    semaphores.count_external("umbrella", 3)

    assert ids(semaphores) == []
    assert semaphores.read(CUSTOMER) == EMPTY


def test_who_enters_again_keeps_the_place_and_waits_with_the_new_token(semaphores: SemaphoreTable) -> None:
    semaphores.enter(a_waiter("r1", arrival="2026-11-23T14:20:00.000Z"))
    semaphores.enter(a_waiter("r2", arrival="2026-11-23T14:20:01.000Z"))

    again = a_waiter("r1", arrival="2026-11-23T14:20:00.000Z", task_token="fresh")
    assert semaphores.enter(again)

    assert ids(semaphores) == ["r1", "r2"]
    assert semaphores.waiting(CUSTOMER, 1) == [again]


def test_who_waits_already_is_granted_and_can_leave_when_a_release_counts_patience_differently(
    semaphores: SemaphoreTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("r1", "r2", "r3"):
        semaphores.enter(a_waiter(name))
    monkeypatch.setitem(PRIORITY_AGEING, "scheduled", timedelta(hours=9))

    (first,) = semaphores.waiting(CUSTOMER, 1)
    assert semaphores.grant(first, EMPTY, limit=1)
    semaphores.leave(CUSTOMER, "r2")

    assert ids(semaphores) == ["r3"]
    (kept,) = semaphores.waiting(CUSTOMER, 1)
    assert semaphores.enter(replace(kept, task_token="fresh"))
    assert [waiter.task_token for waiter in semaphores.waiting(CUSTOMER, 10)] == ["fresh"]


def test_a_slot_goes_from_the_line_to_the_holders(semaphores: SemaphoreTable) -> None:
    semaphores.enter(a_waiter())

    assert semaphores.grant(a_waiter(), EMPTY, limit=1)

    assert ids(semaphores) == []
    assert semaphores.read(CUSTOMER) == Semaphore(frozenset({"r1"}), 0)
    assert semaphores.not_notified(CUSTOMER) == [a_waiter()]
    assert semaphores.not_notified(CUSTOMER)[0].stored_place == ""  # in no line any more


def test_a_holder_is_not_put_in_line_again_but_its_new_token_is_kept(semaphores: SemaphoreTable) -> None:
    hold(semaphores, "r1")
    semaphores.mark_notified(a_waiter())

    again = a_waiter(task_token="fresh")
    assert not semaphores.enter(again)

    assert ids(semaphores) == []
    assert semaphores.not_notified(CUSTOMER) == [again]


def test_who_has_left_the_line_gets_no_slot(semaphores: SemaphoreTable) -> None:
    semaphores.enter(a_waiter())
    semaphores.leave(CUSTOMER, "r1")

    assert not semaphores.grant(a_waiter(), EMPTY, limit=5)
    assert semaphores.read(CUSTOMER) == EMPTY


def test_a_waiter_that_leaves_frees_its_place_and_nobody_elses(semaphores: SemaphoreTable) -> None:
    for name in ("r1", "r2", "r3"):
        semaphores.enter(a_waiter(name))

    semaphores.leave(CUSTOMER, "r2")

    assert ids(semaphores) == ["r1", "r3"]


def test_leaving_twice_or_without_having_come_changes_nothing(semaphores: SemaphoreTable) -> None:
    hold(semaphores, "r1")
    before = semaphores.read(CUSTOMER)

    semaphores.leave(CUSTOMER, "r9")
    semaphores.leave("umbrella", "r1")

    assert semaphores.read(CUSTOMER) == before


def test_a_place_far_back_in_a_long_line_can_be_left(semaphores: SemaphoreTable, gate_rows: "Table") -> None:
    """A page holds 1 MB: the tokens of some hundreds of waiters, a dozen long ones here."""
    for number in range(12):
        semaphores.enter(a_waiter(f"r{number:02}", task_token="t" * 100_000))

    semaphores.leave(CUSTOMER, "r11")

    key = Key("customerId").eq(CUSTOMER)
    last = gate_rows.query(KeyConditionExpression=key, ScanIndexForward=False, Limit=1, ConsistentRead=True)
    assert last["Items"][0]["requestId"] == "r10"


def test_only_conditions_are_taken_as_an_answer(semaphores: SemaphoreTable, gate_rows: "Table") -> None:
    gate_rows.delete()

    with pytest.raises(ClientError):
        semaphores.enter(a_waiter())
    with pytest.raises(ClientError):
        semaphores.grant(a_waiter(), EMPTY, limit=1)
    with pytest.raises(ClientError):
        semaphores.leave(CUSTOMER, "r1")
    with pytest.raises(ClientError):
        semaphores.mark_notified(a_waiter())


@pytest.mark.parametrize("holds_a_slot", [False, True])
def test_who_may_not_write_is_told_so_whether_it_enters_anew_or_again(
    semaphores: SemaphoreTable, dynamodb: "DynamoDBServiceResource", holds_a_slot: bool
) -> None:
    with Stubber(dynamodb.meta.client) as stub:
        if holds_a_slot:
            reasons = {"CancellationReasons": [{"Code": "ConditionalCheckFailed"}, {"Code": "None"}]}
            stub.add_client_error("transact_write_items", "TransactionCanceledException", modeled_fields=reasons)
        stub.add_client_error("transact_write_items", "AccessDeniedException")
        stub.add_response("transact_write_items", {})

        with pytest.raises(ClientError, match="AccessDenied"):
            semaphores.enter(a_waiter())


def test_a_holder_that_leaves_while_it_enters_again_stands_in_line_and_leaves_no_row_behind(
    dynamodb: "DynamoDBServiceResource", gate_rows: "Table"
) -> None:
    class Leaving(SemaphoreTable):
        def _renew(self, waiter: SlotRequest) -> bool:
            self.leave(waiter.customer_id, waiter.request_id)
            return super()._renew(waiter)

    semaphores = Leaving(dynamodb, gate_rows)
    hold(semaphores, "r1")

    assert semaphores.enter(a_waiter("r1", task_token="token-again"))

    assert semaphores.holders(CUSTOMER) == []
    assert ids(semaphores) == ["r1"]


def test_who_leaves_while_it_is_granted_its_slot_keeps_neither(
    dynamodb: "DynamoDBServiceResource", gate_rows: "Table"
) -> None:
    class Granting(SemaphoreTable):
        def _drop_holder(self, customer_id: str, request_id: str) -> bool:
            dropped = super()._drop_holder(customer_id, request_id)
            for waiter in self.waiting(customer_id, 1):
                assert self.grant(waiter, self.read(customer_id), limit=1)
            return dropped

    semaphores = Granting(dynamodb, gate_rows)
    semaphores.enter(a_waiter("r1"))

    semaphores.leave(CUSTOMER, "r1")

    assert semaphores.holders(CUSTOMER) == []
    assert semaphores.read(CUSTOMER).holders == frozenset()


def test_a_holder_that_leaves_is_not_looked_for_in_the_line(
    semaphores: SemaphoreTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(semaphores, "r1")
    looked_for = list[str]()
    monkeypatch.setattr(semaphores, "_waiters", lambda customer_id, *_, **__: looked_for.append(customer_id))

    semaphores.leave(CUSTOMER, "r1")

    assert looked_for == []
