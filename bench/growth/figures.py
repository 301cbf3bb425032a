"""What a simulated day comes to, as numbers that are stored, drawn and compared."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypedDict

from bench.growth.buckets import PerSecond
from bench.growth.simulation import Run, Simulation
from bench.growth.tracker import batches
from functions.handlers.list_due_tenants import MAX_TENANTS_PER_TICK
from wfm.model.priorities import PRIORITIES

FILE: Final = Path(__file__).with_name("figures.json")
HOURS: Final = 24


class Rate(TypedDict):
    """A second: the mean of the day, the busiest minute and the busiest second."""

    mean: float
    minute: float
    second: float


class Spread(TypedDict):
    """Seconds: the median, the 95th percentile and the longest."""

    median: float
    late: float
    longest: float


class Figures(TypedDict):
    """Of one day. Waits are from the time that a request was for to its slot.

    `to_gate` is the part of it before the queue for slots, `to_amc` what comes after it, until AMC has taken the run.
    `active_runs` are those in AMC at a time, `first_hour` the means of its minutes.
    """

    tenants: int
    runs: int
    unfinished: int
    last_outcome_hours: float
    waits: dict[str, Spread]
    to_gate: Spread
    to_amc: Spread
    active_runs: float
    delays: Spread
    waits_by_hour: dict[str, list[float]]
    calls_by_hour: dict[str, list[float]]
    first_hour: dict[str, list[float]]
    rates: dict[str, Rate]
    amc_calls_per_run: float
    amc_refused: int
    amc_held_back: int
    lambdas: int
    lambda_wait: float
    start_wait: float
    start_calls_per_run: float
    open_executions: int
    tenants_due: int
    tracker_lag: float
    state_bytes: int
    poll_index_units: float
    account_row_units: int
    account_row_bytes: int
    account_units_per_run: float
    gate_reads_per_release: float


def figures(done: Simulation) -> Figures:
    """Of a day that was simulated."""
    ended = [run for run in done.runs if run.recorded]
    granted = [run for run in done.runs if run.granted]
    clients, slots = done.clients, done.gate.account_slots
    calls = sum(client.calls for client in clients)
    return {
        "tenants": done.fleet.tenants,
        "runs": len(done.runs),
        "unfinished": len(done.runs) - done.ended,
        "last_outcome_hours": round(max(run.recorded for run in ended) / 3600, 1),
        "waits": {"all": _spread(list(map(_wait, granted)))}
        | {
            name: _spread([_wait(run) for run in granted if run.arrival.priority == number])
            for number, name in enumerate(PRIORITIES)
        },
        "to_gate": _spread([run.entered - run.arrival.second for run in done.runs if run.entered]),
        "to_amc": _spread([run.began - run.granted for run in done.runs if run.began]),
        "active_runs": round(sum(run.recorded - run.began for run in ended) / 86_400, 1),
        "delays": _spread([run.recorded - run.ends for run in ended]),
        "waits_by_hour": {name: _by_hour(granted, share) for name, share in (("median", 0.5), ("late", 0.95))},
        "calls_by_hour": {
            name: [round(value, 2) for value in done.seconds[name].hours()] for name in ("starts", "posts", "polls")
        },
        "first_hour": {
            name: [round(value, 2) for value in done.seconds[name].minutes(0, 60)]
            for name in ("starts", "posts", "lambdas")
        },
        "rates": {name: _rate(each) for name, each in done.seconds.items()},
        "amc_calls_per_run": round(calls / len(done.runs), 2),
        "amc_refused": sum(client.refused for client in clients),
        "amc_held_back": sum(client.held_back for client in clients),
        "lambdas": done.pool.most_busy,
        "lambda_wait": round(done.pool.longest_wait, 1),
        "start_wait": round(done.pool.longest_wait_of_starts, 1),
        "start_calls_per_run": round(done.seconds["start calls"].total / len(done.runs), 2),
        "open_executions": done.most_open,
        "tenants_due": done.most_due,
        "tracker_lag": round(max(done.lags), 0),
        "state_bytes": _state_bytes(done),
        "poll_index_units": done.seconds["poll index"].peak,
        "account_row_units": slots.peak_units,
        "account_row_bytes": slots.largest,
        "account_units_per_run": round(slots.units / len(done.runs), 1),
        "gate_reads_per_release": round(done.release_reads / max(done.ended, 1), 1),
    }


def stored() -> dict[str, Figures]:
    """The figures of the last measurement, by scenario."""
    read: dict[str, Figures] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return read


def store(name: str, found: Figures) -> None:
    """Keep them beside those of the other scenarios."""
    text = json.dumps(stored() | {name: found}, indent=1, sort_keys=True)
    FILE.write_text(text + "\n", "utf-8")


def _wait(run: Run) -> float:
    return run.granted - run.arrival.second


def _spread(values: Sequence[float]) -> Spread:
    found = sorted(values) or [0.0]
    median, late, longest = (found[int(share * (len(found) - 1))] for share in (0.5, 0.95, 1))
    return {"median": round(median, 1), "late": round(late, 1), "longest": round(longest, 1)}


def _by_hour(runs: Sequence[Run], share: float) -> list[float]:
    """Minutes of wait of the requests of each hour."""
    hours: list[list[float]] = [[] for _ in range(HOURS)]
    for run in runs:
        hours[run.arrival.second // 3600].append(_wait(run))
    return [round(sorted(each)[int(share * (len(each) - 1))] / 60, 1) if each else 0.0 for each in hours]


def _rate(of: PerSecond) -> Rate:
    return {"mean": round(of.total / 86_400, 2), "minute": round(of.busiest_minute(), 1), "second": round(of.peak, 1)}


def _state_bytes(done: Simulation) -> int:
    most = min(done.most_due, MAX_TENANTS_PER_TICK)
    return len(json.dumps({"batches": batches(done.customer_ids[:most])}))
