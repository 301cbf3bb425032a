"""`wfm.requests`: send, list, wait for, cancel and resubmit requests."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Unpack, overload

from wfm.client import deprecated
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.backfills.backfills import Backfills
from wfm.client.many import each
from wfm.client.poll_schedule import CLOCK, Clock
from wfm.client.records import Request
from wfm.client.requests.buffered import BufferedRequests
from wfm.client.requests.cancel import NOT_CANCELLED, REASON, Cancellation, Canceller
from wfm.client.requests.following import RUN_TIMEOUT, StateChange, follow
from wfm.client.requests.reader import ALL, RequestFilter, RequestReader
from wfm.client.requests.resubmit import Resubmitter
from wfm.client.requests.sender import NOT_SENT, SENT, SENT_BEFORE, PreparedRequest, RunOptions, Sender, Sent, WantedRun
from wfm.client.requests.submitted import SubmittedRequest
from wfm.client.tenants.tenants import Tenants
from wfm.client.times import Time, stored_time
from wfm.client.workflows.workflows import Workflows
from wfm.model.fingerprints import check_same, is_refusal_of_another
from wfm.model.request_ids import REFUSED_MESSAGE
from wfm.model.requests import ExecutionRequest

WAITING: Final = "WAITING"


@in_words
class Requests:
    """`wfm.requests` of one deployment, put together from its parts.

    Reading is `RequestReader`'s, sending `Sender`'s, cancelling `Canceller`'s, sending again `Resubmitter`'s.
    `buffered` are the requests that are still messages in the tenant's queue.
    """

    def __init__(self, aws: Aws, tenants: Tenants, workflows: Workflows, backfills: Backfills) -> None:
        self._aws, self._tenants, self._workflows = aws, tenants, workflows
        self._backfills = backfills
        reader, sender = RequestReader(aws, tenants), Sender(aws, tenants, workflows)
        canceller, resubmitter = Canceller(aws, tenants, reader), Resubmitter(aws, tenants, reader)
        self.buffered = BufferedRequests(aws, tenants, reader, canceller)
        self._sender, self.prepare = sender, sender.prepare
        self.get, self.list, self.active = reader.get, reader.list, reader.active
        self.queue_position = reader.queue_position
        self._canceller = canceller
        self.cancel_all, self.wait_cancelled = canceller.cancel_all, canceller.wait
        self.unresolved, self.resubmit = resubmitter.unresolved, resubmitter.resubmit
        self.unresolved_matching, self.resubmit_many = resubmitter.unresolved_matching, resubmitter.resubmit_many

    @overload
    def submit(self, workflow_id: str | None, customer_id: str, **options: Unpack[RunOptions]) -> SubmittedRequest: ...

    @overload
    def submit(self, workflow_id: PreparedRequest, /) -> SubmittedRequest: ...

    def submit(
        self, workflow_id: str | PreparedRequest | None, customer_id: str = "", **options: Unpack[RunOptions]
    ) -> SubmittedRequest:
        """Send one request to the customer's queue; its `wait` gives the request as it ended.

        In place of a workflow it takes what `prepare` gave. What is asked of a DEGRADED or PAUSED tenant waits. Errors:
        InvalidRequest, InvalidRecord (several problems), UnknownCustomer, UnknownWorkflow, UsageError (an option that
        there is not); then nothing was sent.
        """
        if not isinstance(workflow_id, PreparedRequest):
            workflow_id = self.prepare(workflow_id, customer_id, **options)
        self._sender.send(workflow_id)
        sent = workflow_id.request
        ids = sent.customer_id, sent.request_id
        return SubmittedRequest(
            sent,
            follow=lambda timeout: self.wait(*ids, timeout, sent=sent),
            stop=lambda: self._canceller.cancel(*ids, REASON),
        )

    def iterate(self, customer_id: str, *, since: Time = "", until: Time = "") -> Iterator[Request]:
        """The customer's requests, newest first, read page by page as they are taken.

        `since` and `until` (exclusive) are about when they were asked for. A moment late, as indexes are.
        """
        self._tenants.get(customer_id)
        rows = self._aws.tables.runs.requests(customer_id, stored_time(since, "since"), stored_time(until, "until"))
        return map(Request.from_row, rows)

    def wait(
        self,
        customer_id: str,
        request_id: str,
        timeout: float = RUN_TIMEOUT,
        clock: Clock = CLOCK,
        *,
        sent: ExecutionRequest | None = None,
    ) -> Iterator[StateChange]:
        """Each state change until the request has ended; NotEndedInTimeError after `timeout` seconds.

        With `sent` InvalidRequest when the id turns out to be that of another request, which came first.
        """

        def poll() -> tuple[Request | None, int | None]:
            request = self.get(customer_id, request_id)
            if request is not None and sent is not None and is_refusal_of_another(request.row, sent):
                request = None
            elif request is not None and sent is not None and not request.row.get(REFUSED_MESSAGE):
                check_same(request.row, sent)
            waits = request is not None and request.status == WAITING
            return request, self.queue_position(customer_id, request_id) if waits else None

        return follow(poll, timeout, clock)

    def check(self, customers: str | Sequence[str], wanted: RequestFilter) -> None:
        """UnknownWorkflow, UsageError or UnknownRunError for what no request of these customers can match."""
        if wanted.workflow:
            self._workflows.require([customers] if isinstance(customers, str) else customers, wanted.workflow)
        if wanted.backfill:
            self._backfills.get(wanted.backfill)

    def cancel(
        self, customer_id: str, run_id: str, reason: str = REASON, *, before_arrival: bool = False
    ) -> Cancellation:
        """Cancel by request id, or by AMC's `workflowExecutionId`, whatever its status. Repeating it does no harm.

        UnknownRunError with close matches for an id that nobody has seen, unless `before_arrival` says that its message
        is still to come: then that starts nothing.
        """
        if not before_arrival:
            self.require_seen(customer_id, [run_id])
        return self._canceller.cancel(customer_id, run_id, reason)

    def require_seen(self, customer_id: str, run_ids: Sequence[str]) -> None:
        """UnknownRunError for an id of which there is neither a row nor a message in the tenant's queue."""
        unknown = [run_id for run_id in run_ids if not self._canceller.is_known(customer_id, run_id)]
        waits = self.buffered.depth(customer_id) if unknown else None
        buffered = {one.request_id for one in self.buffered.list(customer_id)} if waits and waits.waiting else set()
        for run_id in unknown:
            if run_id not in buffered:
                raise self._canceller.unknown(customer_id, run_id)

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

    def cancel_many(
        self, customer_ids: Sequence[str], wanted: RequestFilter = ALL, reason: str = REASON
    ) -> Iterator[Cancellation]:
        """Cancel all that match of these customers, one after the other; one that fails does not keep the rest."""

        def failed(customer_id: str, why: str) -> Cancellation:
            return Cancellation(customer_id, "", "", NOT_CANCELLED, why)

        return each(customer_ids, lambda one: self.cancel_matching(one, wanted, reason), failed)

    def send_many(self, prepared: Sequence[PreparedRequest]) -> Iterator[Sent]:
        """Send what `prepare_many` has prepared; one that fails does not keep the rest."""

        def send(one: PreparedRequest) -> list[Sent]:
            self.submit(one)
            return [Sent(one.request.customer_id, one.request.request_id, SENT, "is in the queue")]

        def failed(one: PreparedRequest, why: str) -> Sent:
            return Sent(one.request.customer_id, one.request.request_id, NOT_SENT, why)

        return each(prepared, send, failed)

    def prepare_many(
        self, wanted: Sequence[WantedRun], **options: Unpack[RunOptions]
    ) -> Iterator[PreparedRequest | Sent]:
        """Each customer's request, checked and not sent; one that cannot be sent, or was before, has an outcome.

        So a repetition with the same ids prepares only what is left.
        """

        def prepare(one: WantedRun) -> list[PreparedRequest | Sent]:
            asked: RunOptions = {**options, "request_id": one.request_id}
            prepared = self.prepare(one.workflow_id, one.customer_id, **asked)
            known = self.get(one.customer_id, one.request_id)
            if known is None:
                return [prepared]
            return [Sent(one.customer_id, one.request_id, SENT_BEFORE, f"it is {known.status}")]

        def failed(one: WantedRun, why: str) -> PreparedRequest | Sent:
            return Sent(one.customer_id, one.request_id, NOT_SENT, why)

        return each(wanted, prepare, failed)

    if not TYPE_CHECKING:
        __call__ = deprecated.listing("requests")

        def send(self, *arguments: object, **options: object) -> str:
            """The id alone, which `wfm.run` of version 0.1 gave back."""
            return self.submit(*arguments, **options).request_id
