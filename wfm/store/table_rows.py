"""Rows of a table: found by key, read page by page, written if a condition holds.

DynamoDB answers a query or a scan in pages of a megabyte, and a batch as far as it gets.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from boto3.dynamodb.conditions import ConditionBase
from botocore.exceptions import ClientError

from wfm.model.rows import Document, object_in
from wfm.store.items import Shape, Update, from_item, is_failed_condition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import TableAttributeValueTypeDef as Value

RowKey = Mapping[str, "Value"]
Read = Callable[..., Document]  # one of boto3's calls
KEYS_IN_A_BATCH: Final = 100  # of one BatchGetItem


def find_row(table: "Table", key: RowKey, shape: Callable[..., Shape]) -> Shape | None:
    """The row under the key, read consistently; None when there is none, as under an empty key."""
    if "" in key.values():  # which DynamoDB refuses
        return None
    item = table.get_item(Key=key, ConsistentRead=True).get("Item")
    return from_item(item, shape) if item else None


def pages(read: Read, **request: object) -> Iterator[Document]:
    """The pages of a query or a scan."""
    while True:
        page = read(**request)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def rows(read: Read, shape: Callable[..., Shape], **request: object) -> Iterator[Shape]:
    """The rows of all these pages, in order; each page is read when it is needed."""
    for page in pages(read, **request):
        yield from _rows_in(page["Items"], shape)


def _rows_in(items: object, shape: Callable[..., Shape]) -> Iterator[Shape]:
    for item in items if isinstance(items, list) else ():
        yield from_item(item, shape)


def rows_of(table: "Table", shape: Callable[..., Shape], **query: object) -> list[Shape]:
    """The rows of all pages of a query, in order."""
    return list(rows(table.query, shape, **query))


def first_rows(table: "Table", shape: Callable[..., Shape], most: int, **query: object) -> list[Shape]:
    """The first rows of a query, `most` of them at most, however many there are."""
    return list(islice(rows(table.query, shape, Limit=most, **query), most))


def scanned(table: "Table", shape: Callable[..., Shape], **request: object) -> list[Shape]:
    """The rows of a whole table, read consistently; for what is seldom asked, and may leave nothing out."""
    return list(rows(table.scan, shape, ConsistentRead=True, **request))


def rows_by_key(
    read: Read, table: str, keys: Sequence[RowKey], shape: Callable[..., Shape], **options: object
) -> Iterator[Shape]:
    """The rows that there are under these keys, in no order. `read` is BatchGetItem, which may leave some for later."""
    left: list[object] = list(keys)
    while left:
        answer = read(RequestItems={table: {"Keys": left[:KEYS_IN_A_BATCH], **options}})
        yield from _rows_in(object_in(answer["Responses"]).get(table), shape)
        later = object_in(object_in(answer.get("UnprocessedKeys")).get(table)).get("Keys")
        left = left[KEYS_IN_A_BATCH:] + (later if isinstance(later, list) else [])


def one_of_each(read: Read, keys: Mapping[str, RowKey]) -> dict[str, Document]:
    """One row of each of these tables, by their names, read consistently with BatchGetItem; those that there are."""
    left: object = {
        name: {"Keys": [key], "ConsistentRead": True} for name, key in keys.items() if "" not in key.values()
    }
    found: dict[str, Document] = {}
    while left:
        answer = read(RequestItems=left)
        parts = object_in(answer["Responses"])
        found |= {name: object_in(items[0]) for name, items in parts.items() if isinstance(items, list) and items}
        left = answer.get("UnprocessedKeys")
    return found


def holds(write: Callable[[], object]) -> bool:
    """Whether the condition of the write held, so that it was made."""
    try:
        write()
    except ClientError as exc:
        if is_failed_condition(exc):
            return False
        raise
    return True


def update_if(table: "Table", key: RowKey, condition: ConditionBase, update: Update) -> bool:
    """Whether the condition held, so that the row was updated."""
    return holds(lambda: table.update_item(Key=key, ConditionExpression=condition, **update))


def row_after(
    table: "Table", key: RowKey, condition: ConditionBase, update: Update, shape: Callable[..., Shape]
) -> Shape | None:
    """The row after the update; None when the condition did not hold."""
    try:
        answer = table.update_item(Key=key, ConditionExpression=condition, ReturnValues="ALL_NEW", **update)
    except ClientError as exc:
        if is_failed_condition(exc):
            return None
        raise
    return from_item(answer["Attributes"], shape)
