"""The Gate table: one partition a tenant, with the row GATE, a row a holder and a row a waiter.

Every write is a transaction, be it of one item: a plain write is refused while a transaction works on its item.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

from boto3.dynamodb.conditions import Attr, Key

from wfm.model.semaphore import Semaphore, SlotRequest, SlotState
from wfm.store.schema import GATE
from wfm.store.table_rows import Read, find_row, holds, rows, rows_by_key
from wfm.store.transactions import check, delete, put, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table
    from mypy_boto3_dynamodb.type_defs import TableAttributeValueTypeDef as Value
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef as Change

_FEW: Final = 10  # holders that a tenant without free slots may have, about
_SLOTS: Final = "GATE"
_WAITER: Final = "WAITER#"  # and the place
_HOLDER: Final = "HOLDER#"  # and the request's id


class _SemaphoreRow(TypedDict, total=False):
    customerId: str
    sk: str
    holders: set[str]
    externalRunning: int
    fairBetweenWorkflows: bool
    recentWorkflows: list[str]


class _WaiterRow(TypedDict, total=False):
    customerId: str
    sk: str
    requestId: str
    priority: str
    arrival: str
    executionArn: str
    taskToken: str
    workflowId: str
    woken: bool


class _GateRow(_SemaphoreRow, _WaiterRow, total=False):
    """Any row of a tenant's partition."""


