"""One tenant's one workflow in AMC becomes what its row says now, whatever the event that started this saw.

Executions for one workflow may overlap. Each reads the row when it begins, looks at the row again after it has written
to AMC, and starts over if it is another one by then: so whoever wrote last has also read last. The row names the
execution that began last, and only that one may say on the row how it stands.
"""

from dataclasses import dataclass
from typing import TypedDict

from functions.ports import Ports
from functions.services.execution.preparation import active_tenant
from wfm.calendar.timestamps import iso
from wfm.errors import NotReadyYet, UnknownWorkflow
from wfm.model.rollout_plan import workflow_of
from wfm.model.rows import Row
from wfm.model.statuses import SyncStatus
from wfm.model.tenants import Tenant
from wfm.model.workflows import additions, conflicts, definition, definition_hash, differences


class SyncResult(TypedDict):
    """`desired` is the hash of what AMC shall show, "" where the row is gone; `done` tells a person what that took."""

    desired: str
    done: str


class CheckResult(TypedDict):
    """`changed`: the row has become another one since it was carried to AMC."""

    inSync: bool
    changed: bool


@dataclass(frozen=True)
class Sync:
    """The work of one execution (its ARN) on one workflow."""

    customer_id: str
    workflow_id: str
    execution: str
    ports: Ports

    def write(self) -> SyncResult:
        """Write to AMC what differs."""
        row = self.ports.workflows.begin_sync(self.customer_id, self.workflow_id, self.execution)
        if self.ports.tenants.find(self.customer_id) is None:
            raise NotReadyYet(f"customerId: {self.customer_id!r} is not onboarded yet")
        tenant = active_tenant(self.customer_id, self.ports.tenants)
        if row is None:
            return {"desired": "", "done": self._delete(tenant)}
        if not row.get("sqlQuery"):
            raise UnknownWorkflow(f"sqlQuery: {self.workflow_id!r} has none; allowed: AMC SQL")
        return {"desired": definition_hash(row), "done": self._put(tenant, definition(row))}

    def _put(self, tenant: Tenant, wanted: Row) -> str:
        shown = self.ports.amc.get_workflow(tenant, self.workflow_id)
        if shown is None:
            self.ports.amc.put_workflow(tenant, wanted)
            return "created in AMC"
        different = differences(wanted, shown)
        if not different:
            return "nothing to do"
        self.ports.amc.put_workflow(tenant, wanted, exists=True)
        return f"changed in AMC: {', '.join(different)}"

    def _delete(self, tenant: Tenant) -> str:
        """The workflow's schedules go first. What was scheduled since the row came back is not ours to take."""
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
        told = ["deleted in AMC"]
        told += [f"with its schedules {', '.join(removed)}"] if removed else []
        told += [f"with AMC's own schedules {', '.join(in_amc)}"] if in_amc else []
        return ", ".join(told)

    def check(self, desired: str) -> CheckResult:
        """Whether AMC shows the workflow as `desired` by now; if so, that goes onto the row."""
        shown = self.ports.amc.get_workflow(active_tenant(self.customer_id, self.ports.tenants), self.workflow_id)
        row = self.ports.workflows.find(self.customer_id, self.workflow_id)
        if desired != ("" if row is None else definition_hash(row)):
            return {"inSync": False, "changed": True}
        if row is None or shown is None:
            return {"inSync": row is None and shown is None, "changed": False}
        in_sync = not conflicts(row, shown)
        if in_sync:
            self._record_success(desired, additions(row, shown))
        return {"inSync": in_sync, "changed": False}

    def _record_success(self, desired: str, amc_adds: list[str]) -> None:
        """`amcAdds`: the fields in which AMC shows more than was given, which is then no drift."""
        self.ports.workflows.save_sync(
            self.customer_id,
            self.workflow_id,
            by=self.execution,
            syncStatus=SyncStatus.SYNCED,
            syncReason="",
            definitionHash=desired,
            syncedAt=iso(self.ports.clock()),
            amcAdds=amc_adds or None,
            drift=None,
            driftFoundAt=None,
        )
