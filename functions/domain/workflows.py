"""A tenant's desired workflow, and what of it goes to AMC."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

# Body fields of POST /workflows (Amazon's OpenAPI), and two that only its guide and sample notebook have.
AMC_FIELDS: Final = (
    "workflowId", "sqlQuery", "inputParameters", "outputColumns", "outputFormat", "inputSchema",
    "filteredMetricsDiscriminatorColumn", "privacyFilteringBehavior", "distinctUserCountColumn", "filteredReasonColumn",
)  # fmt: skip


def definition(row: Mapping[str, Any]) -> dict[str, Any]:
    """The workflow as AMC takes it: only AMC's own fields."""
    return {name: row[name] for name in AMC_FIELDS if name in row}


def definition_hash(row: Mapping[str, Any]) -> str:
    """The same for the same definition, whatever else the row carries."""
    text = json.dumps(definition(row), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def needs_sync(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Whether a change of a row of Workflows concerns AMC; WFM's own writes of the sync status do not."""
    if old is None or new is None:
        return True
    return definition_hash(old) != definition_hash(new)


def already_exists(text: str, workflow_id: str) -> bool:
    """AMC's only sign of a duplicate is this text, as Amazon's own clients know it."""
    return f"Workflow with ID {workflow_id} already exists" in text


def does_not_exist(text: str) -> bool:
    """AMC's sign of a workflow or run that is not there; it comes with 404, and with 400 too."""
    return "does not exist" in text
