"""A run that is made again as its window's numbers settle: at which ages, when, and under which ids.

An age is counted from the end of the window, since it is the data that settle. A run that was made when its window was
as old already has the numbers of that age.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.local_times import zone
from wfm.calendar.spans import shown_age
from wfm.calendar.timestamps import iso, parse
from wfm.model.asked_windows import Window, window_in
from wfm.model.requests import RequestDocument
from wfm.model.resubmissions import has_fixed_window
from wfm.model.rows import Document, object_in, text_or_none
from wfm.model.stored_request import StoredRequest

KEPT_ON: Final = timedelta(days=31)  # the first request's row after the last of the ages: it says what became of them
_FIELDS: Final = ("dueAt", "requestId", "supersedes", "reason")
SETTLED: Final = "its window was as old when the run was made"


@dataclass(frozen=True, slots=True)
class Refresh:
    """One age: when the run is due, and its request once it is sent, or why it is not made.

    `supersedes` is the AMC run that it takes the place of.
    """

    age: str
    due_at: str
    request_id: str | None = None
    supersedes: str | None = None
    reason: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is neither sent nor given up."""
        return self.request_id is None and self.reason is None

    def shown(self) -> str:
        """What is known of it, in words."""
        if self.reason:
            return f"not run: {self.reason}"
        return f"sent as {self.request_id}" if self.request_id else f"due at {self.due_at}"

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be sent, or given up, now."""
        return self.is_open and parse(self.due_at) <= now


Refreshes = Sequence[Refresh]


def fixed(body: Document, run: Document | None) -> Document:
    """The body that AMC got, with the window that its run had in place of one that means another one later."""
    used = window_in(object_in(run))
    if used is None or has_fixed_window(body):
        return body
    window = {"timeWindowStart": used.start, "timeWindowEnd": used.end, "timeWindowTimeZone": "UTC"}  # as AMC shows it
    return {**body, "timeWindowType": "EXPLICIT", **window}


def plan(request: StoredRequest, window: Window, made: datetime) -> Refreshes:
    """The ages that a request asks for; `made` is when AMC made its run. None is due before the request has ended."""
    end = datetime.fromisoformat(window.end).replace(tzinfo=zone(window.zone, "timeWindowTimeZone"))
    ended = parse(request.ended_at)
    return [_planned(age, parse(iso(end)) + age, made, ended) for age in request.refresh]


def _planned(age: timedelta, at: datetime, made: datetime, ended: datetime) -> Refresh:
    planned = Refresh(shown_age(age), iso(max(at, ended)))
    return replace(planned, reason=SETTLED) if at <= made else planned


def next_due(refreshes: Refreshes) -> datetime | None:
    """When the next of them is due; None if none is left."""
    return min((parse(one.due_at) for one in refreshes if one.is_open), default=None)


def refresh_id(request: StoredRequest, age: str) -> str:
    """The id of the request for an age: the same however often, and for whichever try of the first, it is sent.

    Readable as far as 39 characters go: `daily_sale-refresh-14d-1a8118fc3e2a2725`.
    """
    digest = hashlib.sha256(f"{request.origin}@{age}".encode()).hexdigest()[:16]
    return f"{re.sub(r'[^A-Za-z0-9_-]', '_', request.workflow_id or 'query')[:10]}-refresh-{age}-{digest}"


def refresh_message(request: StoredRequest, refresh: Refresh, body: Document) -> RequestDocument:
    """The message that asks for the run again: `body` is what AMC got then, of the same time and as urgent.

    Nothing runs after it, and no rule of its schedule counts it. A backfill counts its own requests alone.
    """
    document: RequestDocument = {
        "customerId": request.customer_id,
        "requestId": str(refresh.request_id),
        "refreshOf": request.id,
        "refreshAge": refresh.age,
        "supersedes": str(refresh.supersedes),
        "scheduledTime": request.scheduled_time,
        "chain": False,
        "payload": body,
    }
    if request.priority:
        document["priority"] = request.priority
    if request.source:
        document["source"] = request.source
    if request.labels:
        document["labels"] = dict(request.labels)
    if policy := request.retry_policy:
        document["resubmit"] = policy.to_field()
    return document


def to_field(refreshes: Iterable[Refresh]) -> dict[str, dict[str, str]]:
    """`refreshes` of a request's row."""
    return {one.age: {name: value for name, value in _fields(one).items() if value} for one in refreshes}


def _fields(one: Refresh) -> Mapping[str, str | None]:
    return dict(zip(_FIELDS, (one.due_at, one.request_id, one.supersedes, one.reason), strict=True))


def from_field(given: Document) -> Refreshes:
    """What `to_field` wrote, the next age first."""
    found = [_refresh(age, object_in(fields)) for age, fields in given.items()]
    return sorted(found, key=lambda one: int(one.age.removesuffix("d")))


def _refresh(age: str, fields: Document) -> Refresh:
    due_at, *others = (text_or_none(fields.get(name)) for name in _FIELDS)
    return Refresh(age, str(due_at), *others)
