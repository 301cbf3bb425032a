"""Drift: what somebody changed or deleted in AMC by hand, though WFM had put it there. What AMC itself showed otherwise
than it was given, when the workflow was synced, is none: that stands on the row as `amcEcho`.

One list call a day and tenant, at a time of day of its own, so that tenants who were onboarded together do not stay
together. What is found stands on the workflow's row (`drift`, `driftFoundAt`) until AMC and row agree again; where the
tenant says so (REPAIR_DRIFT), `workflow_sync` puts it right. Workflows of which WFM has no row were made by hand, and
are left alone.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports, Workflows
from wfm.calendar.timestamps import epoch, iso, parse
from wfm.errors import PermanentError
from wfm.model.amc_echo import drifted
from wfm.model.execution_names import event_execution_name
from wfm.model.rows import Row
from wfm.model.statuses import SyncStatus, TenantStatus
from wfm.model.tenants import REPAIR_DRIFT, Tenant, from_row
from wfm.model.workflows import definition_hash

CHECK_INTERVAL: Final = timedelta(days=1)
DELETED: Final = "deleted"


def is_due(tenant: Row, now: datetime) -> bool:
    """Whether the tenant is served, and its time of day has come since its last check.

    `driftCheckedAt` is taken out to ask for one at once.
    """
    if tenant.get("status") not in (TenantStatus.ACTIVE, TenantStatus.PAUSED) or "lookFailure" in tenant:
        return False
    checked = tenant.get("driftCheckedAt")
    return checked is None or _day_number(tenant, parse(checked)) < _day_number(tenant, now)


def _day_number(tenant: Row, at: datetime) -> int:
    """How many of the tenant's days have begun by then; they begin when a hash of its id says."""
    digest = hashlib.sha256(str(tenant["customerId"]).encode()).digest()
    return (epoch(at) + int.from_bytes(digest[:4])) // int(CHECK_INTERVAL.total_seconds())


def drift_of(row: Row, in_amc: Row | None) -> str | None:
    """`deleted`, `changed: sqlQuery, inputParameters`, or None when AMC shows what was synced."""
    if in_amc is None:
        return DELETED
    fields = drifted(row, in_amc)
    return f"changed: {', '.join(fields)}" if fields else None


def is_synced_and_unchanged(row: Row) -> bool:
    """Whether AMC ought to show this very row: synced, and not changed since."""
    synced = row.get("syncStatus") == SyncStatus.SYNCED and row.get("syncExecution")
    return bool(synced) and row.get("definitionHash") == definition_hash(row)


def check_tenant(customer_id: str, ports: Ports, workflow_sync: str) -> Mapping[str, str]:
    """Check the tenant if it is due: what has drifted, by workflow id. `workflow_sync` is the machine's ARN.

    A failure stands on the tenant's row and is raised; one that may pass is made up for at the next look.
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
    """The rows are read before AMC is, so that a sync in between shows as an execution that is not the row's."""
    customer_id = tenant.customer_id
    found: dict[str, str] = {}
    rows = [row for row in ports.workflows.of_tenant(customer_id) if is_synced_and_unchanged(row)]
    in_amc = {str(shown.get("workflowId")): shown for shown in ports.amc.list_workflows(tenant)} if rows else {}
    for row in rows:
        workflow_id = str(row["workflowId"])
        drift = drift_of(row, in_amc.get(workflow_id))
        if drift == row.get("drift") or _record(row, drift, ports.workflows, now):
            found |= {workflow_id: drift} if drift else {}
    for workflow_id in found if REPAIR_DRIFT in tenant.toggles else []:
        name = event_execution_name(f"drift {iso(now)}", customer_id, workflow_id)
        ports.tasks.start(workflow_sync, name, {"customerId": customer_id, "workflowId": workflow_id})
    return found


def _record(row: Row, drift: str | None, workflows: Workflows, now: datetime) -> bool:
    """False when a sync has begun since the row was read: then there is nothing to tell."""
    return workflows.save_sync(
        str(row["customerId"]),
        str(row["workflowId"]),
        by=str(row["syncExecution"]),
        drift=drift,
        driftFoundAt=iso(now) if drift else None,
    )
