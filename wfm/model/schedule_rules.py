"""The rules of a schedule that count when one of its firings arrives, in the fields of its row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from wfm.calendar.local_times import zone
from wfm.errors import InvalidRecord, InvalidRequest, Problem
from wfm.model.rows import Document, plain

EXCEPT: Final = "except"
OVERLAP: Final = "overlap"
PAUSE_AFTER: Final = "pauseAfter"
FAILURES: Final = range(1, 101)
REPLACE: Final = "replace"
OVERLAPS: Final = ("queue", "skip", REPLACE)
MAX_EXCEPTIONS: Final = 400
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class ScheduleRules:
    """On the days of `exceptions`, by the clock of `where`, the schedule does not fire.

    `overlap` says what becomes of a firing while the run of the one before goes on: it is queued as any other, left
    out, or takes its place. After `pause_after` failures in a row it is paused; 0 for never.
    """

    exceptions: frozenset[date] = frozenset()
    overlap: str = "queue"
    pause_after: int = 0
    where: tzinfo = field(default=UTC, compare=False)

    @property
    def names(self) -> list[str]:
        """The fields of the rules that it has."""
        has = {
            EXCEPT: bool(self.exceptions),
            OVERLAP: self.overlap != OVERLAPS[0],
            PAUSE_AFTER: bool(self.pause_after),
        }
        return [name for name in has if has[name]]

    def excepts(self, moment: datetime) -> bool:
        """Whether it does not fire at that time, since the day is one of its exceptions."""
        return bool(self.exceptions) and self.day(moment) in self.exceptions

    def day(self, moment: datetime) -> date:
        """The day by its own clock."""
        return moment.astimezone(self.where).date()


def read_rules(row: Document, where: tzinfo) -> ScheduleRules:
    """The rules in a row of Schedules that goes by the clock of `where`; InvalidRecord names all that is wrong."""
    problems: list[Problem] = []
    exceptions = frozenset(_dates(row.get(EXCEPT), problems))
    overlap = _choice(row, OVERLAP, OVERLAPS, problems)
    rules = ScheduleRules(exceptions, overlap, _failures(row.get(PAUSE_AFTER), problems), where)
    if problems:
        raise InvalidRecord(problems)
    return rules


def rules_of(row: Document) -> ScheduleRules:
    """The rules in a row as it is now; none in one that is empty, or whose change is going to be refused."""
    try:
        return read_rules(row, zone(row.get("ScheduleExpressionTimezone") or "UTC", "ScheduleExpressionTimezone"))
    except (InvalidRecord, InvalidRequest):
        return ScheduleRules()


def _choice(row: Document, field_name: str, known: Sequence[str], problems: list[Problem]) -> str:
    """One of `known`, the first of them when nothing stands there."""
    value = row.get(field_name)
    if value is None or value in known:
        return str(value or known[0])
    problems.append(Problem(field_name, f"{value!r:.60} is unknown", ", ".join(known)))
    return known[0]


def _failures(value: object, problems: list[Problem]) -> int:
    if value is None:
        return 0
    number = plain(value)
    if isinstance(number, int) and not isinstance(number, bool) and number in FAILURES:
        return number
    allowed = f"{FAILURES[0]} to {FAILURES[-1]} failures in a row"
    problems.append(Problem(PAUSE_AFTER, f"{number!r:.60} is not usable", allowed))
    return 0


def _dates(value: object, problems: list[Problem]) -> Iterator[date]:
    if value is None:
        return
    if not isinstance(value, list) or len(value) > MAX_EXCEPTIONS:
        found = f"{len(value)} dates are too many" if isinstance(value, list) else f"{value!r:.60} is no list"
        problems.append(Problem(EXCEPT, found, f"a list of at most {MAX_EXCEPTIONS} dates such as 2026-12-25"))
        return
    for index, given in enumerate(value):
        day = _date_in(given)
        if day is None:
            problems.append(Problem(f"{EXCEPT}[{index}]", f"{given!r:.60} is no date", "one such as 2026-12-25"))
        else:
            yield day


def _date_in(given: object) -> date | None:
    try:
        return date.fromisoformat(given) if isinstance(given, str) and _DATE.fullmatch(given) else None
    except ValueError:
        return None
