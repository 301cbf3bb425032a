"""DynamoDB answers a query in pages of a megabyte."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from functions.adapters.items import from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def rows_of(table: "Table", **query: Any) -> list[Mapping[str, Any]]:
    """The rows of all its pages, in order."""
    rows: list[Mapping[str, Any]] = []
    start: dict[str, Any] = {}
    while True:
        page = table.query(**query, **start)
        rows += [from_item(item) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return rows
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
