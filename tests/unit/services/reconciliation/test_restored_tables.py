"""What becomes of tables that are as they were some time ago, one by one: the cases of docs/recovery.md."""

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from functions.handlers import apply_schedule, route_workflow_event, start_execution
from functions.services.scheduling.catch_up import catch_up
from tests.builders import a_tenant_row, a_tps_record, an_sqs_record
from tests.fakes import NOON, World
from tests.unit.machine import onboard
from tests.unit.schedule_rows import a_row, a_world
from tests.unit.sync_machine import sync
from wfm.calendar.timestamps import iso
from wfm.model.requests import execution_name_in

HOURLY = "cron(0 * * * ? *)"
SQL, NEWER = "SELECT COUNT(*) FROM t", "SELECT COUNT(*) AS n FROM t"


def copy_back(rows: dict[Any, Any], then: Mapping[Any, Any], key: tuple[str, ...], *, keep: bool = False) -> Any:
    """As the page's program does; the table's stream, which has no record of a row that is put as it is."""
    before = deepcopy(rows)
    for name in [] if keep else [name for name in rows if name not in then]:
        del rows[name]
    rows |= deepcopy(dict(then))
    changed = {name: (before.get(name), rows.get(name)) for name in before | rows if before.get(name) != rows.get(name)}
    return {"Records": [_record(str(number), old, new, key) for number, (old, new) in enumerate(changed.values())]}


def _record(event_id: str, old: Any, new: Any, key: tuple[str, ...]) -> dict[str, Any]:
    images = {name: _image(row) for name, row in (("OldImage", old), ("NewImage", new)) if row}
    keys = _image({name: (new or old)[name] for name in key})
    return {
        "eventID": f"e{event_id}",
        "eventName": "MODIFY" if old and new else "INSERT" if new else "REMOVE",
        "dynamodb": {"Keys": keys, "SequenceNumber": event_id, **images},
    }


def _image(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in row.items()}


