from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.wfm.onboarding import REFUSED, STATES, FakeOnboarding, record
from wfm import Outcome, StateEntered, TenantChange, Wfm
from wfm.errors import InvalidRecord, InvalidRequest, UnknownCustomer, UsageError


def stored(deployed: Any, customer_id: str = "acme") -> dict[str, Any] | None:
    """The TPS record as it stands in CustomerConfig."""
    item: dict[str, Any] | None = deployed.table("CustomerConfig").get_item(Key={"customerId": customer_id}).get("Item")
    return item


def wishes(deployed: Any) -> dict[str, Any]:
    """What the tenant's row says that somebody wants."""
    row = deployed.table("Tenants").get_item(Key={"customerId": "acme"})["Item"]
    return {name: row[name] for name in ("paused", "removal") if name in row}


def outcome(wfm: Wfm, change: Any) -> Outcome:
    last = list(wfm.tenants.wait(change))[-1]
    assert isinstance(last, Outcome)
    return last


def test_a_change_is_waited_for_by_its_handle(deployed: Any, machine: FakeOnboarding) -> None:
    seen: list[StateEntered | Outcome] = []

    ended = deployed.wfm.tenants.put(record()).wait(on_change=seen.append)

    assert (ended.status, ended.succeeded) == ("ACTIVE", True)
    assert [step.state for step in seen if isinstance(step, StateEntered)] == list(STATES["ACTIVE"])
    assert seen[-1] == ended
    assert deployed.wfm.tenants.pause("acme").wait().status == "PAUSED"
    assert deployed.wfm.tenants.resume("acme").wait().status == "ACTIVE"
    assert deployed.wfm.tenants.remove("acme").wait().status == "OFFBOARDED"


def test_a_change_that_nobody_made_here_is_not_waited_for(deployed: Any) -> None:
    with pytest.raises(UsageError, match=r"change: was made by hand; allowed: .* wfm.tenants.wait\(change\)"):
        TenantChange("acme", datetime.now(UTC)).wait()


def test_a_new_tenant_is_followed_until_it_is_active(deployed: Any, machine: FakeOnboarding) -> None:
    change = deployed.wfm.tenants.put(record(AMC={"share": 0.5}))

    steps = list(deployed.wfm.tenants.wait(change))

    assert change.done == "added"
    assert [step.state for step in steps[:-1]] == list(STATES["ACTIVE"])
    assert (steps[-1].status, steps[-1].succeeded) == ("ACTIVE", True)
    assert float(stored(deployed)["AMC"]["share"]) == 0.5  # type: ignore[index]


def test_a_record_that_is_given_in_part_loses_nothing(deployed: Any, machine: FakeOnboarding) -> None:
    deployed.wfm.tenants.put(record(AMC={"one": 1}, note="by hand"))

    change = deployed.wfm.tenants.put({"customerId": "acme", "BucketName": "acme-results", "AMC": {"two": 2}})

    assert change.done == "changed"
    assert stored(deployed) == record(note="by hand", BucketName="acme-results", AMC={"one": 1, "two": 2})


def test_the_same_record_again_is_onboarded_again_though_no_event_says_so(
    deployed: Any, machine: FakeOnboarding
) -> None:
    outcome(deployed.wfm, deployed.wfm.tenants.put(record()))

    change = deployed.wfm.tenants.put(record())

    assert machine.started == ["acme"]
    assert change.done == "unchanged, to be onboarded again"
    assert outcome(deployed.wfm, change).succeeded


def test_a_change_that_follows_another_at_once_is_not_taken_for_it(deployed: Any, machine: FakeOnboarding) -> None:
    outcome(deployed.wfm, deployed.wfm.tenants.put(record()))

    change = deployed.wfm.tenants.change("acme", {"amcInstanceId": "amcwrong1"})

    ended = outcome(deployed.wfm, change)
    assert (ended.status, ended.succeeded, ended.reason) == ("ACTIVE", False, REFUSED)


def test_fields_are_changed_and_taken_out(deployed: Any, machine: FakeOnboarding) -> None:
    deployed.wfm.tenants.put(record(authId="other", AMC={"one": 1, "two": 2}))

    deployed.wfm.tenants.change("acme", {"customerName": "Acme Games"}, ["authId", "AMC.two"])

    assert stored(deployed) == record(customerName="Acme Games", AMC={"one": 1})


@pytest.mark.parametrize(
    "change",
    [
        lambda wfm: wfm.tenants.put({"customerId": "acme", "maximumConcurrentWorkflowExecutions": 0}),
        lambda wfm: wfm.tenants.change("acme", {"amcInstanceId": "two words"}),
        lambda wfm: wfm.tenants.change("acme", gone=["amcAmazonAdsAdvertiserId"]),
        lambda wfm: wfm.tenants.change("acme", {"customerId": "other"}),
    ],
)
def test_what_the_onboarding_would_refuse_is_not_written(
    deployed: Any, machine: FakeOnboarding, change: Callable[[Wfm], Any]
) -> None:
    deployed.wfm.tenants.put(record())

    with pytest.raises(InvalidRecord):
        change(deployed.wfm)

    assert stored(deployed) == record()


def test_a_record_without_a_usable_customer_id_is_refused(deployed: Any) -> None:
    with pytest.raises(InvalidRequest, match="customerId: 'has a blank' is not usable"):
        deployed.wfm.tenants.put(record(customerId="has a blank"))


