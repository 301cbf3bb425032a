"""RollOutLibrary: the whole library for one tenant that is new, has other toggles, or is targeted differently."""

from typing import Any

from functions.runtime.entry import entry, logger
from functions.runtime.records import library_workflow_in
from functions.runtime.wiring import Ports
from functions.services.rollout.convergence import roll_out_library
from wfm.model.execution_names import event_execution_name
from wfm.model.rollout_plan import tenant_in_service
from wfm.model.statuses import SyncStatus


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{changes, conflicts, restored}`."""
    customer_id = event["customerId"]

    def read(record: Any) -> Any:
        return library_workflow_in(record, ports.clock())

    done = roll_out_library(customer_id, ports, read)
    if done.conflicts:
        logger.warning("the tenant has something of its own of the same name", conflicts=done.conflicts[:20])
    return {"changes": done.changes, "conflicts": len(done.conflicts), "restored": _restore(customer_id, ports)}


def _restore(customer_id: str, ports: Ports) -> int:
    """A tenant that is back needs in AMC what its removal took away there, or what failed while it was not served.

    Once for each onboarding.
    """
    row = ports.tenants.find(customer_id)
    if row is None or tenant_in_service(row) is None:
        return 0
    rows = ports.workflows.of_tenant(customer_id)
    missing = [
        str(row["workflowId"]) for row in rows if row.get("syncStatus") in (SyncStatus.DELETED, SyncStatus.FAILED)
    ]
    for workflow_id in missing:
        name = event_execution_name(f"{row.get('onboardingExecution')} {workflow_id}", customer_id, workflow_id)
        document = {"customerId": customer_id, "workflowId": workflow_id}
        ports.tasks.start(ports.settings.workflow_sync_arn, name, document)
    return len(missing)
