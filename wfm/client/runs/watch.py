"""Watching many runs at once: polls, and what has changed since the one before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.poll_schedule import Clock
from wfm.client.runs.run import Run
from wfm.model.statuses import has_ended

INTERVAL: Final = 5.0  # seconds between polls; a poll reads only what is shown
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RunChange:
    """A run that came to another status; `before` is None for one that was not shown yet."""

    run: Run
    before: str | None

    def as_json(self) -> dict[str, object]:
        """What `--json` prints, a line for each."""
        return {"customerId": self.run.either.customer_id, "before": self.before} | self.run.summary()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a poll showed, newest first, and what was new in it, oldest first."""

    runs: Sequence[Run]
    changes: Sequence[RunChange]

    @property
    def over(self) -> bool:
        """Whether everything that it shows has ended."""
        return all(has_ended(run.status) for run in self.runs)


def changes(before: Mapping[Key, str], runs: Sequence[Run]) -> list[RunChange]:
    """The runs whose status differs from the one that they had before."""
    seen = [(run, before.get(_key(run))) for run in reversed(runs)]
    return [RunChange(run, status) for run, status in seen if status != run.status]


def watch(
    find_runs: Callable[[], Sequence[Run]], clock: Clock, interval: float = INTERVAL, *, until_ended: bool = False
) -> Iterator[Snapshot]:
    """Each poll that showed something new, for ever or until all that it shows has ended."""
    before: dict[Key, str] = {}
    first = True
    while True:
        runs = find_runs()
        snapshot = Snapshot(runs, changes(before, runs))
        before = {_key(run): run.status for run in runs}
        if snapshot.changes or first:
            yield snapshot
        if until_ended and snapshot.over:
            return
        first = False
        clock.sleep(interval)


def _key(run: Run) -> Key:
    return run.either.customer_id, run.run_id
