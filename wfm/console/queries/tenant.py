"""What Tenant shows: one tenant with its slots, its waiting queue, its workflows and schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from wfm.client.records import Workflow
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.tenants.details import TenantDetails
from wfm.client.tenants.explain_wait import explain_wait
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.console.queries.runs import open_runs
from wfm.model.durations import Durations, read_durations

MOST_WAITING: Final = 50
MOST_LINES: Final = 100  # workflows, and schedules
MOST_BOXES: Final = 60


@dataclass(frozen=True, slots=True)
class WorkflowLine:
    """A workflow, and how long its runs take as far as WFM has learnt it."""

    workflow: Workflow
    durations: Durations | None

    @property
    def usual(self) -> float | None:
        """The seconds that half of its runs do not exceed; None as long as WFM has seen none."""
        return exp(self.durations.mean) if self.durations and self.durations.count else None


@dataclass(frozen=True, slots=True)
class TenantView:
    """One tenant. `waiting` are the first of `details.slots.waiting`, `priorities` of those that have not ended."""

    details: TenantDetails
    held: str
    boxes: Sequence[str]
    free: int
    waiting: Sequence[str]
    priorities: dict[str, str]
    workflows: Sequence[WorkflowLine]
    workflow_count: int
    schedules: Sequence[TenantSchedule]
    schedule_count: int


def read_tenant(wfm: Wfm, given: Given) -> TenantView:
    """The tenant that the address names. A dozen calls, however many runs it had."""
    customer = given.needed("tenant")
    details = wfm.tenants.details(customer)
    slots, limit = details.slots, details.tenant.limit
    boxes = [*slots.holders, *["elsewhere"] * slots.external][:MOST_BOXES]
    waiting = slots.waiting[:MOST_WAITING]
    asked = open_runs(wfm, [customer]) if waiting or slots.holders else []
    workflows, schedules = wfm.workflows.list(customer), wfm.schedules.list(customer)
    return TenantView(
        details,
        explain_wait(details.tenant),
        boxes,
        min(max(limit - slots.running, 0), MOST_BOXES),
        waiting,
        {run.run_id: run.request.priority for run in asked if run.request},
        [WorkflowLine(one, read_durations(one.row.get("durations"))) for one in workflows[:MOST_LINES]],
        len(workflows),
        schedules[:MOST_LINES],
        len(schedules),
    )
