"""AWS on a bad day, for a soak: what goes wrong by itself, stops of executions, a tenant that goes and comes back."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.config import Config
from botocore.exceptions import ClientError

from local.emulator.patches import (
    cold_starts,
    execution_lag,
    index_lag,
    lingering_queues,
    lost_events,
    mapping_transitions,
    stream_shards,
    throttling,
)
from local.emulator.unreliability import Unreliability, met
from local.runtime import Runtime
from wfm.calendar.timestamps import iso
from wfm.model.requests import execution_name

if TYPE_CHECKING:
    from bench.soak import Request

T = TypeVar("T")
Key = tuple[str, str]  # customer and request

NASTY: Final = Unreliability(
    lost_ends=0.5,
    repeated_batches=0.05,
    stream_lag=1.0,
    throttled_calls=0.01,
    quota_scale=0.05,  # of what an account may ask; a sweep asks more of ListExecutions than is answered at once
    queue_linger=20.0,
    mapping_transition=3.0,
    index_lag=3.0,
    execution_lag=3.0,
    cold_starts=0.005,
)
_SERVICES: Final = ("DynamoDB", "SQS", "Step Functions")
TROUBLES: Final = (
    lost_events.LOST,
    *(stream_shards.REPEATED, stream_shards.OVERTOOK),
    *(throttling.AT_RANDOM.format(service) for service in _SERVICES),
    throttling.BEYOND_QUOTA.format("Step Functions"),
    lingering_queues.LINGERED,
    mapping_transitions.BEGUN,
    index_lag.STALE,
    *(execution_lag.NOT_YET, execution_lag.STILL),
    cold_starts.COLD,
)
PATIENT: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 12}
)  # the soak's own calls are throttled too
LONG_CALL: Final = Config(read_timeout=600, retries={"total_max_attempts": 1})  # as long as the sweep may take
STOP_SECONDS: Final = 15.0  # between two stopped executions
MOVER: Final = "tenant-that-moves"
MOVE_SECONDS: Final = 600.0  # for a tenant to come back, at most
OPEN_LONG: Final = timedelta(hours=1)  # what the sweep may look at


def patiently(call: Callable[[], T]) -> T:
    """`call` once more until it is not throttled."""
    for _ in range(100):
        try:
            return call()
        except ClientError as exc:
            if "ThrottlingException" not in str(exc):
                raise
        except Exception as exc:
            if "throttl" not in str(exc).lower():
                raise
        time.sleep(0.2)
    raise TimeoutError("throttled a hundred times")


def troubles(runtime: Runtime) -> dict[str, int]:
    """How often each of TROUBLES was met."""
    counted = met(runtime.emulator.folder)
    return {name: counted[name] for name in TROUBLES}


class Stops:
    """Stops an execution now and then, as somebody might by StopExecution; the event of it may be lost."""

    def __init__(self, runtime: Runtime, every: float = STOP_SECONDS) -> None:
        self._states = runtime.emulator.session().client("stepfunctions", config=PATIENT)
        self._machine = runtime.outputs["ExecutionLifecycleArn"].replace(":stateMachine:", ":execution:")
        self._every = every
        self._random = random.Random(2)  # noqa: S311 (no secret)
        self.sent: list[Key] = []
        self.stopped: set[Key] = set()

    def run(self, over: threading.Event) -> None:
        """Until it is over, or nothing new is sent any more."""
        while not over.wait(self._every):
            left = [key for key in self.sent if key not in self.stopped]
            if left:
                self._stop(self._random.choice(left))

    def _stop(self, key: Key) -> None:
        """One that has not begun or has ended is left alone."""
        with suppress(ClientError):
            self._states.stop_execution(executionArn=f"{self._machine}:{execution_name(*key)}", cause="enough")
            self.stopped.add(key)


class Mover:
    """A tenant whose record is taken away and put back, over and over: in the middle of its removal, or after it."""

    def __init__(self, runtime: Runtime) -> None:
        session = runtime.emulator.session()
        self._records = session.resource("dynamodb", config=PATIENT).Table(runtime.outputs["CustomerConfigTable"])
        self._tenants = session.resource("dynamodb", config=PATIENT).Table(runtime.outputs["TenantsTable"])
        self.moves = 0
        self.is_away = False

    def run(self, over: threading.Event) -> None:
        """Each time it is seen to have gone and to be ACTIVE again; the first time that it is not is the last."""
        key = {"customerId": MOVER}
        record = self._records.get_item(Key=key, ConsistentRead=True)["Item"]
        while not (over.is_set() or self.is_away):
            self.is_away = True
            self._records.delete_item(Key=key)
            self._wait(partial(_is, ("OFFBOARDED",) if self.moves % 2 else ("OFFBOARDING", "OFFBOARDED")))
            self._records.put_item(Item=record)
            self.is_away = not self._wait(lambda row: _is(("ACTIVE",), row) and "onboardingLease" not in row)
            self.moves += not self.is_away
            over.wait(5)

    def _wait(self, is_there: Callable[[Any], bool]) -> bool:
        deadline = time.monotonic() + MOVE_SECONDS
        while not (found := is_there(self._row())) and time.monotonic() < deadline:
            time.sleep(0.5)
        return found

    def _row(self) -> Any:
        return self._tenants.get_item(Key={"customerId": MOVER}, ConsistentRead=True).get("Item", {})


def _is(statuses: Iterable[str], tenant: Any) -> bool:
    return tenant.get("status") in statuses


def request_rows(runtime: Runtime, burst: Sequence["Request"]) -> dict[Key, dict[str, Any]]:
    """What is known of the requests of the burst, read from the table itself, since indexes are behind."""
    wanted = {(request.customer_id, request.request_id) for request in burst}
    client = runtime.emulator.session().client("dynamodb", config=PATIENT)
    query = {
        "TableName": runtime.outputs["ExecutionRequestsTable"],
        "ConsistentRead": True,
        "ProjectionExpression": "customerId, requestId, endedAt, openSince",
    }
    rows = [item for page in client.get_paginator("scan").paginate(**query) for item in page["Items"]]
    found = {(row["customerId"]["S"], row["requestId"]["S"]): row for row in rows}
    return {key: row for key, row in found.items() if key in wanted}


def sweep(runtime: Runtime, left: Iterable[Key]) -> int:
    """Have the sweep take what is left for open since an hour, and sweep; how many events it sent again."""
    table = (
        runtime.emulator.session().resource("dynamodb", config=PATIENT).Table(runtime.outputs["ExecutionRequestsTable"])
    )
    for customer, request in left:
        with suppress(table.meta.client.exceptions.ConditionalCheckFailedException):
            table.update_item(
                Key={"customerId": customer, "requestId": request},
                UpdateExpression="SET openSince = :then",
                ConditionExpression="attribute_exists(openSince)",
                ExpressionAttributeValues={":then": iso(datetime.now(UTC) - OPEN_LONG)},
            )
    function = runtime.emulator.session().client("lambda", config=LONG_CALL)
    answer = function.invoke(FunctionName=f"{runtime.stack}-Reconcile", Payload="{}")
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    return int(told.get("requests", 0))  # a throttled sweep fails, and the next one makes up for it


def left_open(runtime: Runtime, customers: Iterable[str], burst: Sequence["Request"]) -> dict[str, int]:
    """What a sweep has left behind: open requests, held and awaited slots, running executions, messages."""
    session = runtime.emulator.session()
    gate = session.resource("dynamodb").Table(runtime.outputs["GateTable"]).scan(ConsistentRead=True)["Items"]
    tenants, names = set(customers), {execution_name(request.customer_id, request.request_id) for request in burst}
    states, sqs = session.client("stepfunctions"), session.client("sqs")
    pages = states.get_paginator("list_executions").paginate(
        stateMachineArn=runtime.outputs["ExecutionLifecycleArn"], statusFilter="RUNNING"
    )
    rows = session.resource("dynamodb").Table(runtime.outputs["TenantsTable"]).scan(ConsistentRead=True)["Items"]
    mine = [row for row in rows if row["customerId"] in tenants]
    queues = [str(row[name]) for row in mine for name in ("queueUrl", "deadLetterQueueUrl") if name in row]
    return {
        "requests": sum("endedAt" not in row for row in request_rows(runtime, burst).values()),
        "slots": sum(row["customerId"] in tenants and row["sk"].startswith(("HOLDER#", "WAITER#")) for row in gate),
        "executions": sum(each["name"] in names for page in pages for each in page["executions"]),
        "messages": sum(_depth(sqs, queue) for queue in queues),
    }


def _depth(sqs: Any, queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)
