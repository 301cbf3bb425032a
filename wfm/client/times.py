"""Times that people give on the command line, and durations as people read them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from wfm.calendar.timestamps import iso, parse
from wfm.errors import UsageError

_AGO: Final = re.compile(r"([0-9]{1,5})(m|h|d|w)")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def present() -> datetime:
    """The time of this machine, UTC."""
    return datetime.now(UTC)


def read_since(given: str, now: datetime, option: str = "--since") -> str:
    """`30m`, `2h`, `7d`, `1w` before `now`, or an ISO 8601 time, as WFM stores times. UsageError for anything else.

    For `--since` one that is still to come is refused too: nothing can be listed since then.
    """
    ago = _AGO.fullmatch(given.strip())
    if ago:
        return iso(now - timedelta(**{_UNITS[ago[2]]: int(ago[1])}))
    allowed = "30m, 2h, 7d, 1w, or a time such as 2026-11-23T14:00:00Z"
    try:
        moment = parse(given.strip())
    except ValueError as exc:
        raise UsageError(f"{option}: {given!r} cannot be read; allowed: {allowed}") from exc
    if option == "--since" and moment > now:
        raise UsageError(f"{option}: {given!r} is in the future, it is {iso(now)}; allowed: {allowed}")
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
