"""Something of everything, on one afternoon of November: what the pages of the console are looked at with."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import boto3
import pytest

from docs.pictures.template import Template
from tests.wfm.backfilling import Backfilling
from tests.wfm.console.conftest import FakeLogs, StandStill
from tests.wfm.console.executions import BEGAN, Events, FakeStepFunctions, executions_of
from tests.wfm.console.simulated import FakeAmc
from tests.wfm.console.test_chains import put_chain
from tests.wfm.deployed import DEPLOYMENT, Deployed
from tests.wfm.post import Post, body
from wfm.console.simulated_amc import SimulatedFault, SimulatedRun
from wfm.model.chain_links import TenantLinks
from wfm.model.chains import Firing, LinkState
from wfm.model.execution_names import event_execution_name
from wfm.store.tenants_table import TenantsTable

DAY: Final = "2026-11-23"
BUCKET: Final = "acme-results"
ARN: Final = executions_of(DEPLOYMENT.execution_lifecycle_arn, "acme.r1")
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
def machines(executions: FakeStepFunctions, assembly: Path) -> FakeStepFunctions:
    """Executions that go by the machines' own definitions."""
    for name, definition in Template.read(assembly).definitions().items():
        executions.definitions[DEPLOYMENT.machines[name]] = definition
    return executions


@pytest.fixture
def inside(simulated: FakeAmc) -> FakeAmc:
    """AMC with runs of WFM and of somebody else, and a fault in force."""
    for name, run_id, status, is_external, times in (
        ("acme", "amc-r0", "RUNNING", False, ("14:24", "14:25", None)),
        ("acme", "analytics-4f1c", "SUCCEEDED", True, ("13:40", "13:41", "14:10")),
        ("birch", "amc-d9", "FAILED", False, ("13:31", "13:33", "14:00")),
    ):
        made, began, ended = (at(time) if time else None for time in times)
        why = "no such column: reech" if status == "FAILED" else ""
        run = SimulatedRun(run_id, name, "reach", status, why, is_external, made, began, ended)
        simulated.runs.append(run)
    simulated.troubles.append(SimulatedFault(1, "every call is throttled (429)", "birch", 10, 0.5, 4))
    return simulated


@pytest.fixture
def world(
    deployed: Deployed,
    machines: FakeStepFunctions,
    post: Post,
    *,
    logs: FakeLogs,
    stand_still: StandStill,
    inside: FakeAmc,
) -> None:
    """Tenants, runs, executions, a backfill, a library, schedules and a dead letter."""
    executions = machines
    assert inside.runs
    stand_still(at("15:00"))
    _tenants(deployed, post)
    _runs(deployed)
    _active(deployed, executions)
    _library(deployed)
    post.put_dead(body("r9"), "r9", "timeWindowEnd: is missing; allowed: a time or a date function")
    _backfill(deployed, executions)
    _chain(deployed)
    _executions(executions)
    _log(logs)


def _tenants(deployed: Deployed, post: Post) -> None:
    names: dict[str, Any] = {
        "customerName": "Acme Ltd",
        "lastLookedAt": at("14:59"),
        "pollDueAt": at("15:00"),
        "hasActiveRuns": True,
    }
    names |= {"maximumConcurrentWorkflowExecutions": 3, "bucketName": BUCKET}
    deployed.put_row("acme", queueUrl=post.queue, deadLetterQueueUrl=post.dead, **names)
    down = {"degradedSince": at("14:00"), "degradedReason": "AMC refused with 403: not authorised"}
    down |= {"lookFailure": down["degradedReason"], "failingSince": at("14:00"), "pollDueAt": at("15:04")}
    deployed.put_tenant("birch", customerName="Birch Bakeware", lastLookedAt=at("14:58"), **down)
    polled = {"lastLookedAt": at("14:40"), "pollDueAt": at("15:10")}
    deployed.put_tenant("cedar", "PAUSED", customerName="Cedar Cycles", **polled)


