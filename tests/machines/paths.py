"""The ways through each machine, one script each, with the end that it must have.

`HAPPY` has an answer for every Task, so that a script of its own says only what differs: a new state gets its answer
there, its place in the paths that pass it, and a path for its failure. A fault anywhere is not written out here:
tests/machines/faults.py makes those from the definitions.
"""

from dataclasses import dataclass
from typing import Any

from state_machines import workflow_sync
from state_machines.backfill import FIRST_INTERVAL, MAX_RETRIES
from state_machines.execution_lifecycle import MAX_REQUEUE_RETRIES
from tests.machines.script import Acts, Script, fails, raises, returns, silent, succeeds

CUSTOMER = {"customerId": "c1"}
REASON = [returns({"reason": "why"})]
OUTCOME = {"status": "SUCCEEDED", "reason": "", "error": ""}
NOT_ENDED = {"status": "RUNNING", "reason": "", "error": ""}
RUN = {"customerId": "c1", "requestId": "r1", "workflowExecutionId": "x1"}
PREPARED_BY_0_1 = {"customerId": "c1", "requestId": "r1", "workflowId": "w1", "priority": "NORMAL", "arrival": "0"}
PREPARED = PREPARED_BY_0_1 | {"traceId": "1-0-0"}
COUNTS = {"succeeded": 1, "failed": 1, "cancelled": 0, "rejected": 0}
TENANT = {
    "ClaimTenant": [returns(CUSTOMER)],
    "RecordTenantFailure": REASON,
    "StartOffboarding": [returns({"started": True})],
    "StartOnboarding": [returns({"started": True})],
}

HAPPY: dict[str, Acts] = {
    "execution_lifecycle": {
        "PrepareExecution": [returns(PREPARED)],
        "WaitForSlot": [succeeds()],
        "SubmitExecution": [returns(RUN)],
        "ContinueExecution": [returns({"continuedBy": "e2"})],
        "WaitForOutcome": [succeeds(OUTCOME)],
        "PollExecution": [returns(OUTCOME)],
        "ReleaseSlot": [returns(OUTCOME)],
    },
    "execution_tracking": {
        "ListDueTenants": [
            returns(
                {
                    "batches": [
                        {"tenants": ["a"], "asked": False, "schedules": []},
                        {"tenants": ["b"], "asked": True, "schedules": [], "workflows": []},
                    ]
                }
            )
        ],
        "TrackTenant": [returns({"changed": 1, "failed": {}, "left": []})],
    },
    "workflow_sync": {
        "SyncWorkflow": [returns({"desired": "d1", "done": "created"})],
        "CheckWorkflow": [returns({"inSync": False, "changed": False}), returns({"inSync": True, "changed": False})],
        "ContinueSync": [returns()],
        "RecordSyncFailure": REASON,
    },
    "library_rollout": {
        "PlanRollout": [returns({"workflowId": "w1", "tenants": 3, "batches": [["a", "b"], ["c"]]})],
        "RollOutBatch": [returns({"tenants": 2, "conflicts": 0, "conflict": ""})],
        "CheckBatch": [returns({"pending": 1}), returns({"pending": 0})],
        "RecordRollout": [returns({"tenants": 3, "reason": ""})],
        "RecordRolloutFailure": REASON,
    },
    "tenant_onboarding": TENANT
    | {
        "ValidateTenant": [returns({"wanted": "ACTIVE"})],
        "VerifyCredentials": [returns()],
        "WatchResults": [returns({"watched": True})],
        "CreateQueues": [returns({"eventSourceMappingId": "m1", "wantedState": "Enabled"})],
        "CheckQueue": [returns({"mappingState": "Creating"}), returns({"mappingState": "Enabled"})],
        "ActivateTenant": [returns({"status": "ACTIVE"})],
        "RollOutLibrary": [returns({"changes": 1, "conflicts": 0, "restored": 0})],
        "ApplySchedules": [returns({"schedules": 1})],
    },
    "tenant_offboarding": TENANT
    | {
        "ValidateTenant": [returns({"wanted": "GONE"})],
        "StopSchedules": [returns({"schedules": 1})],
        "DrainQueue": [returns({"cancelRuns": False, "deleteWorkflows": False})],
        "CancelRuns": [returns({"cancelled": 1})],
        "CheckRuns": [returns({"activeRuns": 1, "goingOn": 1}), returns({"activeRuns": 0, "goingOn": 0})],
        "DeleteWorkflows": [returns({"deleted": 1})],
        "DeprovisionTenant": [returns({"status": "OFFBOARDED"})],
    },
    "backfill": {
        "PlanBackfill": [returns({"backfillId": "b1", "requests": 300})],
        "SendRequests": [returns({"next": 200}), returns({"next": 300})],
        "CheckBackfill": [returns({"ended": 2, "outcome": COUNTS}), returns({"ended": 300, "outcome": COUNTS})],
        "CancelRequests": [
            returns({"backfillId": "b1", "requests": 300, "next": 200}),
            returns({"backfillId": "b1", "requests": 300, "next": 300}),
        ],
    },
}
INPUTS: dict[str, Any] = {
    "execution_lifecycle": {"customerId": "c1", "requestId": "r1"},
    "execution_tracking": {"time": "2026-01-01T00:00:00Z"},
    "workflow_sync": {"customerId": "c1", "workflowId": "w1"},
    "library_rollout": {"workflowId": "w1"},
    "tenant_onboarding": CUSTOMER,
    "tenant_offboarding": CUSTOMER,
    "backfill": {"windows": []},
}


