"""What the demo claims, as pure functions of what AMC, Step Functions and the tables say.

Times are epoch seconds.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

ENDED: Final = frozenset({"SUCCEEDED", "FAILED", "REJECTED", "CANCELLED"})


@dataclass(frozen=True, slots=True)
class AmcRun:
    """A run as AMC knows it. `ended` None: it is active. `body` is what the POST said."""

    execution_id: str
    customer_id: str
    workflow_id: str
    is_external: bool
    status: str
    created: float
    ended: float | None
    body: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A request as WFM recorded it. `reached` has the time of each status, the end's as `ENDED`.

    `body` is what AMC was to be asked, windows and parameters resolved.
    """

    customer_id: str
    request_id: str
    status: str
    execution_id: str | None
    attempts: int
    reached: Mapping[str, float] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Path:
    """A request's way through its state machine: transitions as they are billed, and failed tasks."""

    request_id: str
    transitions: int
    failures: int


def claims(outcomes: Iterable[Outcome]) -> Counter[str]:
    """How many requests say of an AMC run that it is theirs."""
    return Counter(outcome.execution_id for outcome in outcomes if outcome.execution_id)


def lost(asked: Iterable[str], outcomes: Sequence[Outcome], runs: Iterable[AmcRun]) -> list[str]:
    """The requests without a true outcome.

    That is: no row, not ended, an end that AMC says otherwise, an AMC run of something else than was asked for,
    or one that another request has too.
    """
    by_request = {outcome.request_id: outcome for outcome in outcomes}
    by_id = {run.execution_id: run for run in runs}
    claimed = claims(outcomes)
    return [request_id for request_id in asked if not _is_true(by_request.get(request_id), by_id, claimed)]


def _is_true(outcome: Outcome | None, runs: Mapping[str, AmcRun], claimed: Counter[str]) -> bool:
    if outcome is None or outcome.status not in ENDED:
        return False
    if outcome.execution_id is None:
        return outcome.status != "SUCCEEDED"
    run = runs.get(outcome.execution_id)
    if run is None or run.is_external or run.customer_id != outcome.customer_id:
        return False
    if run.body != outcome.body:
        return False
    return run.status == outcome.status and claimed[outcome.execution_id] == 1


def duplicates(outcomes: Iterable[Outcome], runs: Iterable[AmcRun]) -> list[str]:
    """The AMC runs that WFM started and no request knows of: something ran more often than asked for."""
    claimed = claims(outcomes)
    return [run.execution_id for run in runs if not run.is_external and run.execution_id not in claimed]


def max_concurrent(runs: Iterable[AmcRun]) -> int:
    """The most runs that were unfinished in AMC at the same moment; one that ends makes room at once."""
    changes: list[tuple[float, int]] = []
    for run in runs:
        changes.append((run.created, +1))
        changes.append((math.inf if run.ended is None else run.ended, -1))
    level = peak = 0
    for _, change in sorted(changes):
        level += change
        peak = max(peak, level)
    return peak


def by_customer(runs: Iterable[AmcRun]) -> dict[str, list[AmcRun]]:
    """The runs of each tenant."""
    groups: dict[str, list[AmcRun]] = defaultdict(list)
    for run in runs:
        groups[run.customer_id].append(run)
    return dict(groups)


def over_limit(max_concurrent: Mapping[str, int], limit: Mapping[str, int]) -> list[str]:
    """The tenants that had more runs in AMC than they may."""
    return [customer for customer, allowed in limit.items() if max_concurrent.get(customer, 0) > allowed]


def seconds_to_outcome(outcomes: Iterable[Outcome], runs: Iterable[AmcRun]) -> list[float]:
    """The seconds from AMC's end of a run to WFM's record of it, for each request that reached AMC."""
    ends = {run.execution_id: run.ended for run in runs}
    found: list[float] = []
    for outcome in outcomes:
        ended, recorded = ends.get(outcome.execution_id or ""), outcome.reached.get("ENDED")
        if ended is not None and recorded is not None:
            found.append(recorded - ended)
    return found


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` (0 to 1) of all values do not exceed; None of nothing."""
    if not values:
        return None
    rank = max(math.ceil(share * len(values)), 1)
    return sorted(values)[rank - 1]


def most_transitions(paths: Iterable[Path], *, faults: bool) -> int:
    """The longest way through the state machine; without `faults`, of those on which no task failed."""
    return max((path.transitions for path in paths if faults or path.failures == 0), default=0)
