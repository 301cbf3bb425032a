"""A tenant that AMC refuses: its requests wait, it is announced once, and all continues when AMC answers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from functions.handlers import poll_execution, prepare_execution, submit_execution, track_tenant
from functions.services.availability import close_circuit, flush_outbox, reset
from functions.services.execution import requeue
from functions.services.semaphore import acquire, release
from functions.services.tracking.tracking import Tracker
from tests.builders import a_message, a_request_row, a_tenant_row, a_waiter
from tests.fakes import NOON, World
from tests.reliability.report import FaultReport
from wfm.calendar.timestamps import iso
from wfm.errors import (
    AmcRefused,
    AmcThrottled,
    AmcUnavailable,
    CredentialsRefused,
    GateContended,
    SlotLost,
    SlotReleased,
    SubmissionUncertain,
)
from wfm.model.availability import active_entry, degraded_entry, open_period, refuses_access
from wfm.model.events import tenant_detail
from wfm.model.timeouts import TICK_TOLERANCE

REFUSALS = [AmcRefused(403, "Unauthorized request."), CredentialsRefused("the refresh token was revoked")]


def a_world(*request_ids: str) -> World:
    world = World(a_tenant_row())
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED"}
    for request_id in request_ids:
        world.requests.add(a_request_row(requestId=request_id, status="WAITING"))
        acquire(world.semaphores, world.tasks.notify, a_waiter(request_id), world.tenants.limit("acme"))
    return world


def submit(world: World, request_id: str, since: datetime | None = None) -> Any:
    """A try; the machine has tried `since` then, or begins with it."""
    event = {"customerId": "acme", "requestId": request_id, "triesSince": iso(since or world.clock())}
    return submit_execution.handler(event | {"requeueError": "SlotReleased"}, ports=lambda: world)


def wait_again(world: World, request_id: str) -> None:
    """A requeued request waits at the place in its row."""
    place = world.requests.rows["acme", request_id].get("placeInLine", "")
    waiter = a_waiter(request_id, task_token=f"again-{request_id}", stored_place=place)
    acquire(world.semaphores, world.tasks.notify, waiter, world.tenants.limit("acme"))


def lose_slots(world: World) -> None:
    """Every holder finds that AMC refuses the tenant, and is requeued."""
    for holder in sorted(world.semaphores.read("acme").holders):
        with pytest.raises(SlotReleased):
            submit(world, holder)
        acquire(world.semaphores, world.tasks.notify, a_waiter(holder, task_token=f"again-{holder}"), 0)


def run_all(world: World) -> None:
    """Five requests, each as it gets a slot: submitted, and the slot passed on."""
    for _ in range(5):
        for holder in sorted(world.semaphores.read("acme").holders):
            submit(world, holder)
            release(world.semaphores, world.tasks.notify, "acme", holder, world.tenants.limit("acme"))


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_request_that_amc_does_not_let_in_gives_its_slot_back_and_waits(refusal: Exception) -> None:
    world = a_world("r1")
    world.amc.faults = [("before", refusal)]

    with pytest.raises(SlotReleased, match="AMC refuses acme"):
        submit(world, "r1")

    assert world.semaphores.read("acme").holders == frozenset()
    assert world.requests.rows["acme", "r1"]["status"] == "SUBMITTING"
    assert str(refusal) == world.tenants.rows["acme"]["degradedReason"]


def test_an_execution_of_version_0_1_is_requeued_by_the_name_that_it_knows() -> None:
    world = a_world("r1")
    world.amc.faults = [("before", REFUSALS[0])]

    with pytest.raises(SlotLost, match="AMC refuses acme"):
        submit_execution.handler(
            {"customerId": "acme", "requestId": "r1", "triesSince": iso(world.clock())}, ports=lambda: world
        )

    assert world.semaphores.read("acme").holders == frozenset()


def test_a_thousand_refusals_are_one_announcement() -> None:
    world = a_world("r1", "r2", "r3")
    world.amc.faults = [("before", REFUSALS[0])] * 3

    for request_id in ("r1", "r2", "r3", "r1"):
        with pytest.raises(SlotReleased):
            submit(world, request_id)

    assert world.announcer.sent == [("acme", "DEGRADED")]
    assert world.amc.calls == ["POST"]


def test_everything_continues_when_amc_answers_again(fault_report: FaultReport) -> None:
    world = a_world("r1")
    world.amc.faults = [("before", REFUSALS[0])]
    with pytest.raises(SlotReleased):
        submit(world, "r1")
    acquire(world.semaphores, world.tasks.notify, a_waiter("r1", task_token="token-2"), world.tenants.limit("acme"))
    assert "token-2" not in world.tasks.answered

    world.clock.pass_seconds(60)
    close_circuit("acme", world)
    close_circuit("acme", world)

    assert "token-2" in world.tasks.answered
    assert submit(world, "r1")["workflowExecutionId"] == "run-0"
    assert world.announcer.sent == [("acme", "DEGRADED"), ("acme", "ACTIVE")]
    fault_report("a tenant's POST answered 403")


def take_turns(world: World, refused: Iterable[str], hours: int) -> dict[str, int]:
    """A look, and whoever has a slot submits, each ten minutes; after how many turns AMC's refusal was a request's own.

    They submit in the order of their grants. AMC answers the POSTs of the `refused` with 403.
    """
    given_up: dict[str, int] = {}
    for turn in range(hours * 6):
        for holder in [*world.semaphores.held.get("acme", {})]:
            world.amc.faults = [("before", REFUSALS[0])] * (holder in refused)
            try:
                world.amc.end(submit(world, holder)["workflowExecutionId"], "SUCCEEDED")
            except SlotReleased:
                wait_again(world, holder)
                continue
            except AmcRefused:
                given_up[holder] = turn
            release(world.semaphores, world.tasks.notify, "acme", holder, world.tenants.limit("acme"))
        world.clock.pass_seconds(600)
        poll(world)
    return given_up


def test_requests_of_a_tenant_that_amc_does_not_let_run_wait_for_days_and_then_run() -> None:
    names = [f"r{number}" for number in range(4)]
    world = a_world(*names)

    assert take_turns(world, names, hours=72) == {}
    assert world.announcer.sent == [("acme", "DEGRADED")]

    assert take_turns(world, [], hours=2) == {}
    assert len(world.amc.runs) == 4
    assert world.announcer.sent == [("acme", "DEGRADED"), ("acme", "ACTIVE")]


@pytest.mark.parametrize("slots", [1, 10])
def test_a_request_that_amc_refuses_while_it_takes_others_lets_them_pass_and_is_refused_for_itself(slots: int) -> None:
    world = World(a_tenant_row(maximumConcurrentWorkflowExecutions=slots))
    for request_id in ("bad", "good-1", "good-2"):
        world.requests.add(a_request_row(requestId=request_id, status="WAITING"))
        acquire(world.semaphores, world.tasks.notify, a_waiter(request_id), slots)

    given_up = take_turns(world, ["bad"], hours=24)

    assert set(given_up) == {"bad"}
    assert len(world.amc.runs) == 2
    assert "degradedSince" not in world.tenants.rows["acme"]


def test_a_single_request_that_amc_refuses_waits_for_another_to_show_whose_fault_it_is() -> None:
    world = a_world("bad")
    assert take_turns(world, ["bad"], hours=48) == {}

    world.requests.add(a_request_row(requestId="good", status="WAITING"))
    acquire(world.semaphores, world.tasks.notify, a_waiter("good"), world.tenants.limit("acme"))

    assert set(take_turns(world, ["bad"], hours=4)) == {"bad"}
    assert len(world.amc.runs) == 1


def test_a_tenant_that_is_restored_at_once_has_no_request_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world("r1")
    world.amc.faults = [("before", REFUSALS[0])]
    monkeypatch.setattr(requeue, "open_circuit", lambda *_, **__: None)  # a look took the mark away again

    with pytest.raises(AmcUnavailable):
        submit(world, "r1")

    assert submit(world, "r1")["workflowExecutionId"] == "run-0"


def test_a_request_without_a_slot_is_never_posted() -> None:
    world = a_world()
    world.requests.add(a_request_row())

    with pytest.raises(SlotReleased, match="r1 holds no slot"):
        submit(world, "r1")

    assert world.amc.calls == []


def test_amcs_other_refusals_are_the_requests_own() -> None:
    world = a_world("r1")
    world.amc.faults = [("before", AmcRefused(400, "bad SQL"))]

    with pytest.raises(AmcRefused, match="AMC refused with 400: AMC's words are on the row"):
        submit(world, "r1")

    assert world.requests.rows["acme", "r1"]["amcRefusal"] == "AMC refused with 400: bad SQL"

    assert "degradedSince" not in world.tenants.rows["acme"]


def test_a_run_that_cannot_be_asked_for_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()

    def refuse(*_: Any) -> None:
        raise REFUSALS[0]

    monkeypatch.setattr(world.amc, "get_execution", refuse)

    with pytest.raises(AmcUnavailable, match="403"):
        poll_execution.handler({"customerId": "acme", "workflowExecutionId": "run-1"}, ports=lambda: world)


@pytest.mark.parametrize("fault", [REFUSALS[0], REFUSALS[1], AmcUnavailable("it answered 503"), AmcThrottled("429")])
@pytest.mark.parametrize("row", [None, {"syncStatus": "FAILED", "definitionHash": "h"}])
def test_a_request_whose_workflow_cannot_be_asked_for_gets_into_the_queue(
    row: dict[str, Any] | None, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_world()
    if row:
        world.workflows.rows["acme", "by-hand"] = {"customerId": "acme", "workflowId": "by-hand", **row}

    def refuse(*_: Any) -> None:
        raise fault

    monkeypatch.setattr(world.amc, "get_workflow", refuse)
    event = {
        "input": a_message(payload={"workflowId": "by-hand"}),
        "executionName": "acme.r1",
        "executionArn": "arn",
        "startTime": "2026-11-23T12:00:00Z",
    }

    assert prepare_execution.handler(event, ports=lambda: world)["workflowId"] == "by-hand"


def poll(world: World) -> None:
    track_tenant.handler({"tenants": ["acme"], "asked": False}, ports=lambda: world)
    world.tenants.rows["acme"]["pollDueAt"] = iso(world.clock())


def test_a_refused_poll_degrades_at_once_and_the_next_good_one_restores() -> None:
    world = a_world("r1")
    world.amc.list_fault = AmcRefused(403, "Unauthorized request.")

    poll(world)
    assert "403" in world.tenants.rows["acme"]["degradedReason"]

    world.amc.list_fault = None
    poll(world)
    assert "degradedSince" not in world.tenants.rows["acme"]
    assert world.announcer.sent == [("acme", "DEGRADED"), ("acme", "ACTIVE")]


def test_an_amc_that_does_not_answer_is_waited_for_before_it_degrades() -> None:
    world = a_world("r1")
    world.amc.list_fault = AmcUnavailable("it answered 503")

    told = []
    for _ in range(12):
        poll(world)
        told.append("degradedSince" in world.tenants.rows["acme"])
        world.clock.pass_seconds(60)

    assert told == [False] * 10 + [True, True]
    assert world.announcer.sent == [("acme", "DEGRADED")]


def test_what_waited_for_a_revoked_token_runs_once_it_is_renewed() -> None:
    world = a_world(*(f"r{n}" for n in range(5)))
    world.amc.faults, world.amc.list_fault = [("before", REFUSALS[1])], REFUSALS[1]
    lose_slots(world)
    for _ in range(6):
        poll(world)
        world.clock.pass_seconds(600)
    assert world.amc.calls.count("POST") == 1

    world.amc.list_fault = None
    poll(world)
    run_all(world)

    assert len(world.amc.runs) == 5
    assert world.announcer.sent == [("acme", "DEGRADED"), ("acme", "ACTIVE")]


@pytest.mark.parametrize("passing", [AmcThrottled("429"), GateContended("too many"), OSError("DynamoDB is away")])
def test_failures_that_say_nothing_of_amcs_being_there_degrade_nobody(passing: Exception) -> None:
    world = a_world("r1")
    world.amc.list_fault = AmcUnavailable("it answered 503")
    poll(world)
    for _ in range(20):
        world.clock.pass_seconds(60)
        world.amc.list_fault = passing
        poll(world)
    world.amc.list_fault = AmcUnavailable("it answered 503")
    poll(world)

    assert "degradedSince" not in world.tenants.rows["acme"]
    assert world.announcer.sent == []


def test_a_login_that_may_read_and_not_run_is_tried_ever_more_rarely_and_announced_once() -> None:
    world = a_world("r1")
    world.amc.faults = [("before", REFUSALS[0])] * 5
    pauses = []
    for number in range(5):
        with pytest.raises(SlotReleased):
            submit(world, "r1")
        acquire(world.semaphores, world.tasks.notify, a_waiter("r1", task_token=f"again-{number}"), 0)
        began = world.clock()
        while "degradedSince" in world.tenants.rows["acme"]:
            world.clock.pass_seconds(30)
            poll(world)
        pauses.append((world.clock() - began).total_seconds())

    assert pauses == [60, 120, 240, 480, 960]
    assert world.announcer.sent == [("acme", "DEGRADED")]
    assert [name for name, _ in world.metrics.measured].count("TenantsDegraded") == 1

    submit(world, "r1")

    assert world.announcer.sent == [("acme", "DEGRADED"), ("acme", "ACTIVE")]
    assert "refusedPosts" not in world.tenants.rows["acme"]


def test_a_poll_meanwhile_puts_the_one_that_lets_posts_go_again_not_off() -> None:
    world = a_world("r1")
    world.amc.faults = [("before", REFUSALS[0])]
    world.tenants.rows["acme"]["pollDueAt"] = iso(world.clock() + timedelta(minutes=9))
    with pytest.raises(SlotReleased):
        submit(world, "r1")
    due = iso(world.clock() + timedelta(minutes=1) + TICK_TOLERANCE)
    assert world.tenants.rows["acme"]["pollDueAt"] == due

    world.clock.pass_seconds(30)
    track_tenant.handler({"tenants": ["acme"], "asked": True}, ports=lambda: world)

    assert world.tenants.rows["acme"]["pollDueAt"] == due


def test_a_thousand_requests_of_such_a_login_take_few_turns_in_a_day() -> None:
    names = [f"r{number:04}" for number in range(1000)]
    world = a_world(*names)
    world.amc.faults = [("before", REFUSALS[0])] * 5000
    for _ in range(24 * 60):
        for holder in sorted(world.semaphores.read("acme").holders):
            with pytest.raises((SlotReleased, AmcRefused)) as refusal:
                submit(world, holder)
            release(world.semaphores, world.tasks.notify, "acme", holder, world.tenants.limit("acme"))
            if refusal.type is SlotReleased:
                acquire(world.semaphores, world.tasks.notify, a_waiter(holder), world.tenants.limit("acme"))
        world.clock.pass_seconds(60)
        poll(world)

    assert world.amc.calls.count("POST") < 40
    assert world.announcer.sent == [("acme", "DEGRADED")]


def test_a_day_of_unanswered_posts_is_waited_through_though_amcs_list_answers() -> None:
    world = a_world(*(f"r{n}" for n in range(4)))
    since: dict[str, datetime] = {}
    for _ in range(24 * 60):
        for holder in world.semaphores.read("acme").holders:
            world.amc.faults = [("before", AmcUnavailable("it answered 503"))]
            try:
                submit(world, holder, since.setdefault(holder, world.clock()))
            except SlotReleased:
                del since[holder]
                wait_again(world, holder)
            except (AmcUnavailable, SubmissionUncertain):
                assert world.clock() - since[holder] < timedelta(minutes=10), "the machine's tries are not used up"
        world.clock.pass_seconds(60)
        poll(world)
    assert world.announcer.sent == [("acme", "DEGRADED")]
    assert world.amc.calls.count("POST") < 200
    assert "503" in world.tenants.rows["acme"]["degradedReason"]

    world.amc.faults = []
    world.clock.pass_seconds(3600)
    poll(world)
    run_all(world)

    assert len(world.amc.runs) == 4
    assert {row["status"] for row in world.requests.rows.values()} == {"RUNNING"}
    assert world.announcer.sent == [("acme", "DEGRADED"), ("acme", "ACTIVE")]


def test_who_goes_back_into_the_queue_with_an_uncertain_post_adopts_its_run() -> None:
    world = a_world("r1")
    began = world.clock()
    world.amc.faults = [("after", AmcUnavailable("the answer was lost"))]
    world.amc.list_fault = AmcUnavailable("it answered 503")
    for seconds in (60, 600):
        with pytest.raises(AmcUnavailable):
            submit(world, "r1", began)
        world.clock.pass_seconds(seconds)
    with pytest.raises(SlotReleased):
        submit(world, "r1", began)
    wait_again(world, "r1")

    world.clock.pass_seconds(24 * 3600)
    world.amc.list_fault = None
    poll(world)
    world.semaphores.count_external("acme", 0)
    answer = submit(world, "r1")

    assert answer["workflowExecutionId"] == "run-0"
    assert world.amc.calls.count("POST") == 1


def test_an_amc_that_throttles_for_an_hour_degrades_nobody_and_lets_the_next_one_try() -> None:
    world = World(a_tenant_row(maximumConcurrentWorkflowExecutions=1))
    for request_id in ("r1", "r2"):
        world.requests.add(a_request_row(requestId=request_id, status="WAITING"))
        acquire(world.semaphores, world.tasks.notify, a_waiter(request_id), 1)
    began = world.clock()
    world.amc.faults = [("before", AmcThrottled("429"))] * 2

    with pytest.raises(AmcThrottled):
        submit(world, "r1", began)
    world.clock.pass_seconds(3600)
    with pytest.raises(SlotReleased, match="429"):
        submit(world, "r1", began)

    assert world.semaphores.read("acme").holders == {"r2"}
    assert world.announcer.sent == []
    assert "attemptedAt" not in world.requests.rows["acme", "r1"]


def test_proven_credentials_let_posts_go_at_once() -> None:
    world = a_world("r1")
    world.amc.faults = [("before", REFUSALS[0])]
    with pytest.raises(SlotReleased):
        submit(world, "r1")

    reset("acme", world)
    reset("acme", world)

    assert {"degradedSince", "degradedUntil", "refusedPosts"} & set(world.tenants.rows["acme"]) == set()
    assert world.announcer.sent == [("acme", "DEGRADED"), ("acme", "ACTIVE")]


@pytest.mark.parametrize(("refused", "minutes"), [(0, 1), (3, 8), (6, 60), (10_000, 60)])
def test_a_refused_post_is_tried_again_after_a_minute_up_to_an_hour(refused: int, minutes: int) -> None:
    assert open_period(refused) == timedelta(minutes=minutes)


class Killed(Exception):
    """The Lambda was killed."""


def kill(*_: Any, **__: Any) -> None:
    raise Killed


def listen(world: World, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Statuses and event ids as they are announced."""
    told: list[tuple[str, str]] = []

    def tell(customer_id: str, status: str, reason: str, at: datetime) -> None:
        told.append((status, str(tenant_detail(customer_id, status, reason, at)["eventId"])))

    monkeypatch.setattr(world.announcer, "tenant", tell)
    return told