@dataclass(frozen=True)
class Path:
    """A script, and what must come of it: the error ("" for success) and the last states."""

    script: Script
    error: str
    last: list[str]


ALMOST_TOO_MANY_RETRIES = {
    "PlanBackfill": {
        "Assign": {
            "plan": "{% $states.result.Payload %}",
            "next": 0,
            "interval": FIRST_INTERVAL,
            "polls": 0,
            "retries": MAX_RETRIES - 1,
        }
    }
}

THROTTLED_FOR_HALF_A_DAY = {
    "PrepareExecution": {
        "Assign": {"ids": "{% $states.result.Payload %}", "requeues": 0, "polls": 0, "retries": MAX_REQUEUE_RETRIES - 1}
    }
}
AWAY_FOR_DAYS = {"CountFromZero": {"Assign": {"starts": 0, "retries": workflow_sync.MAX_RETRIES - 1}}}


def path(
    name: str, machine: str, *last: str, error: str = "", given: Any = None, is_late: bool = False, **acts: Any
) -> Path:
    """`acts` instead of those of HAPPY; `changes` to states and the input `given` where they are not the usual."""
    changes = acts.pop("changes", {})
    document = INPUTS[machine] if given is None else given
    return Path(Script(name, machine, document, {**HAPPY[machine], **acts}, changes, is_late), error, list(last))


def outcome(status: str, error: str = "") -> Any:
    return {"status": status, "reason": f"it {status}", "error": error}


NO_NEWS = {"WaitForOutcome": {"HeartbeatSeconds": 1, "TimeoutSeconds": 60}}
NO_ANSWER = {"WaitForSlot": {"TimeoutSeconds": 1}}
CANNOT_BE_CUT = {"BatchFailed": {"Output": "{% $number($stopped.cause) %}"}}  # as $substring is on some engines
LIFECYCLE, TRACKING, SYNC, ROLLOUT = "execution_lifecycle", "execution_tracking", "workflow_sync", "library_rollout"
ONBOARDING, OFFBOARDING, BACKFILL = "tenant_onboarding", "tenant_offboarding", "backfill"

