"""WFM on a bad day of AWS's: each kind of trouble by itself, then all of them at once. Nothing stays open.

On a deployment of its own, since all of it is as bad. Who notices a lost end is the sweep, as on AWS.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bench.soak_aws import patiently, sweep
from local.amc_simulator.configuration import Configuration
from local.demo.evidence import read_run
from local.demo.measures import max_concurrent
from local.emulator import ServerSettings
from local.emulator.unreliability import Unreliability, met
from local.runtime import Runtime
from tests.e2e.deployment import ENDED, WAIT_SCALE, Deployment, TenantUnderTest, wait_until
from tests.e2e.onboarding import assert_gone
from tests.reliability.report import FaultReport
from wfm.calendar.timestamps import iso, parse

LIMIT = 2
LINGER = 4.0
KINDS = {
    "AWS: ends of executions are not announced, in the deployed assembly": (
        Unreliability(lost_ends=0.7),
        ["ends of executions not announced"],
    ),
    "AWS: records of a stream come twice and in another order, in the deployed assembly": (
        Unreliability(repeated_batches=0.5, stream_lag=1.0),
        ["stream batches repeated", "stream batches that overtook an older record"],
    ),
    "AWS: calls are throttled, in the deployed assembly": (
        Unreliability(throttled_calls=0.1, quota_scale=0.06),  # a sweep asks more than is answered at once
        ["DynamoDB calls throttled at random", "Step Functions calls throttled beyond their rate"],
    ),
    "AWS: indexes are behind, in the deployed assembly": (Unreliability(index_lag=3.0), ["stale answers of an index"]),
    "AWS: executions are seen late, in the deployed assembly": (
        Unreliability(execution_lag=3.0),
        ["executions not seen yet", "ended executions seen as running"],
    ),
    "AWS: Lambdas start anew, in the deployed assembly": (Unreliability(cold_starts=0.3), ["cold starts"]),
}
MOVES = Unreliability(queue_linger=LINGER, mapping_transition=1.0)
ALL = Unreliability(
    lost_ends=0.6,
    repeated_batches=0.3,
    stream_lag=1.0,
    throttled_calls=0.05,
    quota_scale=0.2,
    queue_linger=LINGER,
    mapping_transition=1.0,
    index_lag=2.0,
    execution_lag=2.0,
    cold_starts=0.05,
)


@pytest.fixture(scope="module")
def wfm(local_assembly: Path) -> Iterator[Deployment]:
    settings = ServerSettings(wait_scale=WAIT_SCALE, timeout_scale=1 / 360)
    configuration = Configuration(clock_factor=60.0)
    with Runtime(local_assembly, name="bad-day", configuration=configuration, settings=settings) as runtime:
        yield Deployment(runtime)


@contextmanager
def bad_day(wfm: Deployment, unreliability: Unreliability) -> Iterator[Counter[str]]:
    """What was met is in the counter afterwards."""
    folder, counted = wfm.runtime.emulator.folder, Counter[str]()
    before = met(folder)
    unreliability.write(folder)
    try:
        yield counted
    finally:
        Unreliability().write(folder)
        counted.update(met(folder) - before)


@pytest.mark.parametrize("kind", KINDS)
def test_each_request_runs_once_and_nothing_stays_open_when(
    wfm: Deployment, fault_report: FaultReport, kind: str
) -> None:
    unreliability, troubles = KINDS[kind]
    tenants = [candidate(wfm, f"bad{number}") for number in range(3 if unreliability.stream_lag else 1)]  # a shard each

    with bad_day(wfm, unreliability) as counted:
        run_all(wfm, tenants, requests=6, stopped=2)
        sweep(wfm.runtime, [])

    for tenant in tenants:
        check(tenant, requests=6, stopped=2)
    assert all(counted[name] for name in troubles), counted
    fault_report(kind, sum(counted[name] for name in troubles))


def test_a_tenant_that_goes_and_comes_back_has_queues_that_last(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("moves")

    with bad_day(wfm, MOVES) as counted:
        tenant.remove_record()
        wait_until(lambda: tenant.row().get("status") == "OFFBOARDED", f"{tenant.id} has gone")
        a_minute_passes(wfm, tenant)
        tenant.put_record(LIMIT)
        wait_until(lambda: tenant.row().get("status") == "ACTIVE", f"{tenant.id} is back")
        tenant.send("r1")
        rows = tenant.wait_for("r1")

    assert rows["r1"]["status"] == "SUCCEEDED"
    tenant.remove_record()
    wait_until(lambda: tenant.row().get("status") == "OFFBOARDED", f"{tenant.id} has gone for good")
    assert_gone(tenant)
    troubles = [counted[name] for name in ("deleted queues that linger", "changes of a mapping that take a while")]
    assert all(troubles), counted
    fault_report("AWS: deleted queues linger, mappings change slowly, in the deployed assembly", sum(troubles))


def test_nothing_is_lost_nothing_runs_twice_and_nothing_stays_open(wfm: Deployment, fault_report: FaultReport) -> None:
    tenants = [candidate(wfm, f"bad{number}") for number in range(3)]

    with bad_day(wfm, ALL) as counted:
        resent = run_all(wfm, tenants, requests=10, stopped=4)

    for tenant in tenants:
        check(tenant, requests=10, stopped=4)
    assert resent > 0, "no end was lost: the day was not bad enough"
    fault_report("a bad day of AWS's: all of these at once, in the deployed assembly", sum(counted.values()))


def candidate(wfm: Deployment, name: str) -> TenantUnderTest:
    tenant = wfm.a_tenant(name, limit=LIMIT)
    tenant.put_workflow("endless", seconds=600)
    return tenant


def run_all(wfm: Deployment, tenants: list[TenantUnderTest], requests: int, stopped: int) -> int:
    """Send requests, each twice, stop some, sweep until all have ended; how many ends the sweep made up for."""
    names = [f"r{number}" for number in range(requests)]
    for tenant in tenants * 2:
        patiently(partial(tenant.send, *names[:stopped], workflowId="endless"))
        patiently(partial(tenant.send, *names[stopped:]))
    for tenant in tenants:
        stop_some(wfm, tenant, names[:stopped])
    return sweep_until_ended(wfm, tenants, names, names[:stopped])


def stop_some(wfm: Deployment, tenant: TenantUnderTest, names: list[str]) -> None:
    """Stop the executions of these requests, of which some run in AMC and some wait for a slot."""
    begun = wait_until(lambda: patiently(lambda: with_executions(tenant, names)), f"{tenant.id} has begun")
    states = wfm.client("stepfunctions")
    for arn in random.sample(begun, k=len(begun)):
        patiently(partial(states.stop_execution, executionArn=arn, cause="enough"))


def with_executions(tenant: TenantUnderTest, names: list[str]) -> list[str]:
    rows = tenant.requests()
    found = [rows[name]["executionArn"] for name in names if "executionArn" in rows.get(name, {})]
    return found if len(found) == len(names) else []


def sweep_until_ended(wfm: Deployment, tenants: list[TenantUnderTest], names: list[str], stopped: list[str]) -> int:
    """How many ends the sweep made up for. The others wait for slots that only the ends of stopped requests free."""
    resent = 0

    def ended() -> bool:
        nonlocal resent
        rows = {(tenant.id, name): row for tenant in tenants for name, row in patiently(tenant.requests).items()}
        left = [key for key, row in rows.items() if row["status"] not in ENDED]
        if unheard := [key for key in left if key[1] in stopped]:
            resent += sweep(wfm.runtime, unheard)
        return len(rows) == len(tenants) * len(names) and not left

    wait_until(ended, "all requests end")
    return resent


def a_minute_passes(wfm: Deployment, tenant: TenantUnderTest) -> None:
    """The minute of a deleted queue is LINGER seconds here, so WFM takes its deletion for so much longer ago."""
    deleted = parse(tenant.row()["queuesDeletedAt"]) - timedelta(seconds=60 - LINGER)
    wfm.table("TenantsTable").update_item(
        Key={"customerId": tenant.id},
        UpdateExpression="SET queuesDeletedAt = :then",
        ExpressionAttributeValues={":then": iso(deleted)},
    )


def check(tenant: TenantUnderTest, requests: int, stopped: int) -> None:
    """Lost 0, twice 0, over the limit 0, open 0."""
    rows, runs = tenant.requests(), tenant.runs_in_amc()
    wait_until(lambda: not tenant.gate().get("holders"), f"{tenant.id} has no holder")

    assert len(rows) == requests
    assert Counter(row["status"] for row in rows.values()) == {"SUCCEEDED": requests - stopped, "CANCELLED": stopped}
    claimed = [row["workflowExecutionId"] for row in rows.values() if "workflowExecutionId" in row]
    assert len(claimed) == len(set(claimed))
    assert len(runs) == len(claimed), "one run each"
    assert max_concurrent(read_run(run, {tenant.instance: tenant.id}) for run in runs) <= LIMIT
    assert [row for row in rows.values() if "openSince" in row] == []
