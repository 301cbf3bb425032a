"""Which of a backfill's requests are still to be made, by what a tenant's requests have come to.

Two requests are for the same if they are of the same workflow and have the same window and parameter values, those of
the workflow's default payload and the tenant's own included, as they were resolved.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


class Only(StrEnum):
    """MISSING: what has not succeeded and is not active. FAILED: that whose newest request failed or was rejected."""

    MISSING = "missing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the requests for one window and one set of values have come to."""

    newest: str
    has_succeeded: bool
    is_active: bool

    def is_left(self, only: Only) -> bool:
        """Whether it is one of these."""
        if self.is_active:
            return False
        return self.has_failed if only is Only.FAILED else not self.has_succeeded

    @property
    def has_failed(self) -> bool:
        return self.newest in (RequestStatus.FAILED, RequestStatus.REJECTED)

    def reason(self, only: Only) -> str:
        """In a word or two, for a count."""
        if self.is_active:
            return ACTIVE
        if self.has_succeeded and not (only is Only.FAILED and self.has_failed):
            return SUCCEEDED
        return self.newest.lower() or NEVER_ASKED


NOTHING: Final = Outcome("", has_succeeded=False, is_active=False)
ON_ITS_WAY: Final = Outcome("", has_succeeded=False, is_active=True)


@dataclass(frozen=True, slots=True)
class Asking:
    """How a tenant's requests for a workflow become bodies: by its row, its default payload and the tenant's values."""

    workflow: Document
    defaults: Document
    values: TenantValues

    def key(self, document: Document, request_id: str, asked_at: datetime) -> str | None:
        """What a message asks for; None for what would be refused."""
        try:
            request = with_defaults(read_request(document, request_id), self.defaults)
            return _key(fitting(resolve(with_values(request, self.values), asked_at), self.workflow))
        except (InvalidRequest, InvalidRecord):
            return None

    def key_of_row(self, request: StoredRequest) -> str | None:
        """What a request asked for: as AMC got it, or as its message has it while it waits."""
        if request.body:
            return _key(request.body)
        message = request.readable_message
        return self.key(message, request.id, request.asked_at) if message is not None else None


def _key(body: Document) -> str | None:
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
    """`numbers` of the requests that are left, and for each tenant what there is of it, by reason."""

    only: Only
    numbers: Sequence[int]
    left: Mapping[str, Mapping[str, int]]
    left_out: Mapping[str, Mapping[str, int]]

    @property
    def text(self) -> str:
        """The numbers as a plan has them."""
        return numbers_text(self.numbers)


def select(backfill: Backfill, only: Only, outcome_of: Callable[[str, Document], Outcome]) -> Selection:
    """What is left of a whole backfill; `outcome_of` is asked with each tenant and message."""
    numbers: list[int] = []
    left: dict[str, Counter[str]] = {one: Counter() for one in backfill.customer_ids}
    left_out: dict[str, Counter[str]] = {one: Counter() for one in backfill.customer_ids}
    for number, customer_id, outcome in _outcomes_of(backfill, outcome_of):
        is_left = outcome.is_left(only)
        (left if is_left else left_out)[customer_id][outcome.reason(only)] += 1
        if is_left:
            numbers.append(number)
    return Selection(only, numbers, left, left_out)


def _outcomes_of(
    backfill: Backfill, outcome_of: Callable[[str, Document], Outcome]
) -> Iterator[tuple[int, str, Outcome]]:
    for number in range(backfill.whole):
        customer_id, _ = backfill.request_key(number)
        yield number, customer_id, outcome_of(customer_id, backfill.request(number))
