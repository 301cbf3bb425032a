"""`wfm.requests`: send requests, see how they stand, wait for them, cancel them, and send them again."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from wfm.client import deprecated
from wfm.client.aws import Aws
from wfm.client.backfills.backfills import Backfills
from wfm.client.poll_schedule import CLOCK, Clock
from wfm.client.records import Request
from wfm.client.requests.buffered import BufferedRequests
from wfm.client.requests.cancel import REASON, Cancellation, Canceller
from wfm.client.requests.following import RUN_TIMEOUT, StateChange, follow
from wfm.client.requests.reader import RequestReader
from wfm.client.requests.request_filter import ALL, RequestFilter
from wfm.client.requests.resubmit import Resubmitter
from wfm.client.requests.sender import Sender
from wfm.client.tenants.tenants import Tenants
from wfm.client.workflows.workflows import Workflows

WAITING: Final = "WAITING"


class Requests:
    """Of one deployment, put together from its parts.

    Reading is `RequestReader`'s, sending `Sender`'s, cancelling `Canceller`'s, sending again `Resubmitter`'s;
    `buffered` are the requests that are still messages in the tenant's queue.
    """

    def __init__(self, aws: Aws, tenants: Tenants, workflows: Workflows, backfills: Backfills) -> None:
        self._workflows = workflows
        self._backfills = backfills
        reader, sender = RequestReader(aws, tenants), Sender(aws, tenants, workflows)
        canceller, resubmitter = Canceller(aws, tenants, reader), Resubmitter(aws, tenants, reader)
        self.buffered = BufferedRequests(aws, tenants, reader, canceller)
        self.send = sender.send
        self.get, self.list, self.active = reader.get, reader.list, reader.active
        self.queue_position = reader.queue_position
        self.cancel, self.cancel_all, self.wait_cancelled = canceller.cancel, canceller.cancel_all, canceller.wait
        self.unresolved, self.resubmit = resubmitter.unresolved, resubmitter.resubmit

    def wait(
        self, customer_id: str, request_id: str, timeout: float = RUN_TIMEOUT, clock: Clock = CLOCK
    ) -> Iterator[StateChange]:
        """Each state change until the request has ended; NotEndedInTimeError after `timeout` seconds."""

        def poll() -> tuple[Request | None, int | None]:
            request = self.get(customer_id, request_id)
            waits = request is not None and request.status == WAITING
            return request, self.queue_position(customer_id, request_id) if waits else None

        return follow(poll, timeout, clock)

    def check(self, customer_id: str, wanted: RequestFilter) -> None:
        """UnknownWorkflow or UnknownRunError for what no request can match."""
        if wanted.workflow:
            self._workflows.get(customer_id, wanted.workflow)
        if wanted.backfill:
            self._backfills.get(wanted.backfill)

    def preview_cancel(self, customer_id: str, wanted: RequestFilter = ALL) -> Sequence[Request]:
        """What `cancel_matching` would cancel just now; what is in the queue comes first, as BUFFERED."""
        buffered = self.buffered.list(customer_id, wanted) if self.buffered.depth(customer_id) else []
        active = self.active(customer_id, wanted)
        known = {request.request_id for request in active}
        return [*(request for request in buffered if request.request_id not in known), *active]

    def cancel_matching(
        self, customer_id: str, wanted: RequestFilter = ALL, reason: str = REASON
    ) -> Iterator[Cancellation]:
        """Cancel all of a customer that match: first those in its queue, so that none takes the slots of the rest.

        What WFM takes from the queue meanwhile has a row by the time when the rows are read.
        """
        if self.buffered.depth(customer_id):
            purged = self.buffered.cancel(customer_id, wanted, reason)
            yield from (one for one in purged if one.good)
        yield from self.cancel_all(self.active(customer_id, wanted), reason)

    if not TYPE_CHECKING:
        __call__ = deprecated.listing("requests")
