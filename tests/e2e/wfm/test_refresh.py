"""A window is run again at each of its ages while Lambdas are killed: each once, in place of the one before it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.e2e.crash_scenes import INVISIBLE_SECONDS, hide_for
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.e2e.wfm.test_reconciliation import sweep
from tests.reliability.report import FaultReport
from wfm import Connection, Wfm
from wfm.calendar.timestamps import iso
from wfm.model.sweeps import GRACE

AGES = ["3d", "14d", "30d"]
FIRST = "first"
PAST = iso(datetime.now(UTC) - timedelta(days=1))


def make_old(tenant: TenantUnderTest, age: str) -> None:
    """As if the window were as old by now: the age is due, and the next sweep looks at the request."""
    row = tenant.requests()[FIRST]
    refreshes = {**row["refreshes"], age: {**row["refreshes"][age], "dueAt": PAST}}
    tenant.deployment.table("ExecutionRequestsTable").update_item(
        Key={"customerId": tenant.id, "requestId": FIRST},
        UpdateExpression="SET openSince = :then, refreshDue = :then, refreshes = :all",
        ExpressionAttributeValues={":then": PAST, ":all": refreshes},
    )


def plan(tenant: TenantUnderTest) -> dict[str, Any]:
    """What the first sweep after the first run writes."""
    table = tenant.deployment.table("ExecutionRequestsTable")
    key = {"customerId": tenant.id, "requestId": FIRST}
    earlier = {":then": iso(datetime.now(UTC) - GRACE)}
    table.update_item(Key=key, UpdateExpression="SET openSince = :then", ExpressionAttributeValues=earlier)
    sweep(tenant.deployment)
    found: dict[str, Any] = tenant.requests()[FIRST].get("refreshes", {})
    return found


def runs(tenant: TenantUnderTest) -> dict[str, dict[str, Any]]:
    """The rows of Executions by the age of their window."""
    return {row.get("refreshAge", FIRST): row for row in tenant.executions()}


def test_each_age_is_run_once_and_linked_though_workers_die(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("settling")
    hide_for(wfm, tenant.row()["queueUrl"], INVISIBLE_SECONDS)
    tenant.send(FIRST, refresh=AGES)
    tenant.wait_for(FIRST)
    wait_until(lambda: plan(tenant), "the ages are planned")

    killed = list[int]()
    for count, age in enumerate(AGES, start=2):
        make_old(tenant, age)
        wait_until(lambda age=age: is_sent(tenant, age, killed), f"{age} is sent")  # type: ignore[misc]
        wait_until(lambda count=count: len(ended(tenant)) == count, f"{age} has ended")  # type: ignore[misc]

    wait_until(lambda: all("supersededBy" in runs(tenant)[age] for age in (FIRST, *AGES[:-1])), "they are superseded")
    by_age = runs(tenant)
    ids = [by_age[age]["workflowExecutionId"] for age in (FIRST, *AGES)]
    assert len(tenant.runs_in_amc()) == 1 + len(AGES)
    assert [by_age[age].get("supersedes") for age in (FIRST, *AGES)] == [None, *ids[:-1]]
    assert [by_age[age].get("supersededBy") for age in (FIRST, *AGES)] == [*ids[1:], None]
    assert not {"openSince", "refreshDue"} & tenant.requests()[FIRST].keys()
    assert sweep(wfm) == 0
    assert_the_last_is_compared_with_the_one_before(wfm, tenant)
    fault_report("workers killed while a window is run again at each age, in the deployed assembly", sum(killed))


def assert_the_last_is_compared_with_the_one_before(wfm: Deployment, tenant: TenantUnderTest) -> None:
    """The numbers of the simulator grow until they have settled."""
    runtime, last = wfm.runtime, tenant.requests()[FIRST]["refreshes"][AGES[-1]]["requestId"]
    client = Wfm(connection=Connection(None, "us-east-1", runtime.emulator.endpoint, runtime.stack, is_local=True))

    found = client.results.compare(tenant.id, last)

    (reach,) = found.change.columns
    assert (found.has_same_definition, found.has_same_window, found.change.rows.percent) == (True, True, Decimal(0))
    assert 0 < (reach.before or 0) <= (reach.after or 0)


def is_sent(tenant: TenantUnderTest, age: str, killed: list[int]) -> bool:
    """Whether the sweep has sent the age and looks at it no more. Whatever is at work after it is killed."""
    sweep(tenant.deployment)
    killed.append(tenant.deployment.kill_lambda_workers())
    row = tenant.requests()[FIRST]
    return "requestId" in row["refreshes"][age] and row.get("refreshDue") != PAST


def ended(tenant: TenantUnderTest) -> list[str]:
    """The requests that SUCCEEDED."""
    return [name for name, row in tenant.requests().items() if row.get("status") == "SUCCEEDED"]
