"""DynamoDB answers a query or a scan in pages of a megabyte, and a batch as far as it gets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from wfm.store.items import from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

KEYS_IN_A_BATCH: Final = 100  # of one BatchGetItem


def pages(read: Callable[..., Any], **request: Any) -> Iterator[dict[str, Any]]:
    """The pages of a query or a scan."""
    while True:
        page = read(**request)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def rows(read: Callable[..., Any], **request: Any) -> Iterator[dict[str, Any]]:
    """The rows of all these pages, in order; each page is read when it is needed."""
    for page in pages(read, **request):
        yield from map(from_item, page["Items"])


def rows_of(table: "Table", **query: Any) -> list[Mapping[str, Any]]:
    """The rows of all pages of a query, in order."""
    return list(rows(table.query, **query))


def scanned(table: "Table", **request: Any) -> list[Mapping[str, Any]]:
    """The rows of a whole table, read consistently; for what is seldom asked, and may leave nothing out."""
    return list(rows(table.scan, ConsistentRead=True, **request))


def rows_by_key(
    read: Callable[..., Any], table: str, keys: Sequence[Mapping[str, Any]], **options: Any
) -> Iterator[dict[str, Any]]:
    """The rows that there are under these keys, in no order. `read` is BatchGetItem, which may leave some for later."""
    left = list(keys)
    while left:
        answer = read(RequestItems={table: {"Keys": left[:KEYS_IN_A_BATCH], **options}})
        yield from map(from_item, answer["Responses"].get(table, []))
        left = left[KEYS_IN_A_BATCH:] + answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
