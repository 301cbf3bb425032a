"""The saved workflows of all instances."""

from bisect import bisect_right
from typing import Any

from local.amc_simulator.configuration import Refusal
from local.amc_simulator.errors import AmcError, unknown_workflow


class WorkflowStore:
    """Definitions by instance and id. AMC keeps no versions: an update replaces. [guide]"""

    def __init__(self) -> None:
        self._saved: dict[str, dict[str, dict[str, Any]]] = {}

    def create(self, instance_id: str, definition: dict[str, Any], duplicate: Refusal) -> None:
        """Save under a new id."""
        saved = self._saved.setdefault(instance_id, {})
        if definition["workflowId"] in saved:
            raise AmcError(duplicate.status, duplicate.details.replace("{id}", definition["workflowId"]))
        saved[definition["workflowId"]] = definition

    def replace(self, instance_id: str, definition: dict[str, Any]) -> None:
        """Save under an id that exists."""
        self.get(instance_id, definition["workflowId"])
        self._saved[instance_id][definition["workflowId"]] = definition

    def get(self, instance_id: str, workflow_id: str, missing_status: int = 404) -> dict[str, Any]:
        """One definition."""
        found = self._saved.get(instance_id, {}).get(workflow_id)
        if found is None:
            raise unknown_workflow(workflow_id, missing_status)
        return found

    def delete(self, instance_id: str, workflow_id: str) -> None:
        """Forget one. Its runs stay listed."""
        self.get(instance_id, workflow_id)
        del self._saved[instance_id][workflow_id]

    def change_by_hand(self, instance_id: str, workflow_id: str, definition: dict[str, Any] | None) -> None:
        """Save, whatever was there, or with None forget."""
        saved = self._saved.setdefault(instance_id, {})
        saved.pop(workflow_id, None)
        if definition is not None:
            saved[workflow_id] = definition

    def all(self, instance_id: str) -> list[dict[str, Any]]:
        """Every definition of an instance, by id."""
        return [definition for _, definition in sorted(self._saved.get(instance_id, {}).items())]

    def page(self, instance_id: str, after: str, limit: int) -> list[dict[str, Any]]:
        """Definitions in the order of their ids, those behind `after`."""
        saved = self._saved.get(instance_id, {})
        ids = sorted(saved)
        start = bisect_right(ids, after)
        return [saved[workflow_id] for workflow_id in ids[start : start + limit]]
