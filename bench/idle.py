"""What a tenant costs whose results are watched, and in which nothing happens: one day of it, billed for a month.

`python -m bench.idle` prints a table. The handlers ListDueTenants and TrackTenant and the adapters of DynamoDB are the
real ones, on moto, under a clock that goes from tick to tick; DynamoDB's units are those that it would bill. Prices are
AWS's list prices of us-east-1, on demand. The tick itself is there once for all tenants, and counted apart.
"""

from collections import Counter
from contextlib import redirect_stdout
from datetime import timedelta
from io import StringIO
from typing import Final

import boto3
from moto import mock_aws

from bench.dynamodb_meter import Meter
from bench.tracking_world import World
from functions.handlers import list_due_tenants, track_tenant
from local.synthesis import current_assembly
from wfm.store.schema import EXECUTIONS, GATE, REQUESTS, TENANTS, WORKFLOWS

DAYS_A_MONTH: Final = 30.4
SWEEPS_A_DAY: Final = 96  # Reconcile: of each tenant two queries of half a unit, and the depth of two queues
PER_MILLION: Final = {"reads": 0.125, "writes": 0.625, "SQS calls": 0.50}  # dollars
SCHEMAS: Final = {
    "tenants_table": TENANTS,
    "executions_table": EXECUTIONS,
    "execution_requests_table": REQUESTS,
    "gate_table": GATE,
    "workflows_table": WORKFLOWS,
}


def measure() -> tuple[int, Counter[str], Counter[str]]:
    """Polls in a day without anything, long after the last run; units of the tenant; units of the ticks alone."""
    with mock_aws(), redirect_stdout(StringIO()):
        world = World(current_assembly())
        world.populate(1, timedelta(0), 10, busy=False, watched=True)
        meter = Meter(boto3.Session("test", "test", region_name="us-east-1").client("dynamodb"), SCHEMAS)
        for _ in range(24 * 60):
            _tick(world)
        meter.watch(world.dynamodb.meta.client)
        polls, ticks, tenant = 0, Counter[str](), Counter[str]()
        for _ in range(24 * 60):
            meter.clear()
            polled = _tick(world)
            units = Counter(reads=sum(meter.read_units.values()), writes=sum(meter.write_units.values()))
            polls += polled
            (tenant if polled else ticks).update(units)
        return polls, tenant, ticks


def _tick(world: World) -> int:
    batches = list_due_tenants.handler({}, ports=lambda: world.ports)["batches"]
    for batch in batches:
        track_tenant.handler(batch, ports=lambda: world.ports)
    world.clock.now += timedelta(minutes=1)
    return sum(len(batch["tenants"]) for batch in batches)


def main() -> None:
    """Print the table."""
    polls, tenant, ticks = measure()
    month = {
        "AMC calls": polls,
        "reads": tenant["reads"] + SWEEPS_A_DAY,
        "writes": tenant["writes"],
        "SQS calls": 2 * SWEEPS_A_DAY,
        "reads of the ticks, once for all tenants": ticks["reads"],
    }
    print("| a month | number | dollars |", "|---|---|---|", sep="\n")
    for name, a_day in month.items():
        number = a_day * DAYS_A_MONTH
        print(f"| {name} | {number:,.0f} | {number * PER_MILLION.get(name.split(' of')[0], 0) / 1e6:.4f} |")


if __name__ == "__main__":
    main()
