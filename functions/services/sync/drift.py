"""Drift: workflows that somebody changed or deleted in AMC by hand after WFM had synced them.

What AMC showed differently when the workflow was synced is no drift; the row has it as `amcEcho`. Each tenant is
checked once a day with one list call, at a time that follows from its id, so that checks are spread over the day. Drift
is on the workflow's row (`drift`, `driftFoundAt`) until AMC and row agree; with REPAIR_DRIFT a sync repairs it.
Workflows without a row were created by hand, and are left alone.
"""

import hashlib
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports, Workflows
from wfm.calendar.timestamps import epoch, iso, parse
from wfm.errors import PermanentError
from wfm.model.amc_echo import drifted
from wfm.model.execution_names import event_execution_name
from wfm.model.rows import Document, TenantRow, WorkflowRow
from wfm.model.statuses import TenantStatus
from wfm.model.tenants import REPAIR_DRIFT, Tenant, from_row
from wfm.model.workflows import is_synced_and_unchanged

CHECK_INTERVAL: Final = timedelta(days=1)
MAX_ASKED: Final = 50  # workflows that one check asks for by their ids
DELETED: Final = "deleted"


def is_due(tenant: TenantRow, now: datetime) -> bool:
    """Whether the tenant is ACTIVE or PAUSED, and a new day of its own has begun since its last check.

    Remove `driftCheckedAt` to have it checked at the next poll.
    """
    if tenant.get("status") not in (TenantStatus.ACTIVE, TenantStatus.PAUSED) or "lookFailure" in tenant:
        return False
    checked = tenant.get("driftCheckedAt")
    return checked is None or _day_number(tenant, parse(checked)) < _day_number(tenant, now)


def _day_number(tenant: TenantRow, at: datetime) -> int:
    """The number of the tenant's day; days begin at a time that follows from a hash of its id."""
    digest = hashlib.sha256(str(tenant["customerId"]).encode()).digest()
    return (epoch(at) + int.from_bytes(digest[:4])) // int(CHECK_INTERVAL.total_seconds())


def drift_of(row: WorkflowRow, in_amc: Document | None) -> str | None:
    """`deleted`, `changed: sqlQuery, inputParameters`, or None if AMC shows what was synced."""
    if in_amc is None:
        return DELETED
    fields = drifted(row, in_amc)
    return f"changed: {', '.join(fields)}" if fields else None


def check_tenant(customer_id: str, ports: Ports, workflow_sync: str) -> Mapping[str, str]:
    """Check the tenant if it is due; what has drifted, by workflow id. `workflow_sync` is the machine's ARN.

    An error is written onto the tenant's row and raised; after a transient one the next poll checks again.
    """
    now = ports.clock()
    row = ports.tenants.find(customer_id)
    if row is None or not is_due(row, now):
        return {}
    try:
        found = _check(from_row(row), ports, workflow_sync, now)
    except Exception as exc:
        checked = {"driftCheckedAt": iso(now)} if isinstance(exc, PermanentError) else {}
        ports.tenants.save(customer_id, driftFailure=str(exc), **checked)
        raise
    ports.tenants.save(customer_id, driftCheckedAt=iso(now), driftFailure=None)
    return found


def _check(tenant: Tenant, ports: Ports, workflow_sync: str, now: datetime) -> dict[str, str]:
    """Rows are read before AMC, so a sync in between is noticed: then the row has another execution.

    What AMC's list shows otherwise is asked for by its id, as the sync did it: the list may have a way of its own.
    """
    customer_id = tenant.customer_id
    found: dict[str, str] = {}
    rows = [row for row in ports.workflows.of_tenant(customer_id) if is_synced_and_unchanged(row)]
    in_amc = {str(shown.get("workflowId")): shown for shown in ports.amc.list_workflows(tenant)} if rows else {}
    suspects = [row for row in rows if drift_of(row, in_amc.get(str(row["workflowId"])))]
    doubted = _sample(suspects, now)
    for row in rows:
        workflow_id = str(row["workflowId"])
        if row in suspects and row not in doubted:
            continue
        drift = drift_of(row, ports.amc.get_workflow(tenant, workflow_id)) if row in doubted else None
        if drift == row.get("drift") or _record(row, drift, ports.workflows, now):
            found |= {workflow_id: drift} if drift else {}
    for workflow_id in found if REPAIR_DRIFT in tenant.toggles else []:
        name = event_execution_name(f"drift {iso(now)}", customer_id, workflow_id)
        ports.tasks.start(workflow_sync, name, {"customerId": customer_id, "workflowId": workflow_id})
    return found


def _sample(suspects: list[WorkflowRow], now: datetime) -> list[WorkflowRow]:
    """The suspects that one check asks for by their ids: at most MAX_ASKED, others each day."""
    chance = random.Random(now.timestamp())  # noqa: S311 (no secret)
    return chance.sample(suspects, min(MAX_ASKED, len(suspects)))


def _record(row: WorkflowRow, drift: str | None, workflows: Workflows, now: datetime) -> bool:
    """False if a sync has begun since the row was read."""
    return workflows.save_sync(
        str(row["customerId"]),
        str(row["workflowId"]),
        by=str(row["syncExecution"]),
        drift=drift,
        driftFoundAt=iso(now) if drift else None,
    )
