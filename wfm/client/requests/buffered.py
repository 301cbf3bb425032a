"""Requests that are still messages in the tenant's queue: BUFFERED, without a row."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Final

from wfm.client.adapters.queue_messages import Message, QueueDepth
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.records import BUFFERED, Request
from wfm.client.requests.cancel import CANCELLED, Cancellation, Canceller
from wfm.client.requests.messages import row_of
from wfm.client.requests.reader import ALL, RequestFilter, RequestReader
from wfm.client.tenants.tenants import Tenants
from wfm.errors import UsageError

MIN_RECEIVES: Final = 100  # WFM's own queues allow 1,000; where somebody set so few, a peek may cost a message
MAX_MESSAGES: Final = 100_000  # more than any queue's in-flight limit lets one command take


@in_words
class BufferedRequests:
    """The requests in the tenants' queues of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants, reader: RequestReader, canceller: Canceller) -> None:
        self._aws = aws
        self._tenants = tenants
        self._reader = reader
        self._canceller = canceller

    def depth(self, customer_id: str) -> QueueDepth | None:
        """How much is in one tenant's queue; None if it has none."""
        url = self._tenants.get(customer_id).queue_url
        return self._aws.messages.depth(url) if url else None

    def peek_url(self, customer_id: str) -> str:
        """The tenant's queue, if it allows messages to be received and put back; UsageError if not."""
        url = self._tenants.queue_url(customer_id)
        allowed = self._aws.messages.most_receives(url)
        if allowed is not None and allowed < MIN_RECEIVES:
            raise UsageError(
                f"customerId: each peek is one of the {allowed} receives after which a message of {customer_id} becomes"
                f" a dead letter; allowed: queues with at least {MIN_RECEIVES}"
            )
        return url

    def list(self, customer_id: str, wanted: RequestFilter = ALL) -> Sequence[Request]:
        """The queue's messages that match, as the rows that they will become, but BUFFERED. Counts as a receive."""
        url = self.peek_url(customer_id)
        taken: list[Message] = []
        try:
            taken.extend(self._aws.messages.take(url, MAX_MESSAGES))
        finally:
            self._aws.messages.put_back(url, taken)
        rows = (row_of(customer_id, message) for message in taken)
        requests = (Request.from_row(row | {"status": BUFFERED}) for row in rows)
        return [request for request in requests if wanted.matches(request)]

    def cancel(self, customer_id: str, wanted: RequestFilter, reason: str) -> Iterator[Cancellation]:
        """Take out what waits and matches; each message is first recorded as a CANCELLED request, then deleted.

        The rest is put back at the end; if this is killed before, it comes back by itself. What WFM has in hand
        meanwhile is not touched; a message that is newer than the purge may go too.
        """
        url = self._tenants.queue_url(customer_id) if wanted == ALL else self.peek_url(customer_id)
        keep = self._tenants.retention(customer_id)
        rest: list[Message] = []
        try:
            with closing(self._aws.messages.take(url, MAX_MESSAGES)) as taken:
                for message in taken:
                    rest.append(message)
                    row = row_of(customer_id, message)
                    if wanted.matches(Request.from_row(row)):
                        cancelled = self._cancelled(row, reason, keep)
                        self._aws.messages.delete(url, message)
                        rest.pop()
                        yield cancelled
        finally:
            self._aws.messages.put_back(url, rest)

    def _cancelled(self, row: Mapping[str, object], reason: str, keep: timedelta) -> Cancellation:
        names = str(row["customerId"]), str(row["requestId"])
        if self._aws.tables.request_changes.cancel_unseen(row, reason, datetime.now(UTC), keep):
            return Cancellation(*names, BUFFERED, CANCELLED, "recorded as cancelled")
        request = self._reader.get(*names)
        if request and request.status != "QUEUED":
            return Cancellation(*names, request.status, request.status, "the message was a repetition")
        return self._canceller.cancel(*names, reason)
