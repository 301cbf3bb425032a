"""The rules of a schedule that count when one of its firings arrives, in the fields of its row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from wfm.errors import InvalidRecord, Problem
from wfm.model.rows import Document

EXCEPT: Final = "except"
MAX_EXCEPTIONS: Final = 400
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class ScheduleRules:
    """On the days of `exceptions`, by the clock of `where`, the schedule does not fire."""

    exceptions: frozenset[date] = frozenset()
    where: tzinfo = field(default=UTC, compare=False)

    @property
    def names(self) -> list[str]:
        """The fields of the rules that it has."""
        return [EXCEPT] if self.exceptions else []

    def excepts(self, moment: datetime) -> bool:
        """Whether it does not fire at that time, since the day is one of its exceptions."""
        return bool(self.exceptions) and self.day(moment) in self.exceptions

    def day(self, moment: datetime) -> date:
        """The day by its own clock."""
        return moment.astimezone(self.where).date()


def read_rules(row: Document, where: tzinfo) -> ScheduleRules:
    """The rules in a row of Schedules that goes by the clock of `where`; InvalidRecord names all that is wrong."""
    problems: list[Problem] = []
    rules = ScheduleRules(frozenset(_dates(row.get(EXCEPT), problems)), where)
    if problems:
        raise InvalidRecord(problems)
    return rules


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
