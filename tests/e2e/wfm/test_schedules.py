"""A row of Schedules fires in AMC, once for each of its times."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.e2e.inbox import read, subscribe
from tests.e2e.onboarding import machine, wait_for_end
from wfm.calendar.timestamps import iso, parse
from wfm.model.requests import scheduled_request_id
from wfm.model.rows import plain_object
from wfm.model.schedules import schedule_name

YEARLY = "cron(0 8 1 1 ? *)"
SOON = (3, 6, 12, 24, 48, 96)  # seconds within which a row is in EventBridge


def in_seconds(seconds: float) -> datetime:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)


def once(moment: datetime) -> str:
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


class ScheduleUnderTest:
    """One schedule of a tenant, for the workflow `reach`."""

    def __init__(self, tenant: TenantUnderTest, name: str, **fields: Any) -> None:
        self.tenant, self.name = tenant, name
        self.table = tenant.deployment.table("SchedulesTable")
        self.key = {"customerId": tenant.id, "Name": name}
        window = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
        self.table.put_item(Item={**self.key, "Input": {"payload": {"workflowId": "reach", **window}}, **fields})

    def change(self, **fields: Any) -> None:
        changes = {name: {"Action": "PUT", "Value": value} for name, value in fields.items()}
        self.table.update_item(Key=self.key, AttributeUpdates=changes)

    def row(self) -> dict[str, Any]:
        row: dict[str, Any] = plain_object(self.table.get_item(Key=self.key, ConsistentRead=True).get("Item", {}))
        return row

    def wait_until_applied(self) -> None:
        """Keep how the row and EventBridge's schedule are then."""
        wait_until(lambda: "scheduleStatus" in self.row(), f"{self.name} is applied")
        self.applied, self.target = self.row(), (self.in_eventbridge() or {}).get("Target", {})

    def wait_for_status(self, status: str) -> dict[str, Any]:
        wait_until(lambda: self.row().get("scheduleStatus") == status, f"{self.name} is {status}")
        return self.row()

    def in_eventbridge(self) -> Mapping[str, Any] | None:
        """EventBridge's schedule; None when there is none."""
        deployment = self.tenant.deployment
        scheduler = deployment.client("scheduler")
        try:
            found = scheduler.get_schedule(
                Name=schedule_name(self.tenant.id, self.name), GroupName=deployment.runtime.stack
            )
        except scheduler.exceptions.ResourceNotFoundException:
            return None
        return dict(found)

    def state(self) -> str:
        return str((self.in_eventbridge() or {}).get("State"))

    def request_id(self, moment: datetime) -> str:
        return scheduled_request_id(self.name, iso(moment))


