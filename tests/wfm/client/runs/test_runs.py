from typing import Any

import pytest

from wfm.errors import UnknownRunError, UsageError


def test_runs_are_listed_newest_first_with_those_started_elsewhere(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "SUCCEEDED", workflowExecutionId="e1", requestedAt="2026-11-23T10:00:00.000Z")
    deployed.put_execution("e1", "SUCCEEDED", requestId="r1", source="wfm")
    deployed.put_execution("e2", "RUNNING", createTime="2026-11-23T11:00:00Z")
    deployed.put_request("r2", "WAITING", requestedAt="2026-11-23T12:00:00.000Z")

    runs = deployed.wfm.runs.list("acme")

    assert [(run.run_id, run.status, run.source) for run in runs] == [
        ("r2", "WAITING", "wfm run"),
        ("e2", "RUNNING", "external"),
        ("r1", "SUCCEEDED", "wfm run"),
    ]
    assert runs[2].execution is not None
    assert [run.run_id for run in deployed.wfm.runs.list("acme", status="WAITING")] == ["r2"]
    assert [run.run_id for run in deployed.wfm.runs.list("acme", limit=1)] == ["r2"]


def test_more_runs_than_one_page_are_all_listed(deployed: Any) -> None:
    deployed.put_tenant()
    for number in range(5):
        deployed.put_request(f"r{number}", request={"padding": "x" * 300_000})

    assert len(deployed.wfm.runs.list("acme")) == 5


@pytest.mark.parametrize("wanted", ["r1", "e1"])
def test_one_run_is_found_by_either_of_its_ids(deployed: Any, wanted: str) -> None:
    deployed.put_request("r1", "RUNNING", workflowExecutionId="e1")
    deployed.put_execution("e1", requestId="r1")

    run = deployed.wfm.runs.get("acme", wanted)

    assert run.request.request_id == "r1"
    assert run.execution.workflow_execution_id == "e1"


def test_an_unknown_run_is_said_to_be_unknown(deployed: Any) -> None:
    deployed.put_tenant()

    with pytest.raises(UnknownRunError, match="neither a request nor an AMC run 'nothing'"):
        deployed.wfm.runs.get("acme", "nothing")


def test_a_history_is_iterated_newest_first_over_all_tenants_and_no_further_than_it_is_taken(
    deployed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wfm.client.runs.search.PAGE", 2)
    for tenant in ("acme", "zebra"):
        deployed.put_tenant(tenant)
        for minute in range(6):
            at = f"2026-11-23T14:{minute:02}:0{tenant == 'zebra':d}.000Z"
            deployed.put_request(f"{tenant}-{minute}", "SUCCEEDED", customerId=tenant, requestedAt=at)

    runs = deployed.wfm.runs.iterate()

    assert [next(runs).run_id for _ in range(3)] == ["zebra-5", "acme-5", "zebra-4"]
    assert [run.run_id for run in runs][-2:] == ["zebra-0", "acme-0"]
    listed = [run.run_id for run in deployed.wfm.runs.list()]
    assert [run.run_id for run in deployed.wfm.runs.iterate()] == listed


def test_a_status_that_there_is_not_is_refused(deployed: Any) -> None:
    with pytest.raises(UsageError, match="status: 'done' is unknown; allowed: QUEUED, WAITING"):
        deployed.wfm.runs.list(status="done")
