"""PlanRollout: refuses an invalid library record before anything changes, and names the tenants in batches."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.records import library_workflow_in
from functions.runtime.wiring import Ports
from functions.services.rollout.progress import batches, begin_rollout, warnings_of
from wfm.errors import InvalidRequest
from wfm.model.onboarding import SERVICEABLE
from wfm.model.rollout_plan import is_wanted, tenant_in_service
from wfm.model.workflows import is_workflow_id


class PlanRolloutInput(TypedDict):
    """`rollout` is the execution's name."""

    workflowId: str
    rollout: str


class PlanRolloutOutput(TypedDict):
    """`tenants` is for how many the workflow is; `batches` have all tenants, since others may have to lose it."""

    workflowId: str
    tenants: int
    batches: list[list[str]]


@entry
def handler(event: PlanRolloutInput, ports: Ports) -> PlanRolloutOutput:
    """Mark the record as being rolled out, and write onto it for how many tenants it is."""
    workflow_id, rollout = event["workflowId"], event["rollout"]
    if not is_workflow_id(workflow_id):
        problem = f"{workflow_id!r:.80} is not usable" if workflow_id else "is missing"
        raise InvalidRequest("workflowId", problem, "the id of a library workflow")
    record = begin_rollout(ports.library, workflow_id, rollout, ports.clock())
    workflow = None if record is None else library_workflow_in(record, ports.clock())
    found = [
        tenant for row in ports.tenants.with_status(*SERVICEABLE) if (tenant := tenant_in_service(row)) is not None
    ]
    matched = sum(is_wanted(workflow, tenant) for tenant in found)
    if record is not None:
        warnings = warnings_of(record, workflow, ports.clock())
        fields = {"rolloutTenants": matched, "rolloutWarnings": warnings or None}
        ports.library.save_rollout(workflow_id, int(record["version"]), of=rollout, **fields)
    ids = [tenant.customer_id for tenant in found]
    return {"workflowId": workflow_id, "tenants": matched, "batches": batches(ids)}
