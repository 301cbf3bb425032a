"""WaitForSlot: enters the tenant's waiting queue; the task token is answered when a slot is granted."""

from typing import NotRequired, TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.account_slots import account_of
from functions.services.semaphore import acquire
from wfm.model.semaphore import SlotRequest
from wfm.model.statuses import RequestStatus
from wfm.model.tenants import slots_of


class WaitForSlotInput(TypedDict):
    """`arrival` is when the request was made; `executionArn` is the execution that waits, with `taskToken`."""

    customerId: str
    requestId: str
    workflowId: NotRequired[str]
    priority: str
    arrival: str
    executionArn: str
    taskToken: str
    traceId: NotRequired[str]


@entry
def handler(event: WaitForSlotInput, ports: Ports) -> None:
    """Store the request's place: a repeated call, or a requeued request, enters the waiting queue once."""
    found, tenant = ports.requests.find_with_tenant(event["customerId"], event["requestId"])
    row = found or {}
    request = SlotRequest(
        event["customerId"],
        event["requestId"],
        event["priority"],
        event["arrival"],
        event["executionArn"],
        event["taskToken"],
        event.get("workflowId", ""),
        row.get("placeInLine", ""),
    )
    if (row.get("status"), row.get("placeInLine")) != (RequestStatus.WAITING, request.place):  # it comes again
        ids = (request.customer_id, request.request_id)
        ports.requests.advance(*ids, RequestStatus.WAITING, ports.clock(), placeInLine=request.place)
    account = account_of(tenant, ports)
    acquire(
        ports.semaphores,
        ports.tasks.notify,
        request,
        slots_of(tenant),
        account=account,
        limit_now=lambda: ports.tenants.limit(request.customer_id),
    )
