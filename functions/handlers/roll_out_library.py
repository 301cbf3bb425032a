"""RollOutLibrary: brings one tenant to what the whole library wants; part of each onboarding."""

from typing import TypedDict

from functions.runtime.entry import entry, logger
from functions.runtime.inputs import TenantInput
from functions.runtime.records import library_workflow_in
from functions.runtime.wiring import Ports
from functions.services.rollout.convergence import roll_out_library
from functions.services.sync.links import link_workflows
from wfm.model.execution_names import event_execution_name
from wfm.model.library_workflows import LibraryWorkflow
from wfm.model.rollout_plan import tenant_in_service
from wfm.model.rows import Document
from wfm.model.statuses import SyncStatus


class RollOutLibraryOutput(TypedDict):
    """How many rows changed, how many `conflicts` were left alone, and how many workflows are synced again."""

    changes: int
    conflicts: int
    restored: int


@entry
def handler(event: TenantInput, ports: Ports) -> RollOutLibraryOutput:
    """Write the tenant's rows of workflows and schedules, then sync those that AMC lost."""
    customer_id = event["customerId"]

    def read(record: Document) -> LibraryWorkflow:
        return library_workflow_in(record, ports.clock())

    done = roll_out_library(customer_id, ports, read)
    link_workflows(customer_id, ports)
    if done.conflicts:
        logger.warning("the tenant has something of its own of the same name", conflicts=done.conflicts[:20])
    return {"changes": done.changes, "conflicts": len(done.conflicts), "restored": _restore(customer_id, ports)}


def _restore(customer_id: str, ports: Ports) -> int:
    """Start a sync of each workflow that the tenant's removal deleted in AMC, or that failed. Once per onboarding."""
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
