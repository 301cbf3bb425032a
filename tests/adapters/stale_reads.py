"""DynamoDB as it may answer: whoever does not ask for a consistent read gets the table before its last write.

moto does not know the difference. An index has no consistent reads, so what is asked of one is as moto has it.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from moto.backends import get_backend

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
READS: Final = ("GetItem", "Query", "Scan", "BatchGetItem")


class StaleReads:
    """Between a client of DynamoDB and moto."""

    def __init__(self, dynamodb: "DynamoDBServiceResource") -> None:
        self._before: dict[str, tuple[Any, Any]] = {}  # by name: moto's table, and what it held before its last write
        self._now: dict[str, Any] = {}  # of tables that are being read as they were
        self._writing: dict[str, tuple[Any, Any]] = {}
        self._watch(dynamodb, WRITES, self._begin_write, self._end_write)
        self._watch(dynamodb, READS, self._begin_read, self._end_read)

    def _watch(
        self,
        dynamodb: "DynamoDBServiceResource",
        operations: tuple[str, ...],
        begin: Callable[..., None],
        end: Callable[..., None],
    ) -> None:
        events = dynamodb.meta.client.meta.events
        for name in operations:
            events.register(f"before-call.dynamodb.{name}", begin)
            events.register(f"after-call.dynamodb.{name}", end)

    def _begin_write(self, params: dict[str, Any], **_: Any) -> None:
        tables = _tables()
        names = _names(json.loads(params["body"])) & tables.keys()
        self._writing = {name: (tables[name], deepcopy(tables[name].items)) for name in names}

    def _end_write(self, http_response: Any, **_: Any) -> None:
        if http_response.status_code == 200:
            self._before |= self._writing

    def _begin_read(self, params: dict[str, Any], **_: Any) -> None:
        asked = json.loads(params["body"])
        for name in _inconsistent(asked):
            if name in self._before and self._before[name][0] is _tables().get(name):
                table, items = self._before[name]
                self._now[name], table.items = table.items, items

    def _end_read(self, **_: Any) -> None:
        for name, items in self._now.items():
            _tables()[name].items = items
        self._now.clear()


def _tables() -> dict[str, Any]:
    backend: Any = get_backend("dynamodb")
    tables: dict[str, Any] = backend["123456789012"]["us-east-1"].tables
    return tables


def _names(written: dict[str, Any]) -> set[str]:
    parts = [written, *(part for item in written.get("TransactItems", ()) for part in item.values())]
    return {str(part["TableName"]) for part in parts if "TableName" in part} | set(written.get("RequestItems", ()))


def _inconsistent(asked: dict[str, Any]) -> list[str]:
    """The tables that are read without `ConsistentRead`."""
    if "IndexName" in asked:
        return []
    tables = asked.get("RequestItems") or {asked["TableName"]: asked}
    return [name for name, read in tables.items() if not read.get("ConsistentRead")]
