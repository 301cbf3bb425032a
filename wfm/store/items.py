"""Between plain Python values and what boto3's DynamoDB resource takes: it knows Decimal, not float."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer


def to_item(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as boto3 takes it: floats become Decimal, None is left out at the top."""
    plain = {key: value for key, value in row.items() if value is not None}
    item: dict[str, Any] = json.loads(json.dumps(plain), parse_float=Decimal)
    return item


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """The row in an item: whole numbers as int, others as float."""
    return {key: _plain(value) for key, value in item.items()}


def from_stream_image(image: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The row in an image of a DynamoDB stream record."""
    if image is None:
        return None
    return from_item({key: TypeDeserializer().deserialize(value) for key, value in image.items()})


def setting(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an UpdateItem that sets `fields`; attribute names are always placeholders, so none is reserved.

    Those that are None are left alone; `removing` takes fields out. There is something to set, or to take out.
    """
    item = to_item(fields)
    if not item:
        return {"UpdateExpression": "", "ExpressionAttributeNames": {}}
    return {
        "UpdateExpression": "SET " + ", ".join(f"#{index} = :{index}" for index in range(len(item))),
        "ExpressionAttributeNames": {f"#{index}": name for index, name in enumerate(item)},
        "ExpressionAttributeValues": {f":{index}": value for index, value in enumerate(item.values())},
    }


def removing(update: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The update, which takes the fields `names` out too."""
    taken = {f"#out{index}": name for index, name in enumerate(names)}
    if taken:
        update["UpdateExpression"] = f"{update['UpdateExpression']} REMOVE {', '.join(taken)}".strip()
        update["ExpressionAttributeNames"] |= taken
    return update


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
