"""CompareResults: a batch of the queue of runs that succeeded in the place of another."""

import json
from typing import Any

import pytest

from functions.handlers.compare_results import handler
from tests.builders import a_run, a_tenant_row
from tests.fakes import NOON, World
from wfm.errors import AwsBusy
from wfm.model.runs import run_row


def a_record(run_id: str = "run-1", tries: int = 1, **fields: Any) -> dict[str, Any]:
    detail = {"customerId": "acme", "workflowExecutionId": run_id, "executionStatus": "SUCCEEDED"}
    attributes = {"SentTimestamp": str(int(NOON.timestamp() * 1000)), "ApproximateReceiveCount": str(tries)}
    body = json.dumps({"source": "wfm", "detail-type": "Execution Status Change", "detail": detail})
    record = {"messageId": f"m-{run_id}", "receiptHandle": f"h-{run_id}", "eventSourceARN": "arn"}
    return {**record, "body": body, "attributes": attributes, **fields}


@pytest.fixture
def world() -> World:
    world = World(a_tenant_row())
    for number in range(3):
        row = run_row("acme", a_run(workflowExecutionId=f"run-{number}", status="SUCCEEDED"), NOON)
        before = {"supersedes": f"run-{number - 1}"} if number else {}
        world.executions.rows["acme", f"run-{number}"] = {**row, "source": "wfm", **before}
        world.results.found[f"run-{number}"] = [f"n\n{number}\n".encode()]
    return world


def handled(world: World, *records: dict[str, Any]) -> list[str]:
    """The messages that come back."""
    answer = handler({"Records": list(records)}, ports=lambda: world)
    return [failed["itemIdentifier"] for failed in answer["batchItemFailures"]]


def test_a_message_becomes_an_event_and_the_rows_change(world: World) -> None:
    assert handled(world, a_record()) == []

    assert world.announcer.sent == [("run-1", "CHANGED")]
    assert world.executions.rows["acme", "run-1"]["change"]["columns"] == [{"name": "n", "before": "0", "after": "1"}]


def test_one_that_fails_comes_back_after_a_pause_that_grows_and_the_others_are_done(world: World) -> None:
    world.results.found["run-0"] = AwsBusy("S3")

    assert handled(world, a_record(tries=3), a_record("run-2")) == ["m-run-1"]

    assert world.messages_in_hand.postponed == [("h-run-1", 120)]
    assert world.announcer.sent == [("run-2", "CHANGED")]
    assert "change" not in world.executions.rows["acme", "run-1"]


def test_what_names_no_run_is_dropped(world: World) -> None:
    assert handled(world, a_record(body="hello")) == []

    assert (world.announcer.sent, world.results.asked) == ([], [])
