"""What a backfill does in the world: it is let begin, its requests are counted, and what has not ended is cancelled."""

from collections.abc import Mapping
from typing import Final, TypedDict

from functions.ports import Ports
from functions.services.execution.preparation import check_workflow
from wfm.calendar.timestamps import epoch, iso
from wfm.errors import UnknownCustomer
from wfm.model.backfills import Backfill, check_values
from wfm.model.requests import read_request, request_row
from wfm.model.rows import Row
from wfm.model.statuses import REQUEST_ENDED, RequestStatus, TenantStatus
from wfm.model.tenants import from_row, retention_of

MAX_SHOWN: Final = 10  # of many tenants, in a message for a person


def check_targets(backfill: Backfill, ports: Ports) -> None:
    """All tenants are ACTIVE and have the workflow; else nothing is sent to any of them."""
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
        workflow = ports.workflows.find(customer_id, workflow_id)
        check_values(backfill, workflow or {})
        check_workflow(from_row(row or {}), workflow_id, workflow, ports.workflows, ports.amc)


def _status_of(row: Row | None) -> str:
    return "no tenant" if row is None else str(row.get("status"))


class Progress(TypedDict):
    """How many requests have `ended`, and of these how many at each status in lower case."""

    ended: int
    outcome: dict[str, int]


def progress(by_status: Mapping[str, int]) -> Progress:
    """Of the number of requests by status."""
    outcome = {status.lower(): by_status.get(status, 0) for status in sorted(REQUEST_ENDED)}
    return {"ended": sum(outcome.values()), "outcome": outcome}


def cancel(document: Row, reason: str, machine: str, ports: Ports) -> None:
    """End a request of a backfill that was stopped. May be called any number of times.

    One that has not arrived yet is written down as CANCELLED, so that its message starts nothing. For one under way the
    execution of `machine` (an ARN) is stopped, which ends its AMC run, frees its slot and closes it.
    """
    request = read_request(document, "")
    now = ports.clock()
    expires = epoch(now + retention_of(ports.tenants.find(request.customer_id)))
    ended = {"status": RequestStatus.CANCELLED, "endedAt": iso(now), "expireTimestamp": expires, "reason": reason}
    row = ports.requests.add(request_row(request, now) | ended)
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{request.execution_name}"
    if "endedAt" in row or ports.tasks.stop(execution, reason):
        return
    ids = {"customerId": request.customer_id, "requestId": request.request_id}
    ports.tasks.start(machine, request.execution_name, ids)  # whoever is about to start it finds the name taken
    ports.tasks.stop(execution, reason)
