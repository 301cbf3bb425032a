"""CheckBatch: counts the tenants of a batch whose workflow is not in AMC yet."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.rollout_plan import is_librarys
from wfm.model.statuses import SyncStatus


class CheckBatchInput(TypedDict):
    """The tenants of a batch."""

    workflowId: str
    customerIds: list[str]


class CheckBatchOutput(TypedDict):
    """How many tenants' syncs have not ended."""

    pending: int


@entry
def handler(event: CheckBatchInput, ports: Ports) -> CheckBatchOutput:
    """A workflow that AMC refused is not pending: its row says why."""
    found = [ports.workflows.find(customer_id, event["workflowId"]) for customer_id in event["customerIds"]]
    from_library = [row for row in found if row is not None and is_librarys(row)]
    return {"pending": sum(row.get("syncStatus") == SyncStatus.PENDING for row in from_library)}
