"""What date expressions and named windows stand for, with hints for people: `wfm window`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from wfm.calendar import expressions, named_windows
from wfm.calendar.date_functions import FUNCTIONS
from wfm.calendar.local_times import in_zone, read_literal, text

FIELD = "EXPR"


@dataclass(frozen=True, slots=True)
class Resolved:
    """An expression as it was given, and its value: one time, or start and exclusive end of a named window."""

    expression: str
    times: tuple[str, ...]
    hint: str

    def as_json(self) -> str | dict[str, str]:
        """A time, or an object with `start` and `end`."""
        return self.times[0] if len(self.times) == 1 else dict(zip(("start", "end"), self.times, strict=True))


def resolve(given: str, at: datetime, where: tzinfo) -> Resolved:
    """Relative to the aware time `at`, by the clock of `where`; InvalidRequest with the column of what it cannot be."""
    local = in_zone(at, where)
    begin = given.strip()[:1]
    if not begin.isdigit() and "(" not in given and given.strip().upper() not in FUNCTIONS:
        window = named_windows.read(given, FIELD)
        return Resolved(given, tuple(text(end) for end in window.at(local, FIELD)), f"{window}; the end is exclusive")
    if begin.isdigit():
        written = read_literal(given, where, FIELD)
        return Resolved(given, (text(written),), _as_text(_rounding(written, is_written=True), _clock(written)))
    expression = expressions.read(given, FIELD)
    found = expression.at(local, FIELD)
    hint = _as_text(_last_day(expression), _rounding(found, is_written=False), _clock(found))
    return Resolved(given, (text(found),), hint)


def end_hint(given: str) -> str:
    """What somebody should know who gives that as a window's end; empty for most."""
    return _last_day(expressions.read(given, FIELD)) if given.strip().upper().startswith("LASTDAY") else ""


def _as_text(*hints: str) -> str:
    return "; ".join(hint for hint in hints if hint)


def _last_day(expression: expressions.Expression) -> str:
    if expression.name != "LASTDAYOFOFFSETMONTH" or expression.steps:
        return ""
    end = f"ENDOFMONTH({expression.argument})"
    return f"as a window's end it leaves the whole last day out, since the end is exclusive; {end} is that month's end"


def _rounding(found: datetime, *, is_written: bool) -> str:
    floor = found.replace(minute=0, second=0)
    if floor == found:
        return ""
    if not is_written:
        return f"in a window {text(floor)}: whole hours"
    return f"as a window's start {text(floor)}, as its end {text(floor + timedelta(hours=1))}: whole hours"


def _clock(found: datetime) -> str:
    """What the clocks of a zone with daylight saving do at that time; "" for nothing."""
    if found.replace(fold=0).utcoffset() != found.replace(fold=1).utcoffset():
        return f"the clocks of {found.tzinfo} show it twice"
    before = (found.astimezone(UTC) - timedelta(seconds=1)).astimezone(found.tzinfo)
    return f"the clocks of {found.tzinfo} skip the time before" if before.utcoffset() != found.utcoffset() else ""
