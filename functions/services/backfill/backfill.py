"""What a backfill does in the world: it is let begin, its requests are counted, and what has not ended is cancelled."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from wfm.model.backfills import Backfill
from wfm.errors import InvalidRequest, UnknownCustomer
from functions.services.execution.preparation import Validate, check_workflow
from wfm.model.requests import MAX_BODY_BYTES, read_request, request_row, resolve
from functions.ports import Row
from functions.ports_needs import HasAmc, HasClock, HasRequests, HasTasks, HasTenants, HasWorkflows
from wfm.model.statuses import REQUEST_ENDED
from wfm.model.dynamodb_limits import check_storable
from wfm.model.tenants import from_row, retention_of
from wfm.calendar.timestamps import epoch, iso

SHOWN: Final = 10  # of many tenants, in a message for a person


class TargetPorts(HasTenants, HasWorkflows, HasAmc, Protocol):
    """What it takes to see whether tenants can take a backfill."""


class CancelPorts(HasClock, HasTenants, HasRequests, HasTasks, Protocol):
    """What it takes to cancel requests."""


def check_requests(backfill: Backfill, validate: Validate, now: datetime) -> None:
    """No request of the backfill will be refused for what it says: the first that would be is, here."""
    for document in backfill.one_tenants_requests():
        size = len(json.dumps(document).encode())
        if size > MAX_BODY_BYTES:
            raise InvalidRequest("payload", f"makes requests of {size} bytes", f"at most {MAX_BODY_BYTES}")
        check_storable(document)
        resolve(read_request(validate(document), ""), now)


def check_targets(backfill: Backfill, ports: TargetPorts) -> None:
    """All tenants are ACTIVE and have the workflow; else nothing is sent to any of them."""
    rows = {customer_id: ports.tenants.find(customer_id) for customer_id in backfill.customer_ids}
    unfit = [f"{one} is {_standing(row)}" for one, row in rows.items() if (row or {}).get("status") != "ACTIVE"]
    if unfit:
        more = f" and {len(unfit) - SHOWN} more" if len(unfit) > SHOWN else ""
        raise UnknownCustomer(f"customerIds: {', '.join(unfit[:SHOWN])}{more}; allowed: ACTIVE tenants")
    if "workflowId" not in backfill.payload:
        return
    workflow_id = backfill.payload["workflowId"]
    for customer_id, row in rows.items():
        workflow = ports.workflows.find(customer_id, workflow_id)
        check_workflow(from_row(row or {}), workflow_id, workflow, ports.workflows, ports.amc)


def _standing(row: Row | None) -> str:
    return "no tenant" if row is None else str(row.get("status"))


def progress(by_status: Mapping[str, int]) -> dict[str, Any]:
    """`{"ended": n, "outcome": {"succeeded": n, ...}}` of a number of requests by status."""
    outcome = {status.lower(): by_status.get(status, 0) for status in sorted(REQUEST_ENDED)}
    return {"ended": sum(outcome.values()), "outcome": outcome}


def cancel(document: Row, reason: str, machine: str, ports: CancelPorts) -> None:
    """End a request of a backfill that was stopped. May be called any number of times.

    One that has not arrived yet is written down as CANCELLED, so that its message starts nothing. For one under way the
    execution of `machine` (an ARN) is stopped, which ends its AMC run, frees its slot and closes it.
    """
    request = read_request(document, "")
    now = ports.clock()
    expires = epoch(now + retention_of(ports.tenants.find(request.customer_id)))
    ended = {"status": "CANCELLED", "endedAt": iso(now), "expireTimestamp": expires, "reason": reason}
    row = ports.requests.add(request_row(request, now) | ended)
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{request.execution_name}"
    if "endedAt" in row or ports.tasks.stop(execution, reason):
        return
    ids = {"customerId": request.customer_id, "requestId": request.request_id}
    ports.tasks.start(machine, request.execution_name, ids)  # whoever is about to start it finds the name taken
    ports.tasks.stop(execution, reason)
