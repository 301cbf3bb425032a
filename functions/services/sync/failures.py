"""The failed end of a sync, onto the workflow's row."""

from functions.ports import Ports
from wfm.model.statuses import SyncStatus


def record_sync_failure(customer_id: str, workflow_id: str, execution: str, reason: str, ports: Ports) -> None:
    """Write FAILED and the reason onto the row, if `execution` (an ARN) began last: so a newer success stays.

    FAILED says how the last execution ended, not what AMC has: `definitionHash` says that.
    """
    failure = {"syncStatus": SyncStatus.FAILED, "syncReason": reason}
    ports.workflows.save_sync(customer_id, workflow_id, by=execution, **failure)
