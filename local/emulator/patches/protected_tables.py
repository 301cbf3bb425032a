"""A stack cannot delete a table that is protected against deletion.

AWS: DeleteTable is refused, whoever asks, and the stack's deletion or rollback fails with it.
The package: CloudFormation takes the table away without asking.
Mended: it is refused.
"""

# ruff: noqa: SLF001

from collections.abc import Callable
from typing import Any

from local.emulator.patches.rewrite import PatchError, module

TYPE = "AWS::DynamoDB::Table"


def apply() -> None:
    handlers = module("services.cloudformation.provisioners")._RESOURCE_HANDLERS.get(TYPE, {})
    if "delete" not in handlers:
        raise PatchError(f"The package deletes {TYPE} in another way by now.")
    handlers["delete"] = _refusing(handlers["delete"])


def _refusing(delete: Callable[[str, Any], None]) -> Callable[[str, Any], None]:
    def delete_if_free(physical_id: str, properties: Any) -> None:
        table = module("services.dynamodb")._tables.get(physical_id) or {}
        if table.get("DeletionProtectionEnabled"):
            raise ValueError(f"Resource cannot be deleted as it is currently protected against deletion: {physical_id}")
        delete(physical_id, properties)

    return delete_if_free
