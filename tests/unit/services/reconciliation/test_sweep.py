"""A lost event is sent again; nothing is sent where nothing was lost."""

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.handlers import clean_up_execution, clean_up_machine, reconcile
from functions.services.reconciliation.sweep import LOOKBACK, MAX_SENT, MESSAGE_LIFETIME
from tests.builders import a_library_record, a_message, a_request_row, a_run, a_tenant_row, an_sqs_record
from tests.fakes import World
from wfm.calendar.timestamps import iso
from wfm.errors import AwsBusy, NotReadyYet
from wfm.model.asked_windows import window_of_request
from wfm.model.requests import execution_name
from wfm.model.runs import run_row
from wfm.model.stopped_executions import Recalled, StoppedExecution, from_event, to_event
from wfm.model.sweeps import GRACE
from wfm.model.tenants import VALUES_COLUMN
from wfm.model.workflows import definition_hash

LIFECYCLE = "arn:aws:states:us-east-1:1:stateMachine:wfm-execution_lifecycle"
ROLLOUT, SYNC = (LIFECYCLE.replace("execution_lifecycle", name) for name in ("library_rollout", "workflow_sync"))
ONBOARDING = LIFECYCLE.replace("execution_lifecycle", "tenant_onboarding")
QUEUE = "wfm-demoteam-amcdataset-{}-stopped"
IDS = {"customerId": "acme", "requestId": "r1"}
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
EXPLICIT = {
    "workflowId": "reach",
    "timeWindowType": "EXPLICIT",
    "timeWindowStart": "2026-11-19T00:00:00",
    "timeWindowEnd": "2026-11-20T00:00:00",
}


@pytest.fixture
def world() -> World:
    world = World(a_tenant_row())
    world.settings.execution_lifecycle_arn, world.settings.workflow_sync_arn = LIFECYCLE, SYNC
    world.settings.library_rollout_arn, world.settings.tenant_onboarding_arn = ROLLOUT, ONBOARDING
    return world


def execution(machine: str, name: str, status: str = "ABORTED", **fields: Any) -> StoppedExecution:
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    return StoppedExecution(arn, machine, name, status, **fields)


def ask(world: World, age: timedelta, **fields: Any) -> None:
    """A request that has been open for so long."""
    world.requests.add(a_request_row(openSince=iso(world.clock() - age), **fields))


def sweep(world: World) -> dict[str, int]:
    found: dict[str, int] = reconcile.handler({}, ports=lambda: world)
    return found


def test_nothing_is_asked_about_requests_where_none_is_old(world: World) -> None:
    ask(world, GRACE - MINUTE)

    assert sweep(world) == {"requests": 0, "machines": 0, "announcements": 0}
    assert world.stopped_executions.asked == {}


def test_of_very_many_requests_without_an_execution_some_are_asked_about_in_each_sweep(world: World) -> None:
    """DescribeExecution is for all of an account, some fifteen a second."""
    for number in range(MAX_SENT + 7):
        ask(world, 2 * GRACE, requestId=f"r{number}")

    sweep(world)

    assert world.stopped_executions.asked["find"] == MAX_SENT


@pytest.mark.parametrize("name", [None, execution_name("acme", "r1")])
def test_a_request_whose_execution_runs_is_left_alone(world: World, name: str | None) -> None:
    """Rows of version 0.1 name none: theirs has the old name."""
    ask(world, 2 * GRACE, executionName=name)
    world.stopped_executions.runs = {execution(LIFECYCLE, name or "acme.r1").arn}

    assert sweep(world)["requests"] == 0


def test_a_request_that_was_started_otherwise_is_known_by_the_execution_on_its_row(world: World) -> None:
    other = execution(LIFECYCLE, "by-hand").arn
    ask(world, 2 * GRACE, executionArn=other)
    world.stopped_executions.runs = {other}

    assert sweep(world)["requests"] == 0


def test_a_sweep_that_is_throttled_in_the_middle_has_sent_what_it_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = []
    for name in ("r1", "r2", "r3"):
        ask(world, 2 * GRACE, requestId=name)
        ended.append((world.clock() - GRACE, execution(LIFECYCLE, f"acme.{name}")))
    world.stopped_executions.stopped = ended
    find = world.stopped_executions.find

    def find_two(arn: str) -> StoppedExecution | None:
        if arn.endswith("r3"):
            raise AwsBusy("Rate exceeded")
        return find(arn)

    monkeypatch.setattr(world.stopped_executions, "find", find_two)
    with pytest.raises(AwsBusy):
        sweep(world)

    assert [sent.name for _, sent in world.stopped_executions.sent] == ["acme.r1", "acme.r2"]


