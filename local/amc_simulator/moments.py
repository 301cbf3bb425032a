"""Points in time: seconds since the epoch inside, AMC's text forms outside."""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")


def to_seconds_text(moment: float) -> str:
    """`2026-11-23T14:20:49Z`, the form of most of AMC's fields. [OpenAPI]"""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_millis_text(moment: float) -> str:
    """`2026-11-23T14:20:49.123Z`, the form of `validatedTime`, of result file names and of the journal.

    [sample collection]
    """
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def zone(name: str) -> tzinfo:
    """The time zone of that TZ database name; ValueError for any other text. UTC needs no database."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise ValueError(f"{name!r} is not a TZ database name") from exc


def from_local_text(text: object, time_zone: str) -> float:
    """The moment of AMC's `yyyy-MM-dd'T'HH:mm:ss` in a time zone.

    A date alone, an offset or a `Z` is refused. [OpenAPI]
    """
    if not isinstance(text, str) or not _LOCAL.fullmatch(text):
        raise ValueError(f"{text!r} is not of the format yyyy-MM-dd'T'HH:mm:ss")
    return datetime.fromisoformat(text).replace(tzinfo=zone(time_zone)).timestamp()
