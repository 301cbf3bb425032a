"""The steps of a backfill: check its tenants, count its requests by status."""

from collections.abc import Mapping
from typing import Final, TypedDict

from functions.ports import Ports
from functions.services.execution.preparation import require_synced
from wfm.errors import UnknownCustomer
from wfm.model.backfills import Backfill, check_chain, check_values
from wfm.model.rows import Document, RequestRow
from wfm.model.statuses import REQUEST_ENDED, RequestStatus, TenantStatus
from wfm.model.stored_request import StoredRequest
from wfm.model.tenants import from_row, values_in

MAX_SHOWN: Final = 10  # of many tenants, in a message for a person


def check_targets(backfill: Backfill, ports: Ports) -> None:
    """PlanBackfill: all tenants must be ACTIVE and have the workflow; UnknownCustomer or UnknownWorkflow if not."""
    rows = {customer_id: ports.tenants.find(customer_id) for customer_id in backfill.customer_ids}
    statuses = {customer_id: _status_of(row) for customer_id, row in rows.items()}
    unfit = [f"{customer_id} is {status}" for customer_id, status in statuses.items() if status != TenantStatus.ACTIVE]
    if unfit:
        more = f" and {len(unfit) - MAX_SHOWN} more" if len(unfit) > MAX_SHOWN else ""
        raise UnknownCustomer(f"customerIds: {', '.join(unfit[:MAX_SHOWN])}{more}; allowed: ACTIVE tenants")
    if "workflowId" not in backfill.payload:
        return
    workflow_id = str(backfill.payload["workflowId"])
    for customer_id, row in rows.items():
        check_chain(backfill, workflow_id, row or {})
        workflow = ports.workflows.find(customer_id, workflow_id)
        check_values(backfill, workflow or {}, values_in(row))
        require_synced(from_row(row or {}), workflow_id, workflow, ports.workflows, ports.amc)


def _status_of(row: Document | None) -> str:
    return "no tenant" if row is None else str(row.get("status"))


def has_slot(row: RequestRow | None) -> bool:
    """CancelRequests: whether a request runs in AMC, or is being submitted: a pause lets it go on to its end."""
    return row is not None and StoredRequest(row).status in (RequestStatus.SUBMITTING, RequestStatus.RUNNING)


class Progress(TypedDict):
    """How many requests have `ended`, and how many of these ended with each status, in lower case."""

    ended: int
    outcome: dict[str, int]


def progress(by_status: Mapping[str, int]) -> Progress:
    """CheckBackfill: the progress by the number of requests with each status."""
    outcome = {status.lower(): by_status.get(status, 0) for status in sorted(REQUEST_ENDED)}
    return {"ended": sum(outcome.values()), "outcome": outcome}
