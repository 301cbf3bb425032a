"""Between plain Python values and what boto3's DynamoDB resource takes: it knows Decimal, not float.

Without boto3, which the command loads late.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any


def storable(value: Any) -> Any:
    """A JSON value, in which sets and statuses may stand as well, as boto3 takes it: floats become Decimal."""
    match value:
        case float():
            return Decimal(str(value))
        case Enum():
            return value.value
        case Mapping():
            return {key: storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
        case _:
            return value


def to_item(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as boto3 takes it; None is left out at the top."""
    return {name: storable(value) for name, value in row.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """The row in an item: whole numbers as int, others as float."""
    return {name: _loaded(value, set) for name, value in item.items()}


def plain(value: Any) -> Any:
    """A stored value for json.dumps: numbers as in `from_item`, and sets as sorted lists."""
    return _loaded(value, sorted)


def _loaded(value: Any, collect: Callable[[Iterable[Any]], Any]) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {key: _loaded(item, collect) for key, item in value.items()}
        case list():
            return [_loaded(item, collect) for item in value]
        case set() | frozenset():
            return collect(_loaded(item, collect) for item in value)
        case _:
            return value


def setting(fields: Mapping[str, Any], gone: Iterable[str] = ()) -> dict[str, Any]:
    """The parts of an UpdateItem that sets `fields`, leaves alone those that are None, and takes out those of `gone`.

    There is something to set, or to take out.
    """
    return replacing(to_item(fields), gone)


def changing(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an UpdateItem that sets `fields`, and takes out those that are None."""
    return setting(fields, [name for name, value in fields.items() if value is None])


def replacing(item: Mapping[str, Any], gone: Iterable[str] = ()) -> dict[str, Any]:
    """The parts of an UpdateItem that sets attributes as they are in `item`, and takes out those of `gone`.

    Attribute names are always placeholders, so none is reserved.
    """
    names = {f"#{index}": name for index, name in enumerate([*item, *gone])}
    sets = [f"#{index} = :{index}" for index in range(len(item))]
    clauses = (("SET ", sets), ("REMOVE ", [*names][len(item) :]))
    values = {f":{index}": value for index, value in enumerate(item.values())}
    return {
        "UpdateExpression": " ".join(verb + ", ".join(parts) for verb, parts in clauses if parts),
        "ExpressionAttributeNames": names,
    } | ({"ExpressionAttributeValues": values} if values else {})


def adding(update: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The update, which adds each value to a number or to a set as well; an attribute that is not there is made."""
    if not values:
        return dict(update)
    added = {f":{name}": value for name, value in values.items()}
    return {
        **update,
        "UpdateExpression": f"{update['UpdateExpression']} ADD {', '.join(f'{name} :{name}' for name in values)}",
        "ExpressionAttributeValues": {**update.get("ExpressionAttributeValues", {}), **added},
    }


def is_failed_condition(exc: Exception) -> bool:
    """Whether a botocore ClientError says that a condition did not hold, alone or in a transaction."""
    return not error_codes(exc).isdisjoint({"ConditionalCheckFailedException", "ConditionalCheckFailed"})


def is_conflict(exc: Exception) -> bool:
    """Whether another transaction was changing one of the items: worth another try at once."""
    conflicts = {"TransactionConflictException", "TransactionInProgressException", "TransactionConflict"}
    return not error_codes(exc).isdisjoint(conflicts)


def error_codes(exc: Exception) -> set[str | None]:
    """The error's own code, and those of the parts of a cancelled transaction."""
    response = getattr(exc, "response", {})
    parts = {reason.get("Code") for reason in response.get("CancellationReasons", [])}
    return parts | {response.get("Error", {}).get("Code")}
