"""RollOutBatch: one library workflow to a few tenants, as the library and their rows are now."""

from typing import Any

from functions.domain.converging import roll_out_workflow
from functions.domain.rollout_progress import count
from functions.runtime.entry import entry
from functions.runtime.records import library_workflow_in
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{workflowId, rollout, customerIds}` -> `{tenants, conflicts, conflict}`: how many, and the first of them."""
    workflow_id, customer_ids = event["workflowId"], event["customerIds"]

    def read(record: Any) -> Any:
        return library_workflow_in(record, ports.clock())

    done = {customer_id: roll_out_workflow(customer_id, workflow_id, ports, read) for customer_id in customer_ids}
    matched = sum(how.matched for how in done.values())
    count(ports.library, workflow_id, event["rollout"], customer_ids, matched)
    conflicts = [f"{conflict} of {customer_id}" for customer_id, how in done.items() for conflict in how.conflicts]
    return {"tenants": matched, "conflicts": len(conflicts), "conflict": conflicts[0] if conflicts else ""}
