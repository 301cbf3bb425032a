"""The figures of a report: what ran how often, how long it took and waited, why it failed, and when that was."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from wfm.errors import without_request_ids
from wfm.report.spans import CANCELLED, GOOD, QUEUE, RUN, SLOT, Line

# Ids and numbers in a reason differ from run to run where the reason is the same.
_UUID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d[\d:.,TZ-]*")
NO_REASON: Final = "no reason given"
LONGEST_REASON: Final = 160  # characters


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some runs in seconds; None if no run has them."""

    name: str
    runs: int
    succeeded: int
    failed: int
    cancelled: int
    active: int
    external: int
    median_run: float | None
    p95_run: float | None
    longest_run: float | None
    median_queue: float | None
    median_slot: float | None


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that at least `share` (0 to 1) of all values do not exceed; None of nothing."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1] if ordered else None


def failed(line: Line) -> bool:
    """Whether a run ended otherwise than well, and nobody wanted it to."""
    return line.ended and line.status not in (GOOD, CANCELLED)


def run_times(lines: Iterable[Line]) -> list[float]:
    """How long those that succeeded ran in AMC."""
    return _known(line.seconds(RUN) for line in lines if line.ended and line.status == GOOD)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def figures(name: str, lines: Sequence[Line]) -> Figures:
    """The figures of these runs."""
    took = run_times(lines)
    return Figures(
        name=name,
        runs=len(lines),
        succeeded=sum(line.ended and line.status == GOOD for line in lines),
        failed=sum(map(failed, lines)),
        cancelled=sum(line.ended and line.status == CANCELLED for line in lines),
        active=sum(not line.ended for line in lines),
        external=sum(line.external for line in lines),
        median_run=percentile(took, 0.5),
        p95_run=percentile(took, 0.95),
        longest_run=max(took, default=None),
        median_queue=percentile(_known(line.seconds(QUEUE) for line in lines), 0.5),
        median_slot=percentile(_known(line.seconds(SLOT) for line in lines), 0.5),
    )


def grouped(lines: Iterable[Line], by: Callable[[Line], str]) -> list[tuple[str, list[Line]]]:
    """The lines of each name; the name of most lines first."""
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[by(line)].append(line)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


@dataclass(frozen=True, slots=True)
class Failures:
    """A reason for which runs failed, with the customers' workflows that did, and when last (epoch seconds)."""

    reason: str
    count: int
    workflows: Sequence[str]
    customers: Sequence[str]
    last: float


def failures(lines: Iterable[Line]) -> list[Failures]:
    """The failures by reason, the most frequent first; reasons that differ in ids and numbers alone are one."""
    found = grouped(filter(failed, lines), lambda line: f"{line.status}: {same(line.reason)}")
    return [
        Failures(
            reason,
            len(group),
            sorted({line.workflow_id for line in group}),
            sorted({line.customer_id for line in group}),
            max(line.end for line in group),
        )
        for reason, group in found
    ]


def same(reason: str) -> str:
    """The reason without what differs from run to run."""
    plain = _NUMBER.sub("#", _UUID.sub("#", " ".join(without_request_ids(reason).split())))
    return (plain[: LONGEST_REASON - 1] + "…" if len(plain) > LONGEST_REASON else plain) or NO_REASON


def by_hour(lines: Iterable[Line]) -> list[tuple[int, int]]:
    """For each hour of the day, UTC: how many runs were asked for, and how many of them failed."""
    asked, bad = Counter[int](), Counter[int]()
    for line in lines:
        hour = datetime.fromtimestamp(line.start, UTC).hour
        asked[hour] += 1
        bad[hour] += failed(line)
    return [(asked[hour], bad[hour]) for hour in range(24)]


def thinned(lines: Sequence[Line], most: int) -> list[Line]:
    """At most `most` of the lines: what failed or is active first, then an even choice of the others."""
    if len(lines) <= most:
        return list(lines)
    telling = [line for line in lines if failed(line) or not line.ended]
    usual = [line for line in lines if line.ended and not failed(line)]
    chosen = _evenly(telling, max(most // 2, most - len(usual)))
    return chosen + _evenly(usual, most - len(chosen))


def _evenly(lines: Sequence[Line], most: int) -> list[Line]:
    if len(lines) <= most:
        return list(lines)
    return [lines[number * len(lines) // most] for number in range(most)]
