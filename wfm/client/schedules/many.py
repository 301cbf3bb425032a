"""Many schedules that are paused, resumed or removed at once: which, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.many import Did
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.suggestions import require_known_name
from wfm.model.rows import text_or_none

UNCHANGED: Final = "unchanged"
NOT_CHANGED: Final = "not changed"


@dataclass(frozen=True, slots=True)
class ScheduleChanged:
    """What became of one schedule: `change` is paused, resumed, removed, unchanged, or not changed for the reason."""

    customer_id: str
    name: str
    change: str
    reason: str = ""

    @property
    def did(self) -> Did:
        """One that was as wanted is left as it is."""
        return {UNCHANGED: Did.NOTHING_LEFT, NOT_CHANGED: Did.FAILED}.get(self.change, Did.DONE)

    def as_json(self) -> dict[str, str | None]:
        """What `--json` prints."""
        head = {"customerId": self.customer_id, "Name": self.name}
        return {**head, "change": self.change, "reason": self.reason or None}


def choose(
    found: Sequence[TenantSchedule], names: Sequence[str] = (), workflow: str | None = None
) -> list[TenantSchedule]:
    """Of these schedules those with one of the names, and of the workflow, if any are given.

    UsageError for a name or a workflow that none of them has.
    """
    for name in names:
        require_known_name("Name", "a schedule", name, [one.name for one in found])
    if workflow is not None:
        require_known_name("workflowId", "a schedule of", workflow, [workflow_of(one) for one in found])
    return [
        one for one in found if (not names or one.name in names) and (workflow is None or workflow_of(one) == workflow)
    ]


def workflow_of(found: TenantSchedule) -> str:
    """The workflow that it runs; "" for a query of its own, or a row that WFM cannot use."""
    return text_or_none(found.schedule.payload.get("workflowId")) or "" if found.schedule else ""