def test_a_request_that_a_lost_event_left_open_ends_as_the_event_would_have_ended_it(world: World) -> None:
    ask(world, 2 * GRACE, status="WAITING")
    stopped = execution(LIFECYCLE, "acme.r1", input='{"customerId": "acme", "requestId": "r1"}', cause="enough")
    world.stopped_executions.stopped = [(world.clock() - 2 * LOOKBACK, stopped)]

    assert sweep(world)["requests"] == 1

    (queue, sent) = world.stopped_executions.sent.pop()
    assert (queue, sent) == (QUEUE.format("execution_lifecycle"), stopped)
    clean_up_execution.handler(an_event(sent), ports=lambda: world)
    row = world.requests.rows["acme", "r1"]
    assert (row["status"], row["reason"]) == ("CANCELLED", "enough")
    assert sweep(world)["requests"] == 0


def test_a_request_that_ended_since_the_index_was_written_is_left_alone(world: World) -> None:
    ask(world, 2 * GRACE, endedAt=iso(world.clock()))
    world.stopped_executions.stopped = [(world.clock(), execution(LIFECYCLE, "acme.r1"))]

    assert sweep(world)["requests"] == 0


def test_a_request_that_was_continued_since_the_index_was_written_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = execution(LIFECYCLE, "old", "SUCCEEDED"), execution(LIFECYCLE, "new").arn
    ask(world, 2 * GRACE, executionArn=new)
    found = world.requests.open_since("acme", world.clock())
    behind = [row | {"executionArn": old.arn} for row in found]
    monkeypatch.setattr(world.requests, "open_since", lambda *_: behind)
    world.stopped_executions.stopped = [(world.clock(), old)]

    assert sweep(world)["requests"] == 0


def test_a_request_that_nothing_can_start_any_more_is_ended(world: World) -> None:
    ask(world, MESSAGE_LIFETIME - MINUTE, executionName=execution_name("acme", "r1"))
    assert sweep(world)["requests"] == 0

    world.clock.now += 2 * MINUTE

    assert sweep(world)["requests"] == 1
    clean_up_execution.handler(an_event(world.stopped_executions.sent[0][1]), ports=lambda: world)
    row = world.requests.rows["acme", "r1"]
    name = execution_name("acme", "r1")
    assert (row["status"], row["reason"]) == ("FAILED", f"the execution {name} ended as LOST")


def test_what_ended_is_sent_to_its_queue_once_and_by_the_first_sweep_only_if_it_ended_of_late(world: World) -> None:
    late, before = (execution(ROLLOUT, name) for name in ("late", "before"))
    now = world.clock()
    world.stopped_executions.stopped = [(now - LOOKBACK + MINUTE, late), (now - LOOKBACK - MINUTE, before)]

    assert sweep(world) == {"requests": 0, "machines": 1, "announcements": 0}
    assert world.stopped_executions.sent == [(QUEUE.format("machines"), late)]
    for _ in range(3):
        world.clock.now += GRACE
        assert sweep(world)["machines"] == 0


def test_what_ended_a_moment_ago_is_left_to_its_event_until_the_next_sweep(world: World) -> None:
    world.stopped_executions.stopped = [(world.clock() - GRACE + MINUTE, execution(ROLLOUT, "now"))]

    assert sweep(world)["machines"] == 0
    world.clock.now += GRACE
    assert sweep(world)["machines"] == 1


def test_what_ended_while_no_sweep_came_for_a_day_is_still_sent(world: World) -> None:
    sweep(world)
    world.stopped_executions.stopped = [(world.clock() + 10 * MINUTE, execution(ROLLOUT, "missed"))]

    world.clock.now += timedelta(days=1)

    assert sweep(world)["machines"] == 1


def test_an_end_that_is_listed_and_not_described_yet_is_sent_by_a_later_sweep(world: World) -> None:
    """DescribeExecution is eventually consistent."""
    ended = execution(ROLLOUT, "ended")
    behind = execution(ROLLOUT, "ended", "RUNNING")
    at = world.clock() - GRACE - MINUTE
    world.stopped_executions.stopped = [(at, behind)]
    assert sweep(world)["machines"] == 0

    world.stopped_executions.stopped = [(at, ended)]

    assert sweep(world)["machines"] == 1
    assert world.stopped_executions.sent == [(QUEUE.format("machines"), ended)]


