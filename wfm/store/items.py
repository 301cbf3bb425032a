"""Between plain Python values and what boto3's DynamoDB resource takes: it knows Decimal, not float.

Without boto3, which the command loads late.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Required, SupportsBytes, TypedDict, TypeVar

from wfm.model.rows import Document, plain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableAttributeValueTypeDef as Value

Shape = TypeVar("Shape")


class Update(TypedDict, total=False):
    """The parts of an UpdateItem that say what changes."""

    UpdateExpression: Required[str]
    ExpressionAttributeNames: dict[str, str]
    ExpressionAttributeValues: "dict[str, Value]"


def storable(value: object) -> "Value":
    """A JSON value, in which sets and statuses may stand as well, as boto3 takes it: floats become Decimal.

    TypeError for what DynamoDB has no type for.
    """
    match value:
        case float():
            stored: Value = Decimal(str(value))
        case Enum():
            stored = str(value.value)
        case Mapping():
            stored = {key: storable(item) for key, item in value.items()}
        case list() | tuple():
            stored = [storable(item) for item in value]
        case set() | frozenset():
            stored = set(value)
        case None | str() | int() | Decimal() | bytes() | bytearray():
            stored = value
        case SupportsBytes():
            stored = bytes(value)
        case _:
            raise TypeError(f"{type(value).__name__} cannot be stored")
    return stored


def to_item(row: Document) -> "dict[str, Value]":
    """A row as boto3 takes it; None is left out at the top."""
    return to_attributes({name: value for name, value in row.items() if value is not None})


def to_attributes(fields: Document) -> "dict[str, Value]":
    """Fields as boto3 takes them; None is kept as such."""
    return {name: storable(value) for name, value in fields.items()}


def from_item(item: Document, shape: Callable[..., Shape]) -> Shape:
    """The row in an item, of the type that the table's rows have: whole numbers as int, others as float."""
    return shape(**{name: plain(value, set) for name, value in item.items()})


def setting(fields: Document, gone: Iterable[str] = ()) -> Update:
    """The parts of an UpdateItem that sets `fields`, leaves alone those that are None, and takes out those of `gone`.

    There is something to set, or to take out.
    """
    return replacing(to_item(fields), gone)


def changing(fields: Document) -> Update:
    """The parts of an UpdateItem that sets `fields`, and takes out those that are None."""
    return setting(fields, [name for name, value in fields.items() if value is None])


def replacing(item: "Mapping[str, Value]", gone: Iterable[str] = ()) -> Update:
    """The parts of an UpdateItem that sets attributes as they are in `item`, and takes out those of `gone`.

    Attribute names are always placeholders, so none is reserved.
    """
    names = {f"#{index}": name for index, name in enumerate([*item, *gone])}
    sets = [f"#{index} = :{index}" for index in range(len(item))]
    clauses = (("SET ", sets), ("REMOVE ", [*names][len(item) :]))
    expression = " ".join(verb + ", ".join(parts) for verb, parts in clauses if parts)
    return _update(expression, names, {f":{index}": value for index, value in enumerate(item.values())})


def adding(update: Update, values: "Mapping[str, Value]") -> Update:
    """The update, which adds each value to a number or to a set as well; an attribute that is not there is made."""
    if not values:
        return update
    return extended(
        update, f" ADD {', '.join(f'{name} :{name}' for name in values)}", {f":{name}": values[name] for name in values}
    )


def extended(
    update: Update, more: str, values: "Mapping[str, Value]", names: Mapping[str, str] | None = None
) -> Update:
    """The update with more at the end of its expression, and the values and names that stand in that."""
    return _update(
        update["UpdateExpression"] + more,
        {**update.get("ExpressionAttributeNames", {}), **(names or {})},
        {**update.get("ExpressionAttributeValues", {}), **values},
    )


def _update(expression: str, names: dict[str, str], values: "dict[str, Value]") -> Update:
    """DynamoDB takes no empty names or values."""
    update: Update = {"UpdateExpression": expression}
    if names:
        update["ExpressionAttributeNames"] = names
    if values:
        update["ExpressionAttributeValues"] = values
    return update


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
