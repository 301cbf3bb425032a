"""Sending a request again: the same inputs, its window as it was resolved then, under an id that names its origin."""

import hashlib
import re
from collections.abc import Collection
from typing import Final

from wfm.calendar.spans import shown_age
from wfm.errors import InvalidRequest
from wfm.model.amc_run import AmcRun
from wfm.model.requests import RequestDocument, read_request, resolve
from wfm.model.rows import Document
from wfm.model.stored_request import RESUBMITS, StoredRequest

LONGEST_ID: Final = 39
FIXED_WINDOWS: Final = ("EXPLICIT", "ALL")
_NUMBER: Final = re.compile(r"-r([0-9]{1,4})")


def successor_id(
    request_id: str, taken: Collection[str] = (), *, again: bool = False, longest: int = LONGEST_ID
) -> str:
    """A fresh id that names its origin: `r1-r2`, then (`again`, or when it is taken) `r1-r3`.

    An id too long for that is cut and keeps a hash of itself, so that two long ones stay two.
    """
    numbered = _NUMBER.fullmatch(request_id[request_id.rfind("-r") :]) if again else None
    stem = request_id[: request_id.rfind("-r")] if numbered else request_id
    number = int(numbered[1]) + 1 if numbered else 2
    while (name := fitting_id(stem, f"-r{number}", longest)) in taken:
        number += 1
    return name


def fitting_id(stem: str, end: str, longest: int = LONGEST_ID) -> str:
    """An id of both; a stem that is too long is cut and keeps a hash of itself."""
    if len(stem) + len(end) <= longest:
        return stem + end
    digest = "-" + hashlib.sha256(stem.encode()).hexdigest()[:8]
    return stem[: longest - len(digest) - len(end)] + digest + end


def asked(row: Document, run: Document | None = None) -> dict[str, object]:
    """The body that AMC got, or would have got, with windows and values as they were resolved then.

    `row` and `run` (its AMC run) hold plain JSON. InvalidRequest says why it is not known.
    """
    request = StoredRequest(row)
    body, window = request.body or _resolved(request), AmcRun(run or {}).window
    if has_fixed_window(body) or window is None:
        return dict(body)
    start, end, zone = window
    shown = {
        "timeWindowStart": start,
        "timeWindowEnd": end,
        "timeWindowTimeZone": zone or body.get("timeWindowTimeZone") or "UTC",
    }
    return {**body, "timeWindowType": "EXPLICIT", **shown}


def has_fixed_window(body: Document) -> bool:
    """Whether the window means the same at any time."""
    return body.get("timeWindowType") in FIXED_WINDOWS


def _resolved(request: StoredRequest) -> dict[str, object]:
    document = request.readable_message
    if document is None:
        allowed = "one that WFM has read; a dead letter can be redriven with a corrected message"
        raise InvalidRequest("request", "could not be read, or was cancelled before it was", allowed)
    return resolve(read_request(document, request.id), request.asked_at)


def resubmission(row: Document, body: Document, taken: Collection[str]) -> RequestDocument:
    """The message that asks for the same again under an id that is not among `taken`.

    What the workflow's defaults add to it is relative to the time of the first request too. A backfill counts its own
    requests alone, so only the source names it.
    """
    request = StoredRequest(row)
    document: RequestDocument = {
        "customerId": request.customer_id,
        "requestId": successor_id(request.id, taken, again=request.origin != request.id),
        RESUBMITS: request.origin,
        "scheduledTime": request.scheduled_time,
        "payload": body,
    }
    if request.priority:
        document["priority"] = request.priority
    if request.source:
        document["source"] = request.source
    if request.labels:
        document["labels"] = dict(request.labels)
    if not request.begins_links:
        document["chain"] = False
    if request.refresh:
        document["refresh"] = [shown_age(age) for age in request.refresh]
    return {**document, **request.lineage}
