"""How onboarding grows: 25 to 200 tenants, whose TPS records are written together, on the emulator of this machine.

`python -m bench.onboarding` prints a table and draws docs/images/measures/onboarding.svg. The emulator runs at most two
workers a function here, so the seconds show how the work grows and not how fast AWS is.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.charts import Series, draw
from local.amc_simulator.instances import Instance
from local.runtime import Runtime, forget_aws_settings
from local.synthesis import REPOSITORY, current_assembly

SIZES: Final = (25, 50, 100, 200)
LONGEST_SECONDS: Final = 600
PICTURE: Final = REPOSITORY / "docs" / "images" / "measures" / "onboarding.svg"


@dataclass(frozen=True)
class Measured:
    """One round. `seconds` from the first record written to the last tenant ACTIVE; calls and executions are totals."""

    tenants: int
    seconds: float
    amc_calls: int
    token_calls: int
    executions: int
    transitions: int


def measure(tenants: int, assembly: Path) -> Measured:
    """Onboard so many in a fresh WFM, after one tenant that starts its Lambdas."""
    with Runtime(assembly, name=f"bench-onboarding-{tenants}") as runtime:
        onboard(runtime, ["first"])
        before = len(runtime.simulator().journal())
        names = [f"tenant-{number:03}" for number in range(tenants)]
        seconds = onboard(runtime, names)
        calls = [call["operation"] for call in runtime.simulator().journal(before)]
        started = _executions(runtime, names)
        return Measured(
            tenants,
            seconds,
            amc_calls=sum(not operation.endswith("token") for operation in calls),
            token_calls=sum(operation.endswith("token") for operation in calls),
            executions=len(started),
            transitions=sum(_transitions(runtime, arn) for arn in started),
        )


def onboard(runtime: Runtime, names: Sequence[str], **fields: Any) -> float:
    """Seconds from the first record to the last tenant that is ACTIVE with nobody at work on it.

    `fields` go into every tenant's record.
    """
    session = runtime.emulator.session()
    s3, records = session.client("s3"), session.resource("dynamodb").Table(runtime.outputs["CustomerConfigTable"])
    for name in names:
        s3.create_bucket(Bucket=f"{name}-results")
    instances = [
        Instance(instance_id=f"amc{name}", entity_id=_account(name), bucket_name=f"{name}-results") for name in names
    ]
    runtime.simulator().add_instances(instances)
    began = time.monotonic()
    with records.batch_writer() as batch:
        for name in names:
            batch.put_item(Item=_record(name) | fields)
    while not _are_settled(runtime, names):
        if time.monotonic() > began + LONGEST_SECONDS:
            raise TimeoutError(f"not all of {len(names)} tenants are ACTIVE after {LONGEST_SECONDS} s")
        time.sleep(0.25)
    return time.monotonic() - began


def _account(name: str) -> str:
    """Each tenant has an AMC account of its own: one account's 200 runs are no part of what is measured."""
    return f"ENTITY{name.upper().replace('-', '')}"


def _record(name: str) -> dict[str, Any]:
    return {
        "customerId": name,
        "customerName": name,
        "amcInstanceId": f"amc{name}",
        "amcAmazonAdsAdvertiserId": _account(name),
        "amcAmazonAdsMarketplaceId": Instance(instance_id="any").marketplace_id,
        "BucketName": f"{name}-results",
    }


def _are_settled(runtime: Runtime, names: Sequence[str]) -> bool:
    table = runtime.emulator.session().resource("dynamodb").Table(runtime.outputs["TenantsTable"])
    rows = {row["customerId"]: row for row in table.scan(ConsistentRead=True)["Items"]}
    found = [rows.get(name, {}) for name in names]
    failed = next((row for row in found if row.get("status") == "FAILED"), None)
    if failed:
        raise RuntimeError(f"{failed['customerId']} is FAILED: {failed.get('reason')}")
    return all(row.get("status") == "ACTIVE" and "onboardingLease" not in row for row in found)


def _executions(runtime: Runtime, names: Sequence[str]) -> list[str]:
    """The onboardings of these tenants: executions are named after them."""
    listing = runtime.emulator.session().client("stepfunctions").get_paginator("list_executions")
    pages = listing.paginate(stateMachineArn=runtime.outputs["TenantOnboardingArn"])
    found = [execution for page in pages for execution in page["executions"]]
    return [execution["executionArn"] for execution in found if execution["name"].rpartition("-")[0] in names]


def _transitions(runtime: Runtime, execution: str) -> int:
    history = runtime.emulator.session().client("stepfunctions").get_paginator("get_execution_history")
    pages = history.paginate(executionArn=execution, includeExecutionData=False)
    return sum(event["type"].endswith("StateEntered") for page in pages for event in page["events"])


def table(rounds: Sequence[Measured]) -> str:
    """The rounds as a Markdown table."""
    columns = [
        "tenants",
        "seconds until all are ACTIVE",
        "seconds per tenant",
        "AMC calls per tenant",
        "token requests in all",
        "executions per tenant",
        "transitions per tenant",
    ]
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for one in rounds:
        each = (one.amc_calls / one.tenants, one.executions / one.tenants, one.transitions / one.tenants)
        calls, executions, transitions = (f"{value:.2f}".rstrip("0").rstrip(".") for value in each)
        lines.append(
            f"| {one.tenants} | {one.seconds:.1f} | {one.seconds / one.tenants:.3f} | {calls} | {one.token_calls} |"
            f" {executions} | {transitions} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table, draw the picture."""
    forget_aws_settings()
    assembly = current_assembly()
    rounds = [measure(size, assembly) for size in SIZES]
    print(table(rounds))
    points = [(one.tenants, one.seconds) for one in rounds]
    PICTURE.parent.mkdir(exist_ok=True)
    series = Series(points, [f"{seconds:.1f} s" for _, seconds in points])
    draw(PICTURE, [series], "tenants onboarded together", "seconds until all are ACTIVE")


if __name__ == "__main__":
    main()
