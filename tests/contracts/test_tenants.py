from datetime import timedelta
from typing import Any

import pytest

from functions.ports import Tenants
from tests.adapters.builders import CUSTOMER, NOW, after
from wfm.calendar.timestamps import iso
from wfm.model.availability import active_entry, degraded_entry
from wfm.model.chain_links import TenantLinks
from wfm.model.tenants import slots_of

ROW = {"customerId": CUSTOMER, "status": "ACTIVE", "polled": "yes", "pollDueAt": iso(NOW)}


@pytest.fixture
def acme(tenants: Tenants) -> Tenants:
    tenants.save(CUSTOMER, status="ACTIVE", pollDueAt=iso(NOW))
    return tenants


def row(tenants: Tenants) -> dict[str, Any]:
    return dict(tenants.find(CUSTOMER) or {})


def test_a_tenant_that_nobody_saved_is_not_there(tenants: Tenants) -> None:
    assert tenants.find(CUSTOMER) is None
    assert tenants.limit(CUSTOMER) == slots_of(None)


def test_a_field_that_is_none_is_taken_out(acme: Tenants) -> None:
    acme.save(CUSTOMER, reason="why", maximumConcurrentWorkflowExecutions=3)
    assert (row(acme)["reason"], acme.limit(CUSTOMER)) == ("why", 3)

    acme.save(CUSTOMER, reason=None, maximumConcurrentWorkflowExecutions=None, never=None)

    assert row(acme) == ROW


def test_a_row_that_was_found_is_not_the_stored_one(acme: Tenants) -> None:
    before = acme.find(CUSTOMER)

    acme.save(CUSTOMER, status="PAUSED")

    assert before == ROW


def test_a_lease_passes_on_from_who_was_seen_to_have_it(tenants: Tenants) -> None:
    assert not tenants.lease(CUSTOMER, "two", "one")
    assert tenants.find(CUSTOMER) is None

    assert tenants.lease(CUSTOMER, "one", None)
    assert not tenants.lease(CUSTOMER, "two", None)
    assert tenants.lease(CUSTOMER, "two", "one")

    leased = {"onboardingLease": "two", "onboardingExecution": "two"}
    assert row(tenants) == {"customerId": CUSTOMER, "status": "PROVISIONING", **leased}


def test_a_lease_leaves_the_status_of_a_known_tenant(acme: Tenants) -> None:
    assert acme.lease(CUSTOMER, "one", None)

    assert row(acme)["status"] == "ACTIVE"


def test_due_are_those_in_service_the_longest_overdue_first(tenants: Tenants) -> None:
    for name, status, seconds in (
        ("soon", "ACTIVE", -1), ("long", "ACTIVE", -60), ("now", "PAUSED", 0), ("leaving", "OFFBOARDING", -9),
        ("later", "ACTIVE", 1), ("gone", "OFFBOARDED", -60), ("failed", "FAILED", -60),
    ):  # fmt: skip
        tenants.save(name, status=status, pollDueAt=iso(after(seconds)))
    tenants.save("never", status="ACTIVE")

    assert list(tenants.due(NOW)) == ["long", "leaving", "soon", "now"]


def test_tenants_are_found_by_bucket_and_by_status(acme: Tenants) -> None:
    acme.save(CUSTOMER, bucketName="acme-results")
    acme.save("umbrella", status="FAILED", bucketName="umbrella-results")
    acme.save("new", bucketName="acme-results")

    assert sorted(acme.by_bucket("acme-results")) == [CUSTOMER, "new"]
    assert [found["customerId"] for found in acme.with_status("PAUSED", "ACTIVE")] == [CUSTOMER]


def test_the_next_poll_is_brought_forward_and_never_put_off(acme: Tenants) -> None:
    acme.save(CUSTOMER, hasActiveRuns=False)
    acme.poll_no_later_than(CUSTOMER, after(9))
    assert row(acme) == ROW | {"wakeUps": 1}

    acme.poll_no_later_than(CUSTOMER, after(-9))
    assert row(acme) == ROW | {"pollDueAt": iso(after(-9)), "wakeUps": 2}

    acme.poll_no_later_than("nobody", NOW)
    assert acme.find("nobody") is None


def test_who_wants_a_poll_that_is_not_later_than_the_one_going_on_wakes_it(acme: Tenants) -> None:
    acme.acquire_poll(CUSTOMER, NOW)

    acme.poll_no_later_than(CUSTOMER, NOW)

    assert row(acme)["wakeUps"] == 1


