"""WFM on a bad day of AWS's: ends of executions are lost, records come twice, calls are throttled. Nothing stays open.

On a deployment of its own, since all of it is as bad. Who notices a lost end is the sweep, as on AWS.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.amc_simulator.configuration import Configuration
from local.emulator import ServerSettings
from local.emulator.unreliability import Unreliability
from local.runtime import Runtime
from tests.e2e.deployment import ENDED, WAIT_SCALE, Deployment, TenantUnderTest, wait_until
from tests.reliability.report import FaultReport
from wfm.calendar.timestamps import iso

BAD = Unreliability(lost_ends=0.6, repeated_batches=0.3, throttled_calls=0.1)
REQUESTS, STOPPED = 10, 4  # of each tenant


@pytest.fixture(scope="module")
def wfm(local_assembly: Path) -> Iterator[Deployment]:
    settings = ServerSettings(wait_scale=WAIT_SCALE, timeout_scale=1 / 360)
    configuration = Configuration(clock_factor=60.0)
    with Runtime(local_assembly, name="bad-day", configuration=configuration, settings=settings) as runtime:
        yield Deployment(runtime)


def test_nothing_is_lost_nothing_runs_twice_and_nothing_stays_open(wfm: Deployment, fault_report: FaultReport) -> None:
    tenants = [wfm.a_tenant(f"bad{number}") for number in range(3)]
    names = [f"r{number}" for number in range(REQUESTS)]
    for tenant in tenants:
        tenant.put_workflow("endless", seconds=600)
    BAD.write(wfm.runtime.emulator.folder)

    for tenant in tenants:
        patiently(lambda tenant=tenant: tenant.send(*names[:STOPPED], workflowId="endless"))
        patiently(lambda tenant=tenant: tenant.send(*names[STOPPED:]))
    for tenant in tenants:
        stop_some(wfm, tenant, names[:STOPPED])
    resent = 0
    for tenant in tenants:
        resent += sweep_until_ended(wfm, tenant, names)
    Unreliability().write(wfm.runtime.emulator.folder)

    for tenant in tenants:
        check(tenant)
    assert resent > 0, "no end was lost: the day was not bad enough"
    fault_report("a bad day of AWS's: ends lost, records twice, calls throttled, in the deployed assembly", resent)


def patiently(call: Any) -> Any:
    """The test's own calls are throttled too."""
    for _ in range(50):
        try:
            return call()
        except Exception as exc:
            if "ThrottlingException" not in str(exc):
                raise
    raise AssertionError("throttled fifty times")


def stop_some(wfm: Deployment, tenant: TenantUnderTest, names: list[str]) -> None:
    """Stop the executions of these requests, of which some run in AMC and some wait for a slot."""
    begun = wait_until(lambda: patiently(lambda: with_executions(tenant, names)), f"{tenant.id} has begun")
    states = wfm.client("stepfunctions")
    for arn in random.sample(begun, k=len(begun)):
        patiently(lambda arn=arn: states.stop_execution(executionArn=arn, cause="enough"))


def with_executions(tenant: TenantUnderTest, names: list[str]) -> list[str]:
    rows = tenant.requests()
    found = [rows[name]["executionArn"] for name in names if "executionArn" in rows.get(name, {})]
    return found if len(found) == len(names) else []


def sweep_until_ended(wfm: Deployment, tenant: TenantUnderTest, names: list[str]) -> int:
    """How many ends the sweep made up for. What is open counts as open for an hour, so that the sweep looks at it."""
    resent = 0

    def ended() -> bool:
        nonlocal resent
        rows = patiently(tenant.requests)
        open_ = [name for name in names if rows.get(name, {}).get("status") not in ENDED]
        for name in open_:
            if name in rows:
                patiently(lambda name=name: age(wfm, tenant, name))
        resent += patiently(lambda: sweep(wfm)) if open_ else 0
        return not open_

    wait_until(ended, f"all requests of {tenant.id} end")
    return resent


def age(wfm: Deployment, tenant: TenantUnderTest, request_id: str) -> None:
    """A request that has ended meanwhile is left alone."""
    table = wfm.table("ExecutionRequestsTable")
    with suppress(table.meta.client.exceptions.ConditionalCheckFailedException):
        table.update_item(
            Key={"customerId": tenant.id, "requestId": request_id},
            UpdateExpression="SET openSince = :then",
            ConditionExpression="attribute_exists(openSince)",
            ExpressionAttributeValues={":then": iso(datetime.now(UTC) - timedelta(hours=1))},
        )


def sweep(wfm: Deployment) -> int:
    answer = wfm.client("lambda").invoke(FunctionName=f"{wfm.runtime.stack}-Reconcile", Payload="{}")
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    return int(told.get("requests", 0))  # a throttled sweep fails, and the next one makes up for it


def check(tenant: TenantUnderTest) -> None:
    rows, runs = tenant.requests(), tenant.runs_in_amc()
    wait_until(lambda: not tenant.gate().get("holders"), f"{tenant.id} has no holder")

    assert len(rows) == REQUESTS
    assert Counter(row["status"] for row in rows.values()) == {"SUCCEEDED": REQUESTS - STOPPED, "CANCELLED": STOPPED}
    claimed = [row["workflowExecutionId"] for row in rows.values() if "workflowExecutionId" in row]
    assert len(claimed) == len(set(claimed))
    assert len(runs) == len(claimed), "one run each"
    assert [row for row in rows.values() if "openSince" in row] == []
