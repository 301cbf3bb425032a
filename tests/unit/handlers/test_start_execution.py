"""A tenant's queue."""

import json
from datetime import datetime
from typing import Any

import pytest

from functions.handlers.start_execution import handler
from tests.builders import a_message, a_tenant_row, an_sqs_record
from tests.fakes import World
from wfm.model.requests import execution_name, read_request, request_row


def deliver(world: World, *bodies: Any, queue: str = "wfm-demoteam-amcdataset-acme.fifo") -> Any:
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    records = [an_sqs_record(text, f"message-{n}", queue) for n, text in enumerate(texts)]
    return handler({"Records": records}, ports=lambda: world)


def test_a_message_starts_one_execution_that_carries_ids_only() -> None:
    world = World(a_tenant_row())

    answer = deliver(world, a_message())

    assert answer == {"batchItemFailures": []}
    assert world.metrics.measured == [("QueueWait", 0.0)]
    assert world.tasks.started == {
        execution_name("acme", "r1"): ("lifecycle", {"customerId": "acme", "requestId": "r1"})
    }
    assert world.requests.find("acme", "r1")["status"] == "QUEUED"


SENT_TRACE = "1-69247b3c-5b1f2a0c9d8e7f6a5b4c3d2e"


def deliver_traced(world: World, header: str) -> tuple[str, str | None]:
    """The trace on the request's row, and the header with which its execution is started."""
    record = an_sqs_record(json.dumps(a_message()))
    traced: Any = {**record, "attributes": {**record["attributes"], "AWSTraceHeader": header}}
    handler({"Records": [traced]}, ports=lambda: world)
    row = world.requests.find("acme", "r1") or {}
    return row["traceId"], world.tasks.trace_headers[execution_name("acme", "r1")]


def test_the_trace_that_a_message_brings_goes_on_as_its_sender_chose() -> None:
    header = f"Root={SENT_TRACE};Parent=53995c3f42cd8ad8;Sampled=1"

    assert deliver_traced(World(a_tenant_row()), header) == (SENT_TRACE, header)


@pytest.mark.parametrize("header", ["", "Root=nonsense", f"Root={SENT_TRACE}0", "Parent=53995c3f42cd8ad8;Sampled=1"])
def test_a_message_without_a_trace_begins_one_that_xray_may_sample(header: str) -> None:
    trace_id, sent = deliver_traced(World(a_tenant_row()), header)

    assert trace_id.startswith(f"1-{int(World().clock().timestamp()):08x}-")
    assert sent == f"Root={trace_id}"


def test_a_redelivered_message_keeps_the_trace_of_its_first_delivery() -> None:
    world = World(a_tenant_row())
    first, _ = deliver_traced(world, "")

    assert deliver_traced(world, f"Root={SENT_TRACE};Sampled=1") == (first, f"Root={first}")


def test_a_redelivered_message_starts_nothing_twice() -> None:
    world = World(a_tenant_row())

    deliver(world, a_message())
    deliver(world, a_message())

    assert len(world.tasks.started) == len(world.requests.rows) == 1


def test_a_message_that_version_0_1_started_finds_its_execution_under_the_old_name() -> None:
    """After an update it may come again; its row has no name of an execution."""
    world = World(a_tenant_row())
    world.tasks.before = {"acme.r1"}
    row = request_row(read_request(a_message(), "r1"), world.clock())
    world.requests.add({name: value for name, value in row.items() if name not in {"executionName", "openSince"}})

    deliver(world, a_message())

    assert set(world.tasks.started) == {"acme.r1"}


def test_equal_messages_without_an_id_of_their_own_both_run() -> None:
    world = World(a_tenant_row())
    message = {"customerId": "acme", "payload": {"workflowId": "reach"}}

    deliver(world, message, message)

    assert set(world.tasks.started) == {execution_name("acme", "message-0"), execution_name("acme", "message-1")}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("not json", "the message: is no JSON"),
        ('{"customerId": NaN}', "the message: is no JSON"),
        ("[]", "the document: a list with nothing in it is not right"),
        ({"payload": {"workflowId": "w"}}, "customerId: is missing; allowed: 1 to 40 letters"),
        (a_message(priority="urgent"), "priority: 'urgent' is not right; allowed: interactive, scheduled or backfill"),
        (a_message(customerId="rival"), "customerId: 'rival' is not the tenant of this queue; allowed: acme"),
        (a_message(payload={"workflowId": "a b"}), "payload.workflowId: 'a b' is not right"),
        (a_message(payload={"workflowId": "w", "parameterValues": 3}), "payload.parameterValues: a number is not"),
        (
            a_message(payload={"workflowId": "w", "timeWindowStart": "TODAY(0)", "timeWindowEnd": "TODAY(-1)"}),
            "timeWindowEnd: 2026-11-22T00:00:00 is not after timeWindowStart",
        ),
        (
            a_message(scheduledTime="2026-13-45T00:00:00Z"),
            "scheduledTime: '2026-13-45T00:00:00Z' is no time (month must",
        ),
        (a_message(scheduledTime="0001-01-01T00:00:00+05:00"), "scheduledTime: '0001-01-01T00:00:00+05:00' is no time"),
        (a_message(inLineSince="0001-01-01T00:00:00Z"), "inLineSince: '0001-01-01T00:00:00Z' is out of reach"),
        (a_message(source="x" * 200_001), "the message: has 200"),
    ],
)
def test_a_message_that_can_never_work_is_parked_with_its_reason(body: Any, told: str) -> None:
    world = World(a_tenant_row())

    answer = deliver(world, body, a_message(requestId="neighbour"))

    ((_, original, reason),) = world.queues.dead
    row = world.requests.find("acme", reason["requestId"]) or {}
    assert answer == {"batchItemFailures": []}
    assert original == (body if isinstance(body, str) else json.dumps(body))
    assert told in reason["reason"]
    assert (row["status"], row["reason"]) == ("REJECTED", reason["reason"])
    assert world.announcer.sent == [(reason["requestId"], "REJECTED")]
    assert set(world.tasks.started) == {execution_name("acme", "neighbour")}
    assert [name for name, _ in world.metrics.measured] == ["RequestsFailed", "RequestsRefused", "QueueWait"]


