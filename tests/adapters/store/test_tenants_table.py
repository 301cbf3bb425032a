from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.adapters.builders import CUSTOMER, NOW, a_tenant_row, after
from wfm.calendar.timestamps import iso
from wfm.model.tenants import DEFAULT_LIMIT
from wfm.store.tenants_table import ABANDONED, TenantsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


@pytest.fixture
def tenant(tenants_rows: "Table") -> dict[str, Any]:
    """One ACTIVE tenant that is due."""
    row = a_tenant_row()
    tenants_rows.put_item(Item=row)
    return row


def look(tenants: TenantsTable, seconds: float = 0) -> Any:
    seen = tenants.acquire_poll(CUSTOMER, after(seconds))
    assert seen is not None
    return seen


def test_saving_makes_the_row_and_later_changes_only_what_is_given(tenants: TenantsTable) -> None:
    tenants.save(CUSTOMER, status="PROVISIONING", maximumConcurrentWorkflowExecutions=3)
    tenants.save(CUSTOMER, status="ACTIVE", reason=None)

    assert tenants.find(CUSTOMER) == {
        "customerId": CUSTOMER,
        "status": "ACTIVE",
        "polled": "yes",
        "maximumConcurrentWorkflowExecutions": 3,
    }


def test_saving_none_takes_a_field_out(tenants: TenantsTable) -> None:
    tenants.save(CUSTOMER, status="FAILED", reason="no bucket", paused=True)

    tenants.save(CUSTOMER, status="ACTIVE", reason=None, paused=None, neverThere=None)

    assert tenants.find(CUSTOMER) == {"customerId": CUSTOMER, "status": "ACTIVE", "polled": "yes"}


def test_saving_none_alone_takes_a_field_out_too(tenants: TenantsTable, tenants_rows: "Table") -> None:
    tenants_rows.put_item(Item=a_tenant_row(reason="no"))

    tenants.save(CUSTOMER, reason=None)

    assert "reason" not in (tenants.find(CUSTOMER) or {"reason": "gone"})


def test_a_lease_makes_a_tenant_known(tenants: TenantsTable) -> None:
    assert tenants.lease(CUSTOMER, "first", None)

    assert tenants.find(CUSTOMER) == {
        "customerId": CUSTOMER,
        "status": "PROVISIONING",
        "onboardingLease": "first",
        "onboardingExecution": "first",
    }


