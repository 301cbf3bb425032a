"""Which request a document or an execution is about, and a row for what cannot be read."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from wfm.calendar.timestamps import iso
from wfm.errors import (
    InvalidRequest,
)
from wfm.model.dynamodb_limits import is_unicode, truncated
from wfm.model.requests import (
    customer_id_of,
)
from wfm.model.rows import Document, object_in
from wfm.model.statuses import RequestStatus

REFUSED_MESSAGE: Final = "refusedMessage"  # of a row: the message that was refused; a better one may take its place
_ID: Final = r"[A-Za-z0-9_-]+"
_LONGEST_ID: Final = 39
_LONGEST_SOURCE: Final = 200
_LONGEST_WORKFLOW: Final = 256
_WORKFLOW: Final = r"[A-Za-z0-9._-]+"  # SQL in the wrong field is kept out of events
Validate = Callable[[object], Document]


def identify(document: object, execution_name: str) -> tuple[str, str]:
    """Customer and request of a lifecycle execution, from its input and name; "unknown" for what cannot be read.

    A request without an id of its own that a row can have, started by `StartExecution`, is named after its execution.
    """
    named_customer, separator, named_request = execution_name.partition(".")
    if separator and not document:  # an event about an execution leaves out an input that is too large
        return named_customer, named_request
    document = document if isinstance(document, Mapping) else {}
    try:
        customer_id = customer_id_of({"customerId": _first(document)})
    except InvalidRequest:
        customer_id = "unknown"
    request_id = document.get("requestId")
    if isinstance(request_id, str) and request_id and is_unicode(request_id):
        return customer_id, request_id
    return customer_id, id_from(execution_name)


def _first(document: Document) -> object:
    """The customer that a document is for: the first of several, and the inner one of a wrapped document."""
    inside = [object_in(document.get(name)).get("customerId") for name in ("executionRequest", "Input")]
    given = next((one for one in (document.get("customerId"), *inside) if one is not None), None)
    return given[0] if isinstance(given, list) and given else given


def id_from(name: str) -> str:
    """A usable request id: `name` itself if it is one, else its hash."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]{1,39}", name) else hashlib.sha256(name.encode()).hexdigest()[:32]


def other_id(name: str, taken: str) -> str:
    """A usable request id for what is called `name`, and never `taken`."""
    own = id_from(name)
    return own if own != taken else hashlib.sha256(f"another {name}".encode()).hexdigest()[:32]


def rejected_row(customer_id: str, request_id: str, document: object, now: datetime) -> dict[str, object]:
    """A row that keeps what could not be read, and what can be read of it: workflow and source."""
    read = _as_far_as_read(document)
    return {
        "customerId": customer_id,
        "requestId": request_id,
        "workflowId": _workflow_of(read),
        "status": RequestStatus.QUEUED,
        "source": _text(read.get("source"), _LONGEST_SOURCE) or "unknown",
        "request": truncated(document),
        "requestedAt": iso(now),
        "queuedAt": iso(now),
        "attempts": 0,
    }


def own_request_id(body: str) -> str:
    """The id that a message gives itself, however bad the rest; "" when it gives none that can be used."""
    return _text(_as_far_as_read({"message": body}).get("requestId"), _LONGEST_ID, _ID)


def _as_far_as_read(document: object) -> Document:
    """The request in a document or, under `message`, in the body of a message; {} where there is none."""
    if isinstance(document, Mapping) and isinstance(body := document.get("message"), str):
        try:
            document = json.loads(body)
            document = json.loads(document) if isinstance(document, str) else document
        except (ValueError, RecursionError):
            return {}
    return document if isinstance(document, Mapping) else {}


def _workflow_of(document: Document) -> str:
    payloads = [document.get("payload"), document.get("createExecutionRequest"), document]
    names = [_text(one.get("workflowId"), _LONGEST_WORKFLOW, _WORKFLOW) for one in payloads if isinstance(one, Mapping)]
    return next(filter(None, names), "")


def _text(value: object, longest: int, pattern: str = r".*") -> str:
    if isinstance(value, str) and len(value) <= longest and value.isprintable() and re.fullmatch(pattern, value):
        return value
    return ""
