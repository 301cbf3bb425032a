"""A thousand schedules that are due in one minute: every firing once, on the emulator of this machine.

`python -m bench.schedules [SCHEDULES] [TENANTS]` prints a table. The rows are written some minutes ahead; the clock
starts with the minute. The emulator runs at most two workers a function, so the seconds are of this machine and not of
AWS.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench.onboarding import onboard
from local.amc_simulator.configuration import Behaviour, Configuration, Duration
from local.runtime import Runtime, forget_aws_settings
from local.synthesis import current_assembly
from wfm.calendar.timestamps import parse

SCHEDULES: Final = 1000
TENANTS: Final = 20
LONGEST_SECONDS: Final = 1200
APPLIED_PER_SECOND: Final = 10  # at least: so the minute is not there before the schedules are
RUN: Final = Behaviour(pending=Duration(median=0), running=Duration(median=60))
SQL: Final = "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign"


@dataclass(frozen=True)
class Measured:
    """Seconds count from the first row written (`applied`) and from the minute (the others)."""

    schedules: int
    tenants: int
    applied: float
    lost: int
    twice: int
    accepted: list[float]
    ended: float
    runs_in_amc: int
    noted: int


def measure(schedules: int, tenants: int, assembly: Path) -> Measured:
    """Spread the schedules over the tenants, in a fresh WFM, and watch the minute in which all of them fire."""
    configuration = Configuration(clock_factor=60, default_behaviour=RUN)
    with Runtime(assembly, name="bench-schedules", configuration=configuration) as runtime:
        names = [f"tenant-{number:03}" for number in range(tenants)]
        onboard(runtime, names)
        _put_workflows(runtime, names)
        due = (datetime.now(UTC) + timedelta(seconds=60 + schedules / APPLIED_PER_SECOND)).replace(
            second=0, microsecond=0
        )
        applied = _put_schedules(runtime, names, schedules, due)
        if datetime.now(UTC) >= due:
            raise TimeoutError(f"{schedules} schedules were not in EventBridge before their minute: {applied:.0f} s")
        requests = _watch(runtime, schedules, due)
        asked = Counter((row["customerId"], row["source"]) for row in requests)
        ends = [row["endedAt"] for row in requests if row["status"] == "SUCCEEDED"]
        return Measured(
            schedules,
            tenants,
            applied,
            lost=schedules - len(asked),
            twice=sum(asked.values()) - len(asked),
            accepted=sorted((parse(row["queuedAt"]) - due).total_seconds() for row in requests),
            ended=max((parse(end) - due).total_seconds() for end in ends),
            runs_in_amc=len(runtime.simulator().executions()),
            noted=sum("lastRunAt" in row for row in _rows(runtime, "SchedulesTable")),
        )


def _rows(runtime: Runtime, output: str) -> list[dict[str, Any]]:
    """All rows of a table."""
    table = runtime.emulator.session().resource("dynamodb").Table(runtime.outputs[output])
    start: dict[str, Any] = {}
    rows: list[dict[str, Any]] = []
    while True:
        page = table.scan(ConsistentRead=True, **start)
        rows += page["Items"]
        if "LastEvaluatedKey" not in page:
            return rows
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _put(runtime: Runtime, output: str, rows: list[dict[str, Any]], status: str, wanted: str) -> float:
    """Write the rows; seconds until all have come to the wanted status."""
    began = time.monotonic()
    with runtime.emulator.session().resource("dynamodb").Table(runtime.outputs[output]).batch_writer() as batch:
        for row in rows:
            batch.put_item(Item=row)
    while any(row.get(status) != wanted for row in _rows(runtime, output)):
        if time.monotonic() > began + LONGEST_SECONDS:
            raise TimeoutError(f"not all rows of {output} are {wanted} after {LONGEST_SECONDS} s")
        time.sleep(1)
    return time.monotonic() - began


def _put_workflows(runtime: Runtime, names: list[str]) -> None:
    rows = [{"customerId": name, "workflowId": "reach", "sqlQuery": SQL} for name in names]
    _put(runtime, "WorkflowsTable", rows, "syncStatus", "SYNCED")


def _put_schedules(runtime: Runtime, names: list[str], schedules: int, due: datetime) -> float:
    payload = {"workflowId": "reach", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    rows = [
        {
            "customerId": names[number % len(names)],
            "Name": f"schedule-{number:04}",
            "ScheduleExpression": f"cron({due.minute} {due.hour} * * ? *)",
            "Input": {"payload": payload},
        }
        for number in range(schedules)
    ]
    return _put(runtime, "SchedulesTable", rows, "scheduleStatus", "ENABLED")


def _watch(runtime: Runtime, schedules: int, due: datetime) -> list[dict[str, Any]]:
    """The requests, once as many as there are schedules have ended, and nothing has come for a while."""
    deadline = due + timedelta(seconds=LONGEST_SECONDS)
    while True:
        rows = _rows(runtime, "ExecutionRequestsTable")
        if sum("endedAt" in row for row in rows) >= schedules or datetime.now(UTC) > deadline:
            break
        time.sleep(2)
    time.sleep(5)
    return _rows(runtime, "ExecutionRequestsTable")


def table(one: Measured) -> str:
    """The measure as a Markdown table."""
    middle, late = (one.accepted[int(len(one.accepted) * share)] for share in (0.5, 0.95))
    figures = {
        "schedules, tenants": f"{one.schedules}, {one.tenants}",
        "seconds until all rows are schedules": f"{one.applied:.1f}",
        "firings lost, run twice": f"{one.lost}, {one.twice}",
        "seconds from the minute to the message in its queue: median, 95th percentile, last": (
            f"{middle:.1f}, {late:.1f}, {one.accepted[-1]:.1f}"
        ),
        "seconds from the minute until the last run has ended": f"{one.ended:.1f}",
        "runs in AMC": str(one.runs_in_amc),
        "schedules that show their last run": str(one.noted),
    }
    return "\n".join(
        ["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in figures.items())]
    )


def main() -> None:
    """Print the table."""
    forget_aws_settings()
    given = [int(argument) for argument in sys.argv[1:]]
    schedules, tenants = [*given, *(SCHEDULES, TENANTS)[len(given) :]]
    print(table(measure(schedules, tenants, current_assembly())))


if __name__ == "__main__":
    main()