def test_a_lease_leaves_the_status_of_a_known_tenant(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    assert tenants.lease(CUSTOMER, "first", None)

    assert tenants.find(CUSTOMER) == tenant | {"onboardingLease": "first", "onboardingExecution": "first"}


def test_a_lease_goes_only_to_who_saw_it_as_it_is(tenants: TenantsTable) -> None:
    tenants.lease(CUSTOMER, "first", None)

    assert not tenants.lease(CUSTOMER, "second", None)
    assert not tenants.lease(CUSTOMER, "second", "another")
    assert (tenants.find(CUSTOMER) or {})["onboardingLease"] == "first"
    assert tenants.lease(CUSTOMER, "second", "first")
    assert tenants.lease(CUSTOMER, "second", "second")


def test_a_lease_that_was_given_back_is_free(tenants: TenantsTable) -> None:
    tenants.lease(CUSTOMER, "first", None)
    tenants.save(CUSTOMER, status="ACTIVE", onboardingLease=None)

    assert not tenants.lease(CUSTOMER, "second", "first")
    assert tenants.lease(CUSTOMER, "second", None)


def test_a_tenant_that_is_not_there_is_not_found_and_has_the_usual_slots(tenants: TenantsTable) -> None:
    assert tenants.find(CUSTOMER) is None
    assert tenants.limit(CUSTOMER) == DEFAULT_LIMIT


def test_the_slots_are_those_of_the_record(tenants: TenantsTable, tenants_rows: "Table") -> None:
    tenants_rows.put_item(Item=a_tenant_row(maximumConcurrentWorkflowExecutions=3))

    assert tenants.limit(CUSTOMER) == 3


def test_a_paused_tenant_has_no_slots(tenants: TenantsTable, tenants_rows: "Table") -> None:
    tenants_rows.put_item(Item=a_tenant_row(status="PAUSED"))

    assert tenants.limit(CUSTOMER) == 0


def test_a_degraded_tenant_has_no_slots_until_it_is_restored(tenants: TenantsTable, tenants_rows: "Table") -> None:
    tenants_rows.put_item(Item=a_tenant_row(maximumConcurrentWorkflowExecutions=3))

    assert tenants.open_circuit(CUSTOMER, "403", NOW) == tenants.find(CUSTOMER)
    assert tenants.open_circuit(CUSTOMER, "503", NOW) is None
    row = tenants.find(CUSTOMER) or {}
    assert (row["degradedReason"], row["degradedSince"]) == ("403", iso(NOW))
    assert tenants.limit(CUSTOMER) == 0

    assert tenants.close_circuit(CUSTOMER, NOW) == tenants.find(CUSTOMER)
    assert tenants.close_circuit(CUSTOMER, NOW, proven=True) is None
    assert tenants.limit(CUSTOMER) == 3


def test_what_is_to_be_told_stands_on_the_row_until_it_was(tenants: TenantsTable, tenants_rows: "Table") -> None:
    tenants_rows.put_item(Item=a_tenant_row())

    tenants.open_circuit(CUSTOMER, "403 no access", NOW)
    row = tenants.close_circuit(CUSTOMER, NOW + timedelta(minutes=1)) or {}

    news = sorted(row["untold"])
    assert [each.split(" ", 2)[1:] for each in news] == [["DEGRADED", "403 no access"], ["ACTIVE", "AMC answers again"]]
    for each in [*news, *news]:
        tenants.mark_sent(CUSTOMER, each)
    assert "untold" not in (tenants.find(CUSTOMER) or {})


def test_tries_of_posts_that_are_refused_again_are_no_news(tenants: TenantsTable, tenants_rows: "Table") -> None:
    tenants_rows.put_item(Item=a_tenant_row())

    for _ in range(2):
        tenants.open_circuit(CUSTOMER, "403", NOW, NOW)
        tenants.close_circuit(CUSTOMER, NOW)
    assert len((tenants.find(CUSTOMER) or {})["untold"]) == 1

    row = tenants.reset_refused_posts(CUSTOMER, NOW) or {}
    assert len(row["untold"]) == 2


def test_refused_posts_are_counted_and_their_mark_holds_against_looks_until_its_time(
    tenants: TenantsTable, tenants_rows: "Table"
) -> None:
    tenants_rows.put_item(Item=a_tenant_row())
    until = NOW + timedelta(minutes=1)

    for number in (1, 2):
        assert tenants.open_circuit(CUSTOMER, "403", NOW, until)
        assert tenants.close_circuit(CUSTOMER, NOW) is None
        assert tenants.reset_refused_posts(CUSTOMER, NOW) is None
        left = tenants.close_circuit(CUSTOMER, until) or {}
        assert (left["refusedPosts"], "degradedUntil" in left) == (number, False)

    assert tenants.reset_refused_posts(CUSTOMER, NOW) == tenants.find(CUSTOMER)
    assert tenants.reset_refused_posts(CUSTOMER, NOW) is None
    assert "refusedPosts" not in (tenants.find(CUSTOMER) or {})


def test_since_when_amc_is_not_available_is_kept_until_it_fails_in_another_way(
    tenants: TenantsTable, tenants_rows: "Table"
) -> None:
    tenants_rows.put_item(Item=a_tenant_row())
    told = []
    for minute, unavailable in enumerate((True, True, False, True)):
        now = NOW + timedelta(minutes=minute)
        seen = tenants.acquire_poll(CUSTOMER, now) or {}
        tenants.finish_poll(seen, now, now, failure="it failed", unavailable=unavailable)
        told.append((tenants.find(CUSTOMER) or {}).get("unavailableSince"))

    assert told == [iso(NOW), iso(NOW), None, iso(NOW + timedelta(minutes=3))]


def test_nobody_is_degraded_who_is_not_there(tenants: TenantsTable) -> None:
    assert tenants.open_circuit("nobody", "403", NOW) is None
    assert tenants.find("nobody") is None


def test_a_tenant_that_was_never_settled_has_the_usual_slots(tenants: TenantsTable) -> None:
    tenants.lease(CUSTOMER, "first", None)

    assert tenants.limit(CUSTOMER) == DEFAULT_LIMIT


def test_paused_tenants_and_those_that_go_are_looked_at_too(tenants: TenantsTable, tenants_rows: "Table") -> None:
    for status in ("ACTIVE", "PAUSED", "OFFBOARDING", "OFFBOARDED", "FAILED", "PROVISIONING"):
        tenants_rows.put_item(Item=a_tenant_row(status, status=status))

    assert set(tenants.due(NOW)) == {"ACTIVE", "PAUSED", "OFFBOARDING"}
    assert [name for name in tenants.due(NOW) if tenants.acquire_poll(name, NOW) is None] == []
    assert tenants.acquire_poll("OFFBOARDED", NOW) is None


def test_due_are_the_active_tenants_whose_time_has_come_the_longest_overdue_first(
    tenants: TenantsTable, tenants_rows: "Table"
) -> None:
    tenants_rows.put_item(Item=a_tenant_row("just-now", pollDueAt=iso(NOW)))
    tenants_rows.put_item(Item=a_tenant_row("overdue", pollDueAt=iso(after(-60))))
    tenants_rows.put_item(Item=a_tenant_row("later", pollDueAt=iso(after(0.001))))
    tenants_rows.put_item(Item=a_tenant_row("failed", status="FAILED", pollDueAt=iso(after(-90))))
    tenants.save("never-onboarded", status="ACTIVE")

    assert list(tenants.due(NOW)) == ["overdue", "just-now"]


def test_due_tenants_fill_more_than_a_page(tenants: TenantsTable, tenants_rows: "Table") -> None:
    for number in range(5):
        tenants_rows.put_item(Item=a_tenant_row(f"tenant-{number}", reason="." * 300_000))

    assert len(tenants.due(NOW)) == 5


def test_the_owner_of_a_bucket_is_found_by_it(tenants: TenantsTable, tenants_rows: "Table") -> None:
    tenants_rows.put_item(Item=a_tenant_row("acme", bucketName="shared"))
    tenants_rows.put_item(Item=a_tenant_row("umbrella", bucketName="shared"))
    tenants_rows.put_item(Item=a_tenant_row("soylent", bucketName="own"))

    assert sorted(tenants.by_bucket("shared")) == ["acme", "umbrella"]
    assert tenants.by_bucket("nobodys") == []


@pytest.mark.parametrize(("wished", "kept"), [(-30, -30), (30, 0), (0, 0)])
def test_a_look_is_brought_forward_and_never_put_off(
    tenants: TenantsTable, tenants_rows: "Table", wished: float, kept: float
) -> None:
    tenants_rows.put_item(Item=a_tenant_row(pollDueAt=iso(NOW)))

    tenants.poll_no_later_than(CUSTOMER, after(wished))

    assert (tenants.find(CUSTOMER) or {})["pollDueAt"] == iso(after(kept))


def test_a_tenant_without_a_next_look_gets_one(tenants: TenantsTable) -> None:
    tenants.save(CUSTOMER, status="ACTIVE")

    tenants.poll_no_later_than(CUSTOMER, NOW)

    assert list(tenants.due(NOW)) == [CUSTOMER]


def test_a_removed_tenant_does_not_come_back_by_a_look(tenants: TenantsTable) -> None:
    tenants.poll_no_later_than(CUSTOMER, NOW)

    assert tenants.acquire_poll(CUSTOMER, NOW) is None
    assert tenants.find(CUSTOMER) is None


def test_a_look_takes_the_tenant_and_shows_its_row(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    assert look(tenants) == tenant | {"lookingSince": iso(NOW)}


def test_a_tenant_that_is_not_active_is_not_looked_at(tenants: TenantsTable, tenants_rows: "Table") -> None:
    row = a_tenant_row(status="PROVISIONING")
    tenants_rows.put_item(Item=row)

    assert tenants.acquire_poll(CUSTOMER, NOW) is None
    assert tenants.find(CUSTOMER) == row


def test_a_look_that_ends_gives_the_tenant_back(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    seen = look(tenants)

    assert tenants.finish_poll(seen, after(2), after(600))

    times = {"lastLookedAt": iso(after(2)), "pollDueAt": iso(after(600))}
    assert tenants.find(CUSTOMER) == tenant | times
    assert list(tenants.due(after(2))) == []


def test_two_do_not_look_at_once_and_the_second_leaves_a_wake_up(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    seen = look(tenants)

    assert tenants.acquire_poll(CUSTOMER, after(1)) is None

    assert not tenants.finish_poll(seen, after(2), after(600))
    assert list(tenants.due(after(2))) == [CUSTOMER]
    assert "lookingSince" not in (tenants.find(CUSTOMER) or {})


def test_a_wake_up_that_has_been_answered_is_not_answered_again(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    first = look(tenants)
    tenants.acquire_poll(CUSTOMER, after(1))
    tenants.finish_poll(first, after(2), after(600))

    second = look(tenants, 3)

    assert tenants.finish_poll(second, after(4), after(600))
    assert list(tenants.due(after(4))) == []


def test_a_wake_up_during_the_second_look_counts_too(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    first = look(tenants)
    tenants.acquire_poll(CUSTOMER, after(1))
    tenants.finish_poll(first, after(2), after(600))
    second = look(tenants, 3)
    tenants.acquire_poll(CUSTOMER, after(3.5))

    assert not tenants.finish_poll(second, after(4), after(600))


def test_an_abandoned_look_is_taken_over(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    look(tenants)
    late = ABANDONED.total_seconds()

    assert tenants.acquire_poll(CUSTOMER, after(late)) is None
    assert tenants.acquire_poll(CUSTOMER, after(late + 0.001)) is not None


def test_a_failed_look_says_why_and_does_not_count_as_a_look(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    tenants.finish_poll(look(tenants), after(2), after(600))
    tenants.finish_poll(look(tenants, 601), after(602), after(660), failure="AMC throttles")

    row = tenants.find(CUSTOMER) or {}
    assert (row["lookFailure"], row["lastLookedAt"]) == ("AMC throttles", iso(after(2)))
    assert row["pollDueAt"] == iso(after(660))
    assert "lookingSince" not in row


def test_a_look_that_works_forgets_why_the_last_one_failed(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    tenants.finish_poll(look(tenants), after(2), after(60), failure="AMC throttles")
    tenants.finish_poll(look(tenants, 61), after(62), after(600))

    assert "lookFailure" not in (tenants.find(CUSTOMER) or {})


def test_a_tick_takes_a_tenant_only_if_it_is_due_and_writes_once(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    assert tenants.due_poll(CUSTOMER, NOW, due_by=after(-60)) is None

    seen = tenants.due_poll(CUSTOMER, NOW, due_by=after(30))
    assert dict(seen or {}) == tenant
    assert dict(tenants.find(CUSTOMER) or {}) == tenant

    assert tenants.finish_poll(tenant, after(61), after(600), active_runs=False)
    known = {"lastLookedAt": iso(after(61)), "pollDueAt": iso(after(600)), "hasActiveRuns": False}
    assert tenants.find(CUSTOMER) == tenant | known


def test_a_tick_leaves_a_tenant_to_a_poll_that_somebody_asked_for(
    tenants: TenantsTable, tenant: dict[str, Any]
) -> None:
    look(tenants)

    assert tenants.due_poll(CUSTOMER, after(60), due_by=after(90)) is None
    assert tenants.due_poll(CUSTOMER, after(ABANDONED.total_seconds() + 1), due_by=after(200))
    assert "wakeUps" not in (tenants.find(CUSTOMER) or {})


def test_a_ticks_poll_records_nothing_over_one_that_began_later(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    early = tenants.due_poll(CUSTOMER, NOW, due_by=NOW) or {}
    asked = look(tenants, 1)
    assert tenants.finish_poll(early, after(2), after(600))
    assert (tenants.find(CUSTOMER) or {})["lookingSince"] == iso(after(1))

    tenants.finish_poll(asked, after(3), after(60))
    assert tenants.finish_poll(early, after(4), after(600))

    assert tenants.find(CUSTOMER) == tenant | {"lastLookedAt": iso(after(3)), "pollDueAt": iso(after(60))}


def test_what_comes_during_a_ticks_poll_has_it_repeated(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    seen = tenants.due_poll(CUSTOMER, NOW, due_by=NOW) or {}
    tenants.poll_no_later_than(CUSTOMER, after(60))

    assert not tenants.finish_poll(seen, after(2), after(600), active_runs=False)

    row = tenants.find(CUSTOMER) or {}
    assert (row["pollDueAt"], "hasActiveRuns" in row) == (iso(after(2)), False)


def test_rows_of_version_0_1_are_due_as_they_were(tenants: TenantsTable, tenants_rows: "Table") -> None:
    for name, status, seconds in (("due", "ACTIVE", -5), ("later", "PAUSED", 5), ("failed", "FAILED", -5)):
        row = a_tenant_row(name, status=status, nextPollAt=iso(after(seconds)))
        tenants_rows.put_item(Item={key: row[key] for key in row if key not in ("pollDueAt", "polled")})

    assert list(tenants.due(NOW)) == ["due"]
    assert list(tenants.due(after(5))) == ["due", "later"]
    assert [name for name in ("due", "later") if "nextPollAt" in (tenants.find(name) or {})] == []


def test_a_list_that_fails_for_days_shows_since_when(tenants: TenantsTable, tenant: dict[str, Any]) -> None:
    for seconds, failure in ((0, "it answered 503"), (600, "it answered 500")):
        tenants.finish_poll(look(tenants, seconds), after(seconds), after(seconds + 60), failure=failure)

    row = tenants.find(CUSTOMER) or {}
    assert (row["failingSince"], row["lookFailure"]) == (iso(NOW), "it answered 500")

    tenants.finish_poll(look(tenants, 1200), after(1200), after(1260))

    assert {"failingSince", "lookFailure"} & set(tenants.find(CUSTOMER) or {}) == set()


def test_what_a_look_had_to_leave_out_stands_on_the_row_until_it_is_right(
    tenants: TenantsTable, tenant: dict[str, Any]
) -> None:
    tenants.finish_poll(look(tenants), after(2), after(600), problems=["x1: AMC says no status"])
    assert (tenants.find(CUSTOMER) or {})["lookProblems"] == ["x1: AMC says no status"]

    tenants.finish_poll(look(tenants, 600), after(602), after(1200))
    assert "lookProblems" not in (tenants.find(CUSTOMER) or {})


def test_only_conditions_are_taken_as_an_answer(tenants: TenantsTable, tenants_rows: "Table") -> None:
    tenants_rows.delete()

    with pytest.raises(ClientError):
        tenants.acquire_poll(CUSTOMER, NOW)
    with pytest.raises(ClientError):
        tenants.poll_no_later_than(CUSTOMER, NOW)


def test_tenants_are_listed_by_their_statuses(tenants: TenantsTable, tenants_rows: "Table") -> None:
    rows = [
        a_tenant_row(customerId=customer_id, status=status)
        for customer_id, status in (("a", "ACTIVE"), ("b", "PAUSED"), ("c", "OFFBOARDED"), ("d", "ACTIVE"))
    ]
    for row in rows:
        tenants_rows.put_item(Item=row)

    found = tenants.with_status("ACTIVE", "PAUSED")

    assert sorted(found, key=lambda row: str(row["customerId"])) == [rows[0], rows[1], rows[3]]
    assert tenants.with_status("FAILED") == []


def test_a_tenant_that_no_index_has_yet_is_listed(tenants: TenantsTable, tenants_rows: "Table") -> None:
    row = a_tenant_row()
    del row["pollDueAt"]
    tenants_rows.put_item(Item=row)

    assert tenants.with_status("ACTIVE") == [row]
