"""The client's part that looks after tenants' workflows: how they stand in AMC, syncing them, and finding drift."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wfm.client.machines import Outcome, StateEntered
from wfm.client.records import Row, Workflow
from wfm.client.waiting import CLOCK, Clock, Looks
from wfm.client.workflows.syncing import SyncStarted, follow_sync
from wfm.errors import NotEndedInTimeError, UsageError
from wfm.model.rollout_plan import workflow_of

if TYPE_CHECKING:
    from wfm.client.wfm import Wfm

TEN_MINUTES: Final = 600.0  # seconds; as long as `workflow_sync` waits for AMC to show what it took
SERVED: Final = ("ACTIVE", "PAUSED")


@dataclass(frozen=True, slots=True)
class WorkflowDetails:
    """A workflow and the names of the schedules that run it."""

    workflow: Workflow
    schedules: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {**self.workflow.row, "schedules": list(self.schedules)}


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What a check found: the workflows that are not in AMC as WFM put them there, or why AMC could not be asked."""

    customer_id: str
    checked_at: str | None
    failure: str | None
    drifted: tuple[Workflow, ...]

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        drifted = [
            {"workflowId": each.workflow_id, "drift": each.row["drift"], "driftFoundAt": each.row.get("driftFoundAt")}
            for each in self.drifted
        ]
        return {
            "customerId": self.customer_id,
            "checkedAt": self.checked_at,
            "failure": self.failure,
            "drifted": drifted,
        }


class Workflows:
    """Of one deployment. UnknownCustomer and UnknownWorkflow come with close matches."""

    def __init__(self, wfm: "Wfm") -> None:
        self._wfm = wfm

    def all(self, customer_id: str) -> list[Workflow]:
        """A customer's workflows, by id."""
        self._wfm.tenant(customer_id)
        return [Workflow.from_row(row) for row in self._wfm.aws.tables.workflows(customer_id)]

    def details(self, customer_id: str, workflow_id: str) -> WorkflowDetails:
        """One workflow, with what runs it."""
        workflow = self._wfm.workflow(customer_id, workflow_id)
        rows = self._wfm.aws.schedules.of_tenant(customer_id)
        return WorkflowDetails(workflow, tuple(str(row["Name"]) for row in rows if workflow_of(row) == workflow_id))

    def remove(self, customer_id: str, workflow_id: str) -> WorkflowDetails:
        """Take a workflow out, in AMC too; its schedules go before it. What it was.

        One from the library comes back with the library's next rollout.
        """
        details = self.details(customer_id, workflow_id)
        self._wfm.aws.tables.remove_workflow(customer_id, workflow_id)
        return details

    def sync(self, customer_id: str, workflow_id: str) -> SyncStarted:
        """Bring a workflow in AMC to what its row says, now."""
        self._wfm.workflow(customer_id, workflow_id)
        return SyncStarted(customer_id, workflow_id, self._wfm.aws.syncing.start(customer_id, workflow_id))

    def following(
        self, started: SyncStarted, timeout: float = TEN_MINUTES, clock: Clock = CLOCK
    ) -> Iterator[StateEntered | Outcome]:
        """Each state that a sync enters, and at last how the workflow stands; NotEndedInTimeError after `timeout`."""

        def standing() -> Row | None:
            row = self._wfm.aws.tables.workflow(started.customer_id, started.workflow_id)
            return Workflow.from_row(row).row if row else None

        return follow_sync(self._wfm.aws.syncing, standing, started, timeout, clock)

    def ask_for_drift(self, customer_id: str) -> None:
        """Have a tenant's workflows compared with AMC now, and not only once a day."""
        status = self._wfm.tenant(customer_id).row.get("status")
        if status not in SERVED:
            raise UsageError(f"customerId: {customer_id} is {status}; allowed: one that is {' or '.join(SERVED)}")
        self._wfm.aws.tables.ask_for_drift_check(customer_id)
        self._wfm.aws.tracking.look_at(customer_id)

    def drift(self, customer_id: str) -> DriftReport:
        """What the last check found; `checked_at` is None while one that was asked for goes on."""
        row = self._wfm.tenant(customer_id).row
        drifted = tuple(each for each in self.all(customer_id) if each.row.get("drift"))
        return DriftReport(customer_id, row.get("driftCheckedAt"), row.get("driftFailure"), drifted)

    def drift_found(self, customer_id: str, timeout: float = TEN_MINUTES, clock: Clock = CLOCK) -> DriftReport:
        """The same once the check that was asked for is through; NotEndedInTimeError after `timeout` seconds."""
        for _ in Looks(timeout, clock):
            report = self.drift(customer_id)
            if report.checked_at or report.failure:
                return report
        raise NotEndedInTimeError(f"not ended after {timeout:g} s: {customer_id} is still to be looked at")
