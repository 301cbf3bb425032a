"""Sending a request again: the same inputs, its window as it was resolved then, under an id that names its origin."""

import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Final

from wfm.calendar.timestamps import parse
from wfm.errors import InvalidRequest
from wfm.model.requests import RequestDocument, read_request, resolve
from wfm.model.rows import Document, object_in

RESUBMITS: Final = "resubmits"  # in a message: the first request that it is sent in place of
LONGEST_ID: Final = 39
FIXED_WINDOWS: Final = ("EXPLICIT", "ALL")
_NUMBER: Final = re.compile(r"-r([0-9]{1,4})")


def origin(row: Document) -> str:
    """The first request that this one stands for; its own id if it was not sent in place of another."""
    return str(object_in(row.get("request")).get(RESUBMITS) or row["requestId"])


def successor_id(request_id: str, taken: Collection[str] = (), *, again: bool = False) -> str:
    """A fresh id that names its origin: `r1-r2`, then (`again`, or when it is taken) `r1-r3`.

    An id too long for that is cut and keeps a hash of itself, so that two long ones stay two.
    """
    numbered = _NUMBER.fullmatch(request_id[request_id.rfind("-r") :]) if again else None
    stem = request_id[: request_id.rfind("-r")] if numbered else request_id
    number = int(numbered[1]) + 1 if numbered else 2
    while (name := fitting_id(stem, f"-r{number}")) in taken:
        number += 1
    return name


def fitting_id(stem: str, end: str) -> str:
    """A request id of both; a stem that is too long is cut and keeps a hash of itself."""
    if len(stem) + len(end) <= LONGEST_ID:
        return stem + end
    digest = "-" + hashlib.sha256(stem.encode()).hexdigest()[:8]
    return stem[: LONGEST_ID - len(digest) - len(end)] + digest + end


def asked(row: Document, run: Document | None = None) -> dict[str, object]:
    """What AMC was told, or would have been: the body with windows and values as they were resolved then.

    `row` and `run` (its AMC run) hold plain JSON. InvalidRequest says why it cannot be told.
    """
    body, of_run = object_in(row.get("execution")) or _resolved(row), object_in(run)
    start, end = of_run.get("timeWindowStartOriginal"), of_run.get("timeWindowEndOriginal")
    if has_fixed_window(body) or not (start and end):
        return dict(body)
    zone = of_run.get("timeWindowTimeZoneOriginal") or body.get("timeWindowTimeZone") or "UTC"
    shown = {"timeWindowStart": start, "timeWindowEnd": end, "timeWindowTimeZone": zone}
    return {**body, "timeWindowType": "EXPLICIT", **shown}


def has_fixed_window(body: Document) -> bool:
    """Whether the window means the same whenever AMC is told."""
    return body.get("timeWindowType") in FIXED_WINDOWS


def _resolved(row: Document) -> dict[str, object]:
    document = row.get("request")
    if not isinstance(document, Mapping) or not {"payload", "createExecutionRequest"} & set(document):
        allowed = "one that WFM has read; a dead letter can be redriven with a corrected message"
        raise InvalidRequest("request", "could not be read, or was cancelled before it was", allowed)
    return resolve(read_request(document, str(row["requestId"])), parse(str(row["requestedAt"])))


def resubmission(row: Document, body: Document, taken: Collection[str]) -> RequestDocument:
    """The message that asks for the same again under an id that is not among `taken`.

    What the workflow's defaults add to it is relative to the time of the first request too. A backfill counts its own
    requests alone, so only the source names it.
    """
    again = origin(row) != row["requestId"]
    document: RequestDocument = {
        "customerId": str(row["customerId"]),
        "requestId": successor_id(str(row["requestId"]), taken, again=again),
        RESUBMITS: origin(row),
        "scheduledTime": str(row.get("scheduledTime") or row["requestedAt"]),
        "payload": body,
    }
    for name in ("priority", "source"):
        if row.get(name):
            document[name] = str(row[name])
    return document
