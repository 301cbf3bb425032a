"""Old rows held against what WFM has: what is new, what is there already, and what says something else there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from wfm.client.aws import Aws
from wfm.client.library.entries import LibraryEntries
from wfm.client.library.plan import Known
from wfm.client.migration.old_library import OldLibrary
from wfm.client.migration.old_rows import Kind, Read
from wfm.client.migration.old_schedules import workflow_run
from wfm.client.migration.plan import Action, Planned
from wfm.client.records import Tenant as TenantView
from wfm.client.schedules import schedules
from wfm.client.suggestions import case_twin, suggest
from wfm.client.tenants.onboarding import SERVICEABLE
from wfm.client.tenants.tps_fields import merged
from wfm.client.workflow_files.definitions import check_definition
from wfm.client.workflow_files.folder import texts
from wfm.client.workflow_files.writing import plan as plan_files
from wfm.client.workflows import workflows
from wfm.errors import InvalidRecord, Problem, UnknownWorkflow, WfmError
from wfm.model.parameters import check_payload_parameters
from wfm.model.rollout_plan import tenant_in_service
from wfm.model.rows import Document
from wfm.model.statuses import TenantStatus
from wfm.model.tenants import Tenant

_FORCE: Final = "allowed: --force, to overwrite it"


def is_of(read: Read, kinds: Collection[Kind]) -> bool:
    """Whether a row is of these kinds; a rule is one of schedules."""
    return (Kind.SCHEDULE if read.kind == Kind.RULE else read.kind) in kinds


class There:
    """What WFM has, each tenant's rows read once."""

    def __init__(self, aws: Aws, tenants: Sequence[TenantView]) -> None:
        self.records = aws.tables.records
        self._tables = aws.tables
        self._entries = LibraryEntries(aws)
        self.views = {tenant.customer_id: tenant for tenant in tenants}
        served = {name: tenant_in_service(view.row) for name, view in self.views.items()}
        self.tenants: dict[str, Tenant] = {name: tenant for name, tenant in served.items() if tenant is not None}
        self.schedules = cache(self._schedules)
        self.workflows = cache(self._workflows)

    def _schedules(self, customer_id: str) -> Mapping[str, Document]:
        """The tenant's schedules by name."""
        return {str(row["Name"]): row for row in self._tables.schedules.of_tenant(customer_id)}

    def _workflows(self, customer_id: str) -> Mapping[str, Document]:
        """The tenant's workflows by id."""
        return {str(row["workflowId"]): row for row in self._tables.workflows.of_tenant(customer_id)}

    def library(self) -> Mapping[str, Known]:
        """What the library has, by id."""
        return {name: Known.of(records) for name, records in self._entries.by_id().items()}


