"""Which request a document or an execution is about, and a row for what cannot be read."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from wfm.calendar.timestamps import iso
from wfm.errors import (
    InvalidRequest,
)
from wfm.model.dynamodb_limits import truncated
from wfm.model.requests import (
    customer_id_of,
)
from wfm.model.statuses import RequestStatus

Validate = Callable[[Any], Mapping[str, Any]]


def identify(document: Any, execution_name: str) -> tuple[str, str]:
    """Customer and request of a lifecycle execution, from its input and name; "unknown" for what cannot be read.

    A request without an id of its own, started by `StartExecution`, is named after its execution.
    """
    named_customer, separator, named_request = execution_name.partition(".")
    if separator and not document:  # an event about an execution leaves out an input that is too large
        return named_customer, named_request
    document = document if isinstance(document, Mapping) else {}
    try:
        customer_id = customer_id_of(document)
    except InvalidRequest:
        customer_id = "unknown"
    request_id = document.get("requestId")
    return customer_id, request_id if isinstance(request_id, str) and request_id else id_from(execution_name)


def id_from(name: str) -> str:
    """A usable request id: `name` itself if it is one, else its hash."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]{1,39}", name) else hashlib.sha256(name.encode()).hexdigest()[:32]


def rejected_row(customer_id: str, request_id: str, document: Any, now: datetime) -> dict[str, Any]:
    """A row that keeps what could not be read, as far as it goes."""
    return {
        "customerId": customer_id,
        "requestId": request_id,
        "workflowId": "",
        "status": RequestStatus.QUEUED,
        "source": "unknown",
        "request": truncated(document),
        "requestedAt": iso(now),
        "queuedAt": iso(now),
        "attempts": 0,
    }
