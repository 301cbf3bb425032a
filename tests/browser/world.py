"""Something of everything, on one afternoon of November: what the pages of the console are looked at with."""

from typing import Any, Final

import pytest

from tests.wfm.backfilling import Backfilling
from tests.wfm.console.conftest import StandStill
from tests.wfm.console.executions import Events, FakeStepFunctions
from tests.wfm.deployed import Deployed
from tests.wfm.post import Post, body

DAY: Final = "2026-11-23"
ARN: Final = "arn:aws:states:us-east-1:1:execution:wfm-demo-lifecycle:acme.r1"
# Tenant, workflow, status, when it was asked for, began to run and ended.
RUNS: Final = (
    ("acme", "reach", "SUCCEEDED", "05:00", "05:01", "05:24"),
    ("acme", "path-to-conversion", "SUCCEEDED", "05:00", "05:02", "05:48"),
    ("acme", "overlap", "FAILED", "05:00", "05:24", "05:31"),
    ("acme", "new-to-brand", "SUCCEEDED", "05:00", "05:31", "05:59"),
    ("birch", "reach", "SUCCEEDED", "05:30", "05:31", "06:08"),
    ("birch", "overlap", "SUCCEEDED", "05:30", "05:32", "05:46"),
    ("cedar", "reach", "CANCELLED", "05:10", "05:11", "05:20"),
    ("cedar", "new-to-brand", "SUCCEEDED", "05:40", "05:41", "06:20"),
    ("acme", "reach", "SUCCEEDED", "13:20", "13:21", "13:52"),
    ("birch", "path-to-conversion", "FAILED", "13:30", "13:31", "14:00"),
)


def at(time: str) -> str:
    return f"{DAY}T{time}:00.000Z"


@pytest.fixture
def world(deployed: Deployed, executions: FakeStepFunctions, post: Post, stand_still: StandStill) -> None:
    """Tenants, runs, a backfill, a library, schedules and a dead letter."""
    stand_still(at("15:00"))
    _tenants(deployed, post)
    _runs(deployed)
    _active(deployed, executions)
    _library(deployed)
    post.put_dead(body("r9"), "r9", "timeWindowEnd: is missing; allowed: a time or a date function")
    _backfill(deployed, executions)


def _tenants(deployed: Deployed, post: Post) -> None:
    names: dict[str, Any] = {"customerName": "Acme Ltd", "lastLookedAt": at("14:59")}
    names["maximumConcurrentWorkflowExecutions"] = 3
    deployed.put_row("acme", queueUrl=post.queue, deadLetterQueueUrl=post.dead, **names)
    down = {"degradedSince": at("14:00"), "degradedReason": "AMC refused with 403: not authorised"}
    deployed.put_tenant("birch", customerName="Birch Bakeware", lastLookedAt=at("14:58"), **down)
    deployed.put_tenant("cedar", "PAUSED", customerName="Cedar Cycles", lastLookedAt=at("14:59"))


def _runs(deployed: Deployed) -> None:
    for number, (tenant, workflow, status, asked, ran, ended) in enumerate(RUNS):
        times = {"requestedAt": at(asked), "waitingAt": at(asked), "runningAt": at(ran), "endedAt": at(ended)}
        why = {"reason": "no such column: reech"} if status == "FAILED" else {}
        ids = {"customerId": tenant, "workflowId": workflow, "source": "schedule:daily"}
        deployed.put_request(f"daily-{number}", status, **ids, **times, **why)
    theirs = {"createTime": at("13:40"), "lastUpdatedTime": at("14:10"), "workflowId": "weekly_export"}
    deployed.put_execution("analytics-4f1c", "SUCCEEDED", customerId="acme", **theirs)


def _active(deployed: Deployed, executions: FakeStepFunctions) -> None:
    deployed.put_gate("acme", {"r0"}, external=1)
    opened = {"openSince": at("14:20"), "requestedAt": at("14:20")}
    deployed.put_request("r0", "RUNNING", runningAt=at("14:24"), **opened)
    deployed.put_request("r1", "WAITING", executionArn=ARN, waitingAt=at("14:21"), **opened)
    deployed.put_waiter("r1")
    executions.put(ARN, Events().enter("WaitForSlot").try_().fail("AmcThrottled", "429: slow down").try_())


def _library(deployed: Deployed) -> None:
    learnt = {"count": 31, "mean": 7, "variance": 1}
    row: dict[str, Any] = {"customerId": "acme", "syncStatus": "SYNCED", "sqlQuery": "SELECT 1", "durations": learnt}
    for name, version in (("reach", 3), ("path-to-conversion", 1)):
        deployed.table("Workflows").put_item(Item=row | {"workflowId": name, "libraryVersion": version})
    refused = {"customerId": "birch", "workflowId": "reach", "libraryVersion": 3, "syncStatus": "FAILED"}
    deployed.table("Workflows").put_item(Item=row | refused | {"syncReason": "AMC refused with 403: not authorised"})
    for name, version, done in (("reach", 2, 3), ("reach", 3, 3), ("path-to-conversion", 1, 1)):
        rollout = {"rolloutStatus": "DONE", "rolloutExecution": "x", "rolloutTenants": done, "rolloutDone": done}
        record = {"workflowId": name, "version": version, "sqlQuery": f"SELECT {version}\nFROM t"}
        deployed.table("WorkflowLibrary").put_item(Item=record | rollout | {"rolledOutAt": at("09:00")})
    for tenant, name, expression, zone in (
        ("acme", "daily", "cron(0 5 * * ? *)", "UTC"),
        ("birch", "daily", "cron(30 6 * * ? *)", "Europe/Berlin"),
        ("cedar", "weekly", "cron(0 7 ? * MON *)", "America/New_York"),
    ):
        schedule = {"customerId": tenant, "Name": name, "ScheduleExpression": expression}
        message = {"payload": {"workflowId": "reach"}}
        deployed.table("Schedules").put_item(Item=schedule | {"ScheduleExpressionTimezone": zone, "Input": message})


def _backfill(deployed: Deployed, executions: FakeStepFunctions) -> None:
    backfilling = Backfilling(deployed)
    backfilling.start("q1", "acme", "birch", "cedar")
    executions.put(f"{backfilling.arn.replace(':stateMachine:', ':execution:')}:q1", Events().enter("WaitForSlot"))
    for number, status in enumerate(("SUCCEEDED", "FAILED", "CANCELLED", "RUNNING", "WAITING", "QUEUED")):
        tenant = ("acme", "birch", "cedar")[number % 3]
        ended = (
            {"endedAt": at("14:30")} if status in ("SUCCEEDED", "FAILED", "CANCELLED") else {"openSince": at("14:20")}
        )
        deployed.put_request(f"q1-{number}", status, customerId=tenant, backfillId="q1", source="backfill:q1", **ended)
