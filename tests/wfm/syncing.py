"""A stand-in for `workflow_sync` and the tracker, as far as the client sees them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from wfm.client.machines import MachineExecution, StateEntered

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STEP = timedelta(seconds=2)
# Some states: the client passes on what names it finds.
IN_ORDER = ("SyncWorkflow", "CheckWorkflow", "WorkflowSynced")
REFUSED = ("SyncWorkflow", "RecordSyncFailure", "SyncFailed")
REFUSAL = "AMC refused with 403: Terms not accepted"
REASON = "AMC refused with 400: Was unable to compile workflow reach"


@dataclass
class FakeSync:
    """Each execution gets one state further with each peek; those of a workflow in `refused` fail."""

    workflows: Any
    refused: set[str] = field(default_factory=set)
    started: list[str] = field(default_factory=list)
    polls: dict[str, int] = field(default_factory=dict)

    def start(self, customer_id: str, workflow_id: str) -> str:
        self.started.append(workflow_id)
        arn = f"arn:{customer_id}:{workflow_id}"
        self.polls[arn] = 0
        return arn

    def execution(self, arn: str) -> MachineExecution:
        self.polls[arn] += 1
        states, refused = self._states(arn)
        if self.polls[arn] < len(states):
            return MachineExecution(arn, "RUNNING", NOON, None)
        self._finish(arn, refused=refused)
        return MachineExecution(arn, "FAILED" if refused else "SUCCEEDED", NOON, NOON + STEP * len(states))

    def _states(self, arn: str) -> tuple[tuple[str, ...], bool]:
        refused = arn.rpartition(":")[2] in self.refused
        return (REFUSED if refused else IN_ORDER), refused

    def _finish(self, arn: str, *, refused: bool) -> None:
        _, customer_id, workflow_id = arn.split(":")
        key = {"customerId": customer_id, "workflowId": workflow_id}
        row = self.workflows.get_item(Key=key).get("Item")
        if row:
            status = {"syncStatus": "FAILED" if refused else "SYNCED", "syncReason": REASON if refused else ""}
            self.workflows.put_item(Item=row | status)

    def entered(self, execution: str) -> list[StateEntered]:
        states, _ = self._states(execution)
        return [StateEntered(states[n], NOON + STEP * n, execution) for n in range(self.polls[execution])]

    def cause(self, execution: str) -> str | None:
        return REASON

    def done(self, execution: str) -> str | None:
        return "changed in AMC: sqlQuery"


@dataclass
class FakeTracker:
    """Polls a tenant at once; `finds` (by workflow id) is then in the rows, or `failure` on the tenant's.

    AMC refuses to be asked about the tenants in `refused`.
    """

    tenants: Any
    workflows: Any
    finds: dict[str, str] = field(default_factory=dict)
    failure: str | None = None
    refused: set[str] = field(default_factory=set)
    idle: bool = False

    def poll(self, customer_id: str) -> None:
        key = {"customerId": customer_id}
        row = self.tenants.get_item(Key=key)["Item"]
        if self.idle or "driftCheckedAt" in row:
            return
        failure = REFUSAL if customer_id in self.refused else self.failure
        reported = {"driftFailure": failure} if failure else {"driftCheckedAt": "2026-11-23T12:00:00.000Z"}
        self.tenants.put_item(Item=row | reported)
        for workflow_id, drift in self.finds.items():
            found = self.workflows.get_item(Key=key | {"workflowId": workflow_id})["Item"]
            self.workflows.put_item(Item=found | {"drift": drift, "driftFoundAt": "2026-11-23T12:00:00.000Z"})
