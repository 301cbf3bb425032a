"""How many requests a second go through WFM on this machine, and whose time each one takes.

`python -m bench.throughput [--requests 300 --tenants 10]` sends them at once and prints a table. Seconds depend on what
else the machine does; seconds of a processor hardly do. No run takes longer than a few seconds in AMC.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.onboarding import onboard
from bench.processes import children, tree, use
from bench.soak import outcomes_of, put_workflows
from local.amc_simulator.configuration import Behaviour, Configuration, Duration
from local.emulator import ServerSettings
from local.runtime import Runtime, forget_aws_settings
from local.synthesis import current_assembly

SETTINGS: Final = ServerSettings(wait_scale=0.1, workers_per_function=4)
CLOCK_FACTOR: Final = 60.0
RUNS: Final = Behaviour(pending=Duration(median=0), running=Duration(median=60))
LONGEST_SECONDS: Final = 1800.0
LOOK_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Cost:
    """Seconds of a processor, by whose they are."""

    emulator: float
    lambdas: float
    simulator: float

    def since(self, before: "Cost") -> "Cost":
        """What came on top of `before`."""
        return Cost(self.emulator - before.emulator, self.lambdas - before.lambdas, self.simulator - before.simulator)


@dataclass(frozen=True)
class Measured:
    """One round."""

    requests: int
    seconds: float
    cost: Cost
    succeeded: int
    log_lines: int
    log_bytes: int


def measure(requests: int, tenants: int, assembly: Path) -> Measured:
    """Send so many to so many tenants, in a WFM whose tenants and workflows are ready."""
    customers = [f"tenant-{number:03}" for number in range(tenants)]
    configuration = Configuration(clock_factor=CLOCK_FACTOR, default_behaviour=RUNS)
    with Runtime(assembly, name="throughput", configuration=configuration, settings=SETTINGS) as runtime:
        onboard(runtime, customers, maximumConcurrentWorkflowExecutions=20)
        put_workflows(runtime, customers)
        before, began, said = cost(runtime), time.monotonic(), log_lines(runtime)
        _send(runtime, customers, requests)
        succeeded = _wait(runtime, customers, requests)
        seconds, used = time.monotonic() - began, cost(runtime).since(before)
        lines = list((Counter(log_lines(runtime)) - Counter(said)).elements())
        return Measured(requests, seconds, used, succeeded, len(lines), sum(len(line.encode()) for line in lines))


def log_lines(runtime: Runtime) -> list[str]:
    """What all Lambdas have written so far, START and END of each invocation included."""
    logs = runtime.emulator.client("logs")
    groups = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/")
    names = [group["logGroupName"] for page in groups for group in page["logGroups"]]
    events = logs.get_paginator("filter_log_events")
    return [
        event["message"] for name in names for page in events.paginate(logGroupName=name) for event in page["events"]
    ]


def cost(runtime: Runtime) -> Cost:
    """What has been used so far. What Lambdas leave behind when they end, the emulator has collected."""
    emulator, *workers = tree(runtime.emulator.pid)
    lambdas = emulator.collected + sum(worker.own + worker.collected for worker in workers)
    [simulator] = (use(child) for child in children(os.getpid()) if child != emulator.pid)
    return Cost(emulator.own, lambdas, simulator.own)


def _send(runtime: Runtime, customers: Sequence[str], requests: int) -> None:
    wfm = runtime.wfm()
    for number in range(requests):
        day = f"2026-01-{number // len(customers) % 28 + 1:02}"
        wfm.requests.submit(
            "reach",
            customers[number % len(customers)],
            request_id=f"r{number:05}",
            start=f"{day}T00:00:00",
            end=f"{day}T12:00:00",
        )


def _wait(runtime: Runtime, customers: Sequence[str], requests: int) -> int:
    """How many have succeeded when all have ended."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        ended = [outcome for outcome in outcomes_of(runtime, customers) if "ENDED" in outcome.reached]
        if len(ended) == requests:
            return sum(outcome.status == "SUCCEEDED" for outcome in ended)
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"not all of {requests} requests have ended after {LONGEST_SECONDS:.0f} s")


def table(one: Measured) -> str:
    """As Markdown."""
    each = 1000 / one.requests
    rows = [
        ("requests, of them SUCCEEDED", f"{one.requests}, {one.succeeded}"),
        ("seconds", f"{one.seconds:.0f}"),
        ("requests a second", f"{one.requests / one.seconds:.2f}"),
        ("processor time a request: emulator", f"{one.cost.emulator * each:.0f} ms"),
        ("processor time a request: Lambdas", f"{one.cost.lambdas * each:.0f} ms"),
        ("processor time a request: AMC simulator", f"{one.cost.simulator * each:.0f} ms"),
        ("lines in the Lambdas' logs a request", f"{one.log_lines / one.requests:.1f}"),
        ("bytes in the Lambdas' logs a request", f"{one.log_bytes / one.requests:.0f}"),
    ]
    return "\n".join(["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--tenants", type=int, default=10)
    arguments = parser.parse_args()
    forget_aws_settings()
    print(table(measure(arguments.requests, arguments.tenants, current_assembly())))


if __name__ == "__main__":
    main()
