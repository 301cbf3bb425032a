"""The quotas that the simulation plays or compares with: defaults of us-east-1, each with where it stands."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Quota:
    """`rate` a second, after `burst` at once; or, with a burst of 0, simply the number."""

    rate: float
    burst: float
    source: str


SCHEDULER: Final = Quota(1_000, 1_000, "EventBridge Scheduler, quotas: invocations")
START_EXECUTION: Final = Quota(300, 1_300, "Step Functions, quotas: API action throttling")
SEND_TASK: Final = Quota(500, 3_000, "Step Functions, quotas: API action throttling, SendTaskSuccess")
TRANSITIONS: Final = Quota(1_500, 5_000, "Step Functions, quotas: state throttling")
PUT_EVENTS: Final = Quota(10_000, 10_000, "EventBridge, quotas: PutEvents")
OPEN_EXECUTIONS: Final = Quota(1_000_000, 0, "Step Functions, quotas: accounts")
LAMBDAS: Final = Quota(1_000, 0, "Lambda, quotas: concurrent executions")
PARTITION_WRITES: Final = Quota(1_000, 0, "DynamoDB, partition key design")
STATE_BYTES: Final = Quota(262_144, 0, "Step Functions, quotas: task executions")
