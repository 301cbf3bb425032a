"""A request's id is its idempotency key; its fingerprint distinguishes a repetition from another request."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from wfm.calendar.timestamps import parse
from wfm.calendar.windows import resolve_window
from wfm.errors import InvalidRequest, PermanentError
from wfm.model.dynamodb_limits import truncated
from wfm.model.predecessors import unwrapped
from wfm.model.request_ids import REFUSED_MESSAGE
from wfm.model.requests import ExecutionRequest, read_request
from wfm.model.rows import Document, object_in
from wfm.model.stored_request import StoredRequest

_NOT_CONTENT: Final = frozenset({"MessageGroupId"})  # of a payload: how it is delivered, not what it asks for
IDS: Final = frozenset({"customerId", "requestId"})  # all that the queue hands to an execution


def fingerprint(request: ExecutionRequest) -> str:
    """A hash that is the same for requests that ask AMC for the same at the same scheduled time.

    Who asks, how urgently and in which of the accepted shapes does not count.
    """
    asked = {name: value for name, value in request.payload.items() if name not in _NOT_CONTENT}
    when = parse(request.scheduled_time).isoformat() if request.scheduled_time else None
    text = json.dumps(canonical([when, asked]), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: object) -> object:
    """The document without null fields, and with whole numbers written without a point: neither says anything."""
    if isinstance(value, Mapping):
        return {str(name): canonical(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [canonical(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_same_document(row: Document, document: object) -> bool:
    """Whether the row is that of this document, which may be unreadable."""
    stored = StoredRequest(row)
    kept = stored.message or {}
    with suppress(InvalidRequest):  # such a one is kept as it came
        document = unwrapped(document)
    if not kept or (isinstance(document, Mapping) and set(document) <= IDS):
        return True
    if isinstance(document, Mapping) and isinstance(kept, Mapping):
        try:
            return fingerprint(read_request(document, stored.id)) == fingerprint(read_request(kept, stored.id))
        except (PermanentError, AttributeError, TypeError, ValueError):  # what the schema has not seen can be anything
            pass
    return bool(kept == truncated(document))


def check_repetition(row: Document, request: ExecutionRequest, asked_at: datetime) -> None:
    """InvalidRequest when `row` holds another request under the id of this one, which was `asked_at`.

    An id that follows from a schedule and its time says by itself what it stands for. A request that was cancelled
    before WFM saw it, or refused as a message, began nothing that this one could repeat. One that has ended, and whose
    dates would mean other days by now, is not repeated but used anew.
    """
    if "requestId" not in request.original or not StoredRequest(row).message or row.get(REFUSED_MESSAGE):
        return
    check_same(row, request)
    if not StoredRequest(row).ended_at or request.scheduled_time:
        return
    before, now = (resolve_window(request.payload, at) for at in (StoredRequest(row).asked_at, asked_at))
    if before != now:
        raise _reused(row, f" for another window ({_shown(before)}, and now {_shown(now)})")


def check_same(row: Document, request: ExecutionRequest) -> None:
    """InvalidRequest when the row is that of another request."""
    if not is_same_document(row, request.original):
        raise _reused(row, "")


def is_refusal_of_another(row: Document, request: ExecutionRequest) -> bool:
    """Whether the row is of a message that was refused, and that this request is about to replace."""
    message = object_in(row.get("request")).get("message")
    return bool(row.get(REFUSED_MESSAGE)) and message != json.dumps(request.original, separators=(",", ":"))


def _shown(window: Mapping[str, str]) -> str:
    ends = " to ".join(window[name] for name in ("timeWindowStart", "timeWindowEnd") if name in window)
    return ends or window.get("timeWindowType", "AMC's default")


def _reused(row: Document, how: str) -> InvalidRequest:
    request = StoredRequest(row)
    known = f"{request.workflow_id or 'ad hoc SQL'}, asked for at {request.requested_at}, {request.status}"
    problem = f"{request.id!r} was another request{how} ({known})"
    return InvalidRequest("requestId", problem, "an id that was not used yet")