def test_a_sweep_of_ends_that_is_throttled_in_the_middle_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = [(world.clock() - 2 * GRACE + number * MINUTE, execution(ROLLOUT, f"e{number}")) for number in range(3)]
    world.stopped_executions.stopped = ends
    find = world.stopped_executions.find

    def find_one(arn: str) -> StoppedExecution | None:
        if world.stopped_executions.sent:
            raise AwsBusy("Rate exceeded")
        return find(arn)

    monkeypatch.setattr(world.stopped_executions, "find", find_one)
    with pytest.raises(AwsBusy):
        sweep(world)
    monkeypatch.setattr(world.stopped_executions, "find", find)

    assert sweep(world)["machines"] == 2
    assert [sent for _, sent in world.stopped_executions.sent] == [each for _, each in ends]


def test_more_than_a_sweep_can_send_is_sent_by_the_next_ones_each_once(world: World) -> None:
    ends = [world.clock() - 2 * GRACE + timedelta(milliseconds=number) for number in range(2 * MAX_SENT + 7)]
    stopped = [(at, execution(ROLLOUT, f"e{number}")) for number, at in enumerate(ends)]
    world.stopped_executions.stopped = stopped

    counts = [sweep(world)["machines"] for _ in range(4)]

    assert counts == [MAX_SENT, MAX_SENT, 7, 0]
    assert [sent for _, sent in world.stopped_executions.sent] == [each for _, each in stopped]
    assert world.stopped_executions.asked["find"] == len(stopped)


@pytest.mark.parametrize("long_ago", [timedelta(), timedelta(days=15)])
def test_an_execution_that_ran_for_weeks_is_found_though_old_pages_are_read_no_more(
    world: World, long_ago: timedelta
) -> None:
    long = execution(ROLLOUT, "long")
    world.stopped_executions.began[long.arn] = world.clock() - long_ago
    world.stopped_executions.runs = {long.arn}
    for _ in range(3):
        world.clock.now += GRACE
        sweep(world)

    assert world.sweeps["library_rollout"].begun_since == world.stopped_executions.began[long.arn]
    world.stopped_executions.runs.clear()
    world.stopped_executions.stopped = [(world.clock() + MINUTE, long)]
    found = []
    for _ in range(3):
        world.clock.now += GRACE
        found.append(sweep(world)["machines"])

    assert sum(found) == 1
    assert world.sweeps["library_rollout"].begun_since >= world.clock() - 2 * GRACE


def test_a_rollout_that_ended_past_every_catch_is_failed_once(world: World) -> None:
    record = a_library_record(rolloutStatus="ROLLING", rolloutExecution="r1")
    world.library.records["reach", 1] = record
    stopped = execution(ROLLOUT, "r1", "FAILED", input='{"workflowId": "reach"}', error="States.Runtime", cause="why")

    clean_up_machine.handler(an_event(stopped), ports=lambda: world)

    row = world.library.records["reach", 1]
    assert (row["rolloutStatus"], row["rolloutReason"]) == ("FAILED", "why")


@pytest.mark.parametrize("change", [{"rolloutExecution": "r2"}, {"rolloutStatus": "DONE"}])
def test_a_rollout_that_is_another_or_over_is_left_alone(world: World, change: dict[str, Any]) -> None:
    record = a_library_record(**{"rolloutStatus": "ROLLING", "rolloutExecution": "r1", **change})
    world.library.records["reach", 1] = dict(record)

    clean_up_machine.handler(an_event(execution(ROLLOUT, "r1", input='{"workflowId": "reach"}')), ports=lambda: world)

    assert world.library.records["reach", 1] == record


@pytest.mark.parametrize(("syncs", "status"), [("w1", "FAILED"), ("w2", "PENDING")])
def test_a_sync_that_ended_past_every_catch_is_failed_if_it_is_the_last(world: World, syncs: str, status: str) -> None:
    row = {
        "customerId": "acme",
        "workflowId": "reach",
        "syncStatus": "PENDING",
        "syncExecution": execution(SYNC, syncs).arn,
    }
    world.workflows.rows["acme", "reach"] = row
    ids = '{"customerId": "acme", "workflowId": "reach"}'

    clean_up_machine.handler(an_event(execution(SYNC, "w1", "TIMED_OUT", input=ids)), ports=lambda: world)

    assert world.workflows.rows["acme", "reach"]["syncStatus"] == status


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({}, "FAILED"),
        ({"syncStatus": "SYNCED", "definitionHash": "of the definition before"}, "FAILED"),
        (
            {
                "syncStatus": "SYNCED",
                "definitionHash": definition_hash({"workflowId": "reach", "sqlQuery": "SELECT 1"}),
            },
            "SYNCED",
        ),
    ],
    ids=["put by hand", "changed by hand", "as it was synced"],
)
def test_a_row_that_somebody_has_put_is_failed_unless_amc_has_it(world: World, row: Any, status: str) -> None:
    ids = {"customerId": "acme", "workflowId": "reach"}
    began = {"syncExecution": execution(SYNC, "w1").arn}
    world.workflows.rows["acme", "reach"] = {**ids, "sqlQuery": "SELECT 1", **began, **row}

    clean_up_machine.handler(an_event(execution(SYNC, "w1", "TIMED_OUT", input=json.dumps(ids))), ports=lambda: world)

    assert world.workflows.rows["acme", "reach"]["syncStatus"] == status


