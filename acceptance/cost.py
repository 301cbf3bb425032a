"""What an acceptance costs at most: what stands there by the hour, and the operations, by list prices.

The bounds are counted generously: `tests/e2e/test_acceptance.py` counts what one acceptance really does and holds it to
them.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from acceptance import prices
from functions.aws.metrics import NAMESPACE

HOURS: Final = 4  # two stacks made and deleted, and two hours of checks at most
LAMBDA_CALLS_PER_HOUR: Final = 3_000  # the tick of each minute, and looks at the simulator each three seconds
TRANSITIONS: Final = 3_000
SECONDS_PER_CALL: Final = 0.5
GB: Final = 0.5
STORE_CALLS_PER_LAMBDA: Final = 10  # of DynamoDB, and of SQS
KB_PER_LAMBDA: Final = 4  # of log


@dataclass(frozen=True)
class Item:
    """A line of the estimate, in US dollars."""

    what: str
    dollars: float


@dataclass(frozen=True)
class Counted:
    """What the stacks have: resources by their types, and metrics of WFM's own that alarms watch."""

    types: Mapping[str, int]
    metrics: int


def counted(assembly: Path) -> Counted:
    """Of all stacks of the assembly."""
    resources = [
        resource
        for template in assembly.glob("*.template.json")
        for resource in json.loads(template.read_text(encoding="utf-8"))["Resources"].values()
    ]
    alarms = [each["Properties"] for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    metrics = {alarm["MetricName"] for alarm in alarms if alarm.get("Namespace") == NAMESPACE}
    return Counted(Counter(each["Type"] for each in resources), len(metrics))


def estimate(resources: Counted) -> list[Item]:
    """The most that it can cost."""
    share = HOURS / prices.HOURS_PER_MONTH
    standing = {kind: resources.types.get(kind, 0) for kind in prices.MONTHLY}
    calls = HOURS * LAMBDA_CALLS_PER_HOUR
    items = [
        Item(f"{count} {kind.rpartition(':')[2]}s for {HOURS} hours", count * prices.MONTHLY[kind] * share)
        for kind, count in standing.items()
    ]
    return [
        *items,
        Item(f"{resources.metrics} metrics for {HOURS} hours", resources.metrics * prices.METRIC_MONTHLY * share),
        Item(f"{calls} Lambda calls of {SECONDS_PER_CALL:g} s", calls * _lambda_call()),
        Item(f"{calls * STORE_CALLS_PER_LAMBDA} calls by them of DynamoDB, SQS and KMS each", calls * _store()),
        Item(f"{calls} reads and writes of the simulator's state", calls * (prices.S3_PUT + prices.S3_GET)),
        Item(f"{calls * KB_PER_LAMBDA // 1000} MB of logs", calls * KB_PER_LAMBDA * prices.LOG_GB / 1e6),
        Item(f"{TRANSITIONS} state transitions", TRANSITIONS * prices.TRANSITION),
        Item(f"{HOURS * 60} Express executions", HOURS * 60 * prices.EXPRESS_EXECUTION),
    ]


def _lambda_call() -> float:
    return prices.LAMBDA_REQUEST + SECONDS_PER_CALL * GB * prices.LAMBDA_GB_SECOND + prices.TRACE


def _store() -> float:
    """Each call as if it wrote: that is dearer than to read."""
    return STORE_CALLS_PER_LAMBDA * (prices.DYNAMODB_WRITE + prices.SQS_REQUEST + prices.KMS_REQUEST)


def total(items: list[Item]) -> float:
    """In US dollars, rounded up to the next five cents."""
    cents = sum(item.dollars for item in items) * 100
    return -(-cents // 5) * 5 / 100
