"""SendRequests: sends the next requests of a backfill to the tenants' queues."""

from collections import defaultdict
from typing import Final, TypedDict

from functions.runtime.backfills import backfill_in
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.rows import Document

REQUESTS_PER_CALL: Final = 200  # each perhaps in a queue of its own, which takes some seconds


class SendRequestsInput(TypedDict):
    """The backfill, the execution's name, and the number of the first request that is not sent yet."""

    input: object
    executionName: str
    next: int


class SendRequestsOutput(TypedDict):
    """The number of the first request that is not sent yet."""

    next: int


@entry
def handler(event: SendRequestsInput, ports: Ports) -> SendRequestsOutput:
    """Send the next REQUESTS_PER_CALL requests, those of each tenant together."""
    backfill = backfill_in(event["input"], event["executionName"], ports)
    end = min(event["next"] + REQUESTS_PER_CALL, len(backfill))
    by_tenant: dict[str, list[Document]] = defaultdict(list)
    for number in backfill.numbers[event["next"] : end]:
        request = backfill.request(number)
        by_tenant[request["customerId"]].append(request)
    for customer_id, requests in by_tenant.items():
        ports.queues.send(customer_id, requests)
    return {"next": end}
