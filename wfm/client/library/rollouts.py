"""The status of a library rollout, and following it: its record has the machine's progress, the tenants' rows AMC's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.poll_schedule import Clock, PollSchedule
from wfm.errors import NotEndedInTimeError
from wfm.model.rollout_plan import is_librarys
from wfm.model.rows import Document, whole_number

TO_COME, ROLLING, DONE, FAILED = "PENDING", "ROLLING", "DONE", "FAILED"
_ENDED: Final = (DONE, FAILED)


@dataclass(frozen=True, slots=True)
class Rollout:
    """A rollout to be followed: of a version, or (0) of the removal of the last one.

    `before` is the rollout that the record named when this one was requested.
    """

    workflow_id: str
    version: int
    before: str = ""


@dataclass(frozen=True, slots=True)
class RolloutStatus:
    """The status of a rollout: `done` of `tenants` have been seen to, `synced` have it in AMC.

    `failed` are the customers where AMC or WFM refused it, with the reason.
    """

    workflow_id: str
    version: int
    status: str
    reason: str = ""
    tenants: int = 0
    done: int = 0
    synced: int = 0
    pending: int = 0
    failed: tuple[tuple[str, str], ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the rollout has ended."""
        return self.status in _ENDED and (self.status == FAILED or not self.pending)

    @property
    def succeeded(self) -> bool:
        """Whether it ended, and every tenant that it reached has it in AMC."""
        return self.ended and self.status == DONE and not self.failed

    def as_json(self) -> dict[str, object]:
        """What `--json` prints of it, beside the names of workflow and version."""
        return {
            "status": self.status,
            "reason": self.reason or None,
            "tenants": self.tenants,
            "done": self.done,
            "synced": self.synced,
            "pending": self.pending,
            "failed": [{"customerId": name, "reason": reason} for name, reason in self.failed],
        }

    def named_as_json(self) -> dict[str, object]:
        """The same with the names of workflow and version; 0, of a removal, is none."""
        return {"workflowId": self.workflow_id, "version": self.version or None, **self.as_json()}


def rollout_status(rollout: Rollout, record: Document, rows: Sequence[Document]) -> RolloutStatus:
    """The status by the library record (empty if there is none) and the tenants' rows of the workflow."""
    if not rollout.version:
        left = [row for row in rows if is_librarys(row)]
        return RolloutStatus(rollout.workflow_id, 0, ROLLING if left else DONE, pending=len(left))
    of_this = [row for row in rows if row.get("libraryVersion") == rollout.version]
    states = [row.get("syncStatus", "PENDING") for row in of_this]
    refused = [
        (str(row["customerId"]), str(row.get("syncReason", ""))) for row in of_this if row.get("syncStatus") == "FAILED"
    ]
    begun = record if record.get("rolloutExecution", "") != rollout.before else {}
    return RolloutStatus(
        workflow_id=rollout.workflow_id,
        version=rollout.version,
        status=str(begun.get("rolloutStatus", TO_COME)),
        reason=str(begun.get("rolloutReason") or ""),
        tenants=whole_number(begun.get("rolloutTenants"), 0),
        done=whole_number(begun.get("rolloutDone"), 0),
        synced=states.count("SYNCED"),
        pending=states.count("PENDING"),
        failed=tuple(sorted(refused)),
    )


def follow(
    poll: Callable[[], Sequence[RolloutStatus]], timeout: float, clock: Clock
) -> Iterator[Sequence[RolloutStatus]]:
    """Each change until all have ended, the end itself included; NotEndedInTimeError after `timeout` seconds.

    The rows come from an index, which is a moment late: so the end must be seen twice.
    """
    before: Sequence[RolloutStatus] | None = None
    schedule = PollSchedule(timeout, clock)
    for late in schedule:
        now = poll()
        if now == before and all(one.ended for one in now):
            return
        if now != before:
            schedule.soon()
            yield now
        before = now
        if late:
            left = ", ".join(f"{one.workflow_id} is {one.status}" for one in now if not one.ended)
            raise NotEndedInTimeError(f"not ended after {timeout:g} s: {left or 'the last poll'}; it continues")
