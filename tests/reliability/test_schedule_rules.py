"""The rules and deadlines of a schedule hold though Lambdas are killed at every call that others see."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.handlers import list_due_tenants, track_tenant
from functions.services.scheduling.scheduling import apply_schedule
from tests.builders import an_sqs_record
from tests.fakes import NOON, FakeScheduler
from tests.reliability.calls import Killed
from tests.reliability.report import FaultReport
from tests.reliability.walk import Walk
from tests.reliability.world import CountedWorld
from wfm.calendar.timestamps import iso
from wfm.model.requests import scheduled_request_id
from wfm.store.items import to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

FAULT = "Lambda killed around a firing that a schedule's rules judge, or at a look at its deadline"
FIRST, SECOND = (iso(NOON + timedelta(days=days, hours=1)) for days in (1, 2))


def a_world(dynamodb: "DynamoDBServiceResource", customer_id: str, **fields: Any) -> CountedWorld:
    """A tenant with a daily schedule of a workflow that there is not, so that each of its runs is refused."""
    world = CountedWorld(dynamodb, customer_id)
    payload = {"workflowId": "nobody", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    row = {"customerId": customer_id, "Name": "daily", "ScheduleExpression": "daily 13:00"}
    world.rows["Schedules"].put_item(Item=to_item({**row, "Input": {"payload": payload}, **fields}))
    world.scheduler = FakeScheduler()  # type: ignore[attr-defined]
    ports: Any = world
    apply_schedule(customer_id, "daily", ports)
    world.calls.forget()
    return world


def schedule(world: CountedWorld) -> Mapping[str, Any]:
    return dict(world.schedules.find(world.customer_id, "daily") or {})


def news(world: CountedWorld) -> list[tuple[str, str]]:
    """What EventBridge got of the schedule: what, and under which id."""
    details = [json.loads(detail) for detail in world.events.details]
    return [(each["scheduleStatus"], each["eventId"]) for each in details if "scheduleStatus" in each]


class FiringWalk(Walk):
    """A walk whose messages are those that EventBridge sends for a schedule."""

    def fire(self, *times: str) -> None:
        """A message for each of these times."""
        ports: Any = self.world
        ((_, definition),) = ports.scheduler.there.values()
        queue = f"{self.world.settings.prefix}-{self.world.customer_id}.fifo"
        for at in times:
            body = definition["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", at)
            sent = {"SentTimestamp": str(int(self.world.clock().timestamp() * 1000))}
            self._messages.append({**an_sqs_record(body, f"message-{at}", queue), "attributes": sent})


def fired(dynamodb: "DynamoDBServiceResource", customer_id: str, kill: tuple[int, str] | None = None) -> CountedWorld:
    """Two firings at once, of which the second finds the first going on, and the first once more."""
    world = a_world(dynamodb, customer_id, overlap="skip", pauseAfter=1)
    world.calls.kill_at = {kill} if kill else set()
    walk = FiringWalk(world)
    walk.fire(FIRST, SECOND)
    walk.run()
    walk.fire(FIRST)
    walk.run()
    return world


def test_firings_are_judged_once_and_the_pause_is_told_though_a_lambda_is_killed_anywhere(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    points = fired(dynamodb, "unharmed").calls.points()

    kills: list[str] = []
    for index, point in enumerate(points):
        world = fired(dynamodb, f"killed-{index}", point)
        killed = " ".join(world.calls.kills)
        ends = [world.request(scheduled_request_id("daily", at))["status"] for at in (FIRST, SECOND)]
        told = news(world)

        assert ends == ["REJECTED", "CANCELLED"], killed
        assert (schedule(world)["paused"], "pauseUntold" in schedule(world)) == (True, False), killed
        assert {status for status, _ in told} == {"PAUSED"}, killed
        assert len(set(told)) == 1, killed
        assert len(told) <= 2, killed
        kills += world.calls.kills

    assert len(kills) == len(points) > 10
    assert {"before UpdateItem Schedules", "before publish"} <= set(kills)
    fault_report(FAULT, len(kills))


def watched(dynamodb: "DynamoDBServiceResource", customer_id: str, kill: tuple[int, str] | None = None) -> CountedWorld:
    """A firing that never comes, and the ticks around its deadline."""
    world = a_world(dynamodb, customer_id, dueBy="14:00")
    world.calls.kill_at = {kill} if kill else set()
    ports: Any = world
    for minutes in range(110, 130):
        world.clock.now = NOON + timedelta(minutes=minutes)
        try:
            for batch in list_due_tenants.handler({}, ports=lambda: ports)["batches"]:
                if batch["schedules"]:
                    track_tenant.handler(batch, ports=lambda: ports)
        except Killed:
            pass
        world.calls.handler_returns()
    return world


def test_a_late_firing_is_told_under_one_id_though_a_lambda_is_killed_anywhere(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    points = watched(dynamodb, "on-time").calls.points()

    for index, point in enumerate(points):
        world = watched(dynamodb, f"late-{index}", point)
        killed = " ".join(world.calls.kills)
        told = news(world)

        assert {status for status, _ in told} == {"LATE"}, killed
        assert (len(set(told)), len(told) <= 2) == (1, True), killed
        assert schedule(world)["watchedFiring"] == FIRST, killed

    assert len(points) > 3
    fault_report(FAULT, len(points))
