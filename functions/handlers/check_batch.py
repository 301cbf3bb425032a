"""CheckBatch: how many of a batch's tenants AMC does not show the workflow for yet."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.rollout_plan import is_librarys
from wfm.model.statuses import SyncStatus


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{workflowId, customerIds}` -> `{pending}`. What AMC refused is settled too: its row says why."""
    found = [ports.workflows.find(customer_id, event["workflowId"]) for customer_id in event["customerIds"]]
    ours = [row for row in found if row is not None and is_librarys(row)]
    return {"pending": sum(row.get("syncStatus") == SyncStatus.PENDING for row in ours)}
