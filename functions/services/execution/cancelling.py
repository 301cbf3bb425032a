"""Cancels a request wherever it is: on its way in the queue, waiting, or running in AMC."""

from functions.ports import Ports
from wfm.calendar.timestamps import epoch, iso
from wfm.model.requests import execution_name_in, read_request, request_row
from wfm.model.rows import Document
from wfm.model.statuses import RequestStatus
from wfm.model.tenants import retention_of


def cancel(document: Document, reason: str, machine: str, ports: Ports) -> None:
    """CancelRequests, StartExecution: cancel the request that a document asks for. Idempotent.

    If it has not arrived yet, it is recorded as CANCELLED, so that its message starts nothing. If it is active, its
    execution of `machine` (an ARN) is stopped: the clean-up cancels its AMC run and ends the request.
    """
    request = read_request(document, "")
    now = ports.clock()
    expires = epoch(now + retention_of(ports.tenants.find(request.customer_id)))
    ended = {"status": RequestStatus.CANCELLED, "endedAt": iso(now), "expireTimestamp": expires, "reason": reason}
    row = ports.requests.add(request_row(request, now) | ended | {"openSince": None})
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{execution_name_in(row)}"
    if "endedAt" in row or ports.tasks.stop(execution, reason):
        return
    ids = {"customerId": request.customer_id, "requestId": request.request_id}
    ports.tasks.start(machine, execution_name_in(row), ids)  # takes the name, so that nobody else starts it
    ports.tasks.stop(execution, reason)