def test_a_tenant_whose_onboarding_ended_past_every_catch_is_failed_and_free(world: World) -> None:
    stopped = execution(ONBOARDING, "o1", input='{"customerId": "acme"}')
    world.tenants.rows["acme"] |= {"status": "PROVISIONING", "onboardingLease": stopped.arn}

    for _ in range(2):
        clean_up_machine.handler(an_event(stopped), ports=lambda: world)

    row = world.tenants.rows["acme"]
    assert (row["status"], row["reason"]) == ("FAILED", "the execution o1 was stopped")
    assert "onboardingLease" not in row


def an_event(stopped: StoppedExecution) -> dict[str, Any]:
    body = json.dumps(to_event(stopped))
    assert from_event(body) == stopped
    return {"Records": [an_sqs_record(body)]}


ASKED: dict[str, Any] = {
    "timeWindowStartOriginal": "2026-11-16T00:00:00", "timeWindowEndOriginal": "2026-11-23T00:00:00",
    "timeWindowTimeZoneOriginal": "Europe/Berlin", "parameterValues": {"cap": "3"},
}  # fmt: skip


def after_a_restore(world: World, execution: StoppedExecution, **asked: Any) -> None:
    """Step Functions and AMC have what the tables have lost."""
    world.stopped_executions.stopped = [(world.clock(), execution)]
    world.stopped_executions.recalled[execution.arn] = Recalled(
        "run-1", "reach", "interactive", iso(world.clock()), "t"
    )
    world.amc.runs = [a_run(status="SUCCEEDED", **asked)]
    run = run_row("acme", a_run(status="SUCCEEDED", **asked), world.clock())
    world.executions.rows["acme", "run-1"] = run | {"source": "external"}


def clean_up(world: World) -> None:
    """What the sweep has sent is handled."""
    records = [an_sqs_record(json.dumps(to_event(each))) for _, each in world.stopped_executions.sent]
    assert clean_up_execution.handler({"Records": records}, ports=lambda: world) == {"batchItemFailures": []}


def claimed(world: World) -> tuple[Any, ...]:
    request, run = world.requests.find("acme", "r1") or {}, world.executions.rows["acme", "run-1"]
    return request.get("status"), request.get("workflowExecutionId"), run["source"], run.get("requestId")


def test_a_request_that_was_brought_back_gets_the_run_that_its_execution_made(world: World) -> None:
    ask(world, 2 * GRACE, status="WAITING")
    after_a_restore(world, execution(LIFECYCLE, "acme.r1", "SUCCEEDED", input=json.dumps(IDS)))

    assert sweep(world)["requests"] == 1
    clean_up(world)

    assert claimed(world) == ("SUCCEEDED", "run-1", "wfm", "r1")
    assert world.amc.calls == []


def test_a_request_whose_row_is_lost_is_written_anew_from_its_execution(world: World) -> None:
    after_a_restore(world, execution(LIFECYCLE, "acme-r1", "SUCCEEDED", input=json.dumps(IDS)))

    assert sweep(world)["requests"] == 0
    event: Any = {"begunSince": iso(world.clock() - timedelta(hours=1))}
    first = reconcile.handler(event, ports=lambda: world)["requests"]
    clean_up(world)
    again = reconcile.handler(event, ports=lambda: world)["requests"]

    assert (first, again) == (1, 0)
    assert claimed(world) == ("SUCCEEDED", "run-1", "wfm", "r1")
    row = world.requests.find("acme", "r1") or {}
    assert (row["workflowId"], row["priority"], row["traceId"]) == ("reach", "interactive", "t")


