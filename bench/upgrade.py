"""`python -m bench.upgrade`: deploys over the release before while 200 requests wait, are submitted and run.

Prints how they stood when the update began, how long it took, and what became of them: a table for docs/upgrade.md.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.amc_simulator.configuration import Configuration
from local.emulator import ServerSettings
from local.runtime import Runtime
from tests.assemblies import synthesized
from tests.e2e.deployment import WAIT_SCALE, Deployment, TenantUnderTest
from tests.e2e.upgrade.assemblies import unpack_released
from tests.e2e.upgrade.updates import update

REQUESTS: Final = 200
TENANTS: Final = 10
SLOTS: Final = 5  # of each tenant
RUN_SECONDS: Final = 60.0  # of the wall's clock: runs end during the update and after it
CLOCK_FACTOR: Final = 60.0
PATIENCE: Final = 1800.0


@dataclass(frozen=True)
class Measured:
    """Statuses of the requests when the update began and at the end; runs in AMC, and requests that have several."""

    before: Counter[str]
    after: Counter[str]
    runs: int
    twice: int
    seconds: float

    def table(self) -> str:
        """In Markdown."""
        rows = (
            ("requests in flight when the update began", sum(self.before.values())),
            ("of them " + ", ".join(f"{status} {count}" for status, count in sorted(self.before.items())), ""),
            ("succeeded at last", self.after["SUCCEEDED"]),
            ("ended otherwise, or not at all", sum(self.after.values()) - self.after["SUCCEEDED"]),
            ("runs in AMC", self.runs),
            ("requests with more than one run", self.twice),
            ("seconds that the update took here", round(self.seconds)),
        )
        return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def measure(old: Path, new: Path, requests: int = REQUESTS, tenants: int = TENANTS) -> Measured:
    """One update, from the release's assembly to that of now."""
    configuration, settings = Configuration(clock_factor=CLOCK_FACTOR), ServerSettings(wait_scale=WAIT_SCALE)
    with Runtime(old, name="bench-upgrade", configuration=configuration, settings=settings) as runtime:
        deployment = Deployment(runtime)
        served = [deployment.a_tenant(f"t{number}", limit=SLOTS) for number in range(tenants)]
        for tenant in served:
            tenant.set_behaviour("reach", RUN_SECONDS)
            tenant.send(*(f"r{number}" for number in range(requests // tenants)))
        _await(lambda: sum(_statuses(served).values()) == requests, "all requests have rows")
        _await(lambda: _statuses(served)["RUNNING"] >= tenants * SLOTS // 2, "half of the slots are used")
        before, began = _statuses(served), time.monotonic()
        updated = update(deployment, new)
        seconds = time.monotonic() - began
        served = [TenantUnderTest(updated, tenant.id) for tenant in served]
        _await(lambda: _has_ended(served), "all have ended")
        runs = Counter((row["customerId"], row.get("requestId")) for each in served for row in each.executions())
        started = sum(len(each.runs_in_amc()) for each in served)
        return Measured(before, _statuses(served), started, sum(count > 1 for count in runs.values()), seconds)


def _statuses(tenants: list[TenantUnderTest]) -> Counter[str]:
    return Counter(row["status"] for tenant in tenants for row in tenant.requests().values())


def _has_ended(tenants: list[TenantUnderTest]) -> bool:
    return all("endedAt" in row for tenant in tenants for row in tenant.requests().values())


def _await(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not look():
        if time.monotonic() > deadline:
            sys.exit(f"{what}: not within {PATIENCE:g} s")
        time.sleep(1)


if __name__ == "__main__":
    ours = synthesized("local")
    with tempfile.TemporaryDirectory() as folder:
        print(measure(unpack_released(Path(folder), ours), ours).table())