class Comparison:
    """Judges one row after another; nothing is written."""

    def __init__(self, there: There, library: OldLibrary, own: Sequence[Read], now: datetime, *, force: bool) -> None:
        self._there, self._library, self._now, self._force = there, library, now, force
        self._own = {one.name: one.wanted for one in own if one.is_usable}
        self._coming: dict[str, str] = {}  # why a tenant that is expected does not come, "" if it does
        self._instances = {view.amc_instance_id: name for name, view in there.views.items() if _is_served(view)}

    def expect(self, tenants: Iterable[Read]) -> None:
        """Tenants whose records are to be written before what is theirs."""
        self._coming = {one.name: "its tenant is refused" if one.problem else "" for one in tenants}

    def planned(self, read: Read) -> Planned:
        """What is to become of a tenant, a workflow, a schedule or a rule."""
        if read.left_out:
            return Planned(read, Action.LEFT_OUT, read.left_out)
        try:
            problem = read.problem or ("" if read.kind == Kind.TENANT else self._homeless(read.customer_id))
            if problem:
                return Planned(read, Action.REFUSED, problem)
            judge = {Kind.TENANT: self._tenant, Kind.WORKFLOW: self._workflow, Kind.SCHEDULE: self._schedule}
            return judge[read.kind](read)
        except WfmError as exc:
            return Planned(read, Action.REFUSED, str(exc))

    def files(self, folder: Path | None) -> list[Planned]:
        """The library's workflows, which a folder gets. One that WFM's library has so is there already."""
        pushed = self._there.library() if self._library.workflows else {}
        wanted = [
            workflow
            for name, workflow in self._library.workflows.items()
            if not (name in pushed and (known := pushed[name].workflow) and texts(known) == texts(workflow))
        ]
        written = (
            plan_files(wanted, folder, force=True).to_write if folder else [(one, Path(), Path()) for one in wanted]
        )
        to_write = {workflow.workflow_id: sql for workflow, sql, _ in written}
        return [self._file(one, to_write, pushed) for one in self._library.read]

    def _file(self, read: Read, to_write: Mapping[str, Path], pushed: Mapping[str, Known]) -> Planned:
        if not read.is_usable:
            action = Action.LEFT_OUT if read.left_out else Action.REFUSED
            return Planned(read, action, read.left_out or read.problem)
        if read.name not in to_write:
            return Planned(read, Action.SAME)
        path = to_write[read.name]
        if path.is_file() and not self._force:
            return Planned(read, Action.REFUSED, f"{path} says something else; {_FORCE}")
        known = pushed.get(read.name)
        return Planned(read, Action.WRITE, f"a push will make it version {known.latest + 1}" if known else "")

    def _homeless(self, customer_id: str) -> str:
        """Why there is no tenant whose the row could be; "" if there is one, or one comes."""
        if customer_id in self._coming:
            return self._coming[customer_id]
        view = self._there.views.get(customer_id)
        if view is not None and view.status not in (TenantStatus.OFFBOARDED, TenantStatus.OFFBOARDING):
            return ""
        known = sorted({*self._there.views, *self._coming})
        return f"customerId: no tenant {customer_id!r} here or in WFM; {suggest(customer_id, known)}"

    def _tenant(self, read: Read) -> Planned:
        before = self._there.records.find(read.name)
        after = merged(before or {}, read.wanted)
        self._there.records.check(before, after)
        self._check_own(read)
        view = self._there.views.get(read.name)
        if before == after:
            is_well = view is not None and view.row.get("status") in SERVICEABLE
            return Planned(read, Action.SAME if is_well else Action.AGAIN)
        differing = sorted(name for name, value in read.wanted.items() if before and before.get(name, value) != value)
        if differing and not self._force:
            return Planned(read, Action.REFUSED, f"its record says something else in {', '.join(differing)}; {_FORCE}")
        new = sorted(name for name in read.wanted if before and name not in before)
        return Planned(read, Action.CHANGE if before else Action.ADD, ", ".join(dict.fromkeys([*differing, *new])))

    def _check_own(self, read: Read) -> None:
        """InvalidRecord for the id or the instance of another tenant, here or among those that come before."""
        names = [name for name in {*self._there.views, *self._coming} if name != read.name]
        if twin := case_twin(read.name, names):
            raise InvalidRecord([Problem("customerId", f"differs from {twin} in case alone", "another id")])
        instance = str(read.wanted["amcInstanceId"])
        owner = self._instances.setdefault(instance, read.name)
        if owner != read.name:
            problem = f"{instance!r} belongs to {owner} already"
            raise InvalidRecord([Problem("amcInstanceId", problem, "one tenant an instance")])

    def _workflow(self, read: Read) -> Planned:
        there = self._there.workflows(read.customer_id)
        workflow_id = str(read.wanted["workflowId"])
        workflows.check_fields(read.wanted)
        doubts = check_definition(read.wanted, self._now)
        known = there.get(workflow_id)
        if known is None and (twin := case_twin(workflow_id, there)):
            raise InvalidRecord([Problem("workflowId", f"differs from {twin} in case alone", "another id")])
        change = workflows.changed(known, read.wanted)
        differing = [name for name, value in change.fields.items() if known is None or known.get(name) != value]
        return self._against(replace(read, notes=[*read.notes, *doubts]), known, differing)

    def _schedule(self, read: Read) -> Planned:
        there, name = self._there.schedules(read.customer_id), str(read.wanted["Name"])
        known = there.get(name)
        if known is not None:  # whether it is paused is people's to say, once it is here
            read = replace(read, wanted={field: read.wanted[field] for field in read.wanted if field != "paused"})
        change = schedules.changed(known, read.customer_id, name, read.wanted, self._now)
        if known is None and (twin := case_twin(name, there)):
            raise InvalidRecord([Problem("Name", f"differs from {twin} in case alone", "another name")])
        if workflow_id := workflow_run(read.wanted):
            check_payload_parameters(change.schedule.payload, self._definition(read.customer_id, workflow_id))
        return self._against(read, known, [*change.set, *change.gone])

    def _definition(self, customer_id: str, workflow_id: str) -> Document:
        """The workflow that a schedule will run; UnknownWorkflow if nobody brings it."""
        own = self._own.get(f"{customer_id}/{workflow_id}") or self._there.workflows(customer_id).get(workflow_id)
        if own is not None:
            return own
        if workflow := self._library.workflows.get(workflow_id):
            return workflow.definition
        raise UnknownWorkflow(
            f"Input.payload.workflowId: nothing here or in WFM is {workflow_id!r:.80}; allowed: once the tenant"
            f" is there, wfm workflows adopt --customer {customer_id} --workflow {workflow_id} --to-tenant"
        )

    def _against(self, read: Read, known: Document | None, differing: Sequence[str]) -> Planned:
        if known is None:
            return Planned(read, Action.ADD)
        if not differing:
            return Planned(read, Action.SAME)
        fields = ", ".join(sorted(differing))
        if not self._force:
            return Planned(read, Action.REFUSED, f"WFM has it, and says something else in {fields}; {_FORCE}")
        return Planned(read, Action.CHANGE, fields)


def _is_served(view: TenantView) -> bool:
    return bool(view.amc_instance_id) and view.status != TenantStatus.OFFBOARDED
