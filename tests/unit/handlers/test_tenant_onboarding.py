"""The Lambdas behind `tenant_onboarding`, in the machine's order: it converges, whatever happened before."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.handlers import claim_tenant, record_tenant_failure, start_offboarding, track_tenant, verify_credentials
from functions.services.account_slots import account_of
from functions.services.semaphore import acquire
from functions.services.tracking.slot_accounting import sync_slots
from tests.builders import (
    a_library_record,
    a_tenant_row,
    a_tps_record,
    a_waiter,
)
from tests.fakes import World
from tests.unit.machine import onboard
from tests.unit.schedule_rows import a_row
from wfm.errors import AmcRefused, AmcUnavailable, AwsBusy, CredentialsRefused, NotReadyYet
from wfm.model.tenants import ACCOUNT_LIMIT


def a_world(*records: dict[str, Any]) -> World:
    world = World()
    world.customer_config.records = {record["customerId"]: record for record in records}
    return world


def test_a_record_is_all_it_takes() -> None:
    world = a_world(a_tps_record(BucketName="amc-results"))

    assert onboard(world, "acme") == "ACTIVE"

    row = world.tenants.rows["acme"]
    assert (row["status"], row["queueUrl"], row["amcInstanceId"]) == ("ACTIVE", "queue/acme", "amcacme1")
    assert world.queues.there == {"acme": True}
    assert world.buckets.watched == {"amc-results"}
    assert world.instance_owners.owners == {"amcacme1": "acme"}
    assert "onboardingLease" not in row


@pytest.mark.parametrize("sends_already", [True, False])
def test_the_row_says_of_which_bucket_wfm_turned_the_events_on_and_not_somebody_else(sends_already: bool) -> None:
    world = a_world(a_tps_record(BucketName="amc-results"))
    world.buckets.watched = {"amc-results"} if sends_already else set()

    onboard(world, "acme")
    onboard(world, "acme")

    assert world.tenants.rows["acme"].get("watchedBuckets", set()) == (set() if sends_already else {"amc-results"})


def test_the_library_and_its_schedules_come_along() -> None:
    world = a_world(a_tps_record(enableWorkflowLibrary=True))
    world.library.put(a_library_record())

    onboard(world, "acme")

    assert world.workflows.rows["acme", "reach"]["libraryVersion"] == 1
    assert world.scheduler.there["acme.reach"][1]["State"] == "ENABLED"


def test_a_change_of_toggles_takes_effect_by_itself() -> None:
    world = a_world(a_tps_record(enableWorkflowLibrary=True))
    world.library.put(a_library_record(tags=["gold"]))
    onboard(world, "acme")
    assert world.workflows.rows == {}

    world.customer_config.records["acme"] = a_tps_record(enableWorkflowLibrary=True, tags=["gold"])
    onboard(world, "acme", "execution-2")
    assert set(world.workflows.rows) == {("acme", "reach")}

    world.customer_config.records["acme"] = a_tps_record(enableWorkflowLibrary=True)
    onboard(world, "acme", "execution-3")
    assert world.workflows.rows == {}


def test_a_tenant_takes_its_schedules_along_and_brings_them_back() -> None:
    world = a_world(a_tps_record())
    world.schedules.rows["acme", "daily"] = a_row(Name="daily")
    onboard(world, "acme")
    record = world.customer_config.records.pop("acme")

    onboard(world, "acme", "out")
    assert (world.scheduler.there, set(world.schedules.rows)) == ({}, {("acme", "daily")})

    world.customer_config.records["acme"] = record
    onboard(world, "acme", "in")
    assert world.scheduler.there["acme.daily"][1]["State"] == "ENABLED"


def test_a_paused_tenants_schedules_do_not_fire() -> None:
    world = a_world(a_tps_record())
    world.schedules.rows["acme", "daily"] = a_row(Name="daily")
    onboard(world, "acme")
    world.tenants.save("acme", paused=True)

    onboard(world, "acme", "execution-2")

    assert world.scheduler.there["acme.daily"][1]["State"] == "DISABLED"


def test_a_change_takes_effect_and_grants_slots() -> None:
    world = a_world(a_tps_record(maximumConcurrentWorkflowExecutions=1))
    onboard(world, "acme")
    for name in ("r1", "r2"):
        world.semaphores.enter(a_waiter(name))
    world.customer_config.records["acme"] = a_tps_record(maximumConcurrentWorkflowExecutions=2)

    onboard(world, "acme", "execution-2")

    assert world.semaphores.read("acme").holders == {"r1", "r2"}


def test_workflows_take_turns_for_as_long_as_the_record_says_so() -> None:
    world = a_world(a_tps_record(fairBetweenWorkflows=True))

    onboard(world, "acme")
    assert world.semaphores.read("acme").fair

    world.customer_config.records["acme"] = a_tps_record()
    onboard(world, "acme", "execution-2")
    assert not world.semaphores.read("acme").fair


def test_a_paused_tenant_keeps_its_messages_and_gives_no_slot_until_it_is_resumed() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    world.tenants.save("acme", paused=True)

    assert onboard(world, "acme", "execution-2") == "PAUSED"
    assert world.queues.there == {"acme": False}
    world.semaphores.enter(a_waiter())
    assert world.tenants.limit("acme") == 0

    world.tenants.save("acme", paused=None)
    assert onboard(world, "acme", "execution-3") == "ACTIVE"
    assert world.semaphores.read("acme").holders == {"r1"}


@pytest.mark.parametrize("error", [AmcUnavailable("down", sent=False), AmcRefused(403, "no"), CredentialsRefused("no")])
def test_a_tenant_can_be_paused_whose_amc_is_down_or_refuses_it(error: Exception) -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    world.tenants.save("acme", paused=True, degradedSince="x", degradedReason="403")
    world.amc.list_fault = error

    assert onboard(world, "acme", "execution-2") == "PAUSED"
    assert world.tenants.rows["acme"]["degradedSince"] == "x"
    assert world.announcer.sent == []


def test_a_record_that_is_new_is_proven_even_of_a_paused_tenant() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    world.tenants.save("acme", paused=True)
    world.customer_config.records["acme"] = a_tps_record(maximumConcurrentWorkflowExecutions=3)
    world.amc.list_fault = AmcRefused(403, "no")

    assert onboard(world, "acme", "execution-2") == "FAILED"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"maximumConcurrentWorkflowExecutions": "ten"}, "maximumConcurrentWorkflowExecutions: 'ten'"),
        ({"amcInstanceId": "../admin"}, "amcInstanceId: '../admin' is not right"),
        (
            {"amcAmazonAdsMarketplaceId": None, "amcAmazonAdsAdvertiserId": 7},
            "amcAmazonAdsAdvertiserId: 7 is not right",
        ),
        ({"AMC": {"WFM": {"amcWorkflowExecutionSQSQueueName": "rival.fifo"}}}, "is not this tenant's"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_a_record_that_cannot_be_used_makes_nothing_and_leaves_an_active_tenant_as_it_was(
    change: dict[str, Any], told: str, known: bool
) -> None:
    world = a_world(a_tps_record())
    if known:
        onboard(world, "acme")
    before = dict(world.tenants.rows.get("acme", {}))
    world.customer_config.records["acme"] = a_tps_record(**change)

    assert onboard(world, "acme", "execution-2") == "FAILED"

    row = world.tenants.rows["acme"]
    assert told in row["reason"]
    assert row["status"] == ("ACTIVE" if known else "FAILED")
    assert {name: row.get(name) for name in ("amcInstanceId", "maximumConcurrentWorkflowExecutions")} == {
        name: before.get(name) for name in ("amcInstanceId", "maximumConcurrentWorkflowExecutions")
    }
    assert set(world.queues.there) == ({"acme"} if known else set())


def test_two_records_cannot_claim_one_instance() -> None:
    world = a_world(a_tps_record(), a_tps_record(customerId="rival"))
    onboard(world, "acme")

    assert onboard(world, "rival", "execution-2") == "FAILED"
    assert "amcInstanceId: amcacme1 belongs to acme already" in world.tenants.rows["rival"]["reason"]

    del world.customer_config.records["acme"]
    onboard(world, "acme", "execution-3")
    assert onboard(world, "rival", "execution-4") == "ACTIVE"


def test_a_tenant_that_moves_to_another_instance_gives_the_old_one_up() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    world.customer_config.records["acme"] = a_tps_record(amcInstanceId="amcnew1")

    onboard(world, "acme", "execution-2")

    assert world.instance_owners.owners == {"amcnew1": "acme"}


def two_of_an_account_with_one_slot() -> World:
    world = a_world(*(a_tps_record(customerId=name, amcInstanceId=f"amc{name}") for name in ("acme", "birch")))
    world.account_slots.reconcile("ENTITY1ACME", "others", frozenset(), ACCOUNT_LIMIT - 1)
    for name in ("acme", "birch"):
        onboard(world, name, f"in-{name}")
    return world


def ask(world: World, customer_id: str) -> None:
    account = account_of(world.tenants.find(customer_id), world)
    request = a_waiter("r1", customer_id=customer_id, task_token=customer_id)
    acquire(world.semaphores, world.tasks.notify, request, 10, account=account)


def test_the_slots_of_a_tenant_that_moves_to_another_account_go_to_who_waits_for_them() -> None:
    world = two_of_an_account_with_one_slot()
    ask(world, "acme")
    ask(world, "birch")
    world.customer_config.records["acme"] = a_tps_record(amcInstanceId="amcacme", amcAmazonAdsAdvertiserId="ENTITY2")

    onboard(world, "acme", "execution-2")

    assert list(world.tasks.answered) == ["acme", "birch"]
    assert world.semaphores.read("birch").holders == {"r1"}


def test_an_activation_that_is_tried_again_leaves_the_account_before(monkeypatch: pytest.MonkeyPatch) -> None:
    world = two_of_an_account_with_one_slot()
    ask(world, "acme")
    ask(world, "birch")
    world.customer_config.records["acme"] = a_tps_record(amcInstanceId="amcacme", amcAmazonAdsAdvertiserId="ENTITY2")

    def busy(*_: object) -> None:
        raise AwsBusy("DynamoDB")

    with monkeypatch.context() as outage:
        outage.setattr(world.account_slots, "reconcile", busy)
        with pytest.raises(AwsBusy):
            onboard(world, "acme", "execution-2")
    onboard(world, "acme", "execution-2")

    assert list(world.tasks.answered) == ["acme", "birch"]


def a_request(world: World, _: Any) -> None:
    world.account_slots.take("ENTITY1ACME", "acme", "late", ACCOUNT_LIMIT)


def a_poll(world: World, row_before: Any) -> None:
    """Of AMC's list, in which there is a run of somebody else's."""
    sync_slots(row_before, [{"workflowExecutionId": "run-1"}], world)


@pytest.mark.parametrize("late", [a_request, a_poll])
def test_what_takes_a_slot_of_the_account_before_after_the_move_loses_it_with_the_next_check(
    late: Callable[[World, Any], None],
) -> None:
    """It had read the row from before, and nobody else gives the slot back: the account had one less for good."""
    world = two_of_an_account_with_one_slot()
    world.customer_config.records["acme"] = a_tps_record(amcInstanceId="amcacme", amcAmazonAdsAdvertiserId="ENTITY2")
    row_before = dict(world.tenants.find("acme") or {})
    onboard(world, "acme", "execution-2")
    late(world, row_before)
    ask(world, "birch")
    waiting = list(world.tasks.answered)

    for _ in range(2):
        world.clock.now += timedelta(days=1)
        track_tenant.handler({"tenants": ["acme"]}, ports=lambda: world)

    assert (waiting, list(world.tasks.answered)) == ([], ["birch"])
    assert "formerAccounts" not in world.tenants.rows["acme"]


def test_an_account_that_could_not_be_left_is_left_with_the_next_move(monkeypatch: pytest.MonkeyPatch) -> None:
    world = two_of_an_account_with_one_slot()
    ask(world, "acme")
    ask(world, "birch")

    def busy(*_: object) -> None:
        raise AwsBusy("DynamoDB")

    world.customer_config.records["acme"] = a_tps_record(amcInstanceId="amcacme", amcAmazonAdsAdvertiserId="ENTITY2")
    with monkeypatch.context() as outage:
        outage.setattr(world.account_slots, "reconcile", busy)
        with pytest.raises(AwsBusy):
            onboard(world, "acme", "execution-2")
    world.tasks.over.add("execution-2")
    world.customer_config.records["acme"] = a_tps_record(amcInstanceId="amcacme", amcAmazonAdsAdvertiserId="ENTITY3")
    onboard(world, "acme", "execution-3")

    assert list(world.tasks.answered) == ["acme", "birch"]


def test_a_tenant_without_an_account_moves_and_goes_and_leaves_none() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    world.tenants.save("acme", amcAmazonAdsAdvertiserId="")

    onboard(world, "acme", "execution-2")
    world.tenants.save("acme", amcAmazonAdsAdvertiserId="")
    del world.customer_config.records["acme"]

    assert onboard(world, "acme", "execution-3") == "OFFBOARDED"
    assert world.account_slots.holders == {}


def test_the_slots_that_are_left_of_a_removed_tenant_go_to_who_waits_for_them() -> None:
    world = two_of_an_account_with_one_slot()
    del world.customer_config.records["acme"]

    def take(step: str) -> None:
        if step == "deprovision_tenant":
            world.account_slots.take("ENTITY1ACME", "acme", "of a killed Lambda", ACCOUNT_LIMIT)
            ask(world, "birch")

    assert onboard(world, "acme", "execution-2", take) == "OFFBOARDED"

    assert list(world.tasks.answered) == ["birch"]


def test_a_record_that_changes_under_the_onboardings_hands_does_not_slip_past_its_checks() -> None:
    world = a_world(a_tps_record(), a_tps_record(customerId="rival", amcInstanceId="amcrival"))
    for customer_id in ("acme", "rival"):
        onboard(world, customer_id, f"in-{customer_id}")

    def change(step: str) -> None:
        if step == "activate_tenant":
            world.customer_config.records["acme"] = a_tps_record(amcInstanceId="amcrival")

    assert onboard(world, "acme", "execution-2", change) == "FAILED"
    assert onboard(world, "acme", "execution-3") == "FAILED"

    row = world.tenants.rows["acme"]
    assert (row["status"], row["amcInstanceId"]) == ("ACTIVE", "amcacme1")
    assert "amcInstanceId: amcrival belongs to rival already" in row["reason"]
    assert world.instance_owners.owners == {"amcacme1": "acme", "amcrival": "rival"}


def test_nobody_else_works_on_a_tenant_before_its_queue_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world(a_tps_record())
    leases: list[str] = []

    def fail(customer_id: str) -> None:
        leases.append(world.tenants.rows[customer_id]["onboardingLease"])
        raise ValueError("the gate cannot be read")

    monkeypatch.setattr(world.semaphores, "read", fail)

    assert onboard(world, "acme") == "FAILED"

    assert leases == ["execution-1"]
    assert "the gate cannot be read" in world.tenants.rows["acme"]["reason"]


ACCOUNT = {"accountId": "ENTITY1ACME", "marketplaceId": "ATVPDKIKX0DER"}


@pytest.mark.parametrize(
    ("accounts", "instances", "told"),
    [
        ([{**ACCOUNT, "accountId": "ENTITY1ACMF"}], [], "amcAmazonAdsAdvertiserId: 'ENTITY1ACME' is not among"),
        ([{**ACCOUNT, "marketplaceId": "A1F83G8C2ARO7P"}], [], "amcAmazonAdsMarketplaceId: 'ATVPDKIKX0DER' is not"),
        ([ACCOUNT], [{"instanceId": "amcacme2"}], "amcInstanceId: 'amcacme1' is not among those that these"),
        ([ACCOUNT], [{"instanceId": "amcacme1"}], "the credentials 'default': AMC refused with 403"),
    ],
)
def test_credentials_that_do_not_work_say_which_id_is_wrong(
    accounts: list[dict[str, str]], instances: list[dict[str, str]], told: str
) -> None:
    world = a_world(a_tps_record())
    world.amc.list_fault = AmcRefused(403, "Unauthorized request.")
    world.amc.accounts, world.amc.instances = list(accounts), list(instances)

    assert onboard(world, "acme") == "FAILED"

    assert told in world.tenants.rows["acme"]["reason"]
    assert world.queues.there == {}
    assert world.instance_owners.owners == {}


def test_a_host_that_does_not_answer_is_reported_while_the_tenant_is_being_onboarded() -> None:
    world = a_world(a_tps_record())
    why = "no connection to advertising-api.amazon.com (NameResolutionError)"
    world.amc.list_fault = AmcUnavailable(why, sent=False)

    with pytest.raises(AmcUnavailable):
        onboard(world, "acme")

    row = dict(world.tenants.rows["acme"])
    assert (row["status"], row["reason"]) == ("PROVISIONING", f"AMC is asked again: AMC is not available: {why}")
    world.amc.list_fault = None
    assert onboard(world, "acme") == "ACTIVE"
    assert "reason" not in world.tenants.rows["acme"]


def test_a_tenant_in_service_keeps_its_reason_when_amc_does_not_answer_a_change() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    world.amc.list_fault = AmcUnavailable("it answered 503")

    with pytest.raises(AmcUnavailable):
        verify_credentials.handler({"customerId": "acme"}, ports=lambda: world)

    assert "reason" not in world.tenants.rows["acme"]


def test_a_record_for_the_retired_api_says_so_before_anybody_is_asked() -> None:
    endpoint = "https://abcdefgh12.execute-api.us-east-1.amazonaws.com/prod"
    world = a_world({"customerId": "acme", "AMC": {"amcApiEndpoint": endpoint}})

    assert onboard(world, "acme") == "FAILED"

    reason = world.tenants.rows["acme"]["reason"]
    assert reason.startswith(
        "AMC.amcApiEndpoint: Amazon retired the instance-level AMC API on 1 August 2024; allowed: "
    )
    assert "amcInstanceId" in reason
    assert world.amc.calls == []


def test_terms_that_are_not_accepted_are_reported_in_amcs_words() -> None:
    world = a_world(a_tps_record())
    world.amc.list_fault = AmcRefused(403, "Terms and conditions must be accepted to continue")

    onboard(world, "acme")

    assert "Terms and conditions must be accepted" in world.tenants.rows["acme"]["reason"]


def test_one_onboarding_at_a_time_works_on_a_tenant() -> None:
    world = a_world(a_tps_record())
    event = {"input": {"customerId": "acme"}, "executionArn": "first"}
    claim_tenant.handler(event, ports=lambda: world)

    with pytest.raises(NotReadyYet, match="first"):
        claim_tenant.handler(event | {"executionArn": "second"}, ports=lambda: world)
    world.tasks.over.add("first")

    assert claim_tenant.handler(event | {"executionArn": "second"}, ports=lambda: world) == {"customerId": "acme"}


def test_an_onboarding_of_a_tenant_that_shall_go_hands_it_over_once_and_keeps_its_hands_off() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    del world.customer_config.records["acme"]
    document = {"customerId": "acme", "executionArn": "first"}
    claim_tenant.handler({"input": document, "executionArn": "first"}, ports=lambda: world)

    for _ in range(2):
        start_offboarding.handler(document, ports=lambda: world)
    claim_tenant.handler({"input": document, "executionArn": "second"}, ports=lambda: world)
    start_offboarding.handler(document, ports=lambda: world)

    assert list(world.tasks.started.values()) == [("offboarding", {"customerId": "acme"})]
    assert world.tenants.rows["acme"]["onboardingLease"] == "second"


@pytest.mark.parametrize(
    ("error", "asked", "started"),
    [
        ("Lambda.ResourceNotFoundException", {"customerId": "acme"}, True),
        ("Lambda.AWSLambdaException", {"customerId": "acme"}, True),
        ("Lambda.ResourceNotFoundException", {"customerId": "acme", "after": "an earlier one"}, False),
        ("AmcRefused", {"customerId": "acme"}, False),
    ],
)
def test_an_execution_whose_functions_an_update_took_away_is_followed_by_one_of_the_new_definition(
    error: str, asked: dict[str, Any], started: bool
) -> None:
    world = a_world(a_tps_record())
    about = {"input": asked, "executionName": "acme-1", "executionArn": "old"}
    claim_tenant.handler(about, ports=lambda: world)

    for _ in range(2):
        record_tenant_failure.handler(about | {"error": error, "cause": ""}, ports=lambda: world)

    follows = [("onboarding", {"customerId": "acme", "after": "old"})]
    assert list(world.tasks.started.values()) == (follows if started else [])
    assert "onboardingLease" not in world.tenants.rows["acme"]
    assert onboard(world, "acme", "new") == "ACTIVE"


class Died(BaseException):
    """The execution is gone, and nobody records anything."""


STEPS = [
    "claim_tenant", "validate_tenant", "verify_credentials", "create_queues", "check_queue", "watch_results",
    "activate_tenant", "roll_out_library", "apply_schedules", "stop_schedules", "drain_queue", "check_runs",
    "deprovision_tenant", "start_offboarding",
]  # fmt: skip
WISHES = st.sampled_from(["insert", "modify", "remove", "pause", "resume", "bad record"])


@settings(max_examples=80, deadline=None)
@given(story=st.lists(st.tuples(WISHES, st.sampled_from([*STEPS, None, None]), st.booleans()), min_size=1, max_size=8))
def test_what_exists_always_matches_the_last_record_however_it_came_to_that(
    story: list[tuple[str, str | None, bool]],
) -> None:
    world = a_world()
    world.library.put(a_library_record())
    good: dict[str, Any] | None = None
    for number, (wish, dies_before, dies_silently) in enumerate(story):
        good = _make_wish(world, wish, number, good)

        def strike(step: str, at: str | None = dies_before, silently: bool = dies_silently) -> None:
            if step == at:
                raise Died if silently else ValueError("injected")

        with suppress(Died):
            onboard(world, "acme", f"execution-{number}", strike)
        world.tasks.over |= {f"execution-{number}", f"execution-{number}-offboarding"}

    if world.customer_config.records.get("acme") is not None and good is not None:
        world.customer_config.records["acme"] = good
    end = onboard(world, "acme", "the-last")

    wanted = world.customer_config.records.get("acme")
    paused = bool(world.tenants.rows["acme"].get("paused"))
    if wanted is None:
        assert end == "OFFBOARDED"
        assert (world.queues.there, world.instance_owners.owners, world.scheduler.there) == ({}, {}, {})
    else:
        assert end == ("PAUSED" if paused else "ACTIVE")
        assert world.queues.there == {"acme": not paused}
        assert world.instance_owners.owners == {wanted["amcInstanceId"]: "acme"}
        assert world.tenants.rows["acme"]["amcInstanceId"] == wanted["amcInstanceId"]
        assert set(world.workflows.rows) == {("acme", "reach")}
        fires = {name: definition["State"] for name, (_, definition) in world.scheduler.there.items()}
        assert fires == {"acme.reach": "DISABLED" if paused else "ENABLED"}
    assert "onboardingLease" not in world.tenants.rows["acme"]


def _make_wish(world: World, wish: str, number: int, good: dict[str, Any] | None) -> dict[str, Any] | None:
    records = world.customer_config.records
    if wish in ("insert", "modify"):
        good = a_tps_record(amcInstanceId=f"amc{number}", enableWorkflowLibrary=True)
        records["acme"] = good
    elif wish == "bad record" and good is not None:
        records["acme"] = a_tps_record(maximumConcurrentWorkflowExecutions=0)
    elif wish == "remove":
        records.pop("acme", None)
        good = None
    elif wish in ("pause", "resume") and "acme" in world.tenants.rows:
        world.tenants.save("acme", paused=True if wish == "pause" else None)
    return good


def test_a_known_tenant_row_of_these_tests_is_what_activation_writes() -> None:
    world = a_world(a_tps_record(maximumConcurrentWorkflowExecutions=2))

    onboard(world, "acme")

    assert set(a_tenant_row()) <= set(world.tenants.rows["acme"])
