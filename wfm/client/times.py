"""Times that people give on the command line, and durations as people read them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from wfm.calendar.timestamps import iso, parse
from wfm.errors import UsageError

_AGO: Final = re.compile(r"([0-9]{1,5})(m|h|d|w)")
_ALLOWED: Final = "30m, 2h, 7d, 1w, or a time such as 2026-11-23T14:00:00Z"
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def present() -> datetime:
    """The time of this machine, UTC."""
    return datetime.now(UTC)


Time = datetime | str  # what people give: aware, or ISO 8601, or such as 2h for two hours ago


def stored_time(given: Time, field: str) -> str:
    """A time that a script gives, as WFM stores times; "" stays "", which is no bound. UsageError for anything else.

    A datetime must have a zone, as it may be meant by the clock of this machine or by UTC; a text without one is UTC.
    """
    if given == "":
        return ""
    if isinstance(given, str):
        return read_since(given, present(), field)
    anything: object = given  # a script may have no types; pandas' NaT is a datetime and does not equal itself
    if not isinstance(anything, datetime) or anything != anything or anything.tzinfo is None:  # noqa: PLR0124
        raise UsageError(f"{field}: {given!r:.80} is not right; allowed: an aware datetime, {_ALLOWED}")
    return iso(given)


def read_since(given: str, now: datetime, option: str = "--since") -> str:
    """`30m`, `2h`, `7d`, `1w` before `now`, or an ISO 8601 time, as WFM stores times. UsageError for anything else.

    For `--since` one that is still to come is refused too: nothing can be listed since then.
    """
    ago = _AGO.fullmatch(given.strip())
    if ago:
        return iso(now - timedelta(**{_UNITS[ago[2]]: int(ago[1])}))
    try:
        moment = parse(given.strip())
    except (ValueError, OverflowError) as exc:
        raise UsageError(f"{option}: {given!r} cannot be read; allowed: {_ALLOWED}") from exc
    if option == "--since" and moment > now:
        raise UsageError(f"{option}: {given!r} is in the future, it is {iso(now)}; allowed: {_ALLOWED}")
    return iso(moment)


def read_moment(given: str | None, option: str) -> datetime:
    """An ISO 8601 time, UTC unless it has an offset; now where none is given. UsageError for anything else."""
    if given is None:
        return present()
    try:
        return parse(given)
    except (ValueError, OverflowError) as exc:
        raise UsageError(f"{option}: {given!r} cannot be read ({exc}); allowed: such as 2026-11-23T17:40:00") from exc


def duration(seconds: float) -> str:
    """Short and readable: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
