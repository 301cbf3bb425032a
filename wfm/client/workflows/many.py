"""Many workflows that are removed at once: what became of each."""

from dataclasses import dataclass
from typing import Final

from wfm.client.many import Did

TO_BE_DELETED: Final = "to be deleted"
NOT_CHANGED: Final = "not changed"


@dataclass(frozen=True, slots=True)
class WorkflowRemoved:
    """What became of one workflow: it is to be deleted in AMC, with its `schedules`, or not changed for the reason."""

    customer_id: str
    workflow_id: str
    change: str
    schedules: tuple[str, ...] = ()
    reason: str = ""

    @property
    def did(self) -> Did:
        """Whether it goes."""
        return Did.FAILED if self.change == NOT_CHANGED else Did.DONE

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        head = {"customerId": self.customer_id, "workflowId": self.workflow_id, "change": self.change}
        return {**head, "schedules": [*self.schedules], "reason": self.reason or None}
