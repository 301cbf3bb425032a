"""Counts what DynamoDB is asked, and what it would bill: a meter between a client and moto.

A write costs a unit for each kilobyte of the larger of the item before and after, twice that in a transaction, and one
more for each entry of an index that changes: two if its key does. A condition that fails costs the same. A read costs a
unit for each four kilobytes, half of it if it may be stale. Sizes are those of DynamoDB's guide: names and values.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wfm.store.schema import Index, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

Item = Mapping[str, Any]  # each value under its type: {"S": "acme"}
WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
READS: Final = ("GetItem", "BatchGetItem", "Query", "Scan")
_KILOBYTE, _READ_BYTES = 1024, 4096
_ITEM_OVERHEAD: Final = 100


@dataclass
class Meter:
    """`calls`, `reads` and `writes` by table and operation, the units by table; each item of a batch is a read."""

    plain: "DynamoDBClient"  # one that nobody meters
    schemas: Mapping[str, Table]
    calls: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    read_units: Counter[str] = field(default_factory=Counter)
    write_units: Counter[str] = field(default_factory=Counter)
    _before: list[tuple[str, Item, Item | None]] = field(default_factory=list)
    _is_paused: bool = False

    def watch(self, client: "DynamoDBClient") -> None:
        """From now on the client's calls count."""
        events = client.meta.events
        for name in WRITES:
            events.register(f"before-call.dynamodb.{name}", self._begin_write)
            events.register(f"after-call.dynamodb.{name}", self._end_write)
        for name in READS:
            events.register(f"before-call.dynamodb.{name}", self._read)

    def clear(self) -> None:
        """Start anew."""
        for counter in (self.calls, self.reads, self.writes, self.read_units, self.write_units):
            counter.clear()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing counts meanwhile."""
        self._is_paused = True
        yield
        self._is_paused = False

    def _begin_write(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        asked = json.loads(params["body"])
        parts = asked.get("TransactItems") or [{model.name.removesuffix("Item"): asked}]
        self._before = []
        for kind, part in [pair for each in parts for pair in each.items()]:
            table = part["TableName"]
            source = part["Item"] if kind == "Put" else part["Key"]
            key = {name: source[name] for name in self.schemas[table].keys}
            self._before.append((table, key, self._item(table, key)))
            self.writes[f"{table} {'Transact' if 'TransactItems' in asked else ''}{kind}"] += 1
        self.calls[f"{model.name} {'+'.join(table for table, _, _ in self._before)}"] += 1

    def _end_write(self, model: Any, **_: Any) -> None:
        times = 2 if model.name == "TransactWriteItems" else 1
        for table, key, before in self._before:
            after = self._item(table, key)
            self.write_units[table] += times * _kilobytes(before, after)
            for index in self.schemas[table].indexes:
                self.write_units[f"{table}/{index.name}"] += _index_units(self.schemas[table], index, before, after)

    def _item(self, table: str, key: Item) -> Item | None:
        return self.plain.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")

    def _read(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if self._is_paused:
            return
        asked = json.loads(params["body"])
        parts = asked.get("RequestItems") or {asked["TableName"]: asked}
        for table, part in parts.items():
            keys = part.get("Keys") or ([part["Key"]] if "Key" in part else [])
            found: list[Sequence[Item | None]] = [[self._item(table, key)] for key in keys]
            found = found or [self._answer(model.name, part)]
            self.reads[f"{table} {model.name}"] += len(found)
            units = sum(max(1, math.ceil(sum(map(size, items)) / _READ_BYTES)) for items in found)
            self.read_units[table] += units if part.get("ConsistentRead") else units / 2  # type: ignore[assignment]
        self.calls[f"{model.name} {'+'.join(parts)}"] += 1

    def _answer(self, operation: str, asked: dict[str, Any]) -> list[Item]:
        """What a query reads, whatever it leaves out afterwards."""
        asked = {
            name: value for name, value in asked.items() if name not in ("FilterExpression", "ProjectionExpression")
        }
        condition = asked.get("KeyConditionExpression", "")
        for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            used = {each: value for each, value in asked.pop(name, {}).items() if each in condition}
            asked |= {name: used} if used else {}
        read: Any = self.plain.query if operation == "Query" else self.plain.scan
        return list(read(**asked)["Items"])


def stored_bytes(client: "DynamoDBClient", tables: Iterable[Table]) -> int:
    """What the rows and index entries take, with the hundred bytes that DynamoDB adds to each."""
    found: Iterator[Item] = (
        each
        for table in tables
        for item in client.scan(TableName=table.name)["Items"]
        for each in (item, *(_entry(table, index, item) for index in table.indexes))
        if each
    )
    return sum(size(each) + _ITEM_OVERHEAD for each in found)


def size(item: Item | None) -> int:
    """The bytes of an item."""
    return sum(len(name.encode()) + _value_size(value) for name, value in (item or {}).items())


def _value_size(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return len(value.strip("-0.")) // 2 + 2
        case "M":
            return 3 + size(value) + len(value)
        case "L":
            return 3 + sum(_value_size(each) + 1 for each in value)
        case "SS":
            return sum(len(each.encode()) for each in value)
        case _:
            return 1


def _kilobytes(*items: Item | None) -> int:
    return max(1, *(math.ceil(size(item) / _KILOBYTE) for item in items))


def _index_units(table: Table, index: Index, before: Item | None, after: Item | None) -> int:
    old, new = _entry(table, index, before), _entry(table, index, after)
    if old == new:
        return 0
    if old and new and all(old[name] == new[name] for name in index.keys):
        return _kilobytes(old, new)
    return sum(_kilobytes(entry) for entry in (old, new) if entry)


def _entry(table: Table, index: Index, item: Item | None) -> Item | None:
    if item is None or not all(name in item for name in index.keys):
        return None
    if index.only is None:
        return item
    shown: Iterable[str] = (*table.keys, *index.keys, *index.only)
    return {name: item[name] for name in shown if name in item}
