"""What scripts give as values, made JSON: texts, numbers, truths, lists, objects, and times as AMC writes them.

Values of numpy and pandas become those of Python. What JSON has no word for, or only a misleading one (NaN, NaT), is
refused at the call, by its place. Neither package is imported: a value tells by itself what it is.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Final

from wfm.calendar.local_times import text, zone
from wfm.errors import InvalidRequest
from wfm.model.rows import plain

_ALLOWED: Final = "a text, a number, true or false, a time, a list or an object of these"
_NO_VALUE: Final = "is no value"
_TIME_TYPES: Final = ("M", "m")  # numpy's kinds of a time and of a duration


def plain_document(document: Mapping[str, object], place: str = "") -> dict[str, object]:
    """The object as JSON has it; InvalidRequest names the field that cannot be."""
    for name in document:
        if not isinstance(name, str):
            raise InvalidRequest(place or "object", f"the name {name!r:.60} is no text", "names that are texts")
    return {str(name): plain_value(value, f"{place}.{name}" if place else name) for name, value in document.items()}


def plain_value(value: object, place: str) -> object:
    """One value as JSON has it; InvalidRequest names its place."""
    match value:
        case str():  # numpy's texts are a kind of it
            found: object = str(value)
        case bool() | int() | None:
            found = value
        case float() | Decimal():
            found = _number(value, place)
        case date():
            found = _time(value, place)
        case Mapping():
            found = plain_document(value, place)
        case list() | tuple():
            found = [plain_value(item, f"{place}[{index}]") for index, item in enumerate(value)]
        case set() | frozenset():
            found = sorted((plain_value(item, place) for item in value), key=str)
        case _:
            found = _of_numpy(value, place)
    return found


def _number(value: float | Decimal, place: str) -> object:
    if not isfinite(value):
        raise InvalidRequest(place, f"{value} {_NO_VALUE}", "a number; leave the field out for none")
    return plain(value) if isinstance(value, Decimal) else float(value)


def _time(value: date, place: str) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    whole = _whole_seconds(value, place)
    return text(whole) if whole.tzinfo is None else text(whole.astimezone(UTC)) + "Z"


def _whole_seconds(value: datetime, place: str) -> datetime:
    """pandas' NaT calls itself a datetime, and equals nothing."""
    if value != value:  # noqa: PLR0124
        raise InvalidRequest(place, f"NaT {_NO_VALUE}", "a time; leave the field out for none")
    if value.microsecond or getattr(value, "nanosecond", 0):
        raise InvalidRequest(place, f"{value} has parts of a second", "whole seconds, as AMC takes them")
    return value


def _of_numpy(value: object, place: str) -> object:
    """A scalar, or the items of an array or a column; everything else is refused by its type."""
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind is None:
        raise InvalidRequest(place, f"a value of type {type(value).__name__} is not right", _ALLOWED)
    if getattr(value, "ndim", 0):
        assert isinstance(value, Iterable)  # noqa: S101  # whatever has dimensions
        return [plain_value(item, f"{place}[{index}]") for index, item in enumerate(value)]
    if kind in _TIME_TYPES:
        value = _seconds_of(value, place)
    item = getattr(value, "item", None)
    if item is None:
        raise InvalidRequest(place, f"a value of type {type(value).__name__} is not right", _ALLOWED)
    return plain_value(item(), place)


def _seconds_of(value: object, place: str) -> object:
    """numpy's time in whole seconds: of finer ones Python would make a number. A duration is refused."""
    in_seconds = value.astype("datetime64[s]") if value.dtype.kind == "M" else value  # type: ignore[attr-defined]
    if in_seconds != value or value.dtype.kind == "m":  # type: ignore[attr-defined]
        raise InvalidRequest(place, f"{value} is not right", "a time in whole seconds")
    return in_seconds


def window_time(value: object, zone_name: str | None, field: str) -> str | None:
    """A window's start or end as it stands in a request: a day is its midnight, an aware time is told by the zone.

    A time without an offset is what the clocks of the window's zone show, as a text without one is.
    """
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, date):
        found = plain_value(value, field)
        if not isinstance(found, str):
            raise InvalidRequest(field, f"{value!r:.60} is no time", "a datetime, a date, or a text such as TODAY(-7)")
        return found
    if not isinstance(value, datetime):
        return text(datetime.combine(value, time()))
    whole = _whole_seconds(value, field)
    return text(whole if whole.tzinfo is None else whole.astimezone(zone(zone_name or "UTC", "timeWindowTimeZone")))
