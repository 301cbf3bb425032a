"""What one run costs, from its message to its outcome: calls of AWS, reads and writes of DynamoDB, and their units.

`python -m bench.run_costs` prints the tables of docs/measures.md. The real handlers and adapters walk the lifecycle on
moto (tests/reliability/walk.py), the tick comes each minute, AMC shows PENDING, then RUNNING, then the end. Ids, tokens
and SQL are as long as they are in AWS: what DynamoDB bills goes by size.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from types import ModuleType
from typing import Any, Final

import boto3

from bench.delivery_costs import DeliveryCalls, deliver
from bench.dynamodb_meter import Meter, stored_bytes
from bench.handler_tally import Tally
from functions.aws.metrics import CloudWatchMetrics
from functions.handlers import list_due_tenants, track_tenant
from tests import emulated_aws
from tests.fakes import FakeDeliveryOrders
from tests.reliability.calls import AMC_CALLS
from tests.reliability.walk import Walk
from tests.reliability.world import TABLES, CountedWorld
from tests.tables import put
from wfm.calendar.timestamps import iso, parse
from wfm.model.durations import Durations
from wfm.store.items import to_item
from wfm.store.schema import EXECUTIONS, REQUESTS

TOKEN_LENGTH: Final = 700  # of Step Functions' task tokens, about
SQL: Final = "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign; " * 20
PARAMETERS: Final = {f"parameter_{number}": "a value of some length" for number in range(5)}
STARTS: Final = timedelta(seconds=30)  # until AMC shows a new run as RUNNING


class _RealSizes(Walk):
    """Tokens are long, and a run is RUNNING before it ends. `tally` is told of each call."""

    tally: Tally

    def _call(self, handler: ModuleType, event: dict[str, Any]) -> Any:
        with self.tally.of(handler.__name__.rpartition(".")[2]):
            return super()._call(handler, event)

    def token_of(self, number: int) -> str:
        """As long as one of Step Functions'."""
        return f"token-{number}".ljust(TOKEN_LENGTH, "=")

    def _amc_goes_on(self) -> None:
        super()._amc_goes_on()
        for run in self.world.true_amc.runs:
            age = self.world.clock() - parse(run["createTime"])
            if run["status"] == "RUNNING" and age >= self.run_takes:
                ended = {"status": "SUCCEEDED", "executionTime": int(self.run_takes.total_seconds())}
                run |= {**ended, "lastUpdatedTime": iso(self.world.clock())}
            elif run["status"] == "PENDING" and age >= STARTS:
                run |= {"status": "RUNNING", "lastUpdatedTime": iso(self.world.clock())}


class _Metered(CountedWorld):
    """What the world itself looks up, for the stream that it plays, is none of WFM's calls."""

    meter: Meter | None = None

    def _follow(self, plain: Any) -> None:
        with self.meter.paused() if self.meter else nullcontext():
            super()._follow(plain)


@dataclass(frozen=True)
class RunCosts:
    """Of one run. `request_calls` are calls of AWS from the message to the outcome, `poll_calls` those of the ticks.

    `announcements` are calls of AnnounceExecution, `stored_bytes` those of the rows and index entries that stay.
    """

    request_calls: Mapping[str, int]
    poll_calls: Mapping[str, int]
    reads: Mapping[str, int]
    writes: Mapping[str, int]
    read_units: Mapping[str, float]
    write_units: Mapping[str, float]
    amc_calls: int
    changes_of_workflows: int
    announcements: int
    tally: Tally
    stored_bytes: int
    delivery: DeliveryCalls | None = None


def one_run(duration: timedelta, *, known: bool, watched: bool = False, delivered: bool = False) -> RunCosts:
    """A run of `duration`, alone with its tenant; `known`: WFM has learnt how long such runs take.

    `delivered`: its workflow has its results delivered.
    """
    with emulated_aws.started():
        emulated_aws.empty()
        session = boto3.Session("test", "test", region_name="us-east-1")
        dynamodb = session.resource("dynamodb")
        for schema in TABLES:
            put(dynamodb, schema)
        world = _Metered(dynamodb, "an-agency-s-customer", limit=10)
        _as_large_as_in_aws(world, duration, known=known, watched=watched)
        if delivered:
            world.delivery_orders = FakeDeliveryOrders()
            world.workflows.set_beside(world.customer_id, "reach", {"delivery": True})
        meter = Meter(session.client("dynamodb"), {table.name: table for table in TABLES})
        meter.watch(dynamodb.meta.client)
        world.meter = meter
        walk = _RealSizes(world, tracker=False, round_seconds=1, run_takes=duration)
        walk.tally = Tally(meter)
        poll_calls = _go(walk, world, meter)
        delivery = None
        if delivered:
            delivery = deliver(world, walk.tally)
            walk.round()  # the stream tells of what was written onto the run's row
        stored = stored_bytes(meter.plain, (EXECUTIONS, REQUESTS))
    return replace(_costs(world, meter, poll_calls, walk.tally, stored), delivery=delivery)


