"""Who works on one gate at the same time, each call of DynamoDB a turn of its own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.services.semaphore import acquire, dispatch, release
from functions.services.tracking.slot_accounting import sync_slots
from tests.builders import a_waiter
from tests.fakes import NOON, FakeTasks
from tests.unit.turns import Turns
from wfm.calendar.timestamps import iso
from wfm.model.semaphore import Semaphore, SlotRequest
from wfm.store.semaphore_table import SemaphoreTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

CONFLICT = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": "TransactionConflict"}]}


class WatchedGate(SemaphoreTable):
    """Looks after each grant whether the slot was there to give, and nobody of `first` is still in line before."""

    first: frozenset[str]
    at_once: Callable[[], AbstractContextManager[None]]

    def grant(self, waiter: SlotRequest, seen: Semaphore, limit: int) -> bool:
        done = super().grant(waiter, seen, limit)
        return done and self._is_right(waiter, limit)

    def seize(self, request: SlotRequest, seen: Semaphore, limit: int) -> bool:
        done = super().seize(request, seen, limit)
        return done and self._is_right(request, limit)

    def _is_right(self, waiter: SlotRequest, limit: int) -> bool:
        with self.at_once():
            now, line = self.read(waiter.customer_id), self.waiting(waiter.customer_id, 99)
        passed = [each.request_id for each in line if each.request_id in self.first and each.place < waiter.place]
        assert not passed, f"{waiter.request_id} has passed {passed}"
        assert len(now.holders) + now.external <= limit, f"{waiter.request_id} got a slot that was not there"
        return True


@dataclass
class Players:
    """One tenant's gate, its limit, and jobs that overlap."""

    dynamodb: "DynamoDBServiceResource"
    customer_id: str
    turns: Turns
    conflicts: set[int]
    limit: int = 1
    external: list[dict[str, Any]] = field(default_factory=list)
    tasks: FakeTasks = field(default_factory=FakeTasks)
    vanished: bool = False
    calls: int = 0
    takes_turns: bool = False

    def __post_init__(self) -> None:
        client: Any = self.dynamodb.meta.client
        self._plain = getattr(client, "plain", client._make_api_call)
        client.plain, client._make_api_call = self._plain, self._call
        self.semaphores = WatchedGate(self.dynamodb, self.dynamodb.Table("Gate"), sleep=lambda _: None)
        self.semaphores.first, self.semaphores.at_once = frozenset(), self.at_once
        self.tenants = SimpleNamespace(limit=lambda _: self.limit, find=lambda _: self._tenant())
        self.requests = SimpleNamespace(find=lambda *_: None)  # no row tells how a request stands

    def _tenant(self) -> dict[str, Any]:
        return {"customerId": self.customer_id, "maximumConcurrentWorkflowExecutions": self.limit}

    def _call(self, operation: str, params: dict[str, Any]) -> Any:
        if not self.takes_turns:
            return self._plain(operation, params)
        self.turns.give_way()
        self.calls += 1
        if operation == "TransactWriteItems" and self.calls in self.conflicts:
            raise ClientError(CONFLICT, operation)  # type: ignore[arg-type]
        return self._plain(operation, params)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Nobody else has a turn meanwhile."""
        before, self.takes_turns = self.takes_turns, False
        yield
        self.takes_turns = before

    def waiter(self, request_id: str, **fields: Any) -> SlotRequest:
        return a_waiter(request_id, customer_id=self.customer_id, **fields)

    def arrives(self, number: int, priority: str) -> None:
        """Nobody arrives twice; the later arrival has the higher number."""
        arrival = iso(NOON + timedelta(minutes=number))
        waiter = self.waiter(f"r{number}", priority=priority, arrival=arrival)
        acquire(self.semaphores, self.tasks.notify, waiter, self.limit, limit_now=self._limit_now)

    def _release(self, request_id: str) -> None:
        seen = (self.semaphores, self.tasks.notify, self.customer_id, request_id, self.limit)
        release(*seen, limit_now=self._limit_now)

    def _limit_now(self) -> int:
        return self.limit

    def ends(self, number: int) -> None:
        """Its execution ends by itself."""
        self._release(f"r{number}")
        self.tasks.over.add(f"execution-r{number}")

    def is_stopped(self, number: int) -> None:
        """Its execution is stopped and cleaned up, wherever it stands."""
        self.tasks.over.add(f"execution-r{number}")
        self._release(f"r{number}")

    def vanishes(self, number: int) -> None:
        """Its execution is over, and nobody cleans up."""
        self.vanished = True
        self.tasks.over.add(f"execution-r{number}")

    def gets_limit(self, limit: int) -> None:
        self.limit = limit
        dispatch(self.semaphores, self.tasks.notify, self.customer_id, limit)

    def sees(self, external: int) -> None:
        """The tracker's look: so many runs are not ours."""
        row: Any = self._tenant()
        sync_slots(row, [{}] * external, self)  # type: ignore[arg-type]

    def together(self, jobs: list[Callable[[], None]]) -> None:
        """All at once, in the order of the turns. Nobody may pass those who wait already."""
        self.semaphores.first = frozenset(waiter.request_id for waiter in self.semaphores.waiting(self.customer_id, 99))
        self.takes_turns = True
        for job in jobs:
            self.turns.start(job)
        self.turns.run()
        self.takes_turns = False

    def living_in_line(self) -> list[str]:
        line = self.semaphores.waiting(self.customer_id, 99)
        return [waiter.request_id for waiter in line if waiter.execution_arn not in self.tasks.over]

    def dead_holders(self) -> list[str]:
        holders = self.semaphores.holders(self.customer_id)
        return [waiter.request_id for waiter in holders if waiter.execution_arn in self.tasks.over]

    def forget(self) -> None:
        """A smaller table makes the next example faster."""
        with self.dynamodb.Table("Gate").batch_writer() as batch:
            for item in self.dynamodb.Table("Gate").scan()["Items"]:
                batch.delete_item(Key={"customerId": str(item["customerId"]), "sk": str(item["sk"])})
