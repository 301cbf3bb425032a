"""What a tick, a poll and a run ask of DynamoDB and of AWS, in counts that may not grow."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from bench.dynamodb_meter import Meter
from bench.run_costs import one_run
from functions.handlers import list_due_tenants, track_tenant
from tests.builders import a_run
from tests.reliability.world import TABLES, CountedWorld
from wfm.calendar.timestamps import iso

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

WRITE_UNITS_OF_A_POLL = 3  # the tenant's row, and its entry in the index of due polls, out and in
WRITE_UNITS_BESIDE_POLLS = 55
WRITE_UNITS_WATCHED = 59
CALLS_OF_A_REQUEST = 40


@pytest.fixture
def world(dynamodb: "DynamoDBServiceResource") -> CountedWorld:
    world = CountedWorld(dynamodb, "costs", limit=10)
    tick(world)  # the first one finds no row of before
    return world


@pytest.fixture
def meter(dynamodb: "DynamoDBServiceResource", world: CountedWorld) -> Meter:
    plain = boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    meter = Meter(plain, {table.name: table for table in TABLES})
    meter.watch(dynamodb.meta.client)
    return meter


def tick(world: CountedWorld) -> list[Any]:
    ports: Any = world
    return list(list_due_tenants.handler({}, ports=lambda: ports)["batches"])


def poll(world: CountedWorld, meter: Meter) -> None:
    """One that is due, of which nothing counted before."""
    ports: Any = world
    world.clock.pass_seconds(600)
    world.tenants.save(world.customer_id, pollDueAt=iso(world.clock()))
    meter.clear()
    track_tenant.handler({"tenants": [world.customer_id]}, ports=lambda: ports)


def test_a_tick_that_finds_nobody_and_nothing_to_look_at_is_four_reads(world: CountedWorld, meter: Meter) -> None:
    assert tick(world) == []

    assert (meter.reads.total(), meter.writes.total()) == (4, 0)


def test_a_poll_of_an_idle_tenant_is_three_reads_and_one_write(world: CountedWorld, meter: Meter) -> None:
    poll(world, meter)

    poll(world, meter)

    assert (meter.reads.total(), dict(meter.writes)) == (3, {"Tenants Update": 1})
    assert meter.write_units.total() == WRITE_UNITS_OF_A_POLL


def test_a_poll_of_ten_runs_is_at_most_six_reads_and_writes_only_what_changed(
    world: CountedWorld, meter: Meter
) -> None:
    since = iso(world.clock())
    runs = [a_run(workflowExecutionId=f"run-{n}", createTime=since, lastUpdatedTime=since) for n in range(10)]
    over = [{**run, "workflowExecutionId": f"over-{n}", "status": "SUCCEEDED"} for n, run in enumerate(runs)]
    world.true_amc.runs = [*runs, *over]
    poll(world, meter)

    poll(world, meter)

    assert meter.reads.total() <= 6
    assert dict(meter.writes) == {"Tenants Update": 1}

    world.true_amc.end("run-3", "SUCCEEDED")
    poll(world, meter)

    assert (meter.writes["Executions Update"], meter.writes["Tenants Update"]) == (1, 1)
    assert meter.writes["Gate TransactUpdate"] == 1, "one run of others less"


def test_a_run_of_a_workflow_that_nobody_knows_takes_no_more_calls() -> None:
    costs = one_run(timedelta(hours=1), known=False)

    assert sum(costs.request_calls.values()) <= CALLS_OF_A_REQUEST


def test_a_run_whose_result_wakes_the_tracker_writes_no_more_than_these_units() -> None:
    costs = one_run(timedelta(hours=4), known=True, watched=True)

    assert sum(costs.write_units.values()) <= WRITE_UNITS_WATCHED


@pytest.mark.parametrize("hours", [1, 4])
def test_a_run_writes_as_many_units_beside_its_polls_however_long_it_is(hours: int) -> None:
    costs = one_run(timedelta(hours=hours), known=True)

    polls = costs.writes["Tenants Update"] * WRITE_UNITS_OF_A_POLL
    assert sum(costs.write_units.values()) - polls <= WRITE_UNITS_BESIDE_POLLS
    assert sum(costs.request_calls.values()) <= CALLS_OF_A_REQUEST
    assert costs.changes_of_workflows == 0, "what is learnt stands elsewhere"
    assert costs.announcements == 3, "PENDING, RUNNING and the end; that they were announced is filtered"
