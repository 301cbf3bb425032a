"""Finding runs: by tenant, workflow, status, source and time, newest first, without reading older ones."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from wfm.client.records import Execution, Request
from wfm.client.runs.run import Run
from wfm.client.times import Time, stored_time
from wfm.model.labels import Labels, has_labels

if TYPE_CHECKING:
    from wfm.store.run_history import RunHistory

AT_A_TIME: Final = 8  # tenants
PAGE: Final = 100  # runs, whose AMC runs are read together
EXTERNAL: Final = "external"
GROUPS: Final = ("schedule", "backfill")  # a source of these is followed by a colon and a name

Gone = Callable[[Sequence[Execution]], Iterable[Execution]]


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What runs are wanted; None and "" want all. `since` and `until` (exclusive) are times, or such as 2h (ago).

    `status` is one, or several of which a run has one. `window_from` and `window_to` want the windows that lie between
    them, as `RequestFilter` says; `labels` want all of them.

    A source is `external`, `wfm` (whatever was asked of WFM), `schedule` or `backfill` with or without a name after a
    colon, or what whoever asked calls itself.
    """

    workflow: str | None = None
    status: str | Sequence[str] | None = None
    source: str | None = None
    since: Time = ""
    until: Time = ""
    window_from: str = ""
    window_to: str = ""
    labels: Labels = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", stored_time(self.since, "since"))
        object.__setattr__(self, "until", stored_time(self.until, "until"))

    @property
    def statuses(self) -> Sequence[str]:
        """Those that are wanted; empty: all."""
        return (self.status,) if isinstance(self.status, str) else self.status or ()

    def fits(self, run: Run) -> bool:
        """Whether the run is wanted; that it is not older than `since` has been seen to by then."""
        return (
            self.workflow in (None, run.either.workflow_id)
            and (not self.statuses or run.status in self.statuses)
            and (self.source is None or is_from(run, self.source))
            and not (self.until and run.started >= str(self.until))
            and (not self.labels or has_labels(run.either.row, self.labels))
            and self._wants_window(run)
        )

    def _wants_window(self, run: Run) -> bool:
        if not (self.window_from or self.window_to):
            return True
        return run.window is not None and run.window.lies_within(self.window_from, self.window_to)


def is_from(run: Run, source: str) -> bool:
    """Whether the run's source is `source` or of that group (`schedule:NAME`); `wfm` is all but external ones."""
    if source == "wfm":
        return run.source != EXTERNAL
    return run.source == source or (source in GROUPS and run.source.startswith(f"{source}:"))


def newest_first(requests: Iterable[Request], executions: Iterable[Execution], gone: Gone) -> Iterator[Run]:
    """Requests with their AMC runs, and runs that nobody asked for here.

    Both are given newest first, and are read as needed. An AMC run is younger than its request, so it is kept until
    that comes. What is left over at the end began before the period, unless its request has aged out: `gone` says
    which ones those are.
    """
    kept: dict[str, Execution] = {}
    both: tuple[Iterable[Run], ...] = (
        (Run(request, None) for request in requests),
        (Run(None, execution) for execution in executions),
    )
    for run in heapq.merge(*both, key=lambda run: run.started, reverse=True):
        if run.request:
            yield replace(run, execution=kept.pop(run.request.request_id, None))
        elif run.execution and run.execution.request_id:
            kept[run.execution.request_id] = run.execution
        else:
            yield run
    yield from (Run(None, execution) for execution in gone(list(kept.values())))


class RunSearch:
    """Searches the runs of one deployment."""

    def __init__(self, tables: "RunHistory") -> None:
        self._tables = tables

    def find(self, customer_ids: Sequence[str], wanted: RunFilter, limit: int | None = None) -> list[Run]:
        """The newest `limit` runs that fit, of all these customers together; eight customers are asked at a time."""
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            found = pool.map(lambda customer_id: self._of(customer_id, wanted, limit), customer_ids)
        runs = (run for each in found for run in each)
        return sorted(runs, key=lambda run: run.started, reverse=True)[:limit]

    def iterate(self, customer_ids: Sequence[str], wanted: RunFilter) -> Iterator[Run]:
        """The same without end, read page by page as they are taken."""
        each = [self._pages(customer_id, wanted) for customer_id in customer_ids]
        return heapq.merge(*each, key=lambda run: run.started, reverse=True)

    def _pages(self, customer_id: str, wanted: RunFilter) -> Iterator[Run]:
        runs = self._fitting(customer_id, wanted, PAGE)
        while page := list(islice(runs, PAGE)):
            yield from self._completed(customer_id, page)

    def _of(self, customer_id: str, wanted: RunFilter, limit: int | None) -> list[Run]:
        return self._completed(customer_id, list(islice(self._fitting(customer_id, wanted, limit), limit)))

    def _fitting(self, customer_id: str, wanted: RunFilter, page: int | None) -> Iterator[Run]:
        tables, period = self._tables, (str(wanted.since), str(wanted.until))
        requests = map(Request.from_row, tables.requests(customer_id, *period, page))
        executions = map(Execution.from_row, tables.executions(customer_id, *period, page))
        runs = newest_first(requests, executions, lambda left: self._without_request(customer_id, left))
        return filter(wanted.fits, runs)

    def _without_request(self, customer_id: str, executions: Sequence[Execution]) -> list[Execution]:
        known = self._tables.requests_by_id(customer_id, [str(each.request_id) for each in executions])
        return [each for each in executions if each.request_id not in known]

    def _completed(self, customer_id: str, runs: list[Run]) -> list[Run]:
        """The requests' runs too that AMC made after the period, and that its runs therefore lack."""
        lacking = [run.request.workflow_execution_id for run in runs if run.request and not run.execution]
        rows = self._tables.executions_by_id(customer_id, [each for each in lacking if each])
        found = {name: Execution.from_row(row) for name, row in rows.items()}
        return [
            replace(run, execution=found.get(run.request.workflow_execution_id or ""))
            if run.request and not run.execution
            else run
            for run in runs
        ]
