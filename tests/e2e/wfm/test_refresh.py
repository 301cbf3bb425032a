"""A window is run again at each of its ages while Lambdas are killed: each once, in place of the one before it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.amc_simulator.faults import Fault
from tests.e2e.crash_scenes import INVISIBLE_SECONDS, coming_soon, hide_for
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.e2e.inbox import read, subscribe, subscribe_to_bus
from tests.e2e.wfm.test_deliveries import read_all
from tests.e2e.wfm.test_faults import applied
from tests.e2e.wfm.test_reconciliation import sweep
from tests.reliability.report import FaultReport
from wfm import Connection, Wfm
from wfm.calendar.timestamps import iso
from wfm.model.sweeps import GRACE

AGES = ["3d", "14d", "30d"]
WEEK = {"timeWindowStart": "2026-11-16T00:00:00", "timeWindowEnd": "2026-11-23T00:00:00"}
FIRST = "first"
ROWS = 300  # so many that some have grown by the next run
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


@pytest.fixture
def killed_come_soon(wfm: Deployment) -> Iterator[None]:
    """A comparison whose Lambda was killed comes again after two seconds, not after an hour and a half."""
    with coming_soon(wfm, "result-superseded"):
        yield


def test_each_age_is_run_once_and_linked_though_workers_die(
    wfm: Deployment, killed_come_soon: None, fault_report: FaultReport
) -> None:
    tenant = wfm.a_tenant("settling")
    tenant.set_behaviour("reach", rows=ROWS)
    inbox, bus = subscribe(wfm, tenant.id, changeStatus=["CHANGED"]), subscribe_to_bus(wfm, tenant.id)
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
    assert_each_is_compared_with_the_one_before(wfm, tenant, inbox, bus)
    fault_report("workers killed while a window is run again at each age, in the deployed assembly", sum(killed))


def send_again(tenant: TenantUnderTest, request: str, supersedes: str) -> dict[str, Any]:
    """The message that a sweep sends at an age, of a run of the same window; how much its result changed."""
    again = {"refreshOf": "r1", "refreshAge": "3d", "supersedes": supersedes}
    body = {"customerId": tenant.id, "requestId": request, "payload": {"workflowId": "reach", **WEEK}, **again}
    tenant.send_text(json.dumps(body), request, queue=tenant.row()["queueUrl"])
    tenant.wait_for(request)

    def change() -> Any:
        return next((row.get("change") for row in tenant.executions() if row.get("requestId") == request), None)

    found: dict[str, Any] = wait_until(change, f"{request} is compared")
    return found


def test_without_a_bucket_amcs_links_are_compared_and_what_is_gone_is_said_in_words(wfm: Deployment) -> None:
    """AMC fails once: the message rests for half a minute of the wall's clock."""
    tenant = wfm.a_tenant("linked", BucketName="")
    tenant.set_behaviour("reach", rows=ROWS)
    tenant.send("r1", **WEEK)
    tenant.wait_for("r1")
    spoilt = Fault(method="GET", path="downloadUrls", instance_id=tenant.instance, status=503, times=1)
    (rule,) = wfm.amc.add_faults(spoilt)

    linked = send_again(tenant, "r2", tenant.requests()["r1"]["workflowExecutionId"])
    gone = send_again(tenant, "r3", "forgotten")

    assert applied(wfm, rule) == 1
    assert (linked["rowsBefore"], linked["rowsAfter"], len(linked["columns"])) == (ROWS, ROWS, 1)
    assert gone.keys() == {"at", "reason"}
    assert gone["reason"] == "nothing is kept of run forgotten any more"


def assert_each_is_compared_with_the_one_before(wfm: Deployment, tenant: TenantUnderTest, inbox: str, bus: str) -> None:
    """The numbers of the simulator grow until they have settled."""
    wait_until(lambda: all("change" in runs(tenant)[age] for age in AGES), "they are compared")
    by_age, told = runs(tenant), {one["eventId"]: one for one in read_all(wfm, bus) if "changeStatus" in one}
    changes = {row["workflowExecutionId"]: row["change"] for age, row in by_age.items() if age != FIRST}
    assert {one["workflowExecutionId"]: one["columns"] for one in told.values()} == {
        run_id: change["columns"] for run_id, change in changes.items()
    }
    assert len(told) == len(AGES)
    assert {message["eventId"]: message for message in read(wfm, inbox)} == told
    totals = [changes[by_age[age]["workflowExecutionId"]]["columns"][0] for age in AGES]
    assert [each["after"] for each in totals[:-1]] == [each["before"] for each in totals[1:]]
    assert all(int(each["before"]) < int(each["after"]) for each in totals)
    assert "change" not in by_age[FIRST]
    assert_the_command_says_the_same(wfm, tenant, totals[-1])


def assert_the_command_says_the_same(wfm: Deployment, tenant: TenantUnderTest, total: dict[str, str]) -> None:
    runtime, last = wfm.runtime, tenant.requests()[FIRST]["refreshes"][AGES[-1]]["requestId"]
    client = Wfm(connection=Connection(None, "us-east-1", runtime.emulator.endpoint, runtime.stack, is_local=True))

    found = client.results.compare(tenant.id, last)

    (reach,) = found.change.columns
    assert (found.has_same_definition, found.has_same_window, found.change.rows.percent) == (True, True, Decimal(0))
    assert (reach.before, reach.after) == (Decimal(total["before"]), Decimal(total["after"]))


def is_sent(tenant: TenantUnderTest, age: str, killed: list[int]) -> bool:
    """Whether the sweep has sent the age and looks at it no more. Whatever is at work after it is killed."""
    sweep(tenant.deployment)
    killed.append(tenant.deployment.kill_lambda_workers())
    row = tenant.requests()[FIRST]
    return "requestId" in row["refreshes"][age] and row.get("refreshDue") != PAST


def ended(tenant: TenantUnderTest) -> list[str]:
    """The requests that SUCCEEDED."""
    return [name for name, row in tenant.requests().items() if row.get("status") == "SUCCEEDED"]