def test_one_poll_goes_on_at_a_time_and_is_told_of_the_next(acme: Tenants) -> None:
    seen = acme.acquire_poll(CUSTOMER, NOW)

    assert seen == ROW | {"lookingSince": iso(NOW)}
    assert acme.acquire_poll(CUSTOMER, after(1)) is None
    assert row(acme) == ROW | {"lookingSince": iso(NOW), "wakeUps": 1}


def test_a_tick_takes_only_who_is_due_and_leaves_no_word(acme: Tenants) -> None:
    assert acme.due_poll(CUSTOMER, NOW, due_by=after(-1)) is None
    assert dict(acme.due_poll(CUSTOMER, NOW, due_by=NOW) or {}) == ROW
    assert acme.due_poll("nobody", NOW, due_by=NOW) is None

    acme.acquire_poll(CUSTOMER, NOW)
    assert acme.due_poll(CUSTOMER, after(1), due_by=after(1)) is None
    assert row(acme) == {**ROW, "lookingSince": iso(NOW)}


def test_a_ticks_poll_gives_way_to_one_that_began_later(acme: Tenants) -> None:
    early = acme.due_poll(CUSTOMER, NOW, due_by=NOW) or {}
    asked = acme.acquire_poll(CUSTOMER, after(1)) or {}
    assert acme.finish_poll(early, after(2), after(600))
    assert row(acme) == ROW | {"lookingSince": iso(after(1))}

    acme.finish_poll(asked, after(3), after(60), active_runs=True)
    assert acme.finish_poll(early, after(4), after(600))

    known = {"lastLookedAt": iso(after(3)), "pollDueAt": iso(after(60)), "hasActiveRuns": True}
    assert row(acme) == ROW | known


def test_a_poll_that_was_abandoned_is_taken_over(acme: Tenants) -> None:
    acme.acquire_poll(CUSTOMER, NOW)

    assert acme.acquire_poll(CUSTOMER, after(119)) is None
    assert acme.acquire_poll(CUSTOMER, after(121))


@pytest.mark.parametrize("status", ["FAILED", "OFFBOARDED", "PROVISIONING"])
def test_a_tenant_out_of_service_is_not_polled(acme: Tenants, status: str) -> None:
    acme.save(CUSTOMER, status=status)

    assert acme.acquire_poll(CUSTOMER, NOW) is None
    assert acme.acquire_poll("nobody", NOW) is None

    assert row(acme) == {"customerId": CUSTOMER, "status": status, "pollDueAt": iso(NOW)}
    assert acme.find("nobody") is None


def test_a_finished_poll_says_when_the_next_one_is(acme: Tenants) -> None:
    seen = acme.acquire_poll(CUSTOMER, NOW) or {}

    assert acme.finish_poll(seen, after(1), after(60))

    assert row(acme) == ROW | {"pollDueAt": iso(after(60)), "lastLookedAt": iso(after(1))}


def test_a_poll_that_was_woken_is_due_at_once(acme: Tenants) -> None:
    seen = acme.acquire_poll(CUSTOMER, NOW) or {}
    acme.acquire_poll(CUSTOMER, NOW)

    assert not acme.finish_poll(seen, after(1), after(60))

    assert row(acme) == ROW | {"pollDueAt": iso(after(1)), "lastLookedAt": iso(after(1)), "wakeUps": 1}


def test_a_tenant_that_goes_while_it_is_polled_is_due_no_more(acme: Tenants) -> None:
    seen = acme.acquire_poll(CUSTOMER, NOW) or {}
    acme.save(CUSTOMER, status="OFFBOARDED", pollDueAt=None)
    acme.poll_no_later_than(CUSTOMER, NOW)

    assert acme.finish_poll(seen, after(1), after(60), active_runs=True)

    row = acme.find(CUSTOMER) or {}
    assert row.get("lastLookedAt") == iso(after(1))
    assert not row.keys() & {"pollDueAt", "lookingSince", "hasActiveRuns", "wakeUps"}


