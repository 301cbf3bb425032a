"""Calls are throttled: beyond the documented rates, scaled by `Unreliability.quota_scale`, and at random.

AWS: Step Functions has a token bucket for each action of an account (Step Functions guide, "Quotas related to API
action throttling", larger regions). A partition of a DynamoDB table takes 1,000 writes and 3,000 reads a second, and
saves up what was not used for 300 seconds (DynamoDB guide, "Burst and adaptive capacity"). A FIFO queue takes 300 calls
a second of each action (SQS guide, "Troubleshoot FIFO throttling issues"). Each refuses with 400 ThrottlingException, a
transaction with TransactionCanceledException and the reason ThrottlingError (DynamoDB API reference).
The package: throttles nobody.
Mended: a partition here is a partition key; burst is one second of a DynamoDB or SQS rate, which is less than AWS's.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name
from local.emulator.troubles import count, happens, wanted

AT_RANDOM: Final = "{} calls throttled at random"
BEYOND_QUOTA: Final = "{} calls throttled beyond their rate"
STATES: Final = {  # bucket size and refill a second
    "StartExecution": (1300, 300),
    "StopExecution": (1000, 200),
    "DescribeExecution": (300, 15),
    "ListExecutions": (200, 5),
    "GetExecutionHistory": (400, 20),
    "SendTaskSuccess": (3000, 500),
    "SendTaskFailure": (3000, 500),
    "SendTaskHeartbeat": (3000, 500),
}
READS: Final = ("GetItem", "Query", "Scan")
WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem")
READ_RATE: Final = (3000, 3000)
WRITE_RATE: Final = (1000, 1000)
HASH_KEY: Final = re.compile(r"= (:\w+)")
QUEUE_RATE: Final = (300, 300)
QUEUES: Final = ("SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility")
CANCELLED: Final = "TransactionCanceledException"
THROTTLED_ITEM: Final = "Throughput exceeds the current throughput of your table(s)."

Quota = tuple[object, tuple[int, int]]  # whose bucket, and its size and refill


class Bucket:
    """Tokens of one kind of call."""

    def __init__(self, size: float) -> None:
        self._tokens, self._at = size, time.monotonic()

    def take(self, size: float, refill: float) -> bool:
        """One token, if there is one; a bucket has room for one whole token at least."""
        now = time.monotonic()
        self._tokens = min(max(size, 1.0), self._tokens + (now - self._at) * refill)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


_buckets: dict[object, Bucket] = {}
_lock = threading.Lock()


def apply() -> None:
    for service, name, quota_of in (
        ("dynamodb", "DynamoDB", _table_quota),
        ("stepfunctions", "Step Functions", _machine_quota),
        ("sqs", "SQS", _queue_quota),
    ):
        replace_name(module(f"services.{service}"), "handle_request", throttled(name, quota_of))


def throttled(service: str, quota_of: Callable[[str, Any], Quota | None]) -> Callable[[Any], Any]:
    def build(handle: Callable[..., Any]) -> Callable[..., Any]:
        async def handle_or_throttle(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
            action = headers.get("x-amz-target", "").rpartition(".")[2]
            if _is_refused(service, action, body, quota_of):
                return _refusal(action, body)
            return await handle(method, path, headers, body, query)

        return handle_or_throttle

    return build


def _is_refused(service: str, action: str, body: bytes, quota_of: Callable[[str, Any], Quota | None]) -> bool:
    unreliability = wanted()
    if happens(AT_RANDOM.format(service), unreliability.throttled_calls):
        return True
    scale = unreliability.quota_scale
    quota = quota_of(action, json.loads(body or b"{}")) if scale else None
    if quota is None or _has_token(quota, scale):
        return False
    count(BEYOND_QUOTA.format(service))
    return True


def _refusal(action: str, body: bytes) -> Any:
    """A transaction is cancelled, with the reason of each item, and the SDK does not try it again."""
    refuse = module("core.responses").error_response_json
    if action != "TransactWriteItems":
        return refuse("ThrottlingException", "Rate exceeded", 400)
    others = len(json.loads(body)["TransactItems"]) - 1
    reasons = [{"Code": "ThrottlingError", "Message": THROTTLED_ITEM}, *[{"Code": "None"}] * others]
    return refuse(CANCELLED, f"{CANCELLED}: see its reasons", 400, {"CancellationReasons": reasons})


def _has_token(quota: Quota, scale: float) -> bool:
    key, (size, refill) = quota
    with _lock:
        bucket = _buckets.setdefault(key, Bucket(max(size * scale, 1.0)))
        return bucket.take(size * scale, refill * scale)


def _machine_quota(action: str, _request: Any) -> Quota | None:
    return (action, STATES[action]) if action in STATES else None


def _queue_quota(action: str, request: Any) -> Quota | None:
    return ((action, request.get("QueueUrl")), QUEUE_RATE) if action in QUEUES else None


def _table_quota(action: str, request: Any) -> Quota | None:
    """A partition is known by its key; a transaction counts for its first item."""
    if action == "TransactWriteItems":
        action, request = "PutItem", next(iter(request["TransactItems"][0].values()))
    if action not in READS + WRITES:
        return None
    kind, rate = ("read", READ_RATE) if action in READS else ("write", WRITE_RATE)
    return (request["TableName"], request.get("IndexName"), kind, _partition(request)), rate


def _partition(request: Any) -> str:
    """Of a query its first value that a key must equal; a scan has none."""
    if equal := HASH_KEY.search(request.get("KeyConditionExpression", "")):
        return repr(request["ExpressionAttributeValues"].get(equal[1]))
    table = module("services.dynamodb")._tables.get(request["TableName"]) or {}  # noqa: SLF001
    return repr((request.get("Key") or request.get("Item") or {}).get(table.get("pk_name")))
