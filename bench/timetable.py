"""An AMC that is a timetable: what its list would show at any time, and how many calls it takes to see it."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from wfm.calendar.timestamps import iso
from wfm.model.durations import Durations
from wfm.model.tenants import Tenant

START: Final = datetime(2026, 11, 23, tzinfo=UTC)
SLOTS: Final = 10
USUAL: Final = Durations(50, 7.5, 0.09)  # half an hour, give or take a third
PAGE: Final = 100


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


def timetable(history: timedelta, seed: int, *, busy: bool) -> list[tuple[datetime, datetime]]:
    """When runs begin and end: one an hour in the past, and if `busy` ten active ones, each followed by the next."""
    random = Random(seed)  # noqa: S311
    hours = int(history / timedelta(hours=1))
    runs = [(START - timedelta(hours=n + 2), START - timedelta(hours=n + 1.5)) for n in range(hours)]
    for _ in range(SLOTS if busy else 0):
        at = START - timedelta(hours=random.random())
        while at < START + timedelta(hours=2):
            ends = at + timedelta(seconds=random.lognormvariate(USUAL.mean, 0.3))
            runs += [(at, ends)] if ends > START else []
            at = ends
    return sorted(runs)


@dataclass
class TimetableAmc:
    """AMC's list, by tenant; `pages` counts the calls."""

    clock: Clock
    runs: Mapping[str, list[tuple[datetime, datetime]]]
    pages: int = 0

    def list_executions(self, tenant: Tenant, since: datetime) -> list[dict[str, Any]]:
        """What AMC would show now, as the adapter gives it back."""
        runs = self.runs[tenant.customer_id]
        listed = [as_run(n, runs[n], self.clock()) for n in range(bisect_left(runs, (since, since)), len(runs))]
        found = [run for run in listed if run["createTime"] <= iso(self.clock())]
        self.pages += max(1, -(-len(found) // PAGE))
        return found

    def get_execution(self, tenant: Tenant, run_id: str) -> dict[str, Any]:
        """One run, by the id that `as_run` gives it."""
        self.pages += 1
        number = int(run_id.partition("-")[0])
        return as_run(number, self.runs[tenant.customer_id][number], self.clock())


def as_run(number: int, times: tuple[datetime, datetime], now: datetime) -> dict[str, Any]:
    """AMC's execution object of a run in a timetable."""
    began, ends = times
    status, changed = ("SUCCEEDED", ends) if ends <= now else ("RUNNING", began)
    return {
        "workflowExecutionId": f"{number:08}-0000-4000-8000-000000000000",
        "workflowId": "weekly-reach",
        "status": status,
        "createTime": iso(began),
        "lastUpdatedTime": iso(changed),
        "timeWindowStart": "2026-11-16T00:00:00Z",
        "timeWindowEnd": "2026-11-23T00:00:00Z",
        "executionCategory": "AD_HOC",
        "workflowExecutionTimeoutSeconds": 86_400,
    }
