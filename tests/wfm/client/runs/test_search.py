from collections.abc import Sequence
from typing import Any

import pytest

from wfm.client.records import Execution, Request
from wfm.client.runs.run import Run
from wfm.client.runs.search import RunFilter, newest_first
from wfm.errors import UnknownCustomer


def a_request(request_id: str, at: str, **changes: Any) -> Request:
    row = {
        "customerId": "acme",
        "requestId": request_id,
        "workflowId": "reach",
        "status": "RUNNING",
        "source": "wfm run",
    }
    return Request.from_row(row | {"requestedAt": at} | changes)


def an_execution(execution_id: str, at: str, **changes: Any) -> Execution:
    row = {
        "customerId": "acme",
        "workflowExecutionId": execution_id,
        "executionStatus": "RUNNING",
        "source": "external",
    }
    return Execution.from_row(row | {"createTime": at} | changes)


def nobody(left: Sequence[Execution]) -> Sequence[Execution]:
    assert not left
    return []


def test_a_request_takes_the_amc_run_that_came_after_it() -> None:
    requests = [a_request("r2", "2026-11-23T12:00:00Z"), a_request("r1", "2026-11-23T10:00:00Z")]
    executions = [
        an_execution("e1", "2026-11-23T13:00:00Z", requestId="r1"),
        an_execution("x", "2026-11-23T11:00:00Z"),
    ]

    runs = list(newest_first(requests, executions, nobody))

    assert [(run.run_id, run.execution is not None) for run in runs] == [("r2", False), ("x", True), ("r1", True)]


def test_an_amc_run_whose_request_lies_before_the_period_is_only_listed_when_that_is_gone() -> None:
    executions = [an_execution(f"e{number}", "2026-11-23T13:00:00Z", requestId=f"r{number}") for number in range(2)]

    runs = list(newest_first([], executions, lambda left: [each for each in left if each.request_id == "r0"]))

    assert [run.run_id for run in runs] == ["e0"]


@pytest.mark.parametrize(
    ("source", "wanted", "fits"),
    [
        ("external", "external", True),
        ("external", "wfm", False),
        ("wfm run", "wfm", True),
        ("schedule:daily", "wfm", True),
        ("schedule:daily", "schedule", True),
        ("schedule:daily", "schedule:daily", True),
        ("schedule:daily", "schedule:weekly", False),
        ("backfill:b1", "backfill", True),
        ("schedules of mine", "schedule", False),
        ("a dashboard", "a dashboard", True),
    ],
)
def test_a_source_is_a_kind_or_a_name(source: str, wanted: str, fits: bool) -> None:
    run = Run(a_request("r1", "2026-11-23T12:00:00Z", source=source), None)

    assert RunFilter(source=wanted).fits(run) is fits


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [({}, True), ({"team": "emea"}, True), ({"team": "emea", "cost": "1"}, False), ({"team": "us"}, False)],
    ids=["none", "one", "one too many", "another value"],
)
def test_runs_are_chosen_by_all_labels_that_are_given(wanted: dict[str, str], fits: bool) -> None:
    asked = a_request("r1", "2026-11-23T12:00:00Z", labels={"team": "emea", "kind": "daily"})
    external = an_execution("x", "2026-11-23T11:00:00Z")

    assert RunFilter(labels=wanted).fits(Run(asked, None)) is fits
    assert RunFilter(labels=wanted).fits(Run(None, external)) is (not wanted)


def test_runs_of_a_period_are_those_asked_for_in_it(deployed: Any) -> None:
    deployed.put_tenant()
    for hour in (9, 10, 11, 12):
        deployed.put_request(f"r{hour}", requestedAt=f"2026-11-23T{hour:02}:00:00.000Z")
        deployed.put_execution(f"x{hour}", createTime=f"2026-11-23T{hour:02}:30:00Z")

    runs = deployed.wfm.runs.list("acme", since="2026-11-23T10:00:00.000Z", until="2026-11-23T12:00:00.000Z")

    assert [run.run_id for run in runs] == ["x11", "r11", "x10", "r10"]


def test_the_runs_of_all_tenants_are_one_list(deployed: Any) -> None:
    for number, customer in enumerate(("acme", "birch", "cedar")):
        deployed.put_tenant(customer)
        deployed.put_request("r1", customerId=customer, requestedAt=f"2026-11-23T1{number}:00:00.000Z")

    everybody = [run.either.customer_id for run in deployed.wfm.runs.list(limit=2)]
    two = [run.either.customer_id for run in deployed.wfm.runs.list(["acme", "cedar"])]

    assert everybody == ["cedar", "birch"]
    assert two == ["cedar", "acme"]


def test_a_customer_that_is_not_there_is_reported(deployed: Any) -> None:
    deployed.put_tenant()

    with pytest.raises(UnknownCustomer, match="no customer 'acne'"):
        deployed.wfm.runs.list(["acme", "acne"])


def test_filters_hold_together(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "FAILED", source="schedule:daily")
    deployed.put_request("r2", "FAILED", workflowId="geo", source="schedule:daily")
    deployed.put_request("r3", "SUCCEEDED", source="schedule:daily")
    deployed.put_execution("x", "FAILED")

    runs = deployed.wfm.runs.list("acme", workflow="reach", status="FAILED", source="schedule")

    assert [run.run_id for run in runs] == ["r1"]


def test_a_list_reads_what_it_shows_and_not_the_history(deployed: Any, listen: Any) -> None:
    deployed.put_tenant()
    for number in range(120):
        deployed.put_request(f"r{number}", requestedAt=f"2026-11-23T10:{number // 60:02}:{number % 60:02}.000Z")
        deployed.put_execution(f"x{number}", createTime=f"2026-11-23T10:{number // 60:02}:{number % 60:02}Z")
    scanned: list[int] = []
    client = deployed.wfm.aws.tables.runs._client
    listen(client, "after-call", lambda parsed, **_: scanned.append(parsed.get("ScannedCount", 0)))

    runs = deployed.wfm.runs.list("acme", limit=10)

    assert [run.run_id for run in runs[:2]] == ["x119", "r119"]
    assert len(runs) == 10
    assert 0 < sum(scanned) <= 100


def test_an_amc_run_made_after_the_period_is_still_beside_its_request(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", requestedAt="2026-11-23T10:00:00.000Z", workflowExecutionId="e1")
    deployed.put_execution("e1", requestId="r1", createTime="2026-11-23T13:00:00Z")

    (run,) = deployed.wfm.runs.list("acme", until="2026-11-23T12:00:00.000Z")

    assert run.execution.workflow_execution_id == "e1"
