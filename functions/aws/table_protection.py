"""DynamoDB's deletion protection of a table."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DeletionProtection:
    """Implements `functions.ports.TableProtection`."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    def turn(self, table: str, *, on: bool) -> bool:
        """Turn it on, or off; False if it was so already."""
        known = self._client.describe_table(TableName=table)["Table"]
        if known.get("DeletionProtectionEnabled", False) == on:
            return False
        self._client.update_table(TableName=table, DeletionProtectionEnabled=on)
        return True