def _runs(deployed: Deployed) -> None:
    for number, (tenant, workflow, status, asked, ran, ended) in enumerate(RUNS):
        times = {"requestedAt": at(asked), "waitingAt": at(asked), "runningAt": at(ran), "endedAt": at(ended)}
        why = {"reason": "no such column: reech"} if status == "FAILED" else {}
        ids = {"customerId": tenant, "workflowId": workflow, "source": "schedule:daily"}
        deployed.put_request(f"daily-{number}", status, **ids, **times, **why)
    key = "workflow=weekly_export/schedule=adhoc/2026-11-23T14:10:00.000Z-weekly_export.csv"
    s3: Any = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"campaign,reach\nSpring sale,184220\nBrand,96013\nAlways on,51877\n")
    theirs = {"createTime": at("13:40"), "lastUpdatedTime": at("14:10"), "workflowId": "weekly_export"}
    theirs["outputS3URI"] = f"s3://amc-own-bucket/amc1/{key}"
    deployed.put_execution("analytics-4f1c", "SUCCEEDED", customerId="acme", **theirs)


def _active(deployed: Deployed, executions: FakeStepFunctions) -> None:
    deployed.put_gate("acme", {"r0"}, external=1)
    opened = {"openSince": at("14:20"), "requestedAt": at("14:20")}
    deployed.put_request("r0", "RUNNING", runningAt=at("14:24"), **opened)
    deployed.put_request("r1", "WAITING", executionArn=ARN, waitingAt=at("14:21"), **opened)
    deployed.put_waiter("r1")
    events = Events().enter("PrepareExecution").try_().leave("PrepareExecution").enter("WaitForSlot")
    executions.put(ARN, events.try_().fail("AwsBusy", "SlowDown").try_())


def _library(deployed: Deployed) -> None:
    learnt = {"count": 31, "mean": 7, "variance": 1}
    row: dict[str, Any] = {"customerId": "acme", "syncStatus": "SYNCED", "sqlQuery": "SELECT 1", "durations": learnt}
    for name, version in (("reach", 3), ("path-to-conversion", 1)):
        deployed.table("Workflows").put_item(Item=row | {"workflowId": name, "libraryVersion": version})
    refused = {"customerId": "birch", "workflowId": "reach", "libraryVersion": 3, "syncStatus": "FAILED"}
    deployed.table("Workflows").put_item(Item=row | refused | {"syncReason": "AMC refused with 403: not authorised"})
    for name, version, done in (("reach", 2, 3), ("reach", 3, 3), ("path-to-conversion", 1, 1)):
        rollout = {
            "rolloutStatus": "DONE",
            "rolloutExecution": event_execution_name("3", name),
            "rolloutTenants": done,
            "rolloutDone": done,
        }
        record = {"workflowId": name, "version": version, "sqlQuery": f"SELECT {version}\nFROM t"}
        deployed.table("WorkflowLibrary").put_item(Item=record | rollout | {"rolledOutAt": at("09:00")})
    for tenant, name, expression, zone, next_run in (
        ("acme", "daily", "cron(0 5 * * ? *)", "UTC", "2026-11-24T05:00:00.000Z"),
        ("birch", "daily", "cron(30 6 * * ? *)", "Europe/Berlin", "2026-11-24T05:30:00.000Z"),
        ("cedar", "weekly", "cron(0 7 ? * FRI *)", "America/New_York", "2026-11-27T12:00:00.000Z"),
    ):
        applied = {"scheduleStatus": "ENABLED", "nextRunAt": next_run, "lastRunAt": at("05:00")}
        schedule = {"customerId": tenant, "Name": name, "ScheduleExpression": expression, **applied}
        message = {"payload": {"workflowId": "reach"}}
        deployed.table("Schedules").put_item(Item=schedule | {"ScheduleExpressionTimezone": zone, "Input": message})


