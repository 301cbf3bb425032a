"""A write shows in a global secondary index later, by up to `Unreliability.index_lag` seconds.

AWS: global secondary indexes are updated asynchronously, "within a fraction of a second under normal conditions", and
can be read with eventual consistency alone (DynamoDB guide, "Using Global Secondary Indexes").
The package: a write shows in all indexes at once.
Mended: the indexes of a table are read from a copy, to which each write comes after a lag of its own; the writes of one
item come in order.
"""

# ruff: noqa: SLF001

import heapq
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name, replace_source
from local.emulator.troubles import count, up_to, wanted

STALE: Final = "stale answers of an index"

Table = dict[str, Any]
Item = dict[str, Any]

_as_it_is: ContextVar[bool] = ContextVar("as_it_is", default=False)
_copies: dict[int, "LaggingCopy"] = {}
_write: dict[str, Callable[..., Any]] = {}  # the package's own `set` and `remove`


class LaggingCopy:
    """A table as its indexes have it."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._view: Table = {**table, "items": {key: dict(rows) for key, rows in table["items"].items()}}
        self._view.pop("_index_members", None)
        self._waiting: list[tuple[float, int, str, str, tuple[Item, ...]]] = []
        self._last: dict[tuple[str, str], float] = {}
        self._number = 0
        self._lock = threading.Lock()

    def add(self, hash_key: str, sort_key: str, *item: Item) -> None:
        due = time.monotonic() + up_to("lag of an index", wanted().index_lag)
        with self._lock:
            due = max(due, self._last.get((hash_key, sort_key), 0.0))
            self._last[hash_key, sort_key] = due
            self._number += 1
            heapq.heappush(self._waiting, (due, self._number, hash_key, sort_key, item))

    def view(self) -> Table:
        """With the writes that have come by now."""
        with self._lock:
            while self._waiting and self._waiting[0][0] <= time.monotonic():
                due, _, hash_key, sort_key, item = heapq.heappop(self._waiting)
                if self._last.get((hash_key, sort_key)) == due:
                    del self._last[hash_key, sort_key]
                _write["set" if item else "remove"](self._view, hash_key, sort_key, *item)
            return self._view

    def is_behind(self) -> bool:
        return bool(self._waiting)


def apply() -> None:
    service = module("services.dynamodb")
    found = ("    table = _tables.get(name)\n", "    table = _table_of(_tables.get(name), data)\n")
    for action in ("_query", "_scan"):
        replace_source(service, action, found, _table_of=table_of)
        replace_name(service, action, counting)
    _write.update(set=service._set_item, remove=service._remove_item)
    replace_name(service, "_set_item", delaying)
    replace_name(service, "_remove_item", delaying)


def copy_of(table: Table) -> LaggingCopy | None:
    """None while indexes do not lag."""
    if not (wanted().index_lag and table.get("GlobalSecondaryIndexes")):
        _copies.pop(id(table), None)
        return None
    if id(table) not in _copies:
        _copies[id(table)] = LaggingCopy(table)
    return _copies[id(table)]


def delaying(write: Callable[..., Any]) -> Callable[..., Any]:
    """`write` has an item if it sets one, and none if it removes one."""

    def write_and_delay(table: Table, hash_key: str, sort_key: str, *item: Item) -> Any:
        copy = copy_of(table)
        old = write(table, hash_key, sort_key, *item)
        if copy:
            copy.add(hash_key, sort_key, *item)
        return old

    return write_and_delay


def table_of(table: Table | None, request: Any) -> Table | None:
    """The table in which a query or scan searches."""
    indexes = [index["IndexName"] for index in (table or {}).get("GlobalSecondaryIndexes", [])]
    if table is None or request.get("IndexName") not in indexes or _as_it_is.get():
        return table
    copy = copy_of(table)
    return copy.view() if copy else table


def counting(query: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def query_and_compare(request: Any) -> Any:
        answer = query(request)
        if request.get("IndexName") and any(copy.is_behind() for copy in list(_copies.values())):
            token = _as_it_is.set(True)
            try:
                if query(request)[2] != answer[2]:
                    count(STALE)
            finally:
                _as_it_is.reset(token)
        return answer

    return query_and_compare
