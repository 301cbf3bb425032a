"""Ids that differ in case alone are ids of two things: in the tables, in AMC, in EventBridge and for Step Functions.

The command makes no such twins; rows put into the tables and messages may.
"""

import json
from typing import Any

from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from functions.handlers import apply_schedule
from functions.handlers.start_execution import handler as start
from tests.builders import a_message, a_tenant_row, an_sqs_record
from tests.fakes import World
from tests.unit.schedule_rows import a_row, a_world
from tests.unit.sync_machine import sync
from wfm.model.requests import execution_name, scheduled_request_id

NAMES = st.from_regex(r"[a-z][A-Za-z0-9_-]{0,38}", fullmatch=True)


@given(NAMES)
def test_what_is_named_after_twins_differs_whether_or_not_aws_looks_at_case(name: str) -> None:
    """AWS does not say whether names of executions are told apart by case."""
    twins = (name, name.swapcase())

    executions = {execution_name("acme", one).casefold() for one in twins}
    firings = {scheduled_request_id(one, "2026-11-23T08:00:00Z").casefold() for one in twins}

    assert len(executions) == len(firings) == 2


def test_requests_that_differ_in_case_both_run() -> None:
    world = World(a_tenant_row())
    bodies = [json.dumps(a_message(requestId=one)) for one in ("Reach-1", "reach-1")]

    start({"Records": [an_sqs_record(body, f"m{n}") for n, body in enumerate(bodies)]}, ports=lambda: world)

    assert {ids["requestId"] for _, ids in world.tasks.started.values()} == {"Reach-1", "reach-1"}
    assert {row["requestId"] for row in world.requests.rows.values()} == {"Reach-1", "reach-1"}


def test_a_schedule_that_goes_leaves_its_twin() -> None:
    rows = [a_row(Name=name, Description=name) for name in ("Daily", "daily")]
    world = a_world(*rows)

    def record(row: dict[str, Any], image: str) -> Any:
        written = {name: TypeSerializer().serialize(value) for name, value in row.items()}
        keys = {name: {"S": row[name]} for name in ("customerId", "Name")}
        return {"eventID": row["Name"], "dynamodb": {"Keys": keys, "SequenceNumber": "1", image: written}}

    apply_schedule.handler({"Records": [record(row, "NewImage") for row in rows]}, ports=lambda: world)
    made = {name: definition["Description"] for name, (_, definition) in world.scheduler.there.items()}
    del world.schedules.rows["acme", "Daily"]
    apply_schedule.handler({"Records": [record(rows[0], "OldImage")]}, ports=lambda: world)

    assert made == {"acme.Daily": "Daily", "acme.daily": "daily"}
    assert set(world.scheduler.there) == {"acme.daily"}


def test_a_workflow_that_goes_leaves_its_twin() -> None:
    world = World(a_tenant_row())
    for name in ("Reach", "reach"):
        row = {"customerId": "acme", "workflowId": name, "sqlQuery": f"SELECT 1 AS {name}"}
        world.workflows.rows["acme", name] = row
        sync(world, {"customerId": "acme", "workflowId": name}, f"made-{name}")
    made = {name: shown["sqlQuery"] for name, shown in world.amc.workflows.items()}
    del world.workflows.rows["acme", "Reach"]

    sync(world, {"customerId": "acme", "workflowId": "Reach"}, "gone")

    assert made == {"Reach": "SELECT 1 AS Reach", "reach": "SELECT 1 AS reach"}
    assert set(world.amc.workflows) == {"reach"}
