from functions.ports import AccountSlots
from wfm.model.semaphore import AccountState

ACCOUNT = "ENTITY1"


def test_a_slot_is_taken_once_and_no_more_than_there_are(account_slots: AccountSlots) -> None:
    taken = [account_slots.take(ACCOUNT, *who, limit=2) for who in (("a", "r1"), ("b", "r1"), ("a", "r2"), ("a", "r1"))]

    assert taken == [True, True, False, True]
    assert account_slots.held(ACCOUNT) == 2
    assert account_slots.take("ENTITY2", "c", "r1", limit=1)


def test_a_slot_that_is_given_back_is_free(account_slots: AccountSlots) -> None:
    account_slots.take(ACCOUNT, "a", "r1", limit=1)

    account_slots.give_back(ACCOUNT, "a", "r1")
    account_slots.give_back(ACCOUNT, "a", "r1")

    assert (account_slots.held(ACCOUNT), account_slots.take(ACCOUNT, "b", "r9", limit=1)) == (0, True)


def test_who_waits_is_marked_until_it_does_not(account_slots: AccountSlots) -> None:
    assert account_slots.waiting(ACCOUNT) == frozenset()

    for customer_id, waits in (("a", True), ("b", True), ("a", True), ("a", False), ("c", False)):
        account_slots.mark_waiting(ACCOUNT, customer_id, waits=waits)

    assert account_slots.waiting(ACCOUNT) == {"b"}


def test_what_was_lost_or_left_behind_is_put_right_for_one_tenant_alone(account_slots: AccountSlots) -> None:
    for customer_id, request_id in (("a", "left"), ("a", "r1"), ("ab", "r1")):
        account_slots.take(ACCOUNT, customer_id, request_id, limit=200)

    account_slots.reconcile(ACCOUNT, "a", frozenset({"r1", "lost"}), external=3)
    before = account_slots.held(ACCOUNT)
    account_slots.reconcile(ACCOUNT, "a", frozenset(), external=1)

    assert (before, account_slots.held(ACCOUNT)) == (6, 2)
    assert not account_slots.take(ACCOUNT, "a", "r1", limit=2)
    assert account_slots.take(ACCOUNT, "ab", "r1", limit=2)


def test_reconciling_shows_how_the_account_stands(account_slots: AccountSlots) -> None:
    account_slots.take(ACCOUNT, "b", "r1", limit=200)
    account_slots.mark_waiting(ACCOUNT, "b", waits=True)

    taken = account_slots.reconcile(ACCOUNT, "a", frozenset({"r1"}), external=2)
    same = account_slots.reconcile(ACCOUNT, "a", frozenset({"r1"}), external=2)
    freed = account_slots.reconcile(ACCOUNT, "a", frozenset(), external=0)

    assert taken == same == AccountState(4, frozenset({"b"}))
    assert freed == AccountState(1, frozenset({"b"}))
    assert [state.is_changed for state in (taken, same, freed)] == [True, False, True]