class Schedules:
    """A tenant's schedules, applied, and what they were then."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.world = a_world()
        for row in rows:
            self.put(row)
        self.then = deepcopy(self.world.schedules.rows)

    def put(self, row: dict[str, Any], **notes: Any) -> None:
        self.change({(row["customerId"], row["Name"]): row | notes}, keep=True)

    def change(self, rows: Mapping[Any, Any], *, keep: bool = False) -> None:
        event: Any = copy_back(self.world.schedules.rows, rows, ("customerId", "Name"), keep=keep)
        assert apply_schedule.handler(event, ports=lambda: self.world) == {"batchItemFailures": []}

    def restore(self) -> None:
        self.change(self.then)

    def in_eventbridge(self) -> dict[str, str]:
        return {name: str(made["State"]) for name, (_, made) in self.world.scheduler.there.items()}

    def row(self, name: str = "daily") -> dict[str, Any]:
        return dict(self.world.schedules.rows["acme", name])


def test_schedules_fire_as_they_did_then() -> None:
    schedules = Schedules(a_row(), a_row(Name="weekly", ScheduleExpression="cron(0 8 ? * MON *)"))
    schedules.put(schedules.row() | {"paused": True})
    schedules.change({("acme", "daily"): schedules.row()})
    schedules.put(a_row(Name="new"))
    assert schedules.in_eventbridge() == {"acme.daily": "DISABLED", "acme.new": "ENABLED"}

    schedules.restore()

    assert schedules.in_eventbridge() == {"acme.daily": "ENABLED", "acme.weekly": "ENABLED"}
    assert [schedules.row(name)["scheduleStatus"] for name in ("daily", "weekly")] == ["ENABLED"] * 2


def test_a_changed_calendar_is_the_old_one_again() -> None:
    schedules = Schedules(a_row())
    schedules.put(schedules.row() | {"ScheduleExpression": HOURLY})

    schedules.restore()

    _, made = schedules.world.scheduler.there["acme.daily"]
    assert made["ScheduleExpression"] == "cron(0 13 * * ? *)"


def test_the_next_run_of_a_schedule_that_has_run_since_is_that_of_now() -> None:
    schedules = Schedules(a_row(ScheduleExpression=HOURLY))
    schedules.world.clock.now = NOON + timedelta(hours=1, minutes=1)
    schedules.put(schedules.row() | {"lastRunAt": iso(NOON + timedelta(hours=1))})

    schedules.restore()

    assert schedules.row()["nextRunAt"] == iso(NOON + timedelta(hours=2))


def test_what_has_fired_since_is_not_caught_up_though_the_watermark_is_older() -> None:
    schedules, world = fired_since()

    schedules.restore()

    assert catch_up("acme", "daily", world) == 0
    assert world.queues.sent == []


def test_what_has_fired_since_is_not_begun_again_though_its_request_is_gone_too() -> None:
    schedules, world = fired_since()
    begun = next(iter(world.tasks.started))
    world.tasks.began[begun] = world.clock.now
    world.requests.rows.clear()
    schedules.restore()
    world.clock.now += timedelta(hours=1)

    sent = catch_up("acme", "daily", world)
    for _, document in world.queues.sent:
        deliver(world, document)

    assert sent == 2
    assert [name for name in world.tasks.started if name == begun] == [begun]
    assert len(world.tasks.started) == 2, "the time that came after it"
    ((_, body, reason),) = world.queues.dead
    assert json.loads(body)["scheduledTime"] == iso(NOON + timedelta(hours=1))
    assert "requestId" in reason


def fired_since() -> tuple[Schedules, World]:
    """An hourly schedule that catches up; since then it has fired, and its request is there."""
    schedules = Schedules(a_row(ScheduleExpression=HOURLY, catchUp="all"))
    world = schedules.world
    world.clock.now = NOON + timedelta(hours=1, minutes=30)
    definition = schedules.world.scheduler.there["acme.daily"][1]
    target: Any = definition["Target"]
    deliver(world, json.loads(target["Input"]) | {"scheduledTime": iso(NOON + timedelta(hours=1))})
    (row,) = world.requests.rows.values()
    assert execution_name_in(row) in world.tasks.started
    return schedules, world


def deliver(world: World, document: Mapping[str, Any]) -> None:
    """EventBridge's message, or WFM's own, reaches StartExecution."""
    record: Any = an_sqs_record(json.dumps(document))
    record["attributes"]["SentTimestamp"] = str(int(world.clock.now.timestamp() * 1000))
    event: Any = {"Records": [record]}
    start_execution.handler(event, ports=lambda: world)


class Workflows:
    """A tenant's workflows, in AMC, and what they were then."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.world, self.syncs = World(a_tenant_row()), 0
        self.change({("acme", row["workflowId"]): {"customerId": "acme", **row} for row in rows}, keep=True)
        self.then = deepcopy(self.world.workflows.rows)

    def change(self, rows: Mapping[Any, Any], *, keep: bool = False) -> None:
        event: Any = copy_back(self.world.workflows.rows, rows, ("customerId", "workflowId"), keep=keep)
        self.world.tasks.started.clear()
        route_workflow_event.handler(event, ports=lambda: self.world)
        for _, ids in self.world.tasks.started.values():
            self.syncs += 1
            sync(self.world, {name: str(value) for name, value in ids.items()}, f"sync-{self.syncs}")

    def put(self, workflow_id: str, sql: str) -> None:
        self.change(
            {("acme", workflow_id): {"customerId": "acme", "workflowId": workflow_id, "sqlQuery": sql}}, keep=True
        )

    def in_amc(self) -> dict[str, str]:
        return {name: str(each["sqlQuery"]) for name, each in self.world.amc.workflows.items()}


@pytest.mark.parametrize("keep", [False, True], ids=["all", "keep"])
def test_workflows_are_in_amc_as_they_were_then(keep: bool) -> None:
    workflows = Workflows({"workflowId": "reach", "sqlQuery": SQL}, {"workflowId": "gone", "sqlQuery": SQL})
    workflows.put("reach", NEWER)
    workflows.put("new", SQL)
    changed = {key: row for key, row in workflows.world.workflows.rows.items() if key != ("acme", "gone")}
    workflows.change(changed)
    assert workflows.in_amc() == {"reach": NEWER, "new": SQL}

    workflows.change(workflows.then, keep=keep)

    assert workflows.in_amc() == {"reach": SQL, "gone": SQL} | ({"new": SQL} if keep else {})
    assert {row["syncStatus"] for row in workflows.world.workflows.rows.values()} == {"SYNCED"}


