"""AMC is away, or takes no POST, for longer than a step is tried: whatever runs, waits or comes meanwhile ends well."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import a_message
from tests.reliability.report import FaultReport
from tests.reliability.walk import Walk
from tests.reliability.world import CountedWorld
from wfm.errors import AmcRefused, AmcUnavailable, CredentialsRefused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

ROUND_SECONDS = 120.0
HOUR = 30  # rounds
BY_HAND = {**a_message()["payload"], "workflowId": "by-hand"}  # of which WFM has no row
POST = "create_execution"


class AmcIsAway:
    """Its calls fail, or those of the name `only`; `asked` counts them."""

    def __init__(self, there: Any, fault: Exception, only: str = "") -> None:
        self.asked = Counter[str]()
        self._there, self._fault, self._only = there, fault, only

    def __getattr__(self, name: str) -> Any:
        if self._only not in ("", name):
            return getattr(self._there, name)

        def fail(*_: Any, **__: Any) -> None:
            self.asked[name] += 1
            raise self._fault

        return fail


def told_of(world: CountedWorld) -> list[str]:
    """What EventBridge was told of the tenant."""
    return [status for detail in world.events.details if (status := json.loads(detail).get("tenantStatus"))]


def walked(dynamodb: "DynamoDBServiceResource", fault: Exception, only: str = "") -> Counter[str]:
    """A run in flight, a request in line, and two that come during the day: AMC's calls that failed meanwhile."""
    world = CountedWorld(dynamodb, "away", limit=1)
    world.true_amc.workflows["by-hand"] = {"workflowId": "by-hand"}
    walk, there = Walk(world, round_seconds=ROUND_SECONDS, tick=5), world.amc
    walk.send("running", "waiting")
    while world.request("running").get("status") != "RUNNING":
        walk.round()

    away = AmcIsAway(there, fault, only)
    world.amc = away  # type: ignore[assignment]
    for _ in range(HOUR):
        walk.round()
    walk.send("new")
    walk.send("by-hand", payload=BY_HAND)
    for _ in range(23 * HOUR):
        walk.round()
    assert set(walk.ended) <= {world.request("running")["executionName"]}
    assert told_of(world) == ["DEGRADED"]

    world.amc = there
    walk.run()

    rows = [world.request(name) for name in ("running", "waiting", "new", "by-hand")]
    assert [row["status"] for row in rows] == ["SUCCEEDED"] * 4
    assert {row["workflowExecutionId"] for row in rows} == {run["workflowExecutionId"] for run in world.true_amc.runs}
    assert len(world.true_amc.runs) == 4
    assert told_of(world) == ["DEGRADED", "ACTIVE"]
    return away.asked


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("AMC down for 24 hours", AmcUnavailable("it answered 503")),
        ("refresh token revoked", CredentialsRefused("the grant was revoked")),
    ],
)
def test_what_runs_waits_or_comes_while_amc_lets_nobody_in_for_a_day_runs_once_and_succeeds(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport, name: str, fault: Exception
) -> None:
    asked = walked(dynamodb, fault)

    assert asked.keys() == {"list_executions", "get_execution", "get_workflow"}
    fault_report(name, 1)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("AMC answers no POST for 24 hours, and everything else", AmcUnavailable("it answered 503")),
        ("AMC answers each POST with 403 for 24 hours", AmcRefused(403, "no access to the instance")),
    ],
)
def test_what_waits_or_comes_while_amc_takes_no_post_for_a_day_runs_once_and_succeeds(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport, name: str, fault: Exception
) -> None:
    asked = walked(dynamodb, fault, POST)

    assert 10 < asked[POST] < 60
    fault_report(name, asked[POST])