def test_a_passing_fault_brings_back_only_its_own_message() -> None:
    world = World(a_tenant_row())
    start = world.tasks.start_new

    def flaky(machine: str, name: str, document: Any, since: datetime, trace_header: str | None) -> bool:
        if name == execution_name("acme", "r1"):
            raise ConnectionError("try again")
        return start(machine, name, document, since, trace_header)

    world.tasks.start_new = flaky  # type: ignore[method-assign, assignment]
    answer = deliver(world, a_message(), a_message(requestId="r2"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert set(world.tasks.started) == {execution_name("acme", "r2")}


def test_a_message_that_comes_again_after_its_execution_has_begun_asks_step_functions_nothing() -> None:
    world = World(a_tenant_row())
    deliver(world, a_message())
    world.requests.save("acme", "r1", executionArn="arn:acme.r1")
    world.tasks.started.clear()

    answer = deliver(world, a_message())

    assert answer == {"batchItemFailures": []}
    assert world.tasks.started == {}


def test_a_bad_message_cannot_end_the_request_whose_id_it_bears() -> None:
    world = World(a_tenant_row())
    deliver(world, a_message())

    bad = a_message(priority="urgent")
    handler({"Records": [an_sqs_record(json.dumps(bad), "message-9")]}, ports=lambda: world)

    assert world.requests.find("acme", "r1")["status"] == "QUEUED"


def test_a_request_that_was_cancelled_while_it_was_queued_does_not_start() -> None:
    world = World(a_tenant_row())
    world.requests.add({"customerId": "acme", "requestId": "r1", "status": "CANCELLED", "endedAt": "2026-11-23"})

    answer = deliver(world, a_message())

    assert answer == {"batchItemFailures": []}
    assert world.tasks.started == {}


def test_a_firing_of_a_schedule_is_one_request_however_often_it_comes() -> None:
    world = World(a_tenant_row())
    firing = {
        "customerId": "acme",
        "source": "schedule:daily sales",
        "scheduledTime": "2026-11-23T08:00:00Z",
        "payload": {"workflowId": "reach"},
    }

    deliver(world, firing)
    deliver(world, "not json", firing)  # the same again, under another message id
    deliver(world, firing | {"scheduledTime": "2026-11-24T08:00:00Z"})

    assert [name[:29] for name in world.tasks.started] == [
        "acme-daily_sale-20261123T0800",
        "acme-daily_sale-20261124T0800",
    ]


def test_two_schedules_that_fire_together_are_two_requests() -> None:
    world = World(a_tenant_row())
    time = "2026-11-23T08:00:00Z"
    names = ["a long name of a schedule, north", "a long name of a schedule, south"]

    for name in names:
        deliver(
            world,
            {
                "customerId": "acme",
                "source": f"schedule:{name}",
                "scheduledTime": time,
                "payload": {"workflowId": "reach"},
            },
        )

    assert len(world.tasks.started) == 2


def test_a_firing_is_noted_on_its_schedule() -> None:
    world = World(a_tenant_row())
    world.schedules.rows["acme", "daily"] = {"customerId": "acme", "Name": "daily"}

    deliver(world, a_message(source="schedule:daily", scheduledTime="2026-11-23T08:00:00Z"))

    row = world.schedules.rows["acme", "daily"]
    assert (row["lastRunAt"], row["lastRequestId"]) == ("2026-11-23T08:00:00.000Z", "r1")


def test_a_run_begins_even_if_its_schedule_cannot_be_noted() -> None:
    world = World(a_tenant_row())

    def fail(*_: Any) -> None:
        raise ConnectionError("no table today")

    world.schedules.record_run = fail  # type: ignore[assignment, method-assign]
    answer = deliver(world, a_message(source="schedule:daily", scheduledTime="2026-11-23T08:00:00Z"))

    assert answer == {"batchItemFailures": []}
    assert set(world.tasks.started) == {execution_name("acme", "r1")}