def _backfill(deployed: Deployed, executions: FakeStepFunctions) -> None:
    backfilling = Backfilling(deployed)
    backfilling.start("q1", "acme", "birch", "cedar")
    events = Events().enter("PlanBackfill").try_().leave("PlanBackfill").enter("SendRequests").try_()
    executions.put(executions_of(backfilling.arn, "q1"), events)
    for number, status in enumerate(("SUCCEEDED", "FAILED", "CANCELLED", "RUNNING", "WAITING", "QUEUED")):
        tenant = ("acme", "birch", "cedar")[number % 3]
        ended = (
            {"endedAt": at("14:30")} if status in ("SUCCEEDED", "FAILED", "CANCELLED") else {"openSince": at("14:20")}
        )
        deployed.put_request(f"q1-{number}", status, customerId=tenant, backfillId="q1", source="backfill:q1", **ended)


def _chain(deployed: Deployed) -> None:
    """Of yesterday's window one workflow has run after another, and the third waits for it."""
    after = {"overlap": {"workflow": "reach"}, "export": {"all": ["reach", "overlap"]}}
    assert TenantsTable(deployed.table("Tenants")).save_links("acme", TenantLinks(after, {}), {})
    for name, status in (("c0", "SUCCEEDED"), ("c1", "RUNNING")):
        ended = {"endedAt": at("13:40")} if status == "SUCCEEDED" else {"openSince": at("13:41")}
        deployed.put_request(name, status, requestedAt=at("13:30"), **ended)
    put_chain(
        deployed,
        22,
        overlap=LinkState(fired=(Firing("c1", {"reach": "c0"}, "c0"),)),
        export=LinkState(waiting={"reach": "c0"}),
    )


def _executions(executions: FakeStepFunctions) -> None:
    """Of each machine that pages lead to, with what an execution of today did."""
    sync = Events(BEGAN + timedelta(minutes=31)).enter("SyncWorkflow").try_().fail("AmcThrottled", "429: slow down")
    sync.try_().leave("SyncWorkflow").enter("CheckWorkflow").try_()
    ids = ("acme", "reach")
    executions.put(executions_of(DEPLOYMENT.workflow_sync_arn, event_execution_name("2", *ids)), sync)
    earlier = Events().enter("SyncWorkflow").try_().leave("SyncWorkflow").enter("CheckWorkflow").try_()
    earlier.leave("CheckWorkflow").enter("IsInSync", "Choice").leave("IsInSync", "Choice")
    executions.put(executions_of(DEPLOYMENT.workflow_sync_arn, event_execution_name("1", *ids)), earlier, "SUCCEEDED")
    executions.put(executions_of(DEPLOYMENT.library_rollout_arn, event_execution_name("3", "reach")), earlier, "FAILED")


def _log(logs: FakeLogs) -> None:
    """What polls recorded, a failure of the machine, and what Lambdas did for a run."""
    for source, level, message, fields, time in (
        ("StartExecution", "INFO", "done", {}, "14:20:50.120"),
        ("PrepareExecution", "INFO", "done", {"status": "WAITING"}, "14:20:58.412"),
        ("WaitForSlot", "WARNING", "failed", {"error": "AwsBusy", "problem": "SlowDown"}, "14:21:03.007"),
        ("WaitForSlot", "INFO", "done", {}, "14:21:05.311"),
    ):
        told = {"customerId": "acme", "requestId": "r1", "level": level, "message": message}
        logs.put(source, json.dumps(told | fields), f"{DAY} {time}")
    for run, status, time in (("analytics-4f1c", "SUCCEEDED", "14:50"), ("amc-r0", "RUNNING", "14:54")):
        told = {"customerId": "acme", "workflowExecutionId": run, "status": status, "message": "recorded"}
        logs.put("TrackTenant", json.dumps(told), f"{DAY} {time}:30.000")
    failed = {"type": "TaskFailed", "details": {"error": "AwsBusy", "cause": "SlowDown"}}
    logs.put("execution_tracking", json.dumps(failed), f"{DAY} 14:55:02.000")
    told = {"customerId": "birch", "problem": "AMC refused with 403: not authorised"}
    logs.put("TrackTenant", json.dumps(told), f"{DAY} 14:58:10.000")