def test_it_has_its_window_and_parameters_again_as_amc_shows_them(world: World) -> None:
    after_a_restore(world, execution(LIFECYCLE, "acme-r1", "SUCCEEDED", input=json.dumps(IDS)), **ASKED)

    reconcile.handler({"begunSince": iso(world.clock() - timedelta(hours=1))}, ports=lambda: world)
    clean_up(world)

    row = world.requests.find("acme", "r1") or {}
    assert row["execution"] == {
        "workflowId": "reach", "timeWindowType": "EXPLICIT", "timeWindowStart": "2026-11-16T00:00:00",
        "timeWindowEnd": "2026-11-23T00:00:00", "timeWindowTimeZone": "Europe/Berlin",
        "parameterValues": {"cap": "3"},
    }  # fmt: skip
    assert window_of_request(row) == ("2026-11-16T00:00:00", "2026-11-23T00:00:00", "Europe/Berlin")


def test_one_that_was_begun_with_the_whole_request_has_all_of_it_again(world: World) -> None:
    world.tenants.rows["acme"][VALUES_COLUMN] = {"least": 5}
    values = {"cap": 3, "day": "TODAY(-1)", "least": {"value_of": "least"}}
    payload = {
        "workflowId": "reach",
        "timeWindowStart": "TODAY(-7)",
        "timeWindowEnd": "TODAY(0)",
        "parameterValues": values,
    }
    sent = {**IDS, "payload": payload, "source": "a sender", "labels": {"team": "emea"}, "priority": "scheduled"}
    after_a_restore(world, execution(LIFECYCLE, "acme-r1", "SUCCEEDED", input=json.dumps(sent)))

    reconcile.handler({"begunSince": iso(world.clock() - timedelta(hours=1))}, ports=lambda: world)
    clean_up(world)

    row = world.requests.find("acme", "r1") or {}
    assert (row["source"], row["labels"], row["request"]["payload"]) == ("a sender", {"team": "emea"}, payload)
    assert row["execution"]["timeWindowStart"] == "2026-11-16T00:00:00"
    assert row["execution"]["parameterValues"] == {"cap": 3, "day": "2026-11-22T00:00:00", "least": 5}
    assert "openSince" not in row


def test_a_run_that_amc_has_forgotten_is_nobody_s_and_the_request_ends_as_its_execution(world: World) -> None:
    ask(world, 2 * GRACE, status="WAITING")
    after_a_restore(world, execution(LIFECYCLE, "acme.r1", "SUCCEEDED", input=json.dumps(IDS)))
    world.amc.runs = []

    sweep(world)
    clean_up(world)

    assert claimed(world) == ("SUCCEEDED", None, "external", None)


def test_what_was_just_stopped_asks_for_no_history(world: World) -> None:
    """A cancelled backfill stops thousands, whose rows know all there is."""
    ask(world, 2 * GRACE, status="WAITING")
    stopped = execution(LIFECYCLE, "acme.r1", input=json.dumps(IDS))
    after_a_restore(world, stopped)
    event = to_event(stopped) | {"source": "aws.states"}

    clean_up_execution.handler({"Records": [an_sqs_record(json.dumps(event))]}, ports=lambda: world)

    assert claimed(world) == ("CANCELLED", None, "external", None)


def test_what_cannot_be_sent_after_one_request_holds_up_no_other_and_no_heartbeat(world: World) -> None:
    """It fails the sweep once all have had their turn: some cannot be sent for as long as their row is there."""
    now = world.clock()
    world.tenants.rows["birch"] = a_tenant_row(customerId="birch")
    for customer_id in ("acme", "birch"):
        message = a_message(customerId=customer_id, refresh=["3d"])
        row = {
            "customerId": customer_id,
            "requestId": customer_id,
            "workflowExecutionId": "run-1",
            "status": "SUCCEEDED",
        }
        ended = {"endedAt": iso(now - 4 * DAY), "refreshDue": iso(now - 4 * DAY), "execution": EXPLICIT}
        ask(world, 2 * GRACE, request=message, **row, **ended)
    run = a_run(workflowExecutionId="run-9", createTime=iso(now - 4 * GRACE))
    world.executions.rows["birch", "run-9"] = {**run_row("birch", run, now), "requestId": "long"}
    ask(world, -GRACE, customerId="birch", requestId="long", outcomeToken="token-9")
    world.tenants.rows["birch"]["pollDueAt"] = iso(now)
    send = world.queues.send

    def send_to_birch(customer_id: str, documents: Any) -> None:
        if customer_id == "acme":
            raise NotReadyYet("acme has no queue")
        send(customer_id, documents)

    world.queues.send = send_to_birch  # type: ignore[method-assign]
    with pytest.raises(NotReadyYet, match="of 1 requests what follows is not sent; acme/acme: acme has no queue"):
        sweep(world)

    assert [customer_id for customer_id, _ in world.queues.sent] == ["birch"]
    assert world.tasks.heartbeats == ["token-9"]
