"""Makes one workflow of one tenant in AMC what its row says now, whatever the event said.

Executions for one workflow may overlap. Each reads the row when it begins, reads it again after its write to AMC, and
starts over if it has changed: so the last writer has read the latest row. The row names the execution that began last;
only that one writes the row's status.
"""

from dataclasses import dataclass
from typing import Final, TypedDict

from functions.ports import Ports
from functions.services.execution.preparation import active_tenant
from wfm.calendar.timestamps import iso
from wfm.errors import InvalidRecord, NotReadyYet, UnknownWorkflow
from wfm.model.amc_echo import Unlike, echo_of, unlike, warning
from wfm.model.record_fields import slips_in_workflow
from wfm.model.rollout_plan import workflow_of
from wfm.model.rows import Document
from wfm.model.statuses import SyncStatus
from wfm.model.tenants import Tenant
from wfm.model.workflows import definition, definition_hash, differences

STABLE_POLLS: Final = 6  # a minute, in which AMC may still show what was there before


class SyncResult(TypedDict):
    """`desired` is the hash of what AMC should have, "" if the row is gone; `done` says what was done."""

    desired: str
    done: str


class CheckResult(TypedDict):
    """`changed` means that the row has changed since the write to AMC."""

    inSync: bool
    changed: bool


@dataclass(frozen=True)
class Sync:
    """The work of one execution (its ARN) on one workflow."""

    customer_id: str
    workflow_id: str
    execution: str
    ports: Ports

    @property
    def _key(self) -> tuple[str, str]:
        return self.customer_id, self.workflow_id

    def sync_workflow(self) -> SyncResult:
        """Create, change or delete the workflow in AMC, if it differs."""
        row = self.ports.workflows.begin_sync(self.customer_id, self.workflow_id, self.execution)
        if self.ports.tenants.find(self.customer_id) is None:
            raise NotReadyYet(f"customerId: {self.customer_id!r} is not onboarded yet")
        tenant = active_tenant(self.customer_id, self.ports.tenants)
        if row is None:
            return {"desired": "", "done": self._delete(tenant)}
        if slips := slips_in_workflow(row):
            raise InvalidRecord(slips)
        if not row.get("sqlQuery"):
            raise UnknownWorkflow(f"sqlQuery: {self.workflow_id!r} has none; allowed: AMC SQL")
        return {"desired": definition_hash(row), "done": self._put(tenant, definition(row))}

    def _put(self, tenant: Tenant, wanted: Document) -> str:
        shown = self.ports.amc.get_workflow(tenant, self.workflow_id)
        if shown is None:
            self.ports.amc.put_workflow(tenant, wanted)
            return "created in AMC"
        different = differences(wanted, shown)
        if not different:
            return "nothing to do"
        self.ports.workflows.save_sync(*self._key, by=self.execution, amcBefore=echo_of(shown))
        self.ports.amc.put_workflow(tenant, wanted, exists=True)
        return f"changed in AMC: {', '.join(different)}"

    def _delete(self, tenant: Tenant) -> str:
        """Delete the workflow and its schedules, but none that was added since the row came back."""
        of_tenant = self.ports.schedules.of_tenant(self.customer_id)
        schedules = [schedule for schedule in of_tenant if workflow_of(schedule) == self.workflow_id]
        if self.ports.workflows.find(self.customer_id, self.workflow_id) is not None:
            return "nothing to do, it came back"
        removed = [
            str(schedule["Name"])
            for schedule in schedules
            if self.ports.schedules.remove(self.customer_id, str(schedule["Name"]), schedule)
        ]
        in_amc = self.ports.amc.delete_workflow(tenant, self.workflow_id)
        texts = ["deleted in AMC"]
        texts += [f"with its schedules {', '.join(removed)}"] if removed else []
        texts += [f"with AMC's own schedules {', '.join(in_amc)}"] if in_amc else []
        return ", ".join(texts)

    def check_workflow(self, desired: str, polls: int) -> CheckResult:
        """Whether AMC has the `desired` workflow; if so, the row becomes SYNCED.

        AMC may show it differently than it was given. That is accepted once it cannot be the state before the write, or
        after some `polls` (how often this was asked before).
        """
        shown = self.ports.amc.get_workflow(active_tenant(self.customer_id, self.ports.tenants), self.workflow_id)
        row = self.ports.workflows.find(self.customer_id, self.workflow_id)
        if desired != ("" if row is None else definition_hash(row)):
            return {"inSync": False, "changed": True}
        if row is None or shown is None:
            return {"inSync": row is None and shown is None, "changed": False}
        different = unlike(row, shown)
        if polls < STABLE_POLLS and _may_be_old(row, shown, different):
            return {"inSync": False, "changed": False}
        self._record_success(desired, shown, warning(different))
        return {"inSync": True, "changed": False}

    def _record_success(self, desired: str, shown: Document, reason: str) -> None:
        """`amcEcho` is what AMC shows now, which is no drift later; `syncReason` names what it shows differently."""
        self.ports.workflows.save_sync(
            *self._key,
            by=self.execution,
            syncStatus=SyncStatus.SYNCED,
            syncReason=reason,
            definitionHash=desired,
            syncedAt=iso(self.ports.clock()),
            amcEcho=echo_of(shown),
            amcBefore=None,
            amcAdds=None,
            drift=None,
            driftFoundAt=None,
        )


def _may_be_old(row: Document, shown: Document, different: list[Unlike]) -> bool:
    """Whether AMC may still show the state before the write: another value, or all of the earlier ones."""
    if not different:
        return False
    return any(not each.is_left_out for each in different) or row.get("amcBefore") == echo_of(shown)
