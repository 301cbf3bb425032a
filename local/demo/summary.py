"""`build/demo/summary.json`, and what makes the demo fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.demo import measures
from local.demo.measures import AmcRun, Outcome, Path


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that is known afterwards. None of it is the demo's own bookkeeping but `asked` and `limits`.

    `asked` are the ids of the requests that were sent, `limits` the slots that were given to each tenant,
    `recorded` the ids of the external runs that WFM has in its table, `calls` AMC's journal of all this,
    `peaks` AMC's own count of unfinished runs, which is exact where times rounded to milliseconds are not.
    """

    asked: Sequence[str]
    limits: Mapping[str, int]
    runs: Sequence[AmcRun]
    outcomes: Sequence[Outcome]
    paths: Sequence[Path]
    recorded: frozenset[str]
    calls: Sequence[Mapping[str, Any]]
    peaks: Mapping[str, int] = field(default_factory=dict)


def summarize(truth: Truth) -> dict[str, Any]:
    """The fields of summary.json. `standard_transitions_per_run` is the most of any run without faults."""
    delays = measures.seconds_to_outcome(truth.outcomes, truth.runs)
    runs = measures.by_customer(truth.runs)
    statuses = [outcome.status for outcome in truth.outcomes if outcome.request_id in set(truth.asked)]
    return {
        "requests": len(truth.asked),
        "succeeded": statuses.count("SUCCEEDED"),
        "failed": sum(status in measures.ENDED - {"SUCCEEDED"} for status in statuses),
        "lost": len(measures.lost(truth.asked, truth.outcomes, truth.runs)),
        "duplicates": len(measures.duplicates(truth.outcomes, truth.runs)),
        "external_seen": sum(run.is_external and run.execution_id in truth.recorded for run in truth.runs),
        "max_concurrent": {
            customer: max(measures.max_concurrent(runs.get(customer, [])), truth.peaks.get(customer, 0))
            for customer in truth.limits
        },
        "limit": dict(truth.limits),
        "standard_transitions_per_run": measures.most_transitions(truth.paths, faults=False),
        "amc_calls_per_run": round(len(truth.calls) / max(len(truth.asked), 1), 2),
        "seconds_to_outcome": {
            "median": _rounded(measures.percentile(delays, 0.5)),
            "p95": _rounded(measures.percentile(delays, 0.95)),
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def problems(summary: Mapping[str, Any], external_started: int) -> list[str]:
    """Why the demo fails, a sentence each; empty if it does not."""
    found: list[str] = []
    highest, allowed = summary["max_concurrent"], summary["limit"]
    if summary["lost"]:
        found.append(f"{summary['lost']} of {summary['requests']} requests were lost.")
    if summary["duplicates"]:
        found.append(f"{summary['duplicates']} AMC runs are one more than was asked for.")
    found += [
        f"{customer} had {highest[customer]} runs in AMC at once; allowed: {allowed[customer]}."
        for customer in measures.over_limit(highest, allowed)
    ]
    if summary["external_seen"] < external_started:
        found.append(f"{external_started - summary['external_seen']} runs started elsewhere were not noticed.")
    return found
