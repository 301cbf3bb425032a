"""A result is compared with the one before it once, though Lambdas are killed at every call that others see."""

import json
from typing import TYPE_CHECKING, Any

from functions.handlers import compare_results
from tests.builders import a_run
from tests.fakes import NOON, FakeResults
from tests.reliability.report import FaultReport
from tests.reliability.walk import Walk
from tests.reliability.world import CountedWorld
from wfm.calendar.timestamps import iso
from wfm.model.runs import run_row
from wfm.store.items import to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

FAULT = "Lambda killed while a result is compared with the one before it"
CHANGE = {
    "at": "2026-11-23T12:00:00.000Z",
    "rowsBefore": 1,
    "rowsAfter": 1,
    "rowsPercent": "0.00",
    "columns": [{"name": "n", "before": "100", "after": "104", "percent": "4.00"}],
}


class ComparisonWalk(Walk):
    """From AMC's word that the newer run succeeded, over the event of it, to what is on the row."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", customer_id: str, *, claimed: bool = True) -> None:
        world: Any = CountedWorld(dynamodb, customer_id)
        world.results = FakeResults({"before": [b"n\n100\n"], "after": [b"n\n104\n"]})
        super().__init__(world, tracker=False, round_seconds=0)
        self._passed_on = 0
        rows = world.rows["Executions"]
        lineage = {"supersedes": "before"} if claimed else {}
        for run_id, status, before in (("before", "SUCCEEDED", {}), ("after", "RUNNING", lineage)):
            row = run_row(customer_id, a_run(workflowExecutionId=run_id, status=status), NOON)
            rows.put_item(Item=to_item({**row, "source": "wfm", "announced": [status], **before}))
        world.stream.clear()
        world.executions.record(run_row(customer_id, a_run(workflowExecutionId="after", status="SUCCEEDED"), NOON))
        world.calls.forget()

    def round(self) -> None:
        """The stream's records, then the messages that the rule has made of events."""
        self._stream()
        for detail in self.details[self._passed_on :]:
            if detail.get("executionStatus") == "SUCCEEDED":
                body, at = json.dumps({"detail": detail}), {"SentTimestamp": str(int(NOON.timestamp() * 1000))}
                self._messages.append({"messageId": str(self._passed_on), "body": body, "attributes": at})
            self._passed_on += 1
        self._messages = self._deliver(compare_results, self._messages)

    @property
    def details(self) -> list[dict[str, Any]]:
        """Of all events, in their order."""
        return [json.loads(each) for each in self.world.events.details]


def walked(
    dynamodb: "DynamoDBServiceResource", customer_id: str, kill: tuple[int, str] | None = None
) -> ComparisonWalk:
    walk = ComparisonWalk(dynamodb, customer_id)
    walk.world.calls.kill_at = {kill} if kill else set()
    walk.run()
    return walk


def assert_it_was_compared_once(walk: ComparisonWalk) -> None:
    """One change on the row, and one event by its id; it says the same."""
    killed = " ".join(walk.world.calls.kills)
    row: Any = walk.world.executions.find(walk.world.customer_id, "after")
    changed = [detail for detail in walk.details if "changeStatus" in detail]

    assert row["change"] == CHANGE, killed
    assert len({detail["eventId"] for detail in changed}) == 1, killed
    assert [detail["columns"] for detail in changed] == [CHANGE["columns"]] * len(changed), killed


def test_a_lambda_killed_at_any_call_leaves_one_change_and_one_event(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    unharmed = walked(dynamodb, "unharmed")
    assert_it_was_compared_once(unharmed)
    points = unharmed.world.calls.points()

    kills: list[str] = []
    for index, point in enumerate(points):
        walk = walked(dynamodb, f"killed-{index}", point)
        assert_it_was_compared_once(walk)
        kills += walk.world.calls.kills

    assert len(kills) == len(points) > 6
    assert {"before put_events", "before publish", "before UpdateItem Executions"} <= set(kills)
    fault_report(FAULT, len(kills))


def test_a_run_of_which_wfm_knows_only_after_its_end_that_it_is_its_own_is_compared_too(
    dynamodb: "DynamoDBServiceResource",
) -> None:
    """The answer to its POST was lost amid an outage; AMC's list showed its end before the POST was tried again."""
    walk = ComparisonWalk(dynamodb, "late", claimed=False)
    walk.run()
    told = len(walk.details)
    asked = {"customerId": "late", "requestId": "r1", "status": "SUBMITTING", "requestedAt": iso(NOON), "attempts": 1}
    walk.world.rows["ExecutionRequests"].put_item(Item=to_item(asked))

    run = a_run(workflowExecutionId="after", status="SUCCEEDED")
    assert walk.world.executions.claim("late", "r1", run, NOON, {"supersedes": "before"})
    walk.run()

    assert_it_was_compared_once(walk)
    first, again, changed = walk.details
    assert (told, again["eventId"], again["requestId"]) == (1, first["eventId"], "r1")
    assert changed["changeStatus"] == "CHANGED"
