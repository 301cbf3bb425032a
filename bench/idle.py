"""What a tenant costs in which nothing happens, its results watched or not: one day of it, billed for a month.

`python -m bench.idle` prints a table. The handlers ListDueTenants and TrackTenant and the adapters of DynamoDB are the
real ones, on moto, under a clock that jumps to the next tick at which the tenant may be due; DynamoDB's units are those
that it would bill. The tick itself is there once for all tenants, and counted apart. Prices: `wfm/cost/prices.json`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import boto3
from moto import mock_aws

from bench.dynamodb_meter import Meter
from bench.handler_tally import Tally
from bench.tracking_world import World
from functions.handlers import list_due_tenants, track_tenant
from local.synthesis import current_assembly
from wfm.calendar.timestamps import parse
from wfm.cost.ours import SWEEP_READ_UNITS, SWEEP_SQS_REQUESTS, SWEEPS_A_DAY
from wfm.cost.prices import Price, listed
from wfm.cost.workload import DAYS_A_MONTH
from wfm.store.schema import EXECUTIONS, GATE, REQUESTS, TENANTS, WORKFLOWS

TENANT: Final = "tenant-0000"
TICKS_A_DAY: Final = 24 * 60
SCHEMAS: Final = {
    "tenants_table": TENANTS,
    "executions_table": EXECUTIONS,
    "execution_requests_table": REQUESTS,
    "gate_table": GATE,
    "workflows_table": WORKFLOWS,
}


@dataclass(frozen=True)
class IdleDay:
    """A day of one tenant, long after its last run: polls, units of these, and the number of tables that they use.

    `tick_read_units` are those of one tick, there once for all tenants.
    """

    polls: int
    read_units: float
    write_units: float
    tables: int
    tick_read_units: float


DAY: Final = timedelta(days=1)


def measure(assembly: Path, *, watched: bool = True, before: timedelta = DAY, during: timedelta = DAY) -> IdleDay:
    """The second of two days in which nothing happens; a part of it if `during` is less."""
    with mock_aws():
        world = World(assembly)
        world.populate(1, timedelta(0), 10, busy=False, watched=watched)
        meter = Meter(boto3.Session("test", "test", region_name="us-east-1").client("dynamodb"), SCHEMAS)
        meter.watch(world.dynamodb.meta.client)
        _pass(world, Tally(meter), before)
        tally = Tally(meter)
        _pass(world, tally, during)
    return IdleDay(
        tally.invocations["track_tenant"],
        tally.read_units["track_tenant"],
        tally.write_units["track_tenant"],
        len({table for name, table in tally.tables if name == "track_tenant"}),
        tally.read_units["list_due_tenants"] / tally.invocations["list_due_tenants"],
    )


def _pass(world: World, tally: Tally, time: timedelta) -> None:
    """Those ticks of a time at which the tenant may be due."""
    ends, minute = world.clock.now + time, timedelta(minutes=1)
    while world.clock.now < ends:
        early = (_due(tally.meter) - world.clock.now) // minute
        world.clock.now += minute * max(0, early - 1)
        if world.clock.now < ends:
            _tick(world, tally)
        world.clock.now += minute
    world.clock.now = ends


def _due(meter: Meter) -> datetime:
    row = meter.plain.get_item(TableName="tenants_table", Key={"customerId": {"S": TENANT}})["Item"]
    return parse(row["pollDueAt"]["S"])


def _tick(world: World, tally: Tally) -> None:
    with tally.of("list_due_tenants"):
        batches = list_due_tenants.handler({}, ports=lambda: world.ports)["batches"]
    for batch in batches:
        with tally.of("track_tenant"):
            track_tenant.handler(batch, ports=lambda: world.ports)


def main() -> None:
    """Print the table."""
    day = measure(current_assembly())
    month = {
        "AMC calls": (day.polls, None),
        "reads": (day.read_units + SWEEPS_A_DAY * SWEEP_READ_UNITS, Price.DYNAMODB_READ_UNITS),
        "writes": (day.write_units, Price.DYNAMODB_WRITE_UNITS),
        "SQS calls": (SWEEPS_A_DAY * SWEEP_SQS_REQUESTS, Price.SQS_FIFO_REQUESTS),
        "reads of the ticks, once for all tenants": (TICKS_A_DAY * day.tick_read_units, Price.DYNAMODB_READ_UNITS),
    }
    print("| a month | number | dollars |", "|---|---|---|", sep="\n")
    for name, (a_day, price) in month.items():
        number = a_day * DAYS_A_MONTH
        dollars = listed().prices[price].of(number) if price else 0
        print(f"| {name} | {number:,.0f} | {dollars:.4f} |")


if __name__ == "__main__":
    main()
