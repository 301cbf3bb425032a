"""DeliverResult: a batch of the queue of deliveries, of which each message is done or comes back later."""

from types import SimpleNamespace
from typing import Any

import pytest

from functions.handlers.deliver_result import handler
from tests.builders import a_run
from tests.fakes import NOON, World
from wfm.errors import AwsBusy
from wfm.model.delivery_orders import to_message
from wfm.model.result_deliveries import Delivered, DeliveryOrder, DeliveryOutcome, ResultWindow
from wfm.model.runs import run_row

SENT = str(int(NOON.timestamp() * 1000))


def a_record(run_id: str = "run-1", tries: int = 1, **fields: Any) -> dict[str, Any]:
    order = DeliveryOrder("acme", "reach", run_id, NOON, ResultWindow(NOON, NOON))
    attributes = {"SentTimestamp": SENT, "ApproximateReceiveCount": str(tries)}
    record = {"messageId": f"m-{run_id}", "receiptHandle": f"h-{run_id}", "eventSourceARN": "arn:deliveries"}
    return {**record, "body": to_message(order), "attributes": attributes, **fields}


@pytest.fixture
def world() -> World:
    world = World()
    for run_id in ("run-1", "run-2"):
        row = run_row("acme", a_run(workflowExecutionId=run_id), NOON)
        world.executions.rows["acme", run_id] = {**row, "source": "wfm"}
    return world


def handled(world: World, deliver: Any, *records: dict[str, Any]) -> list[str]:
    """The messages that come back."""
    world.delivery = SimpleNamespace(deliver=deliver)  # type: ignore[attr-defined]
    answer = handler({"Records": list(records)}, ports=lambda: world)
    return [failed["itemIdentifier"] for failed in answer["batchItemFailures"]]


def done(_: DeliveryOrder) -> Delivered:
    return Delivered(DeliveryOutcome.DELIVERED, "", "s3://b/tenant=acme/k.parquet", "db.reach", 1)


def test_a_message_becomes_a_file_and_an_event(world: World) -> None:
    assert handled(world, done, a_record()) == []

    assert world.announcer.sent == [("run-1", "DELIVERED")]
    assert world.executions.rows["acme", "run-1"]["delivery"]["state"] == "DELIVERED"


def test_one_that_fails_comes_back_after_a_pause_that_grows_and_the_others_are_done(world: World) -> None:
    def deliver(order: DeliveryOrder) -> Delivered:
        if order.run_id == "run-1":
            raise AwsBusy("S3")
        return done(order)

    assert handled(world, deliver, a_record(tries=3), a_record("run-2")) == ["m-run-1"]

    assert world.messages_in_hand.postponed == [("h-run-1", 120)]
    assert world.announcer.sent == [("run-2", "DELIVERED")]


def test_why_it_failed_is_told_also_where_the_message_is_another_lambdas_by_now(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """SQS gave it away when its time-out was over, and refuses to postpone it for the first one."""

    def deliver(_: DeliveryOrder) -> Delivered:
        raise AwsBusy("S3")

    world.messages_in_hand.lapsed.add("h-run-1")

    assert handled(world, deliver, a_record()) == ["m-run-1"]

    told = [(record.message, vars(record)["problem"]) for record in caplog.records]
    assert told == [("not postponed", "The input receipt handle is invalid."), ("a record will be retried", "S3")]


def test_what_amc_has_not_published_yet_comes_back_too(world: World) -> None:
    def deliver(_: DeliveryOrder) -> Delivered:
        return Delivered(DeliveryOutcome.NOT_THERE, "AMC has no file of run run-1")

    assert handled(world, deliver, a_record()) == ["m-run-1"]

    assert world.messages_in_hand.postponed == [("h-run-1", 30)]
    assert world.executions.rows["acme", "run-1"]["delivery"]["state"] == "WAITING"


@pytest.mark.parametrize("body", [pytest.param("{}", id="no order"), pytest.param("hello", id="no JSON")])
def test_what_is_no_order_is_dropped_with_an_alarm(world: World, body: str) -> None:
    assert handled(world, done, a_record(body=body)) == []

    assert world.metrics.measured == [("ResultsNotDelivered", 1)]
    assert world.announcer.sent == []
