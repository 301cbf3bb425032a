"""Reads the status and the body of AMC's answers."""

import json
import re
from typing import Any, Final

from functions.amc.http import Response
from wfm.errors import AmcRefused, AmcThrottled, AmcUnavailable, in_brackets
from wfm.model.workflows import does_not_exist

# A 422 of AMC's sister API for traffic events, in its guide; AMC itself lets such runs wait.
_CONCURRENCY_LIMIT: Final = re.compile(r"\blimit of \d+ workflow ?executions\b", re.IGNORECASE)


# Request Timeout, Misdirected Request and Too Early (RFC 9110, 8470): whether AMC has seen the request is open.
_MAY_PASS: Final = frozenset({408, 421, 425})
_EXISTS: Final = re.compile(r"\balready exists?\b|\bduplicate\b", re.IGNORECASE)
_AMC_IDS: Final = ("x-amz-rid", "x-amz-request-id")
_GATEWAY_ID: Final = "x-amzn-RequestId"
_ID: Final = re.compile(r"[\w.:/=+-]{1,100}", re.ASCII)


def read_answer(response: Response) -> dict[str, Any]:
    """The body; AmcThrottled, AmcUnavailable, or AmcRefused with AMC's text from the first field that has one."""
    ids = request_ids(response)
    if response.status == 429:
        raise AmcThrottled(f"AMC throttles{in_brackets(ids)}, Retry-After: {response.headers.get('Retry-After')}")
    if may_pass(response.status) or 300 <= response.status < 400:
        raise AmcUnavailable(f"it answered {response.status}{in_brackets(ids)}")
    try:
        body = json.loads(response.data, parse_constant=_nothing) if response.data.strip() else {}
    except (ValueError, RecursionError) as exc:
        if response.status < 400:
            raise AmcUnavailable(f"it answered {response.status} with no JSON{in_brackets(ids)}") from exc
        body = {}
    body = body if isinstance(body, dict) else {}
    if response.status >= 400:
        text = next(
            (str(body[key]) for key in ("details", "message", "statusReason") if body.get(key)),
            "no reason given",
        )
        if response.status == 422 and _CONCURRENCY_LIMIT.search(text):
            raise AmcThrottled(text + in_brackets(ids))
        raise AmcRefused(response.status, text, ids)
    return body


def may_pass(status: int) -> bool:
    """Whether an answer with this HTTP status says nothing of the request, and another try may do better."""
    return status >= 500 or status in _MAY_PASS


def request_ids(response: Response) -> str:
    """The ids by which AMC's support finds the request: AMC's own (Postman collection), else its gateway's."""
    found = {name: response.headers.get(name) or "" for name in (*_AMC_IDS, _GATEWAY_ID)}
    ids = {name: value for name, value in found.items() if _ID.fullmatch(value)}
    own = {name: value for name, value in ids.items() if name in _AMC_IDS}
    return ", ".join(f"{name} {value}" for name, value in (own or ids).items())


def _nothing(_: str) -> None:
    """NaN and Infinity are no JSON; they are read as None, so that the rest can be used."""


def retry_after_of(response: Response) -> float | None:
    """Seconds that a 429 or 503 asks to wait; None if the header is missing, a date, or nonsense."""
    seconds = response.headers.get("Retry-After") if response.status in (429, 503) else None
    return float(seconds) if seconds and seconds.isascii() and seconds.isdigit() else None


def is_not_found(refusal: AmcRefused) -> bool:
    """Whether AMC says that it does not have what was asked for."""
    return refusal.status == 404 or does_not_exist(refusal.text)


def already_exists(refusal: AmcRefused) -> bool:
    """Whether AMC says that what was to be made is there; it has no one way to say so."""
    return refusal.status == 409 or _EXISTS.search(refusal.text) is not None
