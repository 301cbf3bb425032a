"""What Calendar shows: when schedules fire in the next seven days, and what came of the last seven."""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final

from wfm.calendar.timestamps import iso, parse_timestamp_or_none
from wfm.client.runs.run import Run
from wfm.client.runs.search import AT_A_TIME, RunFilter, RunSearch
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.times import present
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.console.queries.runs import tenants_of
from wfm.model.schedules import fire_times

DAYS: Final = 7
MOST_TENANTS: Final = 25
MOST_LINES: Final = 100  # schedules
MOST_RUNS: Final = 500  # of a tenant, of all that its schedules started in seven days
MOST_FIRINGS: Final = 2 * 24 * DAYS  # of a schedule; of one that fires more often the first
SHOWN: Final = 3  # times of a day
SOURCE: Final = "schedule:"


@dataclass(frozen=True, slots=True)
class Day:
    """What a schedule did, or will do, on one day: outcomes by status, or the times of its firings.

    The day is from `since` on and before `until`.
    """

    outcomes: Mapping[str, int]
    firings: Sequence[datetime]
    since: str
    until: str

    @property
    def shown(self) -> Sequence[datetime]:
        """The first firings of the day."""
        return self.firings[:SHOWN]

    @property
    def more(self) -> int:
        """How many firings are not shown."""
        return len(self.firings) - len(self.shown)


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A schedule with its days; today has both what was and what is to come."""

    schedule: TenantSchedule
    days: Sequence[Day]


@dataclass(frozen=True, slots=True)
class Calendar:
    """`days` are by the clock of the viewer's zone. `asked` are the tenants shown, of `tenants`."""

    days: Sequence[date]
    today: date
    lines: Sequence[ScheduleLine]
    line_count: int
    asked: Sequence[str]
    tenants: int


def read_calendar(wfm: Wfm, given: Given) -> Calendar:
    """Schedules of the tenants that the address names: a query each, and three for their runs."""
    names, now = tenants_of(wfm, given.text("tenant")), present()
    asked = names[:MOST_TENANTS]
    table = wfm.aws.tables.schedules
    schedules = [TenantSchedule.from_row(row, now) for name in asked for row in table.of_tenant(name)]
    shown = schedules[:MOST_LINES]
    runs = _runs(wfm, sorted({one.customer_id for one in shown}), iso(now - timedelta(days=DAYS)))
    today = now.astimezone(given.zone).date()
    days = [today + timedelta(days=number) for number in range(-DAYS + 1, DAYS)]
    outcomes = outcomes_by_day(runs, given)
    lines = [ScheduleLine(one, _days(one, days, outcomes, given)) for one in shown]
    return Calendar(days, today, lines, len(schedules), asked, len(names))


def _runs(wfm: Wfm, customer_ids: Sequence[str], since: str) -> Sequence[Run]:
    search, wanted = RunSearch(wfm.aws.tables.runs), RunFilter(source="schedule", since=since)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        found = pool.map(lambda name: search.find([name], wanted, MOST_RUNS), customer_ids)
        return [run for each in found for run in each]


def outcomes_by_day(runs: Sequence[Run], given: Given) -> Mapping[tuple[str, str, date], Counter[str]]:
    """The statuses of runs by tenant, schedule, and the day on which they were asked for."""
    found: dict[tuple[str, str, date], Counter[str]] = {}
    for run in runs:
        at = parse_timestamp_or_none(run.started)
        if at is not None:
            name = run.source.removeprefix(SOURCE)
            key = run.either.customer_id, name, at.astimezone(given.zone).date()
            found.setdefault(key, Counter())[run.status] += 1
    return found


def _days(
    one: TenantSchedule,
    days: Sequence[date],
    outcomes: Mapping[tuple[str, str, date], Counter[str]],
    given: Given,
) -> list[Day]:
    times = _firings(one)
    return [
        Day(
            outcomes.get((one.customer_id, one.name, day), Counter()),
            [at.astimezone(given.zone) for at in times if at.astimezone(given.zone).date() == day],
            _midnight(day, given),
            _midnight(day + timedelta(days=1), given),
        )
        for day in days
    ]


def _midnight(day: date, given: Given) -> str:
    return iso(datetime.combine(day, time(), given.zone))


def _firings(one: TenantSchedule) -> list[datetime]:
    """Those of the next days; none for a schedule that is off."""
    if one.schedule is None or one.next_run_at is None:
        return []
    until = one.now + timedelta(days=DAYS)
    return list(islice(fire_times(one.schedule, one.now, until), MOST_FIRINGS))
