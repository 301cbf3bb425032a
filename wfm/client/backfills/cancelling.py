"""Cancelling backfills: one, or many at once."""

from dataclasses import dataclass
from typing import Final

from wfm.client.backfills.status import BackfillStatus
from wfm.client.many import Did

CANCELLING: Final = "CANCELLING"
NOT_CANCELLED: Final = "NOT CANCELLED"
RUNNING: Final = "RUNNING"


@dataclass(frozen=True, slots=True)
class BackfillCancellation:
    """The result for one backfill: CANCELLING, the status at which it had ended before, or NOT CANCELLED."""

    backfill_id: str
    status: str
    cancelled: int
    detail: str

    @property
    def did(self) -> Did:
        """What had ended before needs no cancelling."""
        return {CANCELLING: Did.DONE, NOT_CANCELLED: Did.FAILED}.get(self.status, Did.NOTHING_LEFT)

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        head = {"backfillId": self.backfill_id, "status": self.status}
        return {**head, "cancelled": self.cancelled, "detail": self.detail}


def stopped(status: BackfillStatus) -> BackfillCancellation:
    """The result for one whose execution has just been stopped."""
    left = status.requests - status.ended
    return BackfillCancellation(status.execution.backfill_id, CANCELLING, left, f"{left} of its requests had not ended")


def ended_before(status: BackfillStatus) -> BackfillCancellation:
    """The result for one that had ended before."""
    return BackfillCancellation(status.execution.backfill_id, status.execution.status, 0, "it had ended already")


def not_cancelled(status: BackfillStatus, why: str) -> BackfillCancellation:
    """The result for one that could not be stopped."""
    return BackfillCancellation(status.execution.backfill_id, NOT_CANCELLED, 0, why)