def test_a_workflow_that_was_on_its_way_then_is_synced_by_hand() -> None:
    workflows = Workflows({"workflowId": "reach", "sqlQuery": SQL})
    then = {key: row | {"syncStatus": "PENDING", "syncExecution": "over"} for key, row in workflows.then.items()}

    workflows.change(then)
    before = workflows.world.workflows.rows["acme", "reach"]["syncStatus"]
    sync(workflows.world, {"customerId": "acme", "workflowId": "reach"}, "by-hand")

    assert before == "PENDING"
    assert workflows.world.workflows.rows["acme", "reach"]["syncStatus"] == "SYNCED"


class Tenants:
    """A tenant with a schedule, and its rows then."""

    def __init__(self) -> None:
        self.world, self.count = World(), 0
        self.world.customer_config.records["acme"] = a_tps_record()
        self.world.schedules.rows["acme", "daily"] = a_row()
        assert self.onboard() == "ACTIVE"
        self.then = deepcopy(self.world.tenants.rows)

    def onboard(self) -> str:
        self.count += 1
        return onboard(self.world, "acme", f"execution-{self.count}")

    def restore(self) -> None:
        """The table has no stream."""
        self.world.tenants.rows.clear()
        self.world.tenants.rows |= deepcopy(self.then)

    def again(self) -> list[str]:
        """`wfm tenants pause` and `resume`."""
        self.world.tenants.rows["acme"]["paused"] = True
        first = self.onboard()
        self.world.tenants.rows["acme"]["paused"] = False
        return [first, self.onboard()]

    def is_read(self) -> bool:
        return self.world.queues.there.get("acme") is True

    def fires(self) -> bool:
        _, made = self.world.scheduler.there.get("acme.daily", ("", {}))
        return made.get("State") == "ENABLED"


def test_a_tenant_that_was_paused_for_the_restore_runs_once_it_is_onboarded_again() -> None:
    tenants = Tenants()
    tenants.world.tenants.rows["acme"]["paused"] = True
    tenants.onboard()

    tenants.restore()
    assert (tenants.world.tenants.rows["acme"]["status"], tenants.is_read(), tenants.fires()) == (
        "ACTIVE",
        False,
        False,
    )
    assert tenants.again() == ["PAUSED", "ACTIVE"]

    assert tenants.is_read()
    assert tenants.fires()


def test_a_tenant_that_was_removed_since_is_removed_again() -> None:
    tenants = Tenants()
    record = tenants.world.customer_config.records.pop("acme")
    assert tenants.onboard() == "OFFBOARDED"

    tenants.restore()
    assert tenants.again() == ["OFFBOARDED", "OFFBOARDED"]

    assert "acme" not in tenants.world.queues.there
    assert not tenants.fires()
    assert tenants.world.instance_owners.owners == {}
    tenants.world.customer_config.records["acme"] = record
    assert tenants.onboard() == "ACTIVE"
    assert tenants.is_read()


def test_a_tenant_that_was_removed_since_comes_back_with_its_record() -> None:
    tenants = Tenants()
    record = tenants.world.customer_config.records.pop("acme")
    assert tenants.onboard() == "OFFBOARDED"

    tenants.restore()
    tenants.world.customer_config.records["acme"] = record
    assert tenants.onboard() == "ACTIVE"

    assert tenants.is_read()
    assert tenants.fires()
    assert tenants.world.instance_owners.owners == {"amcacme1": "acme"}


def test_a_tenant_that_was_onboarded_since_needs_its_record_alone() -> None:
    tenants = Tenants()
    tenants.then = {}

    tenants.restore()
    assert tenants.onboard() == "ACTIVE"

    assert tenants.is_read()
    assert tenants.fires()


def test_a_lease_of_then_whose_execution_has_ended_keeps_nobody_out() -> None:
    tenants = Tenants()
    tenants.then["acme"]["onboardingLease"] = "execution-1"
    tenants.world.tasks.over.add("execution-1")

    tenants.restore()

    assert tenants.again() == ["PAUSED", "ACTIVE"]


def test_claims_on_instances_that_the_gate_has_lost_are_taken_anew() -> None:
    tenants = Tenants()
    tenants.world.instance_owners.owners.clear()

    assert tenants.again() == ["PAUSED", "ACTIVE"]

    assert tenants.world.instance_owners.owners == {"amcacme1": "acme"}
