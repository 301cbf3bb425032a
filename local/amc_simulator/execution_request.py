"""The body of `POST workflowExecutions`, checked as AMC checks it.

[fields and limits: OpenAPI; error texts: ours]
"""

from dataclasses import dataclass
from typing import Any

from local.amc_simulator.errors import AmcError
from local.amc_simulator.moments import from_local_text, zone
from local.amc_simulator.shapes import (
    ADVERTISER_TYPES,
    check_booleans,
    check_choice,
    check_lists_of_texts,
    check_objects,
    check_texts,
)

WINDOW_TYPES = ("EXPLICIT", "MOST_RECENT_DAY", "MOST_RECENT_WEEK", "CURRENT_MONTH", "PREVIOUS_MONTH", "ALL")
_BOOLEANS = ("dryRun", "skipPublish", "disableAggregationControls", "requireSyntheticData", "ignoreDataGaps")
_MAX_ADVERTISERS = 1_000
DEFAULT_TIMEOUT_SECONDS = 21_600
MIN_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS = 900, 86_400


@dataclass(frozen=True)
class Window:
    """A resolved EXPLICIT window: wall-clock seconds, and the local texts as they were given."""

    start: float
    end: float
    start_text: str
    end_text: str
    time_zone: str


def check(body: Any) -> dict[str, Any]:
    """The body if AMC would take it, else AmcError 400. Unknown fields pass, as `ignoreDataGaps` does.

    [sample collection]
    """
    if not isinstance(body, dict):
        raise AmcError(400, "The request body must be a JSON object.")
    if ("workflowId" in body) == ("workflow" in body):
        raise AmcError(400, "Exactly one of workflowId and workflow must be provided.")
    if "workflowId" in body and not (isinstance(body["workflowId"], str) and body["workflowId"]):
        raise AmcError(400, "workflowId must be a non-empty string.")
    if "workflow" in body and not isinstance(body["workflow"], dict):
        raise AmcError(400, "workflow must be an object.")
    if not isinstance(body.get("parameterValues") or {}, dict):
        raise AmcError(400, "parameterValues must be an object.")
    check_booleans(body, *_BOOLEANS)
    check_texts(body, "maxCertifiedTime", "maxDimensionTime")
    check_lists_of_texts(body, "additionalAcrResultsReceivers")
    for advertiser in check_objects(body, "advertisers", _MAX_ADVERTISERS):
        check_texts(advertiser, "id", "marketplaceId")
        check_choice(advertiser, "type", ADVERTISER_TYPES)
        if not advertiser.get("id") or not advertiser.get("type"):
            raise AmcError(400, "advertisers: each needs an id and a type.")
    timeout_of(body)
    window_of(body)
    return body


def timeout_of(body: dict[str, Any]) -> int:
    """Seconds that the query may compute."""
    seconds = body.get("workflowExecutionTimeoutSeconds")
    if seconds is None:
        return DEFAULT_TIMEOUT_SECONDS
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit():
        seconds = int(seconds)  # as Amazon's notebook sends it
    if type(seconds) is not int or not MIN_TIMEOUT_SECONDS <= seconds <= MAX_TIMEOUT_SECONDS:
        limits = f"{MIN_TIMEOUT_SECONDS} and {MAX_TIMEOUT_SECONDS}"
        raise AmcError(400, f"workflowExecutionTimeoutSeconds must be an integer between {limits}.")
    return seconds


def window_of(body: dict[str, Any]) -> Window | None:
    """The EXPLICIT window, None for the kinds that AMC resolves by itself."""
    kind = body.get("timeWindowType") or "MOST_RECENT_DAY"
    if kind not in WINDOW_TYPES:
        raise AmcError(400, f"timeWindowType must be one of {', '.join(WINDOW_TYPES)}.")
    start, end = body.get("timeWindowStart"), body.get("timeWindowEnd")
    if kind != "EXPLICIT" and (start is not None or end is not None):
        raise AmcError(400, "timeWindowStart and timeWindowEnd are only used with the timeWindowType EXPLICIT.")
    time_zone = body.get("timeWindowTimeZone") or "UTC"
    try:
        zone(time_zone)
    except (TypeError, ValueError) as exc:
        raise AmcError(400, f"timeWindowTimeZone: {exc}.") from exc
    return _explicit_window(start, end, time_zone) if kind == "EXPLICIT" else None


def _explicit_window(start: Any, end: Any, time_zone: str) -> Window:
    if start is None or end is None:
        raise AmcError(400, "An EXPLICIT time window needs both timeWindowStart and timeWindowEnd.")
    try:
        first, last = _moment(start, time_zone), _moment(end, time_zone)
    except ValueError as exc:
        raise AmcError(400, f"Time window: {exc}.") from exc
    if first >= last:
        raise AmcError(400, "timeWindowStart must be before timeWindowEnd.")
    return Window(first, last, start, end, time_zone)


def _moment(text: Any, time_zone: str) -> float:
    """The time in the text; a `Z` behind it changes nothing. [Amazon's notebook sends it]"""
    return from_local_text(text.removesuffix("Z") if isinstance(text, str) else text, time_zone)
