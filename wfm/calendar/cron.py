"""AWS's cron expressions: reading them, and when they fire.

As EventBridge Scheduler does it: a local time that the clocks skip does not fire, and one that they show twice fires
once, the first time. Times are found field by field, never by trying minute after minute, so that an expression which
can never fire ends soon. Source: the user guide of EventBridge Scheduler, "Daylight savings time".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import product, takewhile
from typing import Final

from wfm.calendar.cron_days import DaysOf, days
from wfm.calendar.cron_fields import KINDS, Written, numbers
from wfm.calendar.local_times import past_gap
from wfm.errors import InvalidRequest

EXAMPLE: Final = "cron(minute hour day-of-month month day-of-week year), such as cron(0 8 ? * MON-FRI *)"


@dataclass(frozen=True)
class Cron:
    """One expression. `text` is it as EventBridge gets it; the numbers are ascending."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: DaysOf
    months: tuple[int, ...]
    years: tuple[int, ...]

    def fire_times(self, where: tzinfo, after: datetime) -> Iterator[datetime]:
        """Aware UTC, in order, later than the aware `after`, by the clocks of `where`; ends with the year 2199."""
        for shown in self._shown(after.astimezone(where)):
            moment = shown.astimezone(UTC)
            if moment > after and _exists(shown):
                yield moment

    def skipped_days(self, where: tzinfo, after: datetime, until: datetime) -> Iterator[datetime]:
        """The first local time of each day on which it does not fire since the clocks of `where` skip all its times.

        Where it fires in more than one hour of a day, an hour that does not exist is no gap.
        """
        if len(self.hours) > 1 or where is UTC:
            return
        for shown in takewhile(until.__gt__, self._shown(after.astimezone(where))):
            is_first = shown > after and shown.minute == self.minutes[0]
            if is_first and not any(_exists(shown.replace(minute=minute)) for minute in self.minutes):
                yield shown

    def _shown(self, start: datetime) -> Iterator[datetime]:
        """The local times from the hour of `start` on, as if the clocks had no gaps."""
        for year, month in product(self.years, self.months):
            if (year, month) < (start.year, start.month):
                continue
            for day, hour in product(self.days(year, month), self.hours):
                if (year, month, day, hour) >= (start.year, start.month, start.day, start.hour):
                    for minute in self.minutes:
                        yield datetime(year, month, day, hour, minute, tzinfo=start.tzinfo)


def _exists(shown: datetime) -> bool:
    return past_gap(shown).replace(tzinfo=None) == shown.replace(tzinfo=None)


@lru_cache(maxsize=512)
def read(text: str, field: str) -> Cron:
    """The expression in `cron(...)`; InvalidRequest with the column for anything else."""
    found = re.fullmatch(r"(\s*cron\s*\()([^()]*)\)\s*", text, re.IGNORECASE)
    if found is None:
        problem = f"{text!r:.80} at column {len(text.rstrip())}: here is no '(...)' around six fields"
        raise InvalidRequest(field, problem, EXAMPLE)
    start = found.end(1) + 1
    words = [(word[0].upper(), start + word.start()) for word in re.finditer(r"\S+", found[2])]
    if len(words) != len(KINDS):
        column = words[len(KINDS)][1] if len(words) > len(KINDS) else start + len(found[2])
        raise InvalidRequest(field, f"{text!r:.80} at column {column}: {len(words)} fields, not six", EXAMPLE)
    fields = [Written(kind, word, text, column, field) for kind, (word, column) in zip(KINDS, words, strict=True)]
    minute, hour, day_of_month, month, day_of_week, year = fields
    return Cron(
        f"cron({' '.join(word for word, _ in words)})",
        numbers(minute),
        numbers(hour),
        days(day_of_month, day_of_week),
        numbers(month),
        numbers(year),
    )
