"""From AMC's end to the recorded outcome where results are watched, on the emulator of this machine.

`python -m bench.outcomes` prints a table; it takes three minutes. Nothing is shortened: runs take some seconds of the
wall's clock, one after the other in each tenant, and the tracker waits as long as it does on AWS. AMC's end is when the
simulator shows the run as SUCCEEDED, by its own clock; in the second row that is up to a second after its file.
"""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bench.onboarding import onboard
from local.amc_simulator.configuration import Behaviour, Configuration, Duration
from local.emulator import ServerSettings
from local.runtime import Runtime, forget_aws_settings
from local.synthesis import current_assembly
from wfm.calendar.timestamps import parse

RUNS: Final = 12  # of each tenant
TENANTS: Final = 2  # of each kind
LONGEST_SECONDS: Final = 900
REAL_WAITS: Final = ServerSettings(wait_scale=1)
SQL: Final = "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign"
LAGS: Final = {
    "at once": Duration(median=0),
    "up to a second after the file": Duration(median=0.3, sigma=1, high=1),
}


@dataclass(frozen=True)
class Measured:
    """Seconds from the end of each run to its recorded outcome, in order; AMC calls per run, POST and polls."""

    kind: str
    delays: list[float]
    calls: float


def measure(assembly: Path) -> list[Measured]:
    """Run them all in a fresh WFM."""
    names = {kind: [f"tenant-{at}-{number}" for number in range(TENANTS)] for at, kind in enumerate(LAGS)}
    every = [name for kind in names.values() for name in kind]
    with Runtime(
        assembly, name="bench-outcomes", configuration=Configuration(clock_factor=1), settings=REAL_WAITS
    ) as runtime:
        onboard(runtime, every, maximumConcurrentWorkflowExecutions=1)
        for kind, lag in LAGS.items():
            for name in names[kind]:
                _prepare(runtime, name, lag)
        _wait_until(lambda: all(row.get("syncStatus") == "SYNCED" for row in _rows(runtime, "WorkflowsTable")))
        simulator = runtime.simulator()
        before = len(simulator.journal())
        for name in every:
            _send(runtime, name)
        _wait_until(
            lambda: sum("endedAt" in row for row in _rows(runtime, "ExecutionRequestsTable")) == RUNS * len(every)
        )
        ends = {run["workflowExecutionId"]: parse(run["endedAt"]) for run in simulator.executions()}
        calls = [call for call in simulator.journal(before) if call["operation"].endswith("workflowExecutions")]
        rows = _rows(runtime, "ExecutionsTable")
        instances = {row["customerId"]: row["amcInstanceId"] for row in _rows(runtime, "TenantsTable")}
        return [
            Measured(
                kind,
                sorted(_delay(row, ends) for row in rows if row["customerId"] in names[kind]),
                sum(call["instanceId"] in {instances[name] for name in names[kind]} for call in calls) / RUNS / TENANTS,
            )
            for kind in LAGS
        ]


def _delay(row: dict[str, Any], ends: dict[str, datetime]) -> float:
    if row["executionStatus"] != "SUCCEEDED":
        raise RuntimeError(f"{row['workflowExecutionId']} is {row['executionStatus']}")
    return (parse(row["recordedAt"]) - ends[row["workflowExecutionId"]]).total_seconds()


def _prepare(runtime: Runtime, name: str, lag: Duration) -> None:
    behaviour = Behaviour(pending=Duration(median=0), running=Duration(median=3, sigma=0.3), status_lag=lag)
    tenant = _table(runtime, "TenantsTable").get_item(Key={"customerId": name})["Item"]
    if tenant.get("resultsWatched") is not True:
        raise RuntimeError(f"the results of {name} are not watched")
    runtime.simulator().set_behaviour("reach", behaviour, str(tenant["amcInstanceId"]))
    _table(runtime, "WorkflowsTable").put_item(Item={"customerId": name, "workflowId": "reach", "sqlQuery": SQL})


def _send(runtime: Runtime, name: str) -> None:
    payload = {"workflowId": "reach", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    queue = str(_table(runtime, "TenantsTable").get_item(Key={"customerId": name})["Item"]["queueUrl"])
    sqs = runtime.emulator.session().client("sqs")
    for number in range(RUNS):
        body = json.dumps({"customerId": name, "requestId": f"r{number}", "payload": payload})
        sqs.send_message(
            QueueUrl=queue, MessageBody=body, MessageGroupId=f"r{number}", MessageDeduplicationId=f"{name}-r{number}"
        )


def _table(runtime: Runtime, output: str) -> Any:
    return runtime.emulator.session().resource("dynamodb").Table(runtime.outputs[output])


def _rows(runtime: Runtime, output: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _table(runtime, output).scan(ConsistentRead=True)["Items"]
    return found


def _wait_until(done: Any) -> None:
    began = time.monotonic()
    while not done():
        if time.monotonic() > began + LONGEST_SECONDS:
            raise TimeoutError(f"not within {LONGEST_SECONDS} s")
        time.sleep(1)


def table(rounds: list[Measured]) -> str:
    """The rounds as Markdown."""
    lines = [
        "| AMC shows the end | runs | mean delay | 95th percentile | longest | AMC calls per run |",
        "|---" * 6 + "|",
    ]
    for one in rounds:
        mean, late = sum(one.delays) / len(one.delays), one.delays[int(0.95 * len(one.delays))]
        figures = f"{mean:.1f} s | {late:.1f} s | {one.delays[-1]:.1f} s | {one.calls:.1f}"
        lines.append(f"| {one.kind} | {len(one.delays)} | {figures} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    forget_aws_settings()
    print(table(measure(current_assembly())))


if __name__ == "__main__":
    main()
