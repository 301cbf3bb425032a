"""A library workflow on its way to many tenants, without and with a phase in which AMC answers nothing but 429.

`python -m bench.rollout [TENANTS]` prints a table and draws docs/images/measures/rollout.svg. Waits take a tenth of
their time, and the emulator runs at most two workers a function: the seconds are of this machine and not of AWS.
"""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from bench.charts import Series, draw
from bench.onboarding import LONGEST_SECONDS, onboard
from local.amc_simulator.faults import Fault
from local.emulator import ServerSettings
from local.runtime import Runtime, forget_aws_settings
from local.synthesis import REPOSITORY, current_assembly

TENANTS: Final = 200
SPEED: Final = ServerSettings(wait_scale=0.1)
POLL_SECONDS: Final = 0.5
THROTTLED: Final = Fault(path="/workflows", status=429, retry_after=1)
PHASE_BEGINS: Final = 0.25  # of the tenants are done
PHASE_SECONDS: Final = 10.0
MARKS: Final = 10  # in the picture
SQL: Final = "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign"
PICTURE: Final = REPOSITORY / "docs" / "images" / "measures" / "rollout.svg"


@dataclass(frozen=True)
class Snapshot:
    """What stood in the tables: the tenants' rows, those of them that are SYNCED, and `rolloutDone` on the record."""

    seconds: float
    rows: int
    synced: int
    done: int
    is_over: bool


@dataclass(frozen=True)
class Measured:
    """One rollout. `calls` are AMC's operations on workflows, by name and status of the answer."""

    name: str
    tenants: int
    snapshots: Sequence[Snapshot]
    calls: Counter[str] = field(default_factory=Counter)

    def first(self, reached: str) -> float:
        """Seconds from the record to the first snapshot in which all tenants had reached it."""
        return next(snapshot.seconds for snapshot in self.snapshots if getattr(snapshot, reached) >= self.tenants)


def measure(tenants: int, assembly: Path) -> list[Measured]:
    """Roll two workflows out to so many, one after the other, in a fresh WFM."""
    with Runtime(assembly, name="bench-rollout", settings=SPEED) as runtime:
        onboard(runtime, [f"tenant-{number:04}" for number in range(tenants)], enableWorkflowLibrary=True)
        return [_roll_out(runtime, tenants, "calm"), _roll_out(runtime, tenants, "throttled", PHASE_SECONDS)]


def _roll_out(runtime: Runtime, tenants: int, name: str, phase: float = 0.0) -> Measured:
    """Poll until the record says that it is over; AMC answers 429 for `phase` seconds once a quarter is done."""
    amc, before = runtime.simulator(), len(runtime.simulator().journal())
    _table(runtime, "WorkflowLibraryTable").put_item(Item={"workflowId": name, "version": 1, "sqlQuery": SQL})
    began, phase_ends, snapshots = time.monotonic(), 0.0, [Snapshot(0.0, 0, 0, 0, is_over=False)]
    while not snapshots[-1].is_over or snapshots[-1].synced < tenants:
        time.sleep(POLL_SECONDS)
        now = time.monotonic()
        if now > began + LONGEST_SECONDS:
            raise TimeoutError(f"{name} is not everywhere after {LONGEST_SECONDS} s: {snapshots[-1]}")
        snapshots.append(_snapshot(runtime, name, began))
        if phase and not phase_ends and snapshots[-1].synced >= tenants * PHASE_BEGINS:
            amc.add_faults(THROTTLED)
            phase_ends = now + phase
        elif phase_ends and now >= phase_ends:
            amc.clear_faults()
    calls = [f"{call['operation']} {call['status']}" for call in amc.journal(before)]
    return Measured(name, tenants, snapshots, Counter(call for call in calls if " workflows" in call))


def _snapshot(runtime: Runtime, name: str, began: float) -> Snapshot:
    record = _table(runtime, "WorkflowLibraryTable").get_item(Key={"workflowId": name, "version": 1})["Item"]
    rows = [row for row in _rows(runtime) if row["workflowId"] == name]
    synced = sum(row.get("syncStatus") == "SYNCED" for row in rows)
    done, is_over = int(record.get("rolloutDone", 0)), record.get("rolloutStatus") == "DONE"
    return Snapshot(round(time.monotonic() - began, 1), len(rows), synced, done, is_over)


def _rows(runtime: Runtime) -> list[dict[str, Any]]:
    """All tenants' workflows."""
    pages = runtime.emulator.session().resource("dynamodb").meta.client.get_paginator("scan")
    return [row for page in pages.paginate(TableName=runtime.outputs["WorkflowsTable"]) for row in page["Items"]]


def _table(runtime: Runtime, output: str) -> Any:
    return runtime.emulator.session().resource("dynamodb").Table(runtime.outputs[output])


def table(rollouts: Sequence[Measured]) -> str:
    """The rollouts as a Markdown table, a column each."""
    figures = [
        {
            "tenants": str(one.tenants),
            "seconds until all rows are written": f"{one.first('rows'):.1f}",
            "seconds until all are SYNCED": f"{one.first('synced'):.1f}",
            "workflows written and not yet in AMC, at most": str(
                max(snapshot.rows - snapshot.synced for snapshot in one.snapshots)
            ),
            "AMC calls on workflows per tenant, refused ones too": f"{one.calls.total() / one.tenants:.2f}",
            "of them answered 429": str(sum(count for call, count in one.calls.items() if call.endswith("429"))),
            "answers by call": ", ".join(f"{call}: {count}" for call, count in sorted(one.calls.items())),
        }
        for one in rollouts
    ]
    lines = [f"| {' | '.join(['what', *(one.name for one in rollouts)])} |", "|---" * (len(rollouts) + 1) + "|"]
    lines += [f"| {' | '.join([what, *(one[what] for one in figures)])} |" for what in figures[0]]
    return "\n".join(lines)


def progress(one: Measured) -> list[tuple[float, float]]:
    """(seconds, tenants that have it in AMC), about ten of the snapshots, the last change among them."""
    grown = [
        (snapshot.seconds, float(snapshot.synced))
        for before, snapshot in pairwise(one.snapshots)
        if snapshot.synced > before.synced
    ]
    return grown[:: -(len(grown) // MARKS + 1)][::-1]


def main() -> None:
    """Print the table, draw the throttled one's progress."""
    forget_aws_settings()
    rollouts = measure(int(sys.argv[1]) if sys.argv[1:] else TENANTS, current_assembly())
    print(table(rollouts))
    points = progress(rollouts[-1])
    series = Series(points, [f"{tenants:.0f}" for _, tenants in points])
    draw(PICTURE, [series], "seconds since the record was written", "tenants that have it")


if __name__ == "__main__":
    main()