PATHS = [
    path("succeeds", LIFECYCLE, "ReleaseSlot", "HowDidItEnd", "ExecutionSucceeded"),
    path(
        "prepared-before-an-update", LIFECYCLE, "ReleaseSlot", "HowDidItEnd", "ExecutionSucceeded",
        PrepareExecution=[returns(PREPARED_BY_0_1)],
    ),
    *(
        path(status.lower(), LIFECYCLE, f"Execution{status.title()}", error=error,
             WaitForOutcome=[succeeds(outcome(status, error))], ReleaseSlot=[returns(outcome(status, error))])
        for status, error in (("FAILED", "AmcFailed"), ("REJECTED", "InvalidRequest"), ("CANCELLED", "Cancelled"))
    ),
    path("fails-with-a-reserved-error", LIFECYCLE, "ExecutionFailed", error="Timeout",
         ReleaseSlot=[returns(outcome("FAILED", "States.Timeout"))]),
    path("requeued-once", LIFECYCLE, "SubmitExecution", "IsHistoryLong", "WaitForSlot", "SubmitExecution",
         "WaitForOutcome", "ReleaseSlot", "HowDidItEnd", "ExecutionSucceeded",
         SubmitExecution=[raises("SlotReleased"), returns(RUN)]),
    path("requeued-for-the-last-time", LIFECYCLE, "SubmitExecution", "IsHistoryLong", "ContinueExecution",
         "ExecutionContinued", is_late=True, SubmitExecution=[raises("SlotReleased")]),
    path("throttled-for-half-a-day", LIFECYCLE, "SubmitExecution", "IsHistoryLong", "ContinueExecution",
         "ExecutionContinued", changes=THROTTLED_FOR_HALF_A_DAY,
         SubmitExecution=[raises("AmcThrottled"), raises("SlotReleased")]),
    path("requeued-and-a-retry-left", LIFECYCLE, "IsHistoryLong", "WaitForSlot", "SubmitExecution", "WaitForOutcome",
         "ReleaseSlot", "HowDidItEnd", "ExecutionSucceeded", changes=THROTTLED_FOR_HALF_A_DAY,
         SubmitExecution=[raises("SlotReleased"), returns(RUN)]),
    path("not-continued", LIFECYCLE, "ContinueExecution", "ReleaseSlot", "HowDidItEnd", "ExecutionRejected",
         error="InvalidRecord", is_late=True, SubmitExecution=[raises("SlotReleased")],
         ContinueExecution=[raises("InvalidRecord")],
         ReleaseSlot=[returns(outcome("REJECTED", "InvalidRecord"))]),
    path("no-news-and-ended", LIFECYCLE, "WaitForOutcome", "PollExecution", "IsFinished", "ReleaseSlot",
         "HowDidItEnd", "ExecutionSucceeded", changes=NO_NEWS, WaitForOutcome=[silent()]),
    path("no-news-and-running", LIFECYCLE, "PollExecution", "IsFinished", "WaitForOutcome", "ReleaseSlot",
         "HowDidItEnd", "ExecutionSucceeded", changes=NO_NEWS, WaitForOutcome=[silent(), succeeds(OUTCOME)],
         PollExecution=[returns(NOT_ENDED)]),
    path("no-news-and-amc-away", LIFECYCLE, "PollExecution", "IsFinished", "WaitForOutcome", "ReleaseSlot",
         "HowDidItEnd", "ExecutionSucceeded", changes=NO_NEWS, WaitForOutcome=[silent(), succeeds(OUTCOME)],
         PollExecution=[raises("AmcUnavailable")]),
    path("no-news-for-weeks", LIFECYCLE, "WaitForOutcome", "PollExecution", "IsFinished", "ReleaseSlot", "HowDidItEnd",
         "ExecutionFailed", error="NotReadyYet", is_late=True, changes=NO_NEWS, WaitForOutcome=[silent()],
         PollExecution=[returns(NOT_ENDED)], ReleaseSlot=[returns(outcome("FAILED", "NotReadyYet"))]),
    path("never-a-slot", LIFECYCLE, "WaitForSlot", "ReleaseSlot", "HowDidItEnd", "ExecutionFailed",
         error="Timeout", changes=NO_ANSWER, WaitForSlot=[silent()],
         ReleaseSlot=[returns(outcome("FAILED", "States.Timeout"))]),
    path("slot-refused", LIFECYCLE, "WaitForSlot", "ReleaseSlot", "HowDidItEnd", "ExecutionRejected",
         error="UnknownCustomer", WaitForSlot=[fails("UnknownCustomer")],
         ReleaseSlot=[returns(outcome("REJECTED", "UnknownCustomer"))]),
    path("a-cause-of-other-planes", LIFECYCLE, "ExecutionRejected", error="AmcRefused",
         SubmitExecution=[raises("AmcRefused", "\U0001f600" * 500)],
         ReleaseSlot=[returns(outcome("REJECTED", "AmcRefused") | {"reason": "\U0001f600" * 500})]),
    path("release-fails", LIFECYCLE, "ReleaseSlot", "ReleaseFailed", error="InvalidRequest",
         ReleaseSlot=[raises("InvalidRequest")]),

    path("due", TRACKING, "PollTenants", "TrackTenant", "TrackTenant", "TenantsPolled"),
    path("a-result-landed", TRACKING, "TenantsPolled", given={"bucket": "b"}),
    path("somebody-asked", TRACKING, "TenantsPolled", given=CUSTOMER),
    path("none-due", TRACKING, "PollTenants", "TenantsPolled", ListDueTenants=[returns({"batches": []})]),
    path("a-batch-crashes", TRACKING, "TrackTenant", "BatchSkipped", "TrackTenant", "TenantsPolled",
         TrackTenant=[raises("InvalidRecord"), returns({"changed": 0, "failed": {}, "left": []})]),
    path("nobody-can-be-listed", TRACKING, "TrackingFailed", error="AwsBusy", ListDueTenants=[raises("AwsBusy")]),

    path("synced", SYNC, "CheckWorkflow", "IsInSync", "WaitForAmc", "CheckWorkflow", "IsInSync", "WorkflowSynced"),
    path("asked-in-the-later-predecessors-way", SYNC, "IsInSync", "WorkflowSynced",
         given={"customerId": "c1", "workflowRequest": {"workflowDefinition": {"workflowId": "w1"}}}),
    *(
        path(f"a-foreign-input-{number}", SYNC, "SyncWorkflow", "RecordSyncFailure", "SyncFailed",
             error="InvalidRequest", given=given, SyncWorkflow=[raises("InvalidRequest")])
        for number, given in enumerate(({}, {"customerId": ["c1"], "payload": []}, {"workflowRequest": {}}))
    ),
    path("changed-meanwhile", SYNC, "IsInSync", "SyncWorkflow", "CheckWorkflow", "IsInSync", "WorkflowSynced",
         CheckWorkflow=[returns({"inSync": False, "changed": True}), returns({"inSync": True, "changed": False})]),
    path("changed-again-and-again", SYNC, "IsInSync", "ContinueSync", "SyncContinued", is_late=True,
         CheckWorkflow=[returns({"inSync": False, "changed": True})]),
    path("amc-away-for-days", SYNC, "CheckWorkflow", "IsInSync", "ContinueSync", "SyncContinued", changes=AWAY_FOR_DAYS,
         CheckWorkflow=[raises("AmcUnavailable"), returns({"inSync": False, "changed": False})]),
    path("not-continued", SYNC, "ContinueSync", "RecordSyncFailure", "SyncFailed", error="InvalidRecord", is_late=True,
         CheckWorkflow=[returns({"inSync": False, "changed": True})], ContinueSync=[raises("InvalidRecord")]),
    path("refused", SYNC, "SyncWorkflow", "RecordSyncFailure", "SyncFailed", error="AmcRefused",
         SyncWorkflow=[raises("AmcRefused")]),
    path("never-shown", SYNC, "IsInSync", "RecordSyncFailure", "SyncFailed", error="NotReadyYet", is_late=True,
         CheckWorkflow=[returns({"inSync": False, "changed": False})]),
    path("failure-not-recorded", SYNC, "RecordSyncFailure", "RecordingFailed", error="InvalidRecord",
         SyncWorkflow=[raises("AmcRefused")], RecordSyncFailure=[raises("InvalidRecord")]),

    path("rolled-out", ROLLOUT, "BatchRolledOut", "HaveBatchesFailed", "RecordRollout", "RolledOut"),
    path("no-tenants", ROLLOUT, "RollOutBatches", "HaveBatchesFailed", "RecordRollout", "RolledOut",
         PlanRollout=[returns({"workflowId": "w1", "tenants": 0, "batches": []})]),
    path("slow", ROLLOUT, "IsBatchSynced", "BatchRolledOut", "HaveBatchesFailed", "RecordRollout", "RolledOut",
         is_late=True, CheckBatch=[returns({"pending": 9})]),
    path("a-batch-fails", ROLLOUT, "HaveBatchesFailed", "RecordRolloutFailure", "RolloutFailed", error="InvalidRecord",
         RollOutBatch=[raises("InvalidRecord"), returns({"tenants": 1, "conflicts": 0, "conflict": ""})]),
    path("a-batch-fails-in-other-planes", ROLLOUT, "HaveBatchesFailed", "RecordRolloutFailure", "RolloutFailed",
         error="InvalidRecord", RollOutBatch=[raises("InvalidRecord", "\U0001f600" * 500)]),
    path("a-cause-that-cannot-be-cut", ROLLOUT, "HaveBatchesFailed", "RecordRolloutFailure", "RolloutFailed",
         error="InvalidRecord", RollOutBatch=[raises("InvalidRecord")], changes=CANNOT_BE_CUT),
    path("a-foreign-input", ROLLOUT, "PlanRollout", "RecordRolloutFailure", "RolloutFailed", error="InvalidRequest",
         given={"customerId": "c1"}, PlanRollout=[raises("InvalidRequest")]),
    path("plan-refused", ROLLOUT, "PlanRollout", "RecordRolloutFailure", "RolloutFailed", error="InvalidRecord",
         PlanRollout=[raises("InvalidRecord")]),
    path("failure-not-recorded", ROLLOUT, "RecordRolloutFailure", "RecordingFailed", error="UnknownWorkflow",
         PlanRollout=[raises("InvalidRecord")], RecordRolloutFailure=[raises("UnknownWorkflow")]),

    path("active", ONBOARDING, "CheckQueue", "IsQueueConnected", "WaitForQueue", "CheckQueue", "IsQueueConnected",
         "ActivateTenant", "RollOutLibrary", "ApplySchedules", "TenantReady"),
    path("not-wanted", ONBOARDING, "IsWanted", "StartOffboarding", "OffboardingStarted",
         ValidateTenant=[returns({"wanted": "GONE"})]),
    path("never-connected", ONBOARDING, "RecordTenantFailure", "TenantFailed", error="NotReadyYet", is_late=True,
         CheckQueue=[returns({"mappingState": "Creating"})]),
    path("a-retry-too-many", ONBOARDING, "CheckQueue", "IsQueueConnected", "RecordTenantFailure", "TenantFailed",
         error="NotReadyYet", is_late=True, CheckQueue=[raises("AwsBusy"), returns({"mappingState": "Creating"})]),
    path("refused", ONBOARDING, "VerifyCredentials", "RecordTenantFailure", "TenantFailed",
         error="CredentialsRefused", VerifyCredentials=[raises("CredentialsRefused")]),

    path("gone", OFFBOARDING, "CheckRuns", "HaveRunsEnded", "WaitForRuns", "CheckRuns", "HaveRunsEnded",
         "AreWorkflowsToBeDeleted", "DeprovisionTenant", "TenantOffboarded"),
    path("all-of-it-gone", OFFBOARDING, "DeleteWorkflows", "DeprovisionTenant", "TenantOffboarded",
         DrainQueue=[returns({"cancelRuns": True, "deleteWorkflows": True})]),
    path("runs-that-do-not-end", OFFBOARDING, "HaveRunsEnded", "AreWorkflowsToBeDeleted", "DeprovisionTenant",
         "TenantOffboarded", is_late=True, CheckRuns=[returns({"activeRuns": 3, "goingOn": 3})]),
    path("wanted-again", OFFBOARDING, "IsUnwanted", "StartOnboarding", "OnboardingStarted",
         ValidateTenant=[returns({"wanted": "ACTIVE"})]),
    path("refused", OFFBOARDING, "StopSchedules", "RecordTenantFailure", "OffboardingFailed", error="InvalidRecord",
         StopSchedules=[raises("InvalidRecord")]),
    *(
        path("failure-not-recorded", machine, "RecordTenantFailure", "RecordingFailed", error="InvalidRecord",
             ValidateTenant=[raises("UnknownCustomer")], RecordTenantFailure=[raises("InvalidRecord")])
        for machine in (ONBOARDING, OFFBOARDING)
    ),

    path("done", BACKFILL, "CheckBackfill", "IsBackfillDone", "WaitForProgress", "CheckBackfill", "IsBackfillDone",
         "BackfillDone"),
    path("nothing-succeeded", BACKFILL, "CheckBackfill", "IsBackfillDone", "NothingSucceeded",
         error="NothingSucceeded", CheckBackfill=[returns({"ended": 300, "outcome": COUNTS | {"succeeded": 0}})]),
    path("never-done", BACKFILL, "IsBackfillDone", "BackfillFailed", error="NotReadyYet", is_late=True,
         CheckBackfill=[returns({"ended": 2, "outcome": COUNTS})]),
    path("a-retry-too-many", BACKFILL, "CheckBackfill", "IsBackfillDone", "BackfillFailed", error="NotReadyYet",
         changes=ALMOST_TOO_MANY_RETRIES,
         CheckBackfill=[raises("AwsBusy"), returns({"ended": 2, "outcome": COUNTS})]),
    path("stopped", BACKFILL, "CancelRequests", "AreAllCancelled", "CancelRequests", "AreAllCancelled",
         "BackfillCancelled", given={"stopped": "b1"}),
    path("refused", BACKFILL, "PlanBackfill", "BackfillFailed", error="InvalidRequest",
         PlanBackfill=[raises("InvalidRequest")]),
]  # fmt: skip

