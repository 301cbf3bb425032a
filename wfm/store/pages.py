"""DynamoDB answers a query or a scan in pages of a megabyte."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wfm.store.items import from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def rows_of(table: "Table", **query: Any) -> list[Mapping[str, Any]]:
    """The rows of all pages of a query, in order."""
    return _all(table.query, query)


def scanned(table: "Table", **request: Any) -> list[Mapping[str, Any]]:
    """The rows of a whole table, read consistently; for what is seldom asked, and may leave nothing out."""
    return _all(table.scan, {"ConsistentRead": True, **request})


def _all(read: Callable[..., Any], request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    start: dict[str, Any] = {}
    while True:
        page = read(**request, **start)
        rows += [from_item(item) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return rows
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