KILLED_AT = [("announcer", "tenant", 1), ("tenants", "mark_sent", 2)]


@pytest.mark.parametrize(("port", "call", "times"), KILLED_AT)
def test_a_degradation_of_which_a_killed_lambda_did_not_send_is_sent_by_a_poll(
    port: str, call: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_world("r1")
    told = listen(world, monkeypatch)
    world.amc.faults, world.amc.list_fault = [("before", REFUSALS[1])], REFUSALS[1]
    with monkeypatch.context() as patch:
        patch.setattr(getattr(world, port), call, kill)
        with pytest.raises(Killed):
            submit(world, "r1")

    for _ in range(3):
        world.clock.pass_seconds(60)
        poll(world)

    assert [status for status, _ in told] == ["DEGRADED"] * times
    assert len(set(told)) == 1


@pytest.mark.parametrize(("port", "call", "times"), KILLED_AT)
def test_an_end_of_which_a_killed_poll_did_not_send_is_sent_by_the_next(
    port: str, call: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_world("r1")
    world.amc.list_fault = REFUSALS[1]
    poll(world)
    world.amc.list_fault = None
    told = listen(world, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(getattr(world, port), call, kill)
        poll(world)

    for _ in range(3):
        world.clock.pass_seconds(60)
        poll(world)

    assert [status for status, _ in told] == ["ACTIVE"] * times
    assert len(set(told)) == 1


def test_a_recent_announcement_is_left_to_its_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world("r1")
    told = listen(world, monkeypatch)
    world.amc.faults, world.amc.list_fault = [("before", REFUSALS[1])], REFUSALS[1]
    monkeypatch.setattr(world.tenants, "mark_sent", lambda *_: poll(world))  # a look, while the news are being told

    with pytest.raises(SlotReleased):
        submit(world, "r1")

    assert len(told) == 1


def test_announcements_are_sent_after_a_minute_the_oldest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world()
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr(world.announcer, "tenant", lambda *news: told.append(news))
    before, late = NOON - timedelta(seconds=1), NOON + timedelta(milliseconds=1)
    outbox = {active_entry(late), active_entry(NOON), degraded_entry("AMC refused with 403", before)}
    world.tenants.save("acme", untold=outbox)

    world.clock.pass_seconds(60)
    assert flush_outbox(world.tenants.find("acme"), world) == []

    assert told == [
        ("acme", "DEGRADED", "AMC refused with 403", before),
        ("acme", "ACTIVE", "AMC answers again", NOON),
    ]
    assert world.tenants.rows["acme"]["untold"] == {active_entry(late)}
    assert world.metrics.measured == [("TenantsDegraded", 1)]


def test_a_tenant_of_which_nothing_is_to_be_announced_is_left_alone() -> None:
    world = a_world()

    assert flush_outbox(world.tenants.find("acme"), world) == []
    assert close_circuit("acme", world) == []
    assert world.announcer.sent == []


@pytest.mark.parametrize(("status", "refuses"), [(400, False), (401, True), (403, True), (404, False), (429, False)])
def test_amc_lets_a_tenant_not_in_with_401_and_403(status: int, refuses: bool) -> None:
    assert refuses_access(AmcRefused(status, "no")) is refuses


def test_a_poll_that_cannot_announce_polls_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world("r1")
    world.tenants.open_circuit("acme", "403", world.clock())
    world.clock.pass_seconds(60)
    monkeypatch.setattr(world.announcer, "tenant", kill)

    result = Tracker(world, world.settings.longest_idle).poll("acme")

    assert "could not be announced" in result.problems[0]
    assert world.amc.calls == ["LIST"]


def test_who_is_killed_after_an_accepted_post_announces_it_at_the_next_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world("r1")
    world.amc.faults = [("before", REFUSALS[0])]
    with pytest.raises(SlotReleased):
        submit(world, "r1")
    world.clock.pass_seconds(60)
    poll(world)
    acquire(world.semaphores, world.tasks.notify, a_waiter("r1"), 10)
    with monkeypatch.context() as patch:
        patch.setattr(world.tenants, "reset_refused_posts", kill)
        with pytest.raises(Killed):
            submit(world, "r1")

    submit(world, "r1")

    assert world.announcer.sent == [("acme", "DEGRADED"), ("acme", "ACTIVE")]
    assert world.amc.calls.count("POST") == 2


def test_a_submission_reads_the_tenants_row_once_and_writes_the_requests_row_before_the_post_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world("r1")
    reads, writes = Mock(wraps=world.tenants.find), Mock(wraps=world.requests)
    monkeypatch.setattr(world.tenants, "find", reads)
    monkeypatch.setattr(world, "requests", writes)

    submit(world, "r1")

    assert reads.call_count == 1
    assert [call[0] for call in writes.method_calls] == ["find_with_tenant", "begin_attempt"]
