"""Reading requests, all or those that have something in common."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.records import Request
from wfm.client.tenants.tenants import Tenants
from wfm.client.times import Time, stored_time
from wfm.model.asked_windows import window_of_request
from wfm.model.labels import Labels, has_labels

WITH_SLOT: Final = ("SUBMITTING", "RUNNING")


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What requests have in common; None and "" take all.

    `since` and `until` (exclusive) are about `requestedAt`: times, or such as 2h for two hours ago. `window_from` and
    `window_to` are `yyyy-MM-ddTHH:mm:ss` and take the windows that lie between them, each by its own clock; a request
    for one of AMC's own windows is then not taken. `labels` take what has all of them.
    """

    workflow: str | None = None
    backfill: str | None = None
    since: Time = ""
    until: Time = ""
    window_from: str = ""
    window_to: str = ""
    labels: Labels = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", stored_time(self.since, "since"))
        object.__setattr__(self, "until", stored_time(self.until, "until"))

    def matches(self, request: Request) -> bool:
        """Whether the request matches all that is given."""
        return (
            self.workflow in (None, request.workflow_id)
            and (
                self.backfill in (None, request.row.get("backfillId")) or request.source == f"backfill:{self.backfill}"
            )
            and request.requested_at >= str(self.since)
            and not (self.until and request.requested_at >= str(self.until))
            and (not self.labels or has_labels(request.row, self.labels))
            and self._takes_window(request)
        )

    def _takes_window(self, request: Request) -> bool:
        if not (self.window_from or self.window_to):
            return True
        window = window_of_request(request.row)
        return window is not None and window.lies_within(self.window_from, self.window_to)


ALL: Final = RequestFilter()


@in_words
class RequestReader:
    """The rows of ExecutionRequests."""

    def __init__(self, aws: Aws, tenants: Tenants) -> None:
        self._aws = aws
        self._tenants = tenants

    def get(self, customer_id: str, request_id: str) -> Request | None:
        """One request; None while it is in the queue (or if it was never sent)."""
        row = self._aws.tables.requests.find(customer_id, request_id)
        return Request.from_row(row) if row else None

    def list(self, customer_id: str) -> Sequence[Request]:
        """All requests of a customer, oldest first."""
        rows = [Request.from_row(row) for row in self._aws.tables.requests.of_tenant(customer_id)]
        return sorted(rows, key=lambda request: request.requested_at)

    def active(self, customer_id: str, wanted: RequestFilter = ALL) -> Sequence[Request]:
        """The customer's requests that WFM has a row of, that have not ended and that match.

        In the order to cancel them in: those that wait before those that have slots, and the last in the waiting queue
        first, so that no slot is passed on to one that is going to be cancelled.
        """
        self._tenants.get(customer_id)
        requests = self.list(customer_id)
        found = [request for request in reversed(requests) if not request.ended and wanted.matches(request)]
        return sorted(found, key=lambda request: request.status in WITH_SLOT)

    def queue_position(self, customer_id: str, request_id: str) -> int | None:
        """1 is next; None if it does not wait for a slot."""
        waiting = self._aws.tables.semaphores.waiting_ids(customer_id)
        return waiting.index(request_id) + 1 if request_id in waiting else None
