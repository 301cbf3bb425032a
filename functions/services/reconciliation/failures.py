"""Records the failure of an execution that had no time to do so, on the row that it worked on."""

from functions.ports import Ports
from functions.services.onboarding.failures import Failure, record_tenant_failure
from functions.services.rollout.progress import end_rollout
from functions.services.sync.failures import record_sync_failure
from wfm.model.outcomes import of_error
from wfm.model.statuses import RolloutStatus, SyncStatus
from wfm.model.stopped_executions import StoppedExecution
from wfm.model.workflows import is_synced_and_unchanged


def record_failure(stopped: StoppedExecution, onboarding: str, ports: Ports) -> None:
    """Write FAILED and the reason onto the row that the stopped execution worked on.

    Idempotent. Nothing is written if the row names another execution, or has the end of this one already: a workflow
    that is SYNCED by it stays so. `onboarding` is the ARN of `tenant_onboarding`.
    """
    error, cause = stopped.error or stopped.status, stopped.cause or f"the execution {stopped.name} was stopped"
    reason = of_error(error, cause).reason
    match stopped.machine:
        case "library_rollout":
            _end_rollout(stopped, reason, ports)
        case "workflow_sync":
            _end_sync(stopped, reason, ports)
        case _:
            failure = Failure(stopped.document, stopped.name, stopped.arn, error, cause)
            record_tenant_failure(failure, onboarding, ports)


def _end_rollout(stopped: StoppedExecution, reason: str, ports: Ports) -> None:
    workflow_id = str(stopped.document.get("workflowId"))
    record = ports.library.in_force(workflow_id)
    if record and record.get("rolloutStatus") == RolloutStatus.ROLLING:
        fields = {"rolloutStatus": RolloutStatus.FAILED, "rolloutReason": reason}
        end_rollout(ports.library, workflow_id, stopped.name, **fields)


def _end_sync(stopped: StoppedExecution, reason: str, ports: Ports) -> None:
    ids = str(stopped.document.get("customerId")), str(stopped.document.get("workflowId"))
    row = ports.workflows.find(*ids)
    if row is None or is_synced_and_unchanged(row):
        return
    if row.get("syncStatus") != SyncStatus.FAILED:  # of a row that people have put there is none, or an older one
        record_sync_failure(*ids, stopped.arn, reason, ports)
