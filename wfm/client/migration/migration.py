"""`wfm.migration`: the predecessors' rows into WFM's, by the functions of the commands."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from wfm.client.adapters.old_tables import OldTables
from wfm.client.aws import Aws
from wfm.client.machines import Outcome
from wfm.client.migration.comparison import Comparison, There, is_of
from wfm.client.migration.old_library import read_library
from wfm.client.migration.old_rows import Kind, OldRow, Read
from wfm.client.migration.old_schedules import read_schedules, workflows_run
from wfm.client.migration.old_tenants import read_tenants
from wfm.client.migration.old_workflows import Brought, read_workflows
from wfm.client.migration.plan import KINDS, Action, MigrationPlan, Planned
from wfm.client.poll_schedule import CLOCK, Clock
from wfm.client.schedules.schedules import Schedules
from wfm.client.tenants.onboarding import ONBOARDING_TIMEOUT, TenantChange
from wfm.client.tenants.tenants import Tenants
from wfm.client.workflow_files.writing import plan as plan_files
from wfm.client.workflow_files.writing import write as write_files
from wfm.client.workflows.workflows import Workflows
from wfm.errors import NotEndedInTimeError, UsageError, WfmError
from wfm.model.library_workflows import read_library_record
from wfm.model.tps_records import read_tps_record

_OF_NOTHING: Final[Mapping[Kind, str]] = {
    Kind.HISTORY: "a run of the past; what AMC still lists WFM finds by itself",
    Kind.DATA_LAKE: "the data lake's; WFM has none",
}
_UNKNOWN: Final = (
    "no row of the predecessors' tables; allowed: their libraries, workflows, schedules, rules and customers"
)


@dataclass(slots=True)
class Done:
    """What became of a planned row; `problem` is "" where it was written."""

    planned: Planned
    status: str
    problem: str = ""

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {**self.planned.as_json(), "status": self.status, "problem": self.problem or None}


class Migration:
    """Reads nothing of the predecessors itself: it is given their rows."""

    def __init__(self, aws: Aws, tenants: Tenants, workflows: Workflows, schedules: Schedules) -> None:
        self._aws = aws
        self._tenants = tenants
        self._workflows = workflows
        self._schedules = schedules

    def old_tables(self, profile: str | None = None, region: str | None = None) -> OldTables:
        """The tables and rules that another profile or region has, or else WFM's own."""
        return self._aws.old_tables(profile, region)

    def own_tables(self) -> Collection[str]:
        """The names of this deployment's tables, but for CustomerConfig, which may be a predecessor's."""
        names = asdict(self._aws.deployment)
        return {name for field, name in names.items() if field.endswith("_table") and field != "customer_config_table"}

    def plan(
        self,
        rows: Iterable[OldRow],
        now: datetime,
        *,
        folder: Path | None = None,
        only: Collection[str] = (),
        force: bool = False,
        each: Callable[[Sequence[Read]], Iterable[Read]] = iter,
    ) -> MigrationPlan:
        """What is to become of each row; nothing is written.

        `folder` is where the library's files go. `only` are names of KINDS, none for all. With `force` what WFM has and
        says something else is overwritten. `each` sees the rows pass that are held against WFM.
        """
        wanted = {KINDS[name] for name in only or KINDS}
        old: dict[Kind, list[OldRow]] = {kind: [] for kind in Kind}
        for row in rows:
            old[row.kind].append(row)
        tenants = read_tenants(old[Kind.TENANT])
        library = read_library(old[Kind.LIBRARY], now)
        there = There(self._aws, self._tenants.list())
        known = there.tenants | {one.name: read_tps_record(one.wanted) for one in tenants if one.is_usable}
        brought = Brought(library, known)
        schedules = read_schedules(old[Kind.SCHEDULE], old[Kind.RULE], brought)
        workflows = read_workflows(old[Kind.WORKFLOW], brought, workflows_run(schedules))
        compare = Comparison(there, library, workflows, now, force=force)
        compare.expect(tenants if Kind.TENANT in wanted else [])
        planned = compare.files(folder) if Kind.LIBRARY in wanted else []
        others = [one for one in (*tenants, *workflows, *schedules) if is_of(one, wanted)]
        planned += [compare.planned(one) for one in each(others)]
        return MigrationPlan([*planned, *_of_nothing(old)])

    def apply(
        self,
        plan: MigrationPlan,
        folder: Path | None,
        timeout: float = ONBOARDING_TIMEOUT,
        clock: Clock = CLOCK,
    ) -> Iterator[Done]:
        """Write what is planned, and say of each row what became of it.

        The tenants are waited for, `timeout` seconds each, before anything of theirs is written. What somebody else
        has changed meanwhile is a problem of its row.
        """
        yield from self._write_library(plan, folder)
        failed: set[str] = set()
        for done in self._write_tenants(plan, timeout, clock):
            failed |= {done.planned.read.customer_id} if done.problem else set()
            yield done
        for planned in plan.of(Action.ADD, Action.CHANGE):
            if planned.read.kind in (Kind.WORKFLOW, Kind.SCHEDULE):
                yield self._write_row(planned, failed)

    def _write_library(self, plan: MigrationPlan, folder: Path | None) -> Iterator[Done]:
        planned = {one.read.name: one for one in plan.of(Action.WRITE)}
        if not planned:
            return
        if folder is None:
            problem = "--library: is missing, and the library's workflows are written as files"
            raise UsageError(f"{problem}; allowed: --library DIR, or --only without library")
        workflows = [read_library_record(one.read.wanted) for one in planned.values()]
        write_files(plan_files(workflows, folder, force=True))
        yield from (Done(one, "written") for one in planned.values())

    def _write_tenants(self, plan: MigrationPlan, timeout: float, clock: Clock) -> Iterator[Done]:
        """All are written first, and then waited for: their onboardings go on side by side."""
        begun: list[tuple[Planned, TenantChange]] = []
        for planned in plan.of(Action.ADD, Action.CHANGE, Action.AGAIN):
            if planned.read.kind != Kind.TENANT:
                continue
            try:
                begun.append((planned, self._tenants.put(planned.read.wanted)))
            except WfmError as exc:
                yield Done(planned, "not written", str(exc))
        for planned, change in begun:
            yield self._onboarded(planned, change, timeout, clock)

    def _onboarded(self, planned: Planned, change: TenantChange, timeout: float, clock: Clock) -> Done:
        try:
            *_, outcome = self._tenants.wait(change, timeout, clock)
        except NotEndedInTimeError as exc:
            return Done(planned, "not ended", str(exc))
        if not isinstance(outcome, Outcome) or not outcome.succeeded:
            reason = outcome.reason if isinstance(outcome, Outcome) else None
            return Done(planned, "FAILED", reason or "its onboarding failed")
        return Done(planned, outcome.status)

    def _write_row(self, planned: Planned, failed: Collection[str]) -> Done:
        read = planned.read
        if read.customer_id in failed:
            return Done(planned, "not written", f"its tenant {read.customer_id} is not there")
        try:
            if read.kind == Kind.WORKFLOW:
                self._workflows.put(read.customer_id, read.wanted)
            else:
                self._schedules.put(read.customer_id, str(read.wanted["Name"]), read.wanted, unlisted=True)
        except WfmError as exc:
            return Done(planned, "not written", str(exc))
        return Done(planned, "written")


def _of_nothing(old: Mapping[Kind, Sequence[OldRow]]) -> Iterator[Planned]:
    """The rows that lead to nothing, those of a source as one; and those that nobody knows, one by one."""
    for kind, why in _OF_NOTHING.items():
        sources = [row.source for row in old[kind]]
        for source in sorted(set(sources)):
            yield Planned(Read(kind, f"{sources.count(source)} rows", source, left_out=why), Action.LEFT_OUT, why)
    for row in old[Kind.UNKNOWN]:
        fields = ", ".join(sorted(row.document)) or "no field"
        name = row.customer_id or row.text("workflowId") or row.text("Name") or f"a row with {fields:.60}"
        yield Planned(Read(Kind.UNKNOWN, name, row.source, problem=_UNKNOWN), Action.REFUSED, _UNKNOWN)
