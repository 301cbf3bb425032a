"""A burst of requests while everything goes wrong, and what the simulator's own journal says came of it.

`python -m bench.soak [--requests 10000 --tenants 100]` runs WFM on this machine with random 429, 500, 503 and 504,
dropped and slow answers, killed Lambda workers, messages delivered twice, a tracker that is dead for a while, runs that
others start, and an AWS on a bad day (`soak_aws.py`). All of it continues until the last request has ended. It prints a
table and a verdict, and writes build/soak/summary.json. `python -m bench.soak --status` says how one stands that runs.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bench.onboarding import onboard
from bench.soak_aws import MOVER, NASTY, left_open, patiently, request_rows, sweep
from bench.soak_faults import Plan, Trouble
from bench.soak_progress import PROGRESS, Progress, standing
from local.amc_simulator.configuration import Behaviour, Configuration, Duration
from local.demo.evidence import read_outcome, read_run, recorded_as_external
from local.demo.measures import AmcRun, Outcome, by_customer, duplicates, lost, max_concurrent
from local.emulator import ServerSettings
from local.runtime import Runtime, forget_aws_settings
from local.synthesis import REPOSITORY, current_assembly

SUMMARY: Final = REPOSITORY / "build" / "soak" / "summary.json"
LOGINS: Final = 4  # applications, each with tenants and a rate limit of its own
LIMIT: Final = 2  # runs at a time of a tenant, so that requests wait for their turn rather than for this machine
CLOCK_FACTOR: Final = 60.0  # a minute of AMC's time is a second
SENT_EACH_SECOND: Final = 8.0  # more than can run, so that thousands wait; the emulator has few workers for a function
SENT_AT_ONCE: Final = 100  # between two words about it
SPEED: Final = ServerSettings(wait_scale=0.1, timeout_scale=0.1, schedule_scale=0.5, workers_per_function=16)
RUNS: Final = Behaviour(pending=Duration(median=0), running=Duration(median=1800, sigma=0.5, low=600, high=7200))
PRIORITIES: Final = ("interactive", "scheduled", "scheduled", "backfill", "backfill")
WINDOW: Final = {"timeWindowStart": "2026-01-01T00:00:00", "timeWindowEnd": "2026-01-08T00:00:00"}
LOOK_SECONDS: Final = 20.0
LAST_SWEEPS: Final = 6
SWEEP_SECONDS: Final = 5.0
LEAST_SECONDS: Final = 900.0  # how long the smallest burst may take; more for larger ones
SECONDS_EACH: Final = 2.0


@dataclass(frozen=True)
class Request:
    """One request of the burst."""

    request_id: str
    customer_id: str
    priority: str

    def message(self) -> dict[str, Any]:
        """As it goes into the tenant's queue; all are equal, so that only the claim distinguishes a run."""
        payload = {"workflowId": "reach", **WINDOW}
        return {
            "customerId": self.customer_id,
            "requestId": self.request_id,
            "priority": self.priority,
            "payload": payload,
        }


@dataclass(frozen=True)
class Summary:
    """What came of it. Seconds are those of this machine's clock; `longest_wait` is from sent to accepted by AMC.

    `lost_requests` says of each that is lost what WFM and what AMC say. `tenants_over_limit` counts WFM's own runs;
    `external` are those that others started, and `external_recorded` those
    of them that WFM recorded as such.
    """

    requests: int
    tenants: int
    seconds: float
    lost: int
    twice: int
    tenants_over_limit: int
    statuses: dict[str, int]
    longest_wait: dict[str, float]
    faults: dict[str, int]
    external: int
    external_recorded: int
    stopped: int
    left_open: dict[str, int]
    lost_requests: list[str]

    def is_as_promised(self) -> bool:
        """Each request that nobody stopped SUCCEEDED by a run of its own, within the limits, and nothing is open.

        Nor was a run of others overlooked. A stopped request may have come to its end before it was stopped.
        """
        broken = self.lost or self.twice or self.tenants_over_limit or self.external_recorded != self.external
        ends = self.statuses.get("SUCCEEDED", 0), self.statuses.get("CANCELLED", 0)
        is_complete = sum(ends) == self.requests and ends[1] <= self.stopped
        return not broken and is_complete and not any(self.left_open.values())

    def verdict(self) -> str:
        """One line."""
        never = [name for name, times in self.faults.items() if not times]
        unmet = f"; never met: {', '.join(never)}" if never else ""
        return ("AS PROMISED" if self.is_as_promised() else "NOT AS PROMISED") + unmet


