"""ListDueTenants: names the tenants to poll, in batches: one tenant, the owners of a bucket, or all that are due.

With each tick it also names the schedules and the workflows whose deadlines and newest results are to be looked at.
"""

from datetime import datetime
from typing import Final, NotRequired, TypedDict, TypeVar

from functions.runtime.entry import entry
from functions.runtime.inputs import WatchedSchedule, WatchedWorkflow
from functions.runtime.wiring import Ports
from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.model.timeouts import TICK_TOLERANCE

TENANTS_PER_BATCH: Final = 10  # polled by one Lambda, one by one: about five seconds if AMC is well; of looks, too
MAX_TENANTS_PER_TICK: Final = 2000  # what the machine's five minutes and its state allow; the next tick has the others
MAX_LOOKS_PER_TICK: Final = 1000  # at schedules, and at results; a look is some ten calls of DynamoDB
Each = TypeVar("Each")


class ListDueTenantsInput(TypedDict):
    """The tenant to poll, or a bucket whose owners to poll; neither: all tenants that are due."""

    customerId: NotRequired[str | None]
    bucket: NotRequired[str | None]


class DueBatch(TypedDict):
    """The tenants of one Lambda call, schedules or workflows; `asked`: somebody wants the poll now, due or not."""

    tenants: list[str]
    asked: bool
    schedules: list[WatchedSchedule]
    workflows: NotRequired[list[WatchedWorkflow]]


class ListDueTenantsOutput(TypedDict):
    """Batches of tenants, the most overdue first."""

    batches: list[DueBatch]


@entry
def handler(event: ListDueTenantsInput, ports: Ports) -> ListDueTenantsOutput:
    """Name the tenants; of those that are due at most MAX_TENANTS_PER_TICK."""
    customer_id, bucket = event.get("customerId"), event.get("bucket")
    watched, results = list[WatchedSchedule](), list[WatchedWorkflow]()
    if customer_id:
        found = [customer_id]
    elif bucket:
        found = ports.tenants.by_bucket(bucket)
    else:
        now = ports.clock()
        due = ports.tenants.due(now + TICK_TOLERANCE)
        found = list(due)[:MAX_TENANTS_PER_TICK]
        ports.metrics.seconds("TrackerLag", max((_lag(at, now) for at in list(due.values())[:1]), default=0.0))
        looks = ports.schedules.to_look_at(now + TICK_TOLERANCE, MAX_LOOKS_PER_TICK)
        watched = [{"customerId": owner, "name": name} for owner, name in looks]
        checks = ports.workflows.results_to_look_at(now + TICK_TOLERANCE, MAX_LOOKS_PER_TICK)
        results = [{"customerId": owner, "workflowId": workflow_id} for owner, workflow_id in checks]
    asked = bool(customer_id or bucket)
    batches: list[DueBatch] = [{"tenants": part, "asked": asked, "schedules": []} for part in _parts(found)]
    batches += [{"tenants": [], "asked": False, "schedules": part} for part in _parts(watched)]
    batches += [{"tenants": [], "asked": False, "schedules": [], "workflows": part} for part in _parts(results)]
    return {"batches": batches}


def _parts(found: list[Each]) -> list[list[Each]]:
    return [found[start : start + TENANTS_PER_BATCH] for start in range(0, len(found), TENANTS_PER_BATCH)]


def _lag(due_at: str, now: datetime) -> float:
    """For how many seconds a tenant has been due."""
    due = parse_timestamp_or_none(due_at)
    return max((now - due).total_seconds(), 0.0) if due else 0.0