def _as_large_as_in_aws(world: CountedWorld, duration: timedelta, *, known: bool, watched: bool) -> None:
    seconds = duration.total_seconds()
    durations = Durations()
    for count in range(20 if known else 0):
        durations = durations.after(timedelta(seconds=seconds * (0.9 + 0.01 * count)))
    if known:
        world.durations.save(world.customer_id, "reach", durations.to_field())
    about = {"sqlQuery": SQL, "definitionHash": "0" * 64, "syncExecution": "execution" * 15}
    row = {"customerId": world.customer_id, "workflowId": "reach", "syncStatus": "SYNCED", **about}
    world.rows["Workflows"].put_item(Item=to_item(row))
    tenant = dict(world.tenants.find(world.customer_id) or {})
    urls = {
        name: f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}" for name in ("queueUrl", "deadLetterQueueUrl")
    }
    seen = {"lastLookedAt": iso(world.clock() - timedelta(minutes=5)), "resultsWatched": watched}
    world.rows["Tenants"].put_item(Item=to_item({**tenant, **urls, **seen, "checkedRecord": "0" * 64}))
    metrics: Any = CloudWatchMetrics("wfm-demoteam-amcdataset")
    world.metrics = metrics


def _go(walk: _RealSizes, world: CountedWorld, meter: Meter) -> Counter[str]:
    """What the ticks asked of AWS."""
    walk.send("scheduled-2026-11-23T12-00-00Z", payload=_payload())
    in_ticks = Counter[str]()
    while not walk.ended:
        walk.round()
        if any(at.startswith("in wait_for_outcome") for at in walk.at.values()):
            world.clock.pass_seconds(59)
            before = _calls(world, meter)
            _tick(world, walk.tally)
            in_ticks += _calls(world, meter) - before
    return in_ticks


def _calls(world: CountedWorld, meter: Meter) -> Counter[str]:
    """All calls of AWS until now: AMC's are none."""
    return meter.calls + Counter(name for name in world.calls.names if " " not in name and name not in AMC_CALLS)


def _payload() -> dict[str, Any]:
    window = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    return {"workflowId": "reach", **window, "parameterValues": PARAMETERS}


def _tick(world: CountedWorld, tally: Tally) -> None:
    ports: Any = world
    with tally.of("list_due_tenants"):
        batches = list_due_tenants.handler({}, ports=lambda: ports)["batches"]
    for batch in batches:
        with tally.of("track_tenant"):
            track_tenant.handler(batch, ports=lambda: ports)


def _costs(world: CountedWorld, meter: Meter, poll_calls: Counter[str], tally: Tally, stored: int) -> RunCosts:
    request_calls = _calls(world, meter) - poll_calls
    changed = sum(count for name, count in meter.writes.items() if name.startswith("Workflows "))
    counted = (meter.reads, meter.writes, meter.read_units, meter.write_units)
    amc_calls = len(world.true_amc.calls)
    return RunCosts(request_calls, poll_calls, *counted, amc_calls, changed, world.announcements, tally, stored)


def main() -> None:
    """Print the tables."""
    for minutes in (1, 60, 240):
        for known in (True, False):
            costs = one_run(timedelta(minutes=minutes), known=known)
            print(f"\n== {minutes} min, {'learnt' if known else 'not known'}: {costs.amc_calls} AMC calls")
            print(f"calls of AnnounceExecution: {costs.announcements}")
            for name in ("request_calls", "poll_calls", "reads", "writes", "read_units", "write_units"):
                counted: Counter[str] = Counter(getattr(costs, name))
                print(f"{name}: {counted.total():.0f}")
                if minutes == 60 and known:
                    for each, count in sorted(counted.items()):
                        print(f"   {count:6} {each}")


if __name__ == "__main__":
    main()