MANY = [[f"tenant-{number:014}" for number in range(first, first + 25)] for first in range(0, 12_000, 25)]
# Step Functions holds an input, an output and the variables to 256 KB. Each of these is more than that.
TOO_LARGE = [
    path("too-many-tenants", ROLLOUT, "PlanRollout", "RecordRolloutFailure", "RolloutFailed",
         error="DataLimitExceeded", PlanRollout=[returns({"workflowId": "w1", "tenants": 12_000, "batches": MANY})]),
    path("too-long-an-outcome", LIFECYCLE, "WaitForOutcome", "PollExecution", "IsFinished", "ReleaseSlot",
         "HowDidItEnd", "ExecutionSucceeded", WaitForOutcome=[succeeds(OUTCOME | {"reason": "x" * 300_000})]),
]  # fmt: skip


# Tasks that the first path of their machine leaves aside, and a path that passes each.
ELSEWHERE = {
    "PollExecution": "no-news-and-ended",
    "ContinueExecution": "requeued-for-the-last-time",
    "ContinueSync": "changed-again-and-again",
    "RecordSyncFailure": "refused",
    "RecordRolloutFailure": "plan-refused",
    "RecordTenantFailure": "refused",
    "StartOffboarding": "not-wanted",
    "StartOnboarding": "wanted-again",
    "CancelRuns": "all-of-it-gone",
    "DeleteWorkflows": "all-of-it-gone",
    "CancelRequests": "stopped",
}


def carrier(machine: str, task: str) -> Script:
    """A script that passes the Task."""
    of_machine = [each.script for each in PATHS if each.script.machine == machine]
    return next(script for script in of_machine if script.name == ELSEWHERE.get(task, of_machine[0].name))
