"""A schedule fires at the time of its zone."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from acceptance.check import Check
from acceptance.checks.onboarding import first_tenant
from acceptance.tenants import WINDOW, Tenant
from acceptance.world import CheckFailed, World, expect
from wfm.calendar.timestamps import iso, parse
from wfm.client.stack_names import StackOutput
from wfm.model.requests import scheduled_request_id
from wfm.model.rows import plain_object

ZONE: Final = "Asia/Kolkata"  # half an hour off: no whole-hour mistake could look right
ATTEMPTS: Final = 5


def schedule(world: World) -> str:
    """`at(...)` in a zone becomes a run at that moment."""
    tenant = first_tenant(world)
    for attempt in range(ATTEMPTS):
        name, due = f"once-{attempt}", _soon(world.pace.ahead * 2**attempt)
        _put(world, tenant, name, due)
        if datetime.now(UTC) < due:
            return _fires(tenant, name, due)
    raise CheckFailed(f"no schedule was in EventBridge before its time, {ATTEMPTS} times")


def _soon(seconds: float) -> datetime:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)


def _put(world: World, tenant: Tenant, name: str, due: datetime) -> None:
    """Add the schedule, and wait until EventBridge has it."""
    table, key = world.table(StackOutput.SCHEDULES_TABLE), {"customerId": tenant.id, "Name": name}
    local = due.astimezone(ZoneInfo(ZONE))
    fields = {
        "ScheduleExpression": f"at({local:%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": ZONE,
        "Input": {"payload": {"workflowId": "reach", **WINDOW}},
    }
    table.put_item(Item=key | fields)

    def applied() -> dict[str, Any]:
        row: dict[str, Any] = plain_object(table.get_item(Key=key, ConsistentRead=True)["Item"])
        return row if "scheduleStatus" in row else {}

    world.until(applied, f"{name} is applied")


def _fires(tenant: Tenant, name: str, due: datetime) -> str:
    request = tenant.wait_for(scheduled_request_id(name, iso(due)))
    expect("the scheduled time", parse(request["scheduledTime"]), due)
    expect("status and source", (request["status"], request["source"]), ("SUCCEEDED", f"schedule:{name}"))
    shown = due.astimezone(ZoneInfo(ZONE))
    return f"due at {shown:%H:%M:%S} in {ZONE}, {iso(due)}; queued at {request['queuedAt']}"


CHECKS: Final = (
    Check(
        "schedule",
        schedule,
        proves="a schedule fires once at the time of its zone, and becomes a run",
        on_account="EventBridge Scheduler may send to the encrypted FIFO queue with its role",
        needs=("run",),
    ),
)
