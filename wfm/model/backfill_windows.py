"""The windows of a backfill: tumbling ones follow on each other, sliding ones advance one day.

All is calendar arithmetic on local times: a day is a day of the calendar, whatever the clocks do in it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from difflib import get_close_matches
from typing import Final

from wfm.calendar.local_times import past_gap, text
from wfm.errors import InvalidRequest

TUMBLING, SLIDING = "tumbling", "sliding"
KINDS: Final = (TUMBLING, SLIDING)
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Windows:
    """`start` and the exclusive `end` by the clock of `zone`; `end` may cut the last window short."""

    start: datetime
    end: datetime
    length: timedelta
    step: timedelta
    partial: bool
    zone: tzinfo

    @property
    def _whole(self) -> int:
        """How many windows of the full length fit."""
        return max((self.end - self.start - self.length) // self.step + 1, 0)

    @property
    def rest(self) -> timedelta:
        """The time at the end of the range that no whole window covers."""
        covered = (self._whole - 1) * self.step + self.length if self._whole else timedelta()
        return self.end - self.start - covered

    def __len__(self) -> int:
        return self._whole + (self.partial and self.rest > timedelta())

    def __getitem__(self, index: int) -> tuple[str, str]:
        """Start and end as AMC wants them, the oldest window first. A time that the clocks skip becomes the next."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        start = self.start + index * self.step
        return self._text(start), self._text(min(start + self.length, self.end))

    def _text(self, local: datetime) -> str:
        return text(past_gap(local.replace(tzinfo=self.zone)))


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
    found = Windows(start, end, length, length if kind == TUMBLING else A_DAY, partial, zone)
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
