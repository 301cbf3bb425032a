"""What DynamoDB takes and gives: items, updates, pages of rows, and rows by their keys."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

Row = dict[str, Any]
AT_ONCE: Final = 100  # keys that one BatchGetItem takes


def storable(value: Any) -> Any:
    """A JSON value as boto3 wants it for DynamoDB: floats as Decimals."""
    match value:
        case float():
            return Decimal(str(value))
        case Mapping():
            return {key: storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
        case _:
            return value


def update(given: Mapping[str, Any], gone: Sequence[str]) -> dict[str, Any]:
    """The arguments of UpdateItem that set the given attributes and take others out; at least one of either."""
    names = {f"#{index}": name for index, name in enumerate([*given, *gone])}
    sets = [f"#{index} = :{index}" for index in range(len(given))]
    removes = [f"#{index}" for index in range(len(given), len(names))]
    clauses = [("SET ", sets), ("REMOVE ", removes)]
    values = {f":{index}": value for index, value in enumerate(given.values())}
    return {
        "UpdateExpression": " ".join(verb + ", ".join(items) for verb, items in clauses if items),
        "ExpressionAttributeNames": names,
    } | ({"ExpressionAttributeValues": values} if values else {})


def pages(ask: Callable[..., Any], **arguments: Any) -> Iterator[dict[str, Any]]:
    """The pages, of a megabyte at most, in which a query or a scan answers."""
    while True:
        page = ask(**arguments)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def rows(ask: Callable[..., Any], **arguments: Any) -> Iterator[Row]:
    """The rows of all these pages, in order; each page is read when it is needed."""
    for page in pages(ask, **arguments):
        yield from page["Items"]


def rows_by_key(ask: Callable[..., Any], table: str, keys: Sequence[Mapping[str, str]]) -> Iterator[Row]:
    """The rows that there are under these keys, in no order. `ask` is BatchGetItem, which may leave some for later."""
    left = list(keys)
    while left:
        answer = ask(RequestItems={table: {"Keys": left[:AT_ONCE]}})
        yield from answer["Responses"].get(table, [])
        left = left[AT_ONCE:] + answer["UnprocessedKeys"].get(table, {}).get("Keys", [])
