"""One DynamoDB transaction, repeated while others are changing the same items."""

import random
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.adapters.items import is_conflict
from functions.domain.errors import GateContended

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

_TRIES = 12


def transact(dynamodb: "DynamoDBServiceResource", *changes: dict[str, Any]) -> None:
    """All `changes` or none. Raises GateContended after a dozen conflicts, a ClientError when a condition fails."""
    for attempt in range(_TRIES):
        try:
            dynamodb.meta.client.transact_write_items(TransactItems=list(changes))  # type: ignore[arg-type]
        except ClientError as exc:
            if not is_conflict(exc):
                raise
            time.sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))  # noqa: S311 (jitter, no secret)
        else:
            return
    raise GateContended(f"a transaction met {_TRIES} conflicts")
