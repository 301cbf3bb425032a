"""RollOutBatch: brings one library workflow to the tenants of a batch."""

from typing import TypedDict

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.records import library_workflow_in
from functions.runtime.wiring import Ports
from functions.services.rollout.convergence import Converged, roll_out_workflow
from functions.services.rollout.progress import count_batch
from wfm.model.library_workflows import LibraryWorkflow
from wfm.model.rows import Document


class RollOutBatchInput(TypedDict):
    """`rollout` is the execution's name."""

    workflowId: str
    rollout: str
    customerIds: list[str]


class RollOutBatchOutput(TypedDict):
    """The number of tenants that the workflow is for, and of `conflicts` that were left alone; the first one."""

    tenants: int
    conflicts: int
    conflict: str


@entry
def handler(event: RollOutBatchInput, ports: Ports) -> RollOutBatchOutput:
    """Handle each tenant. A tenant that fails does not stop the others; its error is raised at the end."""
    workflow_id, customer_ids = event["workflowId"], event["customerIds"]
    done: dict[str, Converged] = {}
    failures: list[Exception] = []

    def read(record: Document) -> LibraryWorkflow:
        return library_workflow_in(record, ports.clock())

    for customer_id in customer_ids:
        try:
            done[customer_id] = roll_out_workflow(customer_id, workflow_id, ports, read)
        except Exception as exc:  # noqa: BLE001 (raised below)
            with logger.append_context_keys(customerId=customer_id):
                logger.warning("not rolled out", **log_fields(exc))
            failures.append(exc)
    if failures:
        raise failures[0]
    matched = sum(result.matched for result in done.values())
    count_batch(ports.library, workflow_id, event["rollout"], customer_ids, matched)
    conflicts = [f"{conflict} of {tenant}" for tenant, result in done.items() for conflict in result.conflicts]
    return {"tenants": matched, "conflicts": len(conflicts), "conflict": conflicts[0] if conflicts else ""}
