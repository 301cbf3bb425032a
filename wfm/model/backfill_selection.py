"""Which of a backfill's requests are still to be made, by what a tenant's requests have come to.

Two requests are for the same if they are of the same workflow and have the same window and parameter values, those of
the workflow's default payload and the tenant's own included, as they were resolved.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.asked_windows import window_in
from wfm.model.backfill_fields import numbers_text
from wfm.model.backfills import Backfill
from wfm.model.parameters import PLACE, fitting
from wfm.model.requests import read_request, resolve, with_defaults, with_values
from wfm.model.rows import Document, object_in
from wfm.model.statuses import REQUEST_ENDED, RequestStatus
from wfm.model.stored_request import StoredRequest
from wfm.model.tenant_values import TenantValues

NEVER_ASKED: Final = "never asked"
ACTIVE: Final = "active"
SUCCEEDED: Final = "succeeded"
UNCHANGED: Final = "unchanged"


class Only(StrEnum):
    """MISSING: what has not succeeded and is not active. FAILED: that whose newest request failed or was rejected.

    CHANGED: what has succeeded, and would come out otherwise now, by another definition or other values.
    """

    MISSING = "missing"
    FAILED = "failed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the requests for one window and one set of values have come to; `changes` are why it would be another."""

    newest: str
    has_succeeded: bool
    is_active: bool
    changes: Sequence[str] = ()

    def is_left(self, only: Collection[Only]) -> bool:
        """Whether it is one of any of these."""
        is_one = {
            Only.MISSING: not self.has_succeeded,
            Only.FAILED: self.has_failed,
            Only.CHANGED: bool(self.changes),
        }
        return not self.is_active and any(is_one[each] for each in only)

    @property
    def has_failed(self) -> bool:
        return self.newest in (RequestStatus.FAILED, RequestStatus.REJECTED)

    def reason(self, only: Collection[Only]) -> str:
        """In a word or two, for a count."""
        if self.is_active:
            return ACTIVE
        if Only.CHANGED in only and self.changes:
            return " and ".join(self.changes)
        if self.has_succeeded and not (Only.FAILED in only and self.has_failed):
            return UNCHANGED if Only.CHANGED in only else SUCCEEDED
        return self.newest.lower() or NEVER_ASKED


NOTHING: Final = Outcome("", has_succeeded=False, is_active=False)
ON_ITS_WAY: Final = Outcome("", has_succeeded=False, is_active=True)


@dataclass(frozen=True, slots=True)
class Asking:
    """How a tenant's requests for a workflow become bodies: by its row, its default payload and the tenant's values."""

    workflow: Document
    defaults: Document
    values: TenantValues

    def body(self, document: Document, request_id: str, asked_at: datetime) -> Document | None:
        """What AMC would get for a message; None for what would be refused."""
        try:
            request = with_defaults(read_request(document, request_id), self.defaults)
            return fitting(resolve(with_values(request, self.values), asked_at), self.workflow)
        except (InvalidRequest, InvalidRecord):
            return None

    def key(self, document: Document, request_id: str, asked_at: datetime) -> str | None:
        """What a message asks for; None for what would be refused."""
        body = self.body(document, request_id, asked_at)
        return key_of(body) if body is not None else None

    def key_of_row(self, request: StoredRequest) -> str | None:
        """What a request asked for: as AMC got it, or as its message has it while it waits."""
        if request.body:
            return key_of(request.body)
        message = request.readable_message
        return self.key(message, request.id, request.asked_at) if message is not None else None


def key_of(body: Document) -> str | None:
    """Text that is the same for the same window and values; None for one of AMC's own windows."""
    window = window_in(body)
    return json.dumps([window, object_in(body.get(PLACE))], sort_keys=True) if window else None


def outcomes(rows: Iterable[Document], workflow_id: str, asking: Asking) -> dict[str, Outcome]:
    """What a tenant's requests for a workflow have come to, by what they ask for. `rows` hold plain JSON."""
    requests = [StoredRequest(row) for row in rows]
    known = {request.id for request in requests}
    alike: dict[str, list[StoredRequest]] = {}
    for request in requests:
        key = asking.key_of_row(request) if request.workflow_id == workflow_id and not request.is_dry_run else None
        if key is not None and "workflow" not in request.body:
            alike.setdefault(key, []).append(request)
    return {key: _outcome(found, known) for key, found in alike.items()}


def _outcome(requests: Sequence[StoredRequest], known: set[str]) -> Outcome:
    newest = max(requests, key=lambda one: (one.requested_at, one.id))
    return Outcome(
        newest.status,
        has_succeeded=any(one.status == RequestStatus.SUCCEEDED for one in requests),
        is_active=any(_is_active(one, known) for one in requests),
    )


def _is_active(request: StoredRequest, known: set[str]) -> bool:
    """Whether it, or the one that replaces it and is still in the queue, is going to run."""
    if request.status not in REQUEST_ENDED or request.is_sent_again_later:
        return True
    return bool(request.resubmitted_as) and request.resubmitted_as not in known


@dataclass(frozen=True, slots=True)
class Selection:
    """`numbers` of the requests that are left, and for each tenant what there is of it, by reason.

    `reasons` are those of the `numbers`.
    """

    only: Collection[Only]
    numbers: Sequence[int]
    left: Mapping[str, Mapping[str, int]]
    left_out: Mapping[str, Mapping[str, int]]
    reasons: Sequence[str]

    @property
    def text(self) -> str:
        """The numbers as a plan has them."""
        return numbers_text(self.numbers)


def select(backfill: Backfill, only: Collection[Only], outcome_of: Callable[[str, Document], Outcome]) -> Selection:
    """What is left of a whole backfill; `outcome_of` is asked with each tenant and message."""
    numbers: list[int] = []
    reasons: list[str] = []
    left: dict[str, Counter[str]] = {one: Counter() for one in backfill.customer_ids}
    left_out: dict[str, Counter[str]] = {one: Counter() for one in backfill.customer_ids}
    for number, customer_id, outcome in _outcomes_of(backfill, outcome_of):
        is_left, reason = outcome.is_left(only), outcome.reason(only)
        (left if is_left else left_out)[customer_id][reason] += 1
        if is_left:
            numbers.append(number)
            reasons.append(reason)
    return Selection(only, numbers, left, left_out, reasons)


def _outcomes_of(
    backfill: Backfill, outcome_of: Callable[[str, Document], Outcome]
) -> Iterator[tuple[int, str, Outcome]]:
    for number in range(backfill.whole):
        customer_id, _ = backfill.request_key(number)
        yield number, customer_id, outcome_of(customer_id, backfill.request(number))