def test_a_failure_stays_with_its_beginning_until_a_poll_works(acme: Tenants) -> None:
    for second in (1, 2):
        seen = acme.acquire_poll(CUSTOMER, NOW) or {}
        acme.finish_poll(seen, after(second), NOW, failure=f"no {second}", unavailable=True)
    failing = {"lookFailure": "no 2", "failingSince": iso(after(1))}
    assert row(acme) == ROW | failing | {"unavailableSince": iso(after(1))}

    acme.finish_poll(acme.acquire_poll(CUSTOMER, NOW) or {}, after(3), NOW, failure="no 3")
    assert row(acme) == ROW | failing | {"lookFailure": "no 3"}

    acme.finish_poll(acme.acquire_poll(CUSTOMER, NOW) or {}, after(4), NOW, problems=["a run"])
    assert row(acme) == ROW | {"lastLookedAt": iso(after(4)), "lookProblems": ["a run"]}

    acme.finish_poll(acme.acquire_poll(CUSTOMER, NOW) or {}, after(5), NOW)
    assert row(acme) == ROW | {"lastLookedAt": iso(after(5))}


def test_a_circuit_opens_once_and_that_is_news(acme: Tenants) -> None:
    opened = acme.open_circuit(CUSTOMER, "403", NOW)

    assert acme.open_circuit(CUSTOMER, "again", after(1)) is None
    marked = {"degradedSince": iso(NOW), "degradedReason": "403", "untold": {degraded_entry("403", NOW)}}
    assert opened == row(acme) == ROW | marked


def test_a_refused_post_is_counted_and_news_the_first_time(acme: Tenants) -> None:
    until = NOW + timedelta(hours=1)
    acme.open_circuit(CUSTOMER, "403", NOW, until)
    assert row(acme)["refusedPosts"] == 1
    assert acme.close_circuit(CUSTOMER, until - timedelta(seconds=1)) is None

    assert acme.close_circuit(CUSTOMER, until)
    acme.open_circuit(CUSTOMER, "403", until, until)

    assert (row(acme)["refusedPosts"], row(acme)["untold"]) == (2, {degraded_entry("403", NOW)})


def test_a_circuit_closes_with_news_unless_posts_were_refused(acme: Tenants) -> None:
    assert acme.close_circuit(CUSTOMER, NOW) is None
    acme.open_circuit(CUSTOMER, "403", NOW)

    assert acme.close_circuit(CUSTOMER, after(1)) == row(acme)

    assert row(acme) == ROW | {"untold": {degraded_entry("403", NOW), active_entry(after(1))}}


def test_a_proven_circuit_closes_before_its_time(acme: Tenants) -> None:
    acme.open_circuit(CUSTOMER, "403", NOW, after(3600))
    assert acme.reset_refused_posts(CUSTOMER, NOW) is None

    acme.close_circuit(CUSTOMER, after(1), proven=True)
    acme.reset_refused_posts(CUSTOMER, after(2))

    assert acme.reset_refused_posts(CUSTOMER, after(3)) is None
    assert row(acme) == ROW | {"untold": {degraded_entry("403", NOW), active_entry(after(2))}}


def test_news_that_was_sent_is_taken_out(acme: Tenants) -> None:
    acme.open_circuit(CUSTOMER, "403", NOW)
    acme.close_circuit(CUSTOMER, after(1))

    acme.mark_sent(CUSTOMER, degraded_entry("403", NOW))
    assert row(acme)["untold"] == {active_entry(after(1))}

    acme.mark_sent(CUSTOMER, "never told")
    acme.mark_sent(CUSTOMER, active_entry(after(1)))
    assert row(acme) == ROW


def test_a_tenant_that_is_gone_does_not_come_back(tenants: Tenants) -> None:
    assert tenants.open_circuit(CUSTOMER, "403", NOW) is None
    assert tenants.close_circuit(CUSTOMER, NOW, proven=True) is None
    assert tenants.reset_refused_posts(CUSTOMER, NOW) is None
    tenants.mark_sent(CUSTOMER, "news")

    assert tenants.find(CUSTOMER) is None


def test_who_follows_whom_is_written_if_nobody_else_wrote_it(tenants: Tenants) -> None:
    links, problems = {"overlap": {"workflow": "reach", "delay": 0}}, {"odd": "after: names no workflow"}
    found = TenantLinks(links, problems)
    assert not tenants.save_links(CUSTOMER, found, {})
    tenants.save(CUSTOMER, slots=2)

    assert tenants.save_links(CUSTOMER, found, {"customerId": CUSTOMER})
    assert not tenants.save_links(CUSTOMER, TenantLinks({}, {}), {"customerId": CUSTOMER})
    row = tenants.find(CUSTOMER) or {}
    assert (row["chainLinks"], row["chainProblems"]) == (links, problems)
    assert tenants.save_links(CUSTOMER, TenantLinks({}, {}), row)
    assert tenants.find(CUSTOMER) == {"customerId": CUSTOMER, "slots": 2}
