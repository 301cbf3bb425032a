"""A result is told stale and fresh again, though Lambdas are killed at every call of a look that others see."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.handlers import list_due_tenants, track_tenant
from functions.services.scheduling.freshness import watch_result
from tests.builders import a_run
from tests.fakes import NOON
from tests.reliability.calls import Killed
from tests.reliability.report import FaultReport
from tests.reliability.world import CountedWorld
from wfm.calendar.timestamps import iso
from wfm.model.runs import RETENTION, run_row
from wfm.store.items import to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

FAULT = "Lambda killed at a look at the newest result of a workflow"
HOUR = timedelta(hours=1)


def told(world: CountedWorld) -> list[tuple[str, str]]:
    """What EventBridge got of the result: what, and under which id."""
    details = [json.loads(detail) for detail in world.events.details]
    return [(each["resultStatus"], each["eventId"]) for each in details if "resultStatus" in each]


def tick(world: CountedWorld) -> None:
    ports: Any = world
    try:
        for batch in list_due_tenants.handler({}, ports=lambda: ports)["batches"]:
            if batch.get("workflows"):
                track_tenant.handler({**batch, "tenants": []}, ports=lambda: ports)
    except Killed:
        pass
    world.calls.handler_returns()


def watched(dynamodb: "DynamoDBServiceResource", customer_id: str, kill: tuple[int, str] | None = None) -> CountedWorld:
    """A workflow of which no window succeeds for two days, and one at last; ticks around both."""
    world = CountedWorld(dynamodb, customer_id)
    ports: Any = world
    key = {"customerId": customer_id, "workflowId": "reach"}
    world.rows["Workflows"].put_item(Item={**key, "sqlQuery": "SELECT 1", "freshness": "36h"})
    watch_result(customer_id, "reach", ports)
    world.calls.forget()
    world.calls.kill_at = {kill} if kill else set()
    for hours in (36, 37, 38):
        world.clock.now = NOON + hours * HOUR
        tick(world)
    times = dict.fromkeys(("createTime", "lastUpdatedTime", "timeWindowEnd"), iso(world.clock.now))
    run = a_run(workflowExecutionId=f"run-{customer_id}", status="SUCCEEDED", **times)
    with world.rows["Executions"].batch_writer() as others:  # which is no call of WFM
        others.put_item(Item=to_item(run_row(customer_id, run, world.clock.now, RETENTION)))
    for hours in (40, 42, 44):
        world.clock.now = NOON + hours * HOUR
        tick(world)
    return world


def test_a_stale_result_is_told_under_one_id_and_so_is_a_fresh_one_though_a_lambda_is_killed_anywhere(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    unharmed = watched(dynamodb, "unharmed")
    points = unharmed.calls.points()
    assert [status for status, _ in told(unharmed)] == ["STALE", "FRESH"]

    kills: list[str] = []
    for index, point in enumerate(points):
        world = watched(dynamodb, f"killed-{index}", point)
        killed, news = " ".join(world.calls.kills), told(world)

        assert list(dict.fromkeys(status for status, _ in news)) == ["STALE", "FRESH"], killed
        assert len(set(news)) == 2, killed
        assert len(news) <= 3, killed
        row: Any = world.workflows.find(f"killed-{index}", "reach")
        assert (row["resultStatus"], "staleSince" in row) == ("FRESH", False), killed
        kills += world.calls.kills

    assert len(kills) == len(points) > 5
    assert {"before UpdateItem Workflows", "before publish"} <= set(kills)
    fault_report(FAULT, len(kills))
