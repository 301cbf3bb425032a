"""The changes that make a tenant's rows what the library wants: a plan, which changes nothing by itself.

A tenant has a library workflow under its plain id. Rows without `libraryVersion` are the tenant's own and stay as they
are. The tenant's toggles say what the library may do; `libraryHash` says what it did.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wfm.model.chain_links import AFTER
from wfm.model.library_workflows import LibraryWorkflow, matches
from wfm.model.onboarding import SERVICEABLE
from wfm.model.rows import Document, object_in, text_or_none
from wfm.model.tenants import TOGGLES, Tenant, from_row
from wfm.model.workflows import DELIVERY, FRESHNESS

PUT_WORKFLOW, DELETE_WORKFLOW, PUT_SCHEDULE, DELETE_SCHEDULE = (
    "put workflow", "delete workflow", "put schedule", "delete schedule",
)  # fmt: skip
_NEW_CONTENT, _UPDATES, _REMOVAL, _SCHEDULE_CREATION, _SCHEDULE_REMOVAL = TOGGLES


@dataclass(frozen=True)
class Change:
    """`row` is to be written or deleted; `seen` is the present row (None: there is none)."""

    action: str
    row: Document
    seen: Document | None = None


@dataclass(frozen=True)
class Plan:
    """Changes, in their order; `conflicts` name the tenant's own workflows and schedules that stand in the way."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[str, ...] = ()

    def __add__(self, other: "Plan") -> "Plan":
        return Plan(self.changes + other.changes, self.conflicts + other.conflicts)


def plan(
    tenant: Tenant,
    workflows: Mapping[str, LibraryWorkflow | None],
    rows: Iterable[Document],
    schedules: Iterable[Document],
) -> Plan:
    """The plan for one tenant. `workflows` holds by id what is in force; None for an id that the library has no more.

    An id that is not in it is left as it is: so is all of a workflow whose record cannot be read.
    """
    known = {str(row["workflowId"]): row for row in rows}
    there, whole = list(schedules), Plan()
    for workflow_id, workflow in sorted(workflows.items(), key=lambda item: item[0]):
        whole += _of_workflow(tenant, workflow_id, workflow, known.get(workflow_id), there)
    return whole


def is_wanted(workflow: LibraryWorkflow | None, tenant: Tenant) -> bool:
    """Whether the library wants the tenant to have the workflow, whatever the toggles let it do."""
    return workflow is not None and workflow.deploys and matches(workflow, tenant)


def is_librarys(row: Document) -> bool:
    """Whether the library wrote the row; the others are the tenant's own."""
    return "libraryVersion" in row


def workflow_of(schedule: Document) -> str | None:
    """The workflow that a row of Schedules runs; None if the row names none."""
    return text_or_none(object_in(object_in(schedule.get("Input")).get("payload")).get("workflowId"))


def workflow_row(workflow: LibraryWorkflow, customer_id: str) -> dict[str, object]:
    """The tenant's row as the library writes it."""
    extras = {
        "defaultPayload": workflow.default_payload,
        "metadata": workflow.metadata,
        AFTER: workflow.after,
        DELIVERY: workflow.delivery,
        FRESHNESS: workflow.freshness,
    }
    fields = {**workflow.definition, **{name: value for name, value in extras.items() if value is not None}}
    return {"customerId": customer_id, **_marked(fields, workflow.version)}


def schedule_row(workflow: LibraryWorkflow, customer_id: str) -> dict[str, object] | None:
    """The tenant's row of the workflow's schedule, if it has one."""
    if workflow.schedule is None:
        return None
    return {"customerId": customer_id, **_marked(workflow.schedule, workflow.version)}


def _marked(fields: Document, version: int) -> dict[str, object]:
    text = json.dumps([version, fields], sort_keys=True, default=str)
    return {**fields, "libraryVersion": version, "libraryHash": hashlib.sha256(text.encode()).hexdigest()}


def _of_workflow(
    tenant: Tenant, workflow_id: str, workflow: LibraryWorkflow | None, row: Document | None, schedules: list[Document]
) -> Plan:
    if workflow is None or not is_wanted(workflow, tenant):
        if row is not None and is_librarys(row) and _REMOVAL in tenant.toggles:
            return _removal(workflow_id, row, schedules)
        return _of_schedule(tenant, workflow_id, None, schedules)
    if row is not None and not is_librarys(row):
        own = Plan(conflicts=(f"workflow {workflow_id}",))
        return own + _of_schedule(tenant, workflow_id, None, schedules)
    wanted = workflow_row(workflow, tenant.customer_id)
    if _is_current(wanted, row):
        return _of_schedule(tenant, workflow_id, schedule_row(workflow, tenant.customer_id), schedules)
    if (_NEW_CONTENT if row is None else _UPDATES) in tenant.toggles:
        put = Plan((Change(PUT_WORKFLOW, wanted, row),))
        return put + _of_schedule(tenant, workflow_id, schedule_row(workflow, tenant.customer_id), schedules)
    # Who takes no updates keeps an older version whole; who has none needs no schedule of it.
    return Plan() if row is not None else _of_schedule(tenant, workflow_id, None, schedules)


def _removal(workflow_id: str, row: Document, schedules: list[Document]) -> Plan:
    """The schedules go before the workflow, so that none runs a deleted one; the tenant's own schedules go too."""
    of_this = [each for each in schedules if workflow_of(each) == workflow_id]
    going = [Change(DELETE_SCHEDULE, each, each) for each in of_this]
    return Plan((*going, Change(DELETE_WORKFLOW, row, row)))


def _of_schedule(tenant: Tenant, workflow_id: str, wanted: Document | None, schedules: list[Document]) -> Plan:
    """The changes of the workflow's schedule; without `wanted` it is deleted."""
    ours = [each for each in schedules if is_librarys(each) and workflow_of(each) == workflow_id]
    name = None if wanted is None else _name(wanted)
    left = [each for each in ours if _name(each) != name] if _SCHEDULE_REMOVAL in tenant.toggles else []
    going = Plan(tuple(Change(DELETE_SCHEDULE, each, each) for each in left))
    if wanted is None:
        return going
    there = next((each for each in schedules if _name(each) == name), None)
    if there is not None and there not in ours:
        return going + Plan(conflicts=(f"schedule {name}",))
    allowed = (_SCHEDULE_CREATION if there is None else _UPDATES) in tenant.toggles
    if _is_current(wanted, there) or not allowed:
        return going
    return going + Plan((Change(PUT_SCHEDULE, wanted, there),))


def _name(schedule: Document) -> str:
    return str(schedule["Name"])


def _is_current(wanted: Document, row: Document | None) -> bool:
    return row is not None and row.get("libraryHash") == wanted["libraryHash"]


def tenant_in_service(row: Document | None) -> Tenant | None:
    """The tenant in the row if it is ACTIVE or PAUSED: the library is rolled out to no others."""
    if row is None or row.get("status") not in SERVICEABLE or "amcInstanceId" not in row:
        return None
    return from_row(row)