def test_pausing_and_resuming_write_the_wish_and_start_the_machine(deployed: Any, machine: FakeOnboarding) -> None:
    outcome(deployed.wfm, deployed.wfm.tenants.put(record()))

    paused = deployed.wfm.tenants.pause("acme")

    assert wishes(deployed) == {"paused": True}
    assert outcome(deployed.wfm, paused).status == "PAUSED"
    assert outcome(deployed.wfm, deployed.wfm.tenants.resume("acme")).status == "ACTIVE"
    assert wishes(deployed) == {"paused": False}
    assert machine.started == ["acme", "acme"]


@pytest.mark.parametrize("status", ["OFFBOARDING", "OFFBOARDED"])
def test_a_tenant_on_its_way_out_is_not_paused(deployed: Any, machine: FakeOnboarding, status: str) -> None:
    deployed.put_tenant(status=status)

    with pytest.raises(UsageError, match=f"acme is {status}; allowed: a tenant that is not removed"):
        deployed.wfm.tenants.pause("acme")

    assert machine.started == []
    assert wishes(deployed) == {}


def test_a_removal_says_what_is_wanted_before_the_record_goes(deployed: Any, machine: FakeOnboarding) -> None:
    outcome(deployed.wfm, deployed.wfm.tenants.put(record()))

    change = deployed.wfm.tenants.remove("acme", cancel_runs=True)

    assert stored(deployed) is None
    assert wishes(deployed) == {"removal": {"cancelRuns": True, "deleteWorkflows": False}}
    assert outcome(deployed.wfm, change).status == "OFFBOARDED"
    assert machine.started == []


def test_a_removal_that_is_repeated_replaces_the_wishes_and_runs_again(deployed: Any, machine: FakeOnboarding) -> None:
    outcome(deployed.wfm, deployed.wfm.tenants.put(record()))
    outcome(deployed.wfm, deployed.wfm.tenants.remove("acme", cancel_runs=True))

    again = deployed.wfm.tenants.remove("acme", delete_workflows=True)

    assert wishes(deployed) == {"removal": {"cancelRuns": False, "deleteWorkflows": True}}
    assert machine.started == ["acme"]
    assert outcome(deployed.wfm, again).status == "OFFBOARDED"


def test_a_record_that_was_never_onboarded_can_be_removed(deployed: Any) -> None:
    deployed.wfm.aws.tables.records.write(None, record())
    deployed.wfm.aws.onboarding = FakeOnboarding(deployed.table("Tenants"), deployed.table("CustomerConfig"))

    deployed.wfm.tenants.remove("acme")

    assert stored(deployed) is None
    assert deployed.table("Tenants").scan()["Items"] == []


def test_a_removed_tenant_can_be_added_again(deployed: Any, machine: FakeOnboarding) -> None:
    outcome(deployed.wfm, deployed.wfm.tenants.put(record()))
    outcome(deployed.wfm, deployed.wfm.tenants.remove("acme"))

    with pytest.raises(UsageError, match="acme is OFFBOARDED and has no TPS record; allowed: add it anew"):
        deployed.wfm.tenants.change("acme", {"customerName": "Other"})
    assert outcome(deployed.wfm, deployed.wfm.tenants.put(record())).status == "ACTIVE"


@pytest.mark.parametrize(
    "act",
    [
        lambda wfm: wfm.tenants.change("acne", {"customerName": "x"}),
        lambda wfm: wfm.tenants.pause("acne"),
        lambda wfm: wfm.tenants.resume("acne"),
        lambda wfm: wfm.tenants.remove("acne"),
        lambda wfm: wfm.tenants.details("acne"),
    ],
)
def test_an_unknown_customer_is_named_with_the_one_that_may_be_meant(
    deployed: Any, machine: FakeOnboarding, act: Callable[[Wfm], Any]
) -> None:
    deployed.put_tenant("acme")

    with pytest.raises(UnknownCustomer, match="no customer 'acne'; did you mean acme"):
        act(deployed.wfm)

    assert len(deployed.table("Tenants").scan()["Items"]) == 1


def test_summaries_tell_who_runs_and_who_waits(deployed: Any) -> None:
    for customer_id in ("acme", *(f"t{number:03}" for number in range(120))):
        deployed.put_row(customer_id)
    deployed.put_gate("acme", {"r1"}, external=1)
    deployed.put_gate("t119", {"r2"})
    deployed.put_waiter("r3")

    summaries = {summary.tenant.customer_id: summary for summary in deployed.wfm.tenants.summaries()}

    assert len(summaries) == 121
    assert (summaries["acme"].running, summaries["acme"].waiting) == (2, 1)
    assert (summaries["t119"].running, summaries["t119"].waiting) == (1, 0)
    assert (summaries["t000"].running, summaries["t000"].waiting) == (0, 0)


def test_details_count_the_queues_and_name_holders_and_line(deployed: Any, machine: FakeOnboarding) -> None:
    queue = deployed.put_tenant(deadLetterQueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/gone.fifo")
    deployed.wfm.aws.messages.send(queue, "{}", "r9")
    deployed.put_gate("acme", {"r2", "r1"}, external=3)
    deployed.put_waiter("later", arrival="2026-11-23T14:30:00.000Z")
    deployed.put_waiter("sooner")

    details = deployed.wfm.tenants.details("acme")

    assert (details.queue.waiting, details.queue.in_flight) == (1, 0)
    assert details.dead_letters is None
    assert (details.slots.holders, details.slots.external, details.slots.waiting) == (
        ["r1", "r2"],
        3,
        ["sooner", "later"],
    )
    assert details.record is None


def test_a_record_that_wfm_has_not_read_yet_is_shown_as_such(deployed: Any) -> None:
    deployed.wfm.aws.tables.records.write(None, record())

    details = deployed.wfm.tenants.details("acme")

    assert details.tenant.status == "NOT SEEN"
    assert details.record == record()
