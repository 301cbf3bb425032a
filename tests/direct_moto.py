"""A call about items is handed to moto's DynamoDB, and its answer handed back, without the HTTP between the two.

botocore has checked and written the call when it comes here. What moto refuses goes the long way a second time, which
says so as ever: what is refused changes nothing. So does what holds bytes, which stand in base64 on the way.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.exceptions import HTTPException, ServiceException
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.responses import DynamoHandler
from moto.iam.models import get_account_id_from

ACTIONS: Final = {
    name: camelcase_to_underscores(name)
    for name in (
        "BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "TransactGetItems",
        "TransactWriteItems", "UpdateItem",
    )
}  # fmt: skip
BYTES: Final = (b'"B":', b'"BS":')


def answer(operation: Any, request: dict[str, Any], region: str, access_key: str) -> tuple[Any, dict[str, Any]] | None:
    """The connection's answer and what is read from it; None for what goes the long way."""
    if operation.name not in ACTIONS or any(sign in request["body"] for sign in BYTES):
        return None
    handler = DynamoHandler()
    handler.region, handler.current_account = region, get_account_id_from(access_key)
    handler.body = handler.params = json.loads(request["body"])
    try:
        result = getattr(handler, ACTIONS[operation.name])().result
    except (ServiceException, HTTPException):
        return None
    read = _read(result, operation.output_shape)
    return AWSResponse(request["url"], 200, HTTPHeaders(), None), read | {"ResponseMetadata": {"HTTPStatusCode": 200}}


def _read(value: Any, shape: Any) -> Any:
    """As it would be read from what is written of it: what the shape does not know is left out."""
    return value if value is None else _READERS.get(shape.type_name, _as_it_is)(value, shape)


def _structure(value: Any, shape: Any) -> Any:
    if shape.name == "AttributeValue":
        return _copied(value)
    members = shape.members
    return {name: _read(each, members[name]) for name, each in value.items() if each is not None and name in members}


def _list(value: Any, shape: Any) -> Any:
    return [_read(each, shape.member) for each in value]


def _map(value: Any, shape: Any) -> Any:
    return {key: _read(each, shape.value) for key, each in value.items()}


def _as_it_is(value: Any, _shape: Any) -> Any:
    return value


def _copied(value: Any) -> Any:
    """moto keeps its own."""
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


_READERS: Final[dict[str, Callable[[Any, Any], Any]]] = {"structure": _structure, "list": _list, "map": _map}
