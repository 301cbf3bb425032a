"""The two spellings of time at WFM's borders."""

from datetime import UTC, datetime

AMC_FORMAT = "%Y-%m-%dT%H:%M:%S"  # AMC's request format; no offset, no `Z` (Amazon's OpenAPI, timeWindowStart)


def iso(moment: datetime) -> str:
    """UTC with milliseconds and `Z`, so that text sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """An aware UTC datetime from ISO 8601; without an offset it is taken as UTC. ValueError if it is none."""
    moment = datetime.fromisoformat(text)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as exc:  # 0001-01-01T00:00:00+05:00 is before the first year in UTC
        raise ValueError(f"{text!r:.40} is out of reach") from exc


def parse_timestamp_or_none(value: object) -> datetime | None:
    """The time that a field holds; None when it is missing or no time."""
    try:
        return parse(value) if isinstance(value, str) else None
    except ValueError:
        return None


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970, as DynamoDB's time to live wants them."""
    return int(moment.timestamp())
