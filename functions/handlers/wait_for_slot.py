"""WaitForSlot: stand in the tenant's line; the task token is answered when a slot is granted."""

from typing import NotRequired, TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.semaphore import acquire
from wfm.model.semaphore import SlotRequest
from wfm.model.statuses import RequestStatus


class WaitForSlotInput(TypedDict):
    """`arrival` is when the request was made, `executionArn` who waits, with `taskToken`."""

    customerId: str
    requestId: str
    workflowId: NotRequired[str]
    priority: str
    arrival: str
    executionArn: str
    taskToken: str


@entry
def handler(event: WaitForSlotInput, ports: Ports) -> None:
    """The request keeps the place that it first had, so one that comes again never stands in line twice."""
    row = ports.requests.find(event["customerId"], event["requestId"]) or {}
    waiter = SlotRequest(
        event["customerId"],
        event["requestId"],
        event["priority"],
        event["arrival"],
        event["executionArn"],
        event["taskToken"],
        event.get("workflowId", ""),
        row.get("placeInLine", ""),
    )
    ports.requests.advance(
        waiter.customer_id, waiter.request_id, RequestStatus.WAITING, ports.clock(), placeInLine=waiter.place
    )
    acquire(ports.semaphores, ports.tasks.notify, waiter, ports.tenants.limit(waiter.customer_id))
