"""Every run ever made, indexed so that a page of a list costs no more than the page.

[listing rules: OpenAPI]
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass

from local.amc_simulator.runs import Run, Status


@dataclass(frozen=True)
class ListQuery:
    """A list request, resolved: moments in wall-clock seconds, `position` from the page before."""

    instance_id: str
    workflow_id: str | None = None
    created_from: float = float("-inf")
    created_until: float = float("inf")
    ascending: bool = False
    include_cancelled: bool = False
    limit: int = 100
    position: int | None = None


@dataclass(frozen=True)
class Page:
    """`position` is where the next page starts, None after the last."""

    runs: list[Run]
    position: int | None


class History:
    """Runs by id and, in the order of creation, by instance and by workflow."""

    def __init__(self) -> None:
        self.all: list[Run] = []
        self._by_id: dict[str, Run] = {}
        self._by_owner: dict[tuple[str, str | None], list[Run]] = defaultdict(list)

    def add(self, run: Run) -> None:
        """Append; `created_at` never goes back."""
        self.all.append(run)
        self._by_id[run.execution_id] = run
        self._by_owner[run.order.instance_id, None].append(run)
        self._by_owner[run.order.instance_id, run.order.workflow_id].append(run)

    def get(self, instance_id: str, execution_id: str) -> Run | None:
        """A run, if it belongs to that instance."""
        run = self._by_id.get(execution_id)
        return run if run and run.order.instance_id == instance_id else None

    def by_id(self, execution_id: str) -> Run:
        """A run of any instance; KeyError if there is none."""
        return self._by_id[execution_id]

    def of(self, instance_id: str, workflow_id: str | None = None) -> list[Run]:
        """All runs of an instance, or of one workflow of it, oldest first. Not to be changed."""
        return self._by_owner.get((instance_id, workflow_id), [])

    def page(self, query: ListQuery) -> Page:
        """One page.

        A position is an index into the order of creation, so runs made meanwhile do not shift it.
        """
        runs = self.of(query.instance_id, query.workflow_id)
        first = bisect_left(runs, query.created_from, key=lambda run: run.created_at)
        last = bisect_right(runs, query.created_until, key=lambda run: run.created_at) - 1
        step = 1 if query.ascending else -1
        index = query.position if query.position is not None else (first if query.ascending else last)
        found: list[Run] = []
        while first <= index <= last and len(found) < query.limit:
            if query.include_cancelled or runs[index].status is not Status.CANCELLED:
                found.append(runs[index])
            index += step
        return Page(found, index if first <= index <= last else None)
