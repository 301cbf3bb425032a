"""The windows of a backfill: tumbling ones follow on each other, sliding ones advance one day.

They have so many days each, or are the months of the calendar. All is calendar arithmetic on local times: a day is a
day of the calendar, whatever the clocks do in it.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from difflib import get_close_matches
from typing import Final

from wfm.calendar.local_times import past_gap, text
from wfm.errors import InvalidRequest

TUMBLING, SLIDING = "tumbling", "sliding"
KINDS: Final = (TUMBLING, SLIDING)
MONTH: Final = "month"
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Windows:
    """`start` and the exclusive `end` by the clock of `zone`; `end` may cut the last window short."""

    start: datetime
    end: datetime
    partial: bool
    zone: tzinfo

    @property
    @abstractmethod
    def _whole(self) -> int:
        """How many windows of the full length fit."""

    @abstractmethod
    def _bounds(self, index: int) -> tuple[datetime, datetime]:
        """Start and end of a whole window."""

    @property
    def rest(self) -> timedelta:
        """The time at the end of the range that no whole window covers."""
        covered = self._bounds(self._whole - 1)[1] if self._whole else self.start
        return self.end - covered

    def __len__(self) -> int:
        return self._whole + (self.partial and self.rest > timedelta())

    def __getitem__(self, index: int) -> tuple[str, str]:
        """Start and end as AMC wants them, the oldest window first. A time that the clocks skip becomes the next."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        start, end = self._bounds(index)
        return self._text(start), self._text(min(end, self.end))

    def _text(self, local: datetime) -> str:
        return text(past_gap(local.replace(tzinfo=self.zone)))


@dataclass(frozen=True)
class WindowsOfDays(Windows):
    """Each of the same `length`, and a `step` after the one before."""

    length: timedelta
    step: timedelta

    @property
    def _whole(self) -> int:
        return max((self.end - self.start - self.length) // self.step + 1, 0)

    def _bounds(self, index: int) -> tuple[datetime, datetime]:
        start = self.start + index * self.step
        return start, start + self.length


@dataclass(frozen=True)
class Months(Windows):
    """From the first of a month to the first of the next, each at the time of day of `start`."""

    @property
    def _whole(self) -> int:
        months = 12 * (self.end.year - self.start.year) + self.end.month - self.start.month
        return months - (_months_later(self.start, months) > self.end)

    def _bounds(self, index: int) -> tuple[datetime, datetime]:
        return _months_later(self.start, index), _months_later(self.start, index + 1)


def _months_later(first: datetime, months: int) -> datetime:
    """The same time of day on the first of a later month."""
    years, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + years, month=month + 1)


def windows(start: datetime, end: datetime, days: int, kind: str, zone: tzinfo, *, partial: bool) -> Windows:
    """The windows of a range; InvalidRequest when they do not fit it.

    Without `partial` it is as the first predecessor had it: tumbling windows have to fill the range, sliding ones stop
    where no whole one fits any more.
    """
    if kind not in KINDS:
        close = get_close_matches(str(kind).lower(), KINDS, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise InvalidRequest("windowType", f"{kind!r:.60} is unknown{hint}", " or ".join(KINDS))
    length = days * A_DAY
    found = WindowsOfDays(start, end, partial, zone, length, length if kind == TUMBLING else A_DAY)
    if partial or not found.rest:
        return found
    if not len(found):
        problem = f"{days} are more than from {text(start)} to {text(end)}"
        raise InvalidRequest("days", problem, f"at most {(end - start) // A_DAY}, or allowPartialWindow")
    if kind == TUMBLING:
        last = end - found.rest
        problem = f"{text(end)} leaves {found.rest // timedelta(hours=1)} hours after the last window of {days} days"
        raise InvalidRequest("end", problem, f"{text(last)}, {text(last + length)}, or allowPartialWindow")
    return found


def months(start: datetime, end: datetime, zone: tzinfo, *, partial: bool) -> Months:
    """The months of a range; InvalidRequest when it does not begin with one, or without `partial` end with one."""
    if start.day != 1:
        first = start.replace(day=1)
        near = f"{text(first)} or {text(_months_later(first, 1))}"
        raise InvalidRequest("start", f"{text(start)} is not the first of a month, as windows by month need it", near)
    found = Months(start, end, partial, zone)
    if partial or not found.rest:
        return found
    last = end - found.rest
    ends = [one for one in (last, _months_later(last, 1)) if one > start]
    raise InvalidRequest(
        "end",
        f"{text(end)} leaves {found.rest // timedelta(hours=1)} hours after the last whole month",
        ", ".join([*map(text, ends), "or allowPartialWindow"]),
    )