def due_soon(
    wfm: Deployment, name: str, others: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[TenantUnderTest, datetime, dict[str, ScheduleUnderTest]]:
    """A tenant, a moment to come, and schedules for it that were in EventBridge before: `once`, and the others.

    How long that takes depends on the machine: a moment that came too early is left to another tenant's rows.
    """
    for seconds in SOON:
        tenant, due = wfm.a_tenant(name), in_seconds(seconds)
        rows = {**(others or {}), "once": {}}
        made = {
            each: ScheduleUnderTest(tenant, each, ScheduleExpression=once(due), **more) for each, more in rows.items()
        }
        for schedule in made.values():
            schedule.wait_until_applied()
        if datetime.now(UTC) < due:
            return tenant, due, made
    pytest.fail(f"no row is in EventBridge within {SOON[-1]} seconds")


def test_a_row_becomes_a_schedule_and_its_firing_one_run_at_its_time(wfm: Deployment) -> None:
    tenant, due, made = due_soon(wfm, "fires")
    schedule = made["once"]

    assert (schedule.applied["scheduleStatus"], schedule.applied["nextRunAt"]) == ("ENABLED", iso(due))
    request_id = schedule.request_id(due)
    request = tenant.wait_for(request_id)[request_id]

    assert (request["status"], request["source"], request["priority"]) == ("SUCCEEDED", "schedule:once", "scheduled")
    assert parse(request["scheduledTime"]) == due
    assert len(tenant.requests()) == len(tenant.runs_in_amc()) == 1
    wait_until(lambda: "lastRunAt" in schedule.row() and "nextRunAt" not in schedule.row(), "the run is noted")
    assert (schedule.row()["lastRunAt"], schedule.row()["lastRequestId"]) == (iso(due), request_id)
    assert schedule.in_eventbridge() is None  # it has fired for the last time


def test_a_firing_that_comes_twice_is_one_run(wfm: Deployment) -> None:
    tenant, due, made = due_soon(wfm, "twice")
    schedule = made["once"]
    told = schedule.target["Input"].replace("<aws.scheduler.scheduled-time>", iso(due))

    tenant.send_text(told, "another-group")
    tenant.wait_for(schedule.request_id(due))
    wait_until(lambda: schedule.in_eventbridge() is None, "it has fired")
    tenant.send("after")
    tenant.wait_for("after")

    assert sorted(tenant.requests()) == sorted([schedule.request_id(due), "after"])
    assert len(tenant.runs_in_amc()) == 2


def test_what_is_paused_does_not_fire(wfm: Deployment) -> None:
    tenant, due, made = due_soon(wfm, "still", {"paused": {"paused": True}, "disabled": {"State": "DISABLED"}})
    fires = made["once"]

    assert made["paused"].wait_for_status("DISABLED")["scheduleReason"] == "it is paused"
    made["disabled"].wait_for_status("DISABLED")
    tenant.wait_for(fires.request_id(due))

    assert list(tenant.requests()) == [fires.request_id(due)]


def test_the_schedules_of_a_paused_tenant_rest_until_it_is_resumed(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("rests")
    schedule = ScheduleUnderTest(tenant, "yearly", ScheduleExpression=YEARLY)
    schedule.wait_for_status("ENABLED")
    assert schedule.state() == "ENABLED"

    tenants = wfm.table("TenantsTable")
    tenants.update_item(Key={"customerId": tenant.id}, AttributeUpdates={"paused": {"Action": "PUT", "Value": True}})
    machine(wfm).start(tenant.id)
    assert schedule.wait_for_status("DISABLED")["scheduleReason"] == "the tenant is PAUSED"
    assert schedule.state() == "DISABLED"
    wait_for_end(tenant, 2)

    tenants.update_item(Key={"customerId": tenant.id}, AttributeUpdates={"paused": {"Action": "DELETE"}})
    machine(wfm).start(tenant.id)
    schedule.wait_for_status("ENABLED")
    assert schedule.state() == "ENABLED"


def test_a_bad_change_leaves_in_force_what_was_there_and_a_removal_does_not(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("edited")
    schedule = ScheduleUnderTest(tenant, "name with blanks, and é", ScheduleExpression=YEARLY)
    schedule.wait_for_status("ENABLED")

    schedule.change(ScheduleExpression="cron(61 8 * * ? *)", ScheduleExpressionTimezone="Mars/Olympus")
    reason = schedule.wait_for_status("FAILED")["scheduleReason"]
    assert "ScheduleExpression:" in reason
    assert "ScheduleExpressionTimezone:" in reason
    assert (schedule.in_eventbridge() or {})["ScheduleExpression"] == YEARLY

    schedule.table.delete_item(Key=schedule.key)
    wait_until(lambda: schedule.in_eventbridge() is None, "the schedule is gone")


def test_what_was_missed_is_made_up_for_once(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("missed")
    missed = in_seconds(-30 * 60).replace(second=0)
    expression = f"cron({missed.minute} * * * ? *)"
    schedule = ScheduleUnderTest(tenant, "hourly", ScheduleExpression=expression, catchUp="last")
    schedule.wait_for_status("ENABLED")

    schedule.change(coveredUntil=iso(missed - timedelta(hours=3)))
    for _ in range(2):
        catch_up(wfm)
    request = tenant.wait_for(schedule.request_id(missed))[schedule.request_id(missed)]

    assert request["status"] == "SUCCEEDED"
    assert parse(request["scheduledTime"]) == missed
    assert len(tenant.requests()) == len(tenant.runs_in_amc()) == 1
    assert parse(schedule.row()["coveredUntil"]) > missed


def catch_up(wfm: Deployment) -> None:
    """What else is done every hour."""
    name = f"{wfm.runtime.stack}-CatchUpSchedules"
    answer = wfm.client("lambda").invoke(FunctionName=name, Payload=json.dumps({}))
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_a_removed_tenant_takes_its_schedules_along_and_brings_them_back(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("leaves")
    schedule = ScheduleUnderTest(tenant, "yearly", ScheduleExpression=YEARLY)
    schedule.wait_for_status("ENABLED")

    tenant.remove_record()
    wait_for_end(tenant, 3)
    assert schedule.in_eventbridge() is None
    assert schedule.row()["scheduleReason"] == "the tenant is being removed"

    tenant.let_queues_go()
    tenant.put_record(2)
    wait_for_end(tenant, 4)
    assert schedule.state() == "ENABLED"


def test_the_rules_of_a_schedule_hold_from_its_message_to_its_deadline(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("ruled")
    inbox = subscribe(wfm, tenant.id)
    rules = {"overlap": "replace", "pauseAfter": 1, "dueBy": "09:00", "spread": "30m", "except": ["2026-01-01"]}
    schedule = ScheduleUnderTest(tenant, "yearly", ScheduleExpression=YEARLY, **rules)
    schedule.wait_until_applied()
    told = schedule.target["Input"]
    excepted, goes_on, runs, fails, never = (f"2026-01-0{day}T08:00:00Z" for day in range(1, 6))

    tenant.set_behaviour("reach", seconds=600)  # however slow the machine, it goes on until it is replaced
    for at in (excepted, goes_on, runs):
        tenant.send_text(told.replace("<aws.scheduler.scheduled-time>", at), "firings")
    skipped, replaced, done = (schedule.request_id(parse(at)) for at in (excepted, goes_on, runs))
    tenant.wait_for(skipped, replaced)
    tenant.wait_for(done, status={"RUNNING"})
    tenant.end_runs()
    requests = tenant.wait_for(done)
    assert requests[skipped]["errorName"] == "FiringSkipped"
    assert (requests[replaced]["status"], requests[done]["status"]) == ("CANCELLED", "SUCCEEDED")
    assert "replaced by the firing of 2026-01-03T08:00" in requests[replaced]["reason"]
    assert schedule.row()["goingOn"] == done
    assert (schedule.in_eventbridge() or {})["FlexibleTimeWindow"] == {
        "Mode": "FLEXIBLE",
        "MaximumWindowInMinutes": 30,
    }

    schedule.change(watchedFiring=iso(parse(never)), checkAt=iso(parse(never)))
    wait_until(lambda: "LATE" in news(wfm, inbox), "the firing that never came is late")

    unknown = told.replace('"reach"', '"nobody"').replace("<aws.scheduler.scheduled-time>", fails)
    tenant.send_text(unknown, "firings")
    wait_until(lambda: "PAUSED" in news(wfm, inbox), "the pause is told")
    assert schedule.wait_for_status("DISABLED")["pauseSetBy"] == "WFM, after 1 failures in a row"
    wait_until(lambda: "pauseUntold" not in schedule.row(), "the pause is noted as told")
    assert sorted(news(wfm, inbox)) == ["LATE", "PAUSED"]


def news(wfm: Deployment, inbox: str) -> list[str]:
    """What was announced of schedules."""
    return [message["scheduleStatus"] for message in read(wfm, inbox) if "scheduleStatus" in message]
