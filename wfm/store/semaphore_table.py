"""The Gate table: one partition a tenant, with the row GATE, a row a holder and a row a waiter.

Every write is a transaction, be it of one item: a plain write is refused while a transaction works on its item.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from boto3.dynamodb.conditions import Attr, Key

from wfm.model.semaphore import Semaphore, SlotRequest
from wfm.store.conditions import holds
from wfm.store.pages import rows, rows_by_key
from wfm.store.schema import GATE
from wfm.store.transactions import Change, check, delete, put, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

_WAITER: Final = "WAITER#"  # and the place
_HOLDER: Final = "HOLDER#"  # and the request's id


class SemaphoreTable:
    """Keeps `functions.ports.Semaphores`."""

    def __init__(
        self, dynamodb: "DynamoDBServiceResource", table: "Table", *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._table = table
        self._transact = partial(transact, dynamodb, sleep=sleep)

    def read(self, customer_id: str) -> Semaphore:
        """The holders and the external runs."""
        return _semaphore(self._table.get_item(Key=_gate(customer_id), ConsistentRead=True).get("Item", {}))

    def enter(self, waiter: SlotRequest) -> bool:
        """Write the waiter unless it holds a slot already; then its holder row learns the new token."""
        holder = GATE.key(waiter.customer_id, _HOLDER + waiter.request_id)
        entered = self._done(
            check(self._table, holder, "attribute_not_exists(sk)"),
            put(self._table, _item(_WAITER + waiter.place, waiter)),
        )
        return entered or (not self._renew(waiter) and self.enter(waiter))

    def _done(self, *changes: Change) -> bool:
        """Whether all conditions held, so that all was changed."""
        return holds(lambda: self._transact(*changes))

    def _renew(self, waiter: SlotRequest) -> bool:
        """Give the holder its new token; False when it has just left: a holder's row without a slot wakes for ever."""
        return self._done(put(self._table, _item(_HOLDER + waiter.request_id, waiter), "attribute_exists(sk)"))

    def waiting(self, customer_id: str, most: int) -> list[SlotRequest]:
        """The first `most` waiters."""
        return self._waiters(customer_id, _WAITER, Limit=most)

    def holders(self, customer_id: str) -> list[SlotRequest]:
        """Who holds a slot."""
        return self._waiters(customer_id, _HOLDER)

    def not_notified(self, customer_id: str) -> list[SlotRequest]:
        """Holders whose wake-up is not known to have been sent."""
        return self._waiters(customer_id, _HOLDER, FilterExpression=Attr("woken").not_exists())

    def _waiters(self, customer_id: str, prefix: str, **options: Any) -> list[SlotRequest]:
        condition = Key("customerId").eq(customer_id) & Key("sk").begins_with(prefix)
        waiters: list[SlotRequest] = []
        while True:
            page = self._table.query(KeyConditionExpression=condition, ConsistentRead=True, **options)
            waiters += [_waiter(item) for item in page["Items"]]
            if "LastEvaluatedKey" not in page or "Limit" in options:
                return waiters
            options["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def grant(self, waiter: SlotRequest, seen: Semaphore, limit: int) -> bool:
        """One transaction: out of the line, into the holders, if the gate still has room and `seen` is still so."""
        if not seen.free(limit):
            return False
        waiting = GATE.key(waiter.customer_id, _WAITER + waiter.place)
        room = "(attribute_not_exists(holders) OR size(holders) < :room)"
        unseen = "" if seen.external else "attribute_not_exists(externalRunning) OR "
        turns: dict[str, Any] = {"recent": list(seen.recent_after(waiter))} if seen.fair else {}
        one_more = update(
            self._table,
            _gate(waiter.customer_id),
            "ADD holders :request" + (" SET recentWorkflows = :recent" if turns else ""),
            condition=f"{room} AND ({unseen}externalRunning = :external)",
            request={waiter.request_id},
            room=limit - seen.external,
            external=seen.external,
            **turns,
        )
        return self._done(
            delete(self._table, waiting, "taskToken = :token", token=waiter.task_token),
            one_more,
            put(self._table, _item(_HOLDER + waiter.request_id, waiter)),
        )

    def mark_notified(self, waiter: SlotRequest) -> None:
        """The holder's execution has been told; a fast one may have released its slot already."""
        holder = GATE.key(waiter.customer_id, _HOLDER + waiter.request_id)
        same, token = "taskToken = :token", waiter.task_token
        self._done(update(self._table, holder, "SET woken = :true", condition=same, true=True, token=token))

    def leave(self, customer_id: str, request_id: str) -> None:
        """Drop the request as holder and as waiter; it may be granted its slot between the two looks."""
        if self._drop_holder(customer_id, request_id):
            return
        for waiter in self._waiters(customer_id, _WAITER, FilterExpression=Attr("requestId").eq(request_id)):
            self._transact(delete(self._table, GATE.key(customer_id, _WAITER + waiter.place)))
        self._drop_holder(customer_id, request_id)

    def _drop_holder(self, customer_id: str, request_id: str) -> bool:
        holder = GATE.key(customer_id, _HOLDER + request_id)
        return self._done(
            delete(self._table, holder, "attribute_exists(sk)"),
            update(self._table, _gate(customer_id), "DELETE holders :request", request={request_id}),
        )

    def count_external(self, customer_id: str, runs: int) -> None:
        """How many runs in AMC nobody here holds a slot for."""
        self._transact(update(self._table, _gate(customer_id), "SET externalRunning = :runs", runs=runs))

    def set_fair(self, customer_id: str, *, fair: bool) -> None:
        """Whether the tenant's workflows take turns from now on."""
        self._transact(update(self._table, _gate(customer_id), "SET fairBetweenWorkflows = :fair", fair=fair))


def _gate(customer_id: str) -> dict[str, Any]:
    return GATE.key(customer_id, "GATE")


def _semaphore(item: Mapping[str, Any]) -> Semaphore:
    fair, recent = item.get("fairBetweenWorkflows") is True, tuple(item.get("recentWorkflows", ()))
    return Semaphore(frozenset(item.get("holders", ())), int(item.get("externalRunning", 0)), fair, recent)


def _item(sort_key: str, waiter: SlotRequest) -> dict[str, Any]:
    return GATE.key(waiter.customer_id, sort_key) | {
        "requestId": waiter.request_id,
        "priority": waiter.priority,
        "arrival": waiter.arrival,
        "executionArn": waiter.execution_arn,
        "taskToken": waiter.task_token,
        "workflowId": waiter.workflow_id,
    }


def _waiter(item: Mapping[str, Any]) -> SlotRequest:
    """A waiter keeps the place under which its row stands: a release may count its patience differently."""
    sort_key = str(item["sk"])
    return SlotRequest(
        customer_id=str(item["customerId"]),
        request_id=str(item["requestId"]),
        priority=str(item["priority"]),
        arrival=str(item["arrival"]),
        execution_arn=str(item["executionArn"]),
        task_token=str(item["taskToken"]),
        workflow_id=str(item.get("workflowId", "")),
        stored_place=sort_key.removeprefix(_WAITER) if sort_key.startswith(_WAITER) else "",
    )


class WaitingRequest(NamedTuple):
    """Who waits for a slot, and since when (ISO UTC)."""

    request_id: str
    arrival: str


def waiting_requests(
    query: Callable[..., Any], table: str, customer_id: str, *, consistent: bool = True
) -> list[WaitingRequest]:
    """Who waits for a slot of the tenant, the next one first. `query` is that of a client, which threads may share."""
    found = rows(
        query,
        TableName=table,
        KeyConditionExpression=Key("customerId").eq(customer_id) & Key("sk").begins_with(_WAITER),
        ProjectionExpression="requestId, arrival",
        ConsistentRead=consistent,
    )
    return [WaitingRequest(row["requestId"], row["arrival"]) for row in found]


def read_semaphores(read: Callable[..., Any], table: str, customer_ids: Sequence[str]) -> dict[str, Semaphore]:
    """The semaphores of these tenants; `read` is BatchGetItem."""
    found = rows_by_key(read, table, [_gate(customer_id) for customer_id in customer_ids])
    used = {str(item["customerId"]): _semaphore(item) for item in found}
    return {customer_id: used.get(customer_id) or _semaphore({}) for customer_id in customer_ids}