def mixed(requests: int, customers: Sequence[str]) -> list[Request]:
    """The tenants and priorities mixed; the same each time."""
    tenants = len(customers)
    return [
        Request(f"r{number:05}", customers[number % tenants], PRIORITIES[number // tenants % len(PRIORITIES)])
        for number in range(requests)
    ]


def soak(requests: int, tenants: int, assembly: Path, progress: Progress) -> Summary:
    """Run it in a fresh WFM."""
    customers = [f"tenant-{number:03}" for number in range(tenants)]
    burst = mixed(requests, customers)
    configuration = Configuration(clock_factor=CLOCK_FACTOR, default_behaviour=RUNS)
    progress.tell(phase="onboarding", requests=requests, tenants=tenants)
    with Runtime(assembly, name="soak", configuration=configuration, settings=SPEED) as runtime:
        for number in range(LOGINS):
            runtime.add_login(f"login-{number}")
            fields = {"authId": f"login-{number}", "maximumConcurrentWorkflowExecutions": LIMIT}
            onboard(runtime, customers[number::LOGINS], **fields)
        onboard(runtime, [MOVER])
        put_workflows(runtime, customers)
        began = time.monotonic()
        with Trouble(runtime, Plan(aws=NASTY)) as trouble:
            for start in range(0, requests, SENT_AT_ONCE):
                trouble.send(burst[start : start + SENT_AT_ONCE], SENT_EACH_SECOND)
                progress.tell(phase="sending", sent=min(start + SENT_AT_ONCE, requests))
            wait(runtime, burst, trouble, began + LEAST_SECONDS + SECONDS_EACH * requests, progress=progress)
            seconds = time.monotonic() - began
        progress.tell(phase="the last sweep")
        last_sweep(runtime, burst)
        return summarize(runtime, burst, _runs(runtime, customers), trouble, seconds)


def put_workflows(runtime: Runtime, customers: list[str]) -> None:
    """Give each tenant the workflow `reach`, and wait until AMC has it."""
    table = runtime.emulator.session().resource("dynamodb").Table(runtime.outputs["WorkflowsTable"])
    for customer in customers:
        table.put_item(
            Item={"customerId": customer, "workflowId": "reach", "sqlQuery": "SELECT COUNT(*) AS n FROM dsp_views"}
        )
    wanted = {(customer, "SYNCED") for customer in customers}
    deadline = time.monotonic() + LEAST_SECONDS
    while {(row["customerId"], row.get("syncStatus")) for row in table.scan()["Items"]} != wanted:
        if time.monotonic() > deadline:
            raise TimeoutError("the workflows do not get to AMC")
        time.sleep(0.5)


def wait(
    runtime: Runtime,
    burst: list[Request],
    trouble: Trouble,
    deadline: float,
    *,
    pause: float = LOOK_SECONDS,
    progress: Progress | None = None,
) -> None:
    """Until all have ended, and WFM has seen all runs of others. What is left of the stopped ones is swept."""
    customers = sorted({request.customer_id for request in burst})
    progress = progress or Progress()
    while time.monotonic() < deadline:
        time.sleep(pause)
        rows = request_rows(runtime, burst)
        open_ = [key for key, row in rows.items() if "endedAt" not in row]
        ended = len(rows) - len(open_)
        progress.tell(phase="waiting", ended=ended, met=trouble.count())
        if ended == len(burst) and trouble.external <= patiently(
            lambda: recorded_as_external(runtime.wfm(), customers)
        ):
            return
        if len(rows) == len(burst) and trouble.stops.stopped.issuperset(open_):
            sweep(runtime, open_)


def last_sweep(runtime: Runtime, burst: list[Request]) -> None:
    """Sweep until nothing is open any more, or several sweeps have found nothing; executions take a moment to end."""
    customers = sorted({request.customer_id for request in burst})
    for _ in range(LAST_SWEEPS):
        if not any(left_open(runtime, customers, burst).values()):
            return
        sweep(runtime, [key for key, row in request_rows(runtime, burst).items() if "endedAt" not in row])
        time.sleep(SWEEP_SECONDS)


def outcomes_of(runtime: Runtime, customers: Sequence[str]) -> list[Outcome]:
    """All requests of these tenants, as WFM recorded them."""
    wfm = runtime.wfm()
    return [read_outcome(found) for customer in customers for found in wfm.requests.list(customer)]


def _runs(runtime: Runtime, customers: list[str]) -> list[AmcRun]:
    by_instance = {f"amc{customer}": customer for customer in customers}
    return [read_run(document, by_instance) for document in runtime.simulator().executions()]


def summarize(
    runtime: Runtime, burst: list[Request], runs: list[AmcRun], trouble: Trouble, seconds: float, *, limit: int = LIMIT
) -> Summary:
    """What came of the burst, by what the simulator knows of its runs, once the trouble is over."""
    customers = sorted({request.customer_id for request in burst})
    outcomes = outcomes_of(runtime, customers)
    found = [outcome.status for outcome in outcomes]
    ours = [run for run in runs if not run.is_external]
    gone = lost([request.request_id for request in burst], outcomes, runs)
    return Summary(
        requests=len(burst),
        tenants=len(customers),
        seconds=round(seconds, 1),
        lost=len(gone),
        twice=len(duplicates(outcomes, runs)),
        tenants_over_limit=sum(max_concurrent(mine) > limit for mine in by_customer(ours).values()),
        statuses={status: found.count(status) for status in sorted(set(found))},
        longest_wait=_longest_waits(burst, outcomes),
        faults=trouble.count(),
        external=len(trouble.external),
        external_recorded=len(trouble.external & recorded_as_external(runtime.wfm(), customers)),
        stopped=len(trouble.stops.stopped),
        left_open=left_open(runtime, customers, burst) | {"tenants": int(trouble.mover.is_away)},
        lost_requests=[_told(request_id, outcomes, runs) for request_id in gone],
    )


def _told(request_id: str, outcomes: list[Outcome], runs: list[AmcRun]) -> str:
    """What WFM and what AMC say of the request."""
    found = next((one for one in outcomes if one.request_id == request_id), None)
    if found is None:
        return f"{request_id}: WFM has no row of it"
    run = next((one for one in runs if one.execution_id == found.execution_id), None)
    amc = f"{run.status} as {run.execution_id}" if run else "nothing"
    return f"{found.customer_id} {request_id}: WFM says {found.status} by {found.execution_id}, AMC says {amc}"


def _longest_waits(burst: list[Request], outcomes: list[Outcome]) -> dict[str, float]:
    known = {(outcome.customer_id, outcome.request_id): outcome.reached for outcome in outcomes}
    waits: dict[str, float] = {}
    for request in burst:
        reached = known.get((request.customer_id, request.request_id), {})
        if "QUEUED" in reached and "RUNNING" in reached:
            waited = reached["RUNNING"] - reached["QUEUED"]
            waits[request.priority] = round(max(waits.get(request.priority, 0.0), waited), 1)
    return waits


def table(summary: Summary) -> str:
    """The summary as a Markdown table."""
    rows: list[tuple[str, Any]] = [
        (f"requests of {summary.tenants} tenants", summary.requests),
        ("seconds until all had ended", summary.seconds),
        ("lost", summary.lost),
        ("run twice", summary.twice),
        ("tenants over their limit", summary.tenants_over_limit),
        ("runs started by others", summary.external),
        ("of these, recorded as such", summary.external_recorded),
        *((f"ended {status}", count) for status, count in summary.statuses.items()),
        ("open after the last sweep", sum(summary.left_open.values())),
        *((f"longest wait, {name} (seconds)", summary.longest_wait[name]) for name in sorted(summary.longest_wait)),
        *(summary.faults.items()),
    ]
    return "\n".join(["| what | |", "|---|---|", *(f"| {what} | {value} |" for what, value in rows)])


def main() -> None:
    """Run it, print the table and the verdict, write the summary; exit code 1 unless all came as promised."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--tenants", type=int, default=100)
    parser.add_argument("--status", action="store_true", help="say how the soak stands that was started last")
    arguments = parser.parse_args()
    if arguments.status:
        print(standing())
        return
    forget_aws_settings()
    with Progress(PROGRESS) as progress:
        summary = soak(arguments.requests, arguments.tenants, current_assembly(), progress)
        SUMMARY.write_text(json.dumps(asdict(summary), indent=2) + "\n")
        progress.tell(phase="over", verdict=summary.verdict())
    print("\n".join([table(summary), *summary.lost_requests, summary.verdict()]))
    if not summary.is_as_promised():
        raise SystemExit(1)


if __name__ == "__main__":
    main()
