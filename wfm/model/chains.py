"""A chain: what the links of one tenant and window wait for, and what the end of a request leads to."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from wfm.calendar.timestamps import iso, parse
from wfm.model.chain_links import SAME, Link
from wfm.model.requests import RequestDocument
from wfm.model.rows import Document
from wfm.model.stored_request import StoredRequest

MOST_FIRINGS: Final = 10  # of one link in one window that are remembered
PREFIX: Final = "chain#"  # of the key in ExecutionRequests, which no request's id has
_WINDOW: Final = ("timeWindowType", "timeWindowStart", "timeWindowEnd", "timeWindowTimeZone")
AHEAD: Final = timedelta(milliseconds=1)  # in line: a backfill's requests come in one moment, and links go before them
_BACKFILL: Final = "backfill:"


@dataclass(frozen=True, slots=True)
class Firing:
    """A link that was sent: its request, its parents' requests by workflow, and the one of these that sent it."""

    request_id: str
    parents: Mapping[str, str]
    sent_by: str


@dataclass(frozen=True, slots=True)
class End:
    """How a request of a workflow ended, at an ISO time."""

    workflow_id: str
    request_id: str
    status: str
    at: str


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link in one window. `fired` begins with the latest; `waiting` are ends that do not suffice yet, by workflow.

    `joined` are those that came after the one that `any` was sent for. `not_run` is the end for which it was not sent;
    `due_at` the time when it will be.
    """

    waiting: Mapping[str, str] = field(default_factory=dict)
    fired: tuple[Firing, ...] = ()
    joined: Mapping[str, str] = field(default_factory=dict)
    not_run: End | None = None
    due_at: str | None = None

    @property
    def latest(self) -> Firing | None:
        """The last that was sent."""
        return self.fired[0] if self.fired else None


def after_end(link: Link, state: LinkState, end: End) -> tuple[LinkState, Firing | None]:
    """The link's state after the end of a parent's request, and what is to be sent for that end. Idempotent.

    With `all` a round is over when each parent has ended as it has to, with `any` with the first one; what the others
    then add to it starts nothing. A parent that has ended in a round begins the next one.
    """
    for firing in state.fired:
        if firing.parents.get(end.workflow_id) == end.request_id:
            return state, firing if firing.sent_by == end.request_id else None
    if link.needs_all:
        return _after_one_of_all(link, state, end)
    return _after_any(link, state, end)


def _after_one_of_all(link: Link, state: LinkState, end: End) -> tuple[LinkState, Firing | None]:
    known = {name: request for name, request in state.waiting.items() if name in link.parent_ids}
    if not link.accepts(end.workflow_id, end.status):
        known.pop(end.workflow_id, None)
        return replace(state, waiting=known, not_run=end, due_at=None), None
    waiting = {**known, end.workflow_id: end.request_id}
    if len(waiting) == len(link.parents):
        return _fired(link, state, waiting, end)
    not_run = None if state.not_run and state.not_run.workflow_id == end.workflow_id else state.not_run
    return replace(state, waiting=waiting, not_run=not_run, due_at=None), None


def _after_any(link: Link, state: LinkState, end: End) -> tuple[LinkState, Firing | None]:
    latest = state.latest
    if latest and end.workflow_id not in {**latest.parents, **state.joined}:
        if not link.accepts(end.workflow_id, end.status):  # what succeeds in its place adds nothing to the round either
            return state, None
        return replace(state, joined={**state.joined, end.workflow_id: end.request_id}), None
    if latest and state.joined.get(end.workflow_id) == end.request_id:
        return state, None
    if not link.accepts(end.workflow_id, end.status):
        return replace(state, not_run=end, due_at=None), None
    return _fired(link, state, {end.workflow_id: end.request_id}, end)


def _fired(link: Link, state: LinkState, parents: Mapping[str, str], end: End) -> tuple[LinkState, Firing]:
    firing = Firing(link_request_id(link.workflow_id, parents), parents, end.request_id)
    return LinkState(fired=(firing, *state.fired)[:MOST_FIRINGS]), firing


def link_request_id(workflow_id: str, parents: Mapping[str, str]) -> str:
    """The id of what a link asks for: the same however often, and by whichever of its parents, it is sent.

    Readable as far as 39 characters go: `daily_sale-after-1a8118fc3e2a2725b0c1`.
    """
    digest = hashlib.sha256(json.dumps([workflow_id, sorted(parents.items())]).encode()).hexdigest()[:20]
    return f"{re.sub(r'[^A-Za-z0-9_-]', '_', workflow_id)[:10]}-after-{digest}"


def window_of(body: Document) -> dict[str, object]:
    """The fields of a body for AMC that say its window."""
    return {name: body[name] for name in _WINDOW if body.get(name)}


def chain_id(window: Document, request_id: str) -> str:
    """The id of a window's chain, which begins with its start; one that only AMC knows differs by request."""
    known = [str(window.get(name, "")) for name in _WINDOW]
    kind, start, *_ = known
    is_shared = bool(start) or kind == "ALL"
    digest = hashlib.sha256(json.dumps(known if is_shared else [*known, request_id]).encode()).hexdigest()[:10]
    return f"{re.sub(r'[^0-9T]', '', start)[:13] or (kind or 'default').lower()}-{digest}"


def link_message(link: Link, firing: Firing, parent: StoredRequest, window: Document) -> RequestDocument:
    """The message that asks for a link's run: as urgent and of the same time as its parent, in line right before that.

    `window` is the parent's; a backfill counts its own requests alone, so only the source names it.
    """
    payload = {"workflowId": link.workflow_id, **(window if link.window == SAME else {})}
    source = str(parent.source or "")
    document: RequestDocument = {
        "customerId": parent.customer_id,
        "requestId": firing.request_id,
        "source": source if source.startswith(_BACKFILL) else f"{PREFIX[:-1]}:{parent.workflow_id}"[:200],
        "scheduledTime": parent.scheduled_time,
        "after": dict(firing.parents),
        "inLineSince": iso(parse(parent.in_line_since) - AHEAD),
        "payload": payload,
    }
    if parent.priority:
        document["priority"] = parent.priority
    if policy := parent.retry_policy:
        document["resubmit"] = policy.to_field()
    if parent.labels:
        document["labels"] = dict(parent.labels)
    return document


@dataclass(frozen=True, slots=True)
class Chain:
    """The links of a tenant for one window, by workflow. `version` counts changes; that of one never kept is 0."""

    customer_id: str
    id: str
    window: Document
    links: Mapping[str, LinkState] = field(default_factory=dict)
    version: int = 0
    changed_at: str = ""

    def of(self, workflow_id: str) -> LinkState:
        """A link's state; that of one of which nothing is known yet."""
        return self.links.get(workflow_id, LinkState())

    def with_links(self, changed: Mapping[str, LinkState]) -> "Chain":
        """The chain after a change of some links."""
        return replace(self, links={**self.links, **changed})

    @property
    def requests(self) -> Sequence[str]:
        """All requests that it knows of, by the order of the ids."""
        found: set[str] = set()
        for state in self.links.values():
            found |= {*state.waiting.values(), *state.joined.values()}
            found |= {state.not_run.request_id} if state.not_run else set()
            for firing in state.fired[:1]:
                found |= {firing.request_id, *firing.parents.values()}
        return sorted(found)
