"""HTTP to AMC: one connection pool per Lambda, a time-out for every call, no automatic retries."""

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

import urllib3

from wfm.errors import AmcUnavailable, InvalidRequest
from wfm.model.rows import Document

HttpClient = urllib3.PoolManager
Response = urllib3.BaseHTTPResponse
Body = Document | None
Cancellation = tuple[str, Body]
"""The method and the body with which a run is cancelled in AMC."""

_NOT_SENT: Final = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NameResolutionError,
)


def http_client() -> HttpClient:
    """The pool. AMC's gateway times out after 29 s, so 40 s are enough for any answer."""
    return urllib3.PoolManager(
        maxsize=10,
        timeout=urllib3.Timeout(connect=5, read=40),
        retries=False,
        headers={"Accept": "application/json", "User-Agent": "wfm"},
    )


def ask_amc(http: HttpClient, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Response:
    """AMC's answer, whatever its status; AmcUnavailable if there is none. Redirects are never followed."""
    try:
        return http.request(method, url, body=body, headers=headers, redirect=False)
    except _NOT_SENT as exc:
        raise AmcUnavailable(f"no connection to {urlsplit(url).netloc} ({type(exc).__name__})", sent=False) from exc
    except urllib3.exceptions.HTTPError as exc:
        raise AmcUnavailable(f"no answer to {method} from {urlsplit(url).netloc} ({type(exc).__name__})") from exc


def path_part(text: str) -> str:
    """One segment of a path, escaped. InvalidRequest for dots, which change the path even if escaped, and for halves of
    a character.
    """
    if text in ("", ".", "..") or any(0xD800 <= ord(each) <= 0xDFFF for each in text):
        raise InvalidRequest("id", f"{text!r} cannot be part of a path", "an id as AMC shows it")
    return quote(text, safe="")


def as_json(body: Body) -> tuple[bytes | None, dict[str, str]]:
    """A request's body as JSON, and its headers."""
    headers = {"Accept": "application/json"}
    if body is None:
        return None, headers
    return json.dumps(body).encode(), headers | {"Content-Type": "application/json"}
