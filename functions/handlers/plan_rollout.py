"""PlanRollout: whom a library workflow concerns; a record that cannot be used is refused before anything changes."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.records import library_workflow_in
from functions.runtime.wiring import Ports
from functions.services.rollout.progress import batches, begin
from wfm.model.onboarding import SERVICEABLE
from wfm.model.rollout_plan import is_wanted, tenant_in_service


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{workflowId, rollout}` -> `{workflowId, tenants, batches: [[customerId, ...], ...]}`.

    `tenants` is how many shall have the workflow. The batches hold all others too: they may have to lose it.
    """
    workflow_id, rollout = event["workflowId"], event["rollout"]
    record = begin(ports.library, workflow_id, rollout, ports.clock())
    workflow = None if record is None else library_workflow_in(record, ports.clock())
    found = [
        tenant for row in ports.tenants.with_status(*SERVICEABLE) if (tenant := tenant_in_service(row)) is not None
    ]
    matched = sum(is_wanted(workflow, tenant) for tenant in found)
    if record is not None:
        ports.library.save_rollout(workflow_id, int(record["version"]), of=rollout, rolloutTenants=matched)
    ids = [tenant.customer_id for tenant in found]
    return {"workflowId": workflow_id, "tenants": matched, "batches": batches(ids)}