class SemaphoreTable:
    """Implements `functions.ports.Semaphores`."""

    def __init__(
        self, dynamodb: "DynamoDBServiceResource", table: "Table", *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._transact = partial(transact, dynamodb, sleep=sleep)

    def read(self, customer_id: str) -> Semaphore:
        """The tenant's semaphore, read consistently."""
        return _semaphore(find_row(self._table, _slots_key(customer_id), _SemaphoreRow) or {})

    def state(self, customer_id: str, slots: int) -> SlotState:
        """The semaphore, its holders and whether anybody waits: one consistent query, of hardly more rows than `slots`.

        In the order of keys come `GATE`, `HOLDER#...` and `WAITER#...`.
        """
        gate, holders, waits = _semaphore({}), list[_WaiterRow](), False
        condition = Key("customerId").eq(customer_id)
        query = {"KeyConditionExpression": condition, "ConsistentRead": True, "Limit": max(slots, _FEW) + 2}
        for row in rows(self._table.query, _GateRow, **query):
            if row["sk"].startswith(_WAITER):
                waits = True
                break
            if row["sk"].startswith(_HOLDER):
                holders.append(row)
            elif row["sk"] == _SLOTS:
                gate = _semaphore(row)
        is_owed = any("woken" not in row for row in holders)
        return SlotState(gate, tuple(map(_waiter, holders)), is_owed, waits)

    def read_many(self, customer_ids: Sequence[str]) -> dict[str, Semaphore]:
        """The semaphores of these tenants."""
        keys = [_slots_key(customer_id) for customer_id in customer_ids]
        found = rows_by_key(self._dynamodb.batch_get_item, self._table.name, keys, _SemaphoreRow)
        used = {row["customerId"]: _semaphore(row) for row in found}
        return {customer_id: used.get(customer_id) or _semaphore({}) for customer_id in customer_ids}

    def waiting_ids(self, customer_id: str) -> list[str]:
        """The ids of all requests that wait for a slot, the next one first."""
        found = waiting_requests(self._table.meta.client.query, self._table.name, customer_id)
        return [request.request_id for request in found]

    def enter(self, waiter: SlotRequest) -> bool:
        """Write the waiter; if it holds a slot already, write the new token onto its holder row instead."""
        holder = GATE.key(waiter.customer_id, _HOLDER + waiter.request_id)
        entered = self._done(
            check(self._table, holder, "attribute_not_exists(sk)"),
            put(self._table, _item(_WAITER + waiter.place, waiter)),
        )
        return entered or (not self._renew(waiter) and self.enter(waiter))

    def _done(self, *changes: "Change") -> bool:
        """Whether all conditions held, so that all was changed."""
        return holds(lambda: self._transact(*changes))

    def _renew(self, waiter: SlotRequest) -> bool:
        """Write the holder's new token; False if it has just left: a row without a slot would stay for ever."""
        return self._done(put(self._table, _item(_HOLDER + waiter.request_id, waiter), "attribute_exists(sk)"))

    def waiting(self, customer_id: str, limit: int) -> list[SlotRequest]:
        """The first `limit` slot requests of the waiting queue."""
        return self._waiters(customer_id, _WAITER, limit, Limit=limit)

    def holders(self, customer_id: str) -> list[SlotRequest]:
        """The requests that hold a slot."""
        return self._waiters(customer_id, _HOLDER)

    def not_notified(self, customer_id: str) -> list[SlotRequest]:
        """Holders whose notification is not known to have been sent."""
        return self._waiters(customer_id, _HOLDER, FilterExpression=Attr("woken").not_exists())

    def _waiters(self, customer_id: str, prefix: str, limit: int | None = None, **options: object) -> list[SlotRequest]:
        condition = Key("customerId").eq(customer_id) & Key("sk").begins_with(prefix)
        found = rows(self._table.query, _WaiterRow, KeyConditionExpression=condition, ConsistentRead=True, **options)
        return [_waiter(row) for row in islice(found, limit)]

    def grant(self, waiter: SlotRequest, seen: Semaphore, limit: int) -> bool:
        """Move the waiter to the holders in one transaction, if a slot is free and `seen` is still current."""
        if not seen.free(limit):
            return False
        waiting = GATE.key(waiter.customer_id, _WAITER + waiter.place)
        return self._done(
            delete(self._table, waiting, "taskToken = :token", token=waiter.task_token),
            self._one_more(waiter, seen, limit),
            put(self._table, _item(_HOLDER + waiter.request_id, waiter)),
        )

    def seize(self, request: SlotRequest, seen: Semaphore, limit: int) -> bool:
        """Make a request that waits in no queue a holder, if a slot is free and `seen` is still current.

        It notifies itself, so that nobody needs its token.
        """
        if not seen.free(limit):
            return False
        holder = _item(_HOLDER + request.request_id, request) | {"woken": True}
        del holder["taskToken"]
        new = put(self._table, holder, "attribute_not_exists(sk)")
        return self._done(self._one_more(request, seen, limit), new)

    def _one_more(self, request: SlotRequest, seen: Semaphore, limit: int) -> "Change":
        room = "(attribute_not_exists(holders) OR size(holders) < :room)"
        unseen = "" if seen.external else "attribute_not_exists(externalRunning) OR "
        return update(
            self._table,
            _slots_key(request.customer_id),
            "ADD holders :request SET recentWorkflows = :recent" if seen.fair else "ADD holders :request",
            {
                "request": {request.request_id},
                "room": limit - seen.external,
                "external": seen.external,
                **({"recent": list(seen.recent_after(request))} if seen.fair else {}),
            },
            condition=f"{room} AND ({unseen}externalRunning = :external)",
        )

    def mark_notified(self, waiter: SlotRequest) -> None:
        """Record that the holder's execution was notified; it may have released its slot already."""
        holder = GATE.key(waiter.customer_id, _HOLDER + waiter.request_id)
        sent: dict[str, Value] = {"true": True, "token": waiter.task_token}
        self._done(update(self._table, holder, "SET woken = :true", sent, condition="taskToken = :token"))

    def leave(self, customer_id: str, request_id: str) -> None:
        """Remove the request as holder and as waiter; it may be granted its slot between the two reads."""
        if self._drop_holder(customer_id, request_id):
            return
        for waiter in self._waiters(customer_id, _WAITER, FilterExpression=Attr("requestId").eq(request_id)):
            self._transact(delete(self._table, GATE.key(customer_id, _WAITER + waiter.place)))
        self._drop_holder(customer_id, request_id)

    def _drop_holder(self, customer_id: str, request_id: str) -> bool:
        holder = GATE.key(customer_id, _HOLDER + request_id)
        return self._done(
            delete(self._table, holder, "attribute_exists(sk)"),
            update(self._table, _slots_key(customer_id), "DELETE holders :request", {"request": {request_id}}),
        )

    def count_external(self, customer_id: str, runs: int) -> None:
        """Record how many runs in AMC hold no slot of WFM's."""
        self._transact(update(self._table, _slots_key(customer_id), "SET externalRunning = :runs", {"runs": runs}))

    def set_fair(self, customer_id: str, *, fair: bool) -> None:
        """Set whether the tenant's workflows take turns for slots."""
        self._transact(update(self._table, _slots_key(customer_id), "SET fairBetweenWorkflows = :fair", {"fair": fair}))


def _slots_key(customer_id: str) -> dict[str, str | int]:
    return GATE.key(customer_id, _SLOTS)


def _semaphore(row: _SemaphoreRow) -> Semaphore:
    fair, recent = row.get("fairBetweenWorkflows") is True, tuple(row.get("recentWorkflows", ()))
    return Semaphore(frozenset(row.get("holders", ())), row.get("externalRunning", 0), fair, recent)


def _item(sort_key: str, waiter: SlotRequest) -> "dict[str, Value]":
    return {
        **GATE.key(waiter.customer_id, sort_key),
        "requestId": waiter.request_id,
        "priority": waiter.priority,
        "arrival": waiter.arrival,
        "executionArn": waiter.execution_arn,
        "taskToken": waiter.task_token,
        "workflowId": waiter.workflow_id,
    }


def _waiter(row: _WaiterRow) -> SlotRequest:
    """A waiter keeps the place in its sort key: another release of WFM may compute the place differently."""
    sort_key = row["sk"]
    return SlotRequest(
        customer_id=row["customerId"],
        request_id=row["requestId"],
        priority=row["priority"],
        arrival=row["arrival"],
        execution_arn=row["executionArn"],
        task_token=row.get("taskToken", ""),
        workflow_id=row.get("workflowId", ""),
        stored_place=sort_key.removeprefix(_WAITER) if sort_key.startswith(_WAITER) else "",
    )


class WaitingRequest(NamedTuple):
    """A request that waits for a slot, and since when (ISO UTC)."""

    request_id: str
    arrival: str


def waiting_requests(query: Read, table: str, customer_id: str, *, consistent: bool = True) -> list[WaitingRequest]:
    """The requests that wait for a slot of the tenant, in order. `query` is a client's, which threads may share."""
    found = rows(
        query,
        dict[str, str],
        TableName=table,
        KeyConditionExpression=Key("customerId").eq(customer_id) & Key("sk").begins_with(_WAITER),
        ProjectionExpression="requestId, arrival",
        ConsistentRead=consistent,
    )
    return [WaitingRequest(row["requestId"], row["arrival"]) for row in found]


def all_waiting_requests(scan: Read, table: str) -> dict[str, list[WaitingRequest]]:
    """The same of every tenant, by customer: a call for each megabyte of the table, eventually consistent."""
    found: dict[str, list[WaitingRequest]] = {}
    is_waiter = Attr("sk").begins_with(_WAITER)
    asked = "customerId, requestId, arrival"
    for row in rows(scan, dict[str, str], TableName=table, FilterExpression=is_waiter, ProjectionExpression=asked):
        found.setdefault(row["customerId"], []).append(WaitingRequest(row["requestId"], row["arrival"]))
    return found
