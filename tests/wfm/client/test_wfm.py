import json
import re
from typing import Any

import pytest

from wfm.errors import InvalidRequest, UnknownCustomer, UnknownRunError, UnknownWorkflow


def test_a_run_becomes_one_message_in_the_tenants_queue(deployed: Any) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    request_id = deployed.wfm.run(
        "reach", "acme", start="TODAY(-9)", end="TODAY(-2)", parameters={"cap": "3"}, priority="backfill"
    )

    (message,) = deployed.messages(queue)
    assert re.fullmatch(r"[0-9a-f-]{36}", request_id)
    assert message["Attributes"]["MessageGroupId"] == request_id
    assert message["Attributes"]["MessageDeduplicationId"] == request_id
    assert json.loads(message["Body"]) == {
        "customerId": "acme",
        "requestId": request_id,
        "priority": "backfill",
        "source": "wfm run",
        "payload": {
            "workflowId": "reach",
            "timeWindowStart": "TODAY(-9)",
            "timeWindowEnd": "TODAY(-2)",
            "parameterValues": {"cap": "3"},
        },
    }


def test_a_request_id_that_is_sent_again_is_one_message(deployed: Any) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    for _ in range(2):
        deployed.wfm.run("reach", "acme", request_id="mine")

    assert len(deployed.messages(queue)) == 1


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"priority": "urgent"}, "priority"),
        ({"window_type": "LAST_WEEK"}, "timeWindowType"),
        ({"start": "2026-11-02T00:00:00"}, "timeWindowEnd"),
        ({"start": "2026-11-02T00:00:00", "end": "2026-11-01T00:00:00"}, "timeWindowEnd"),
        ({"start": "TODAYS(-1)", "end": "TODAY()"}, "timeWindowStart"),
        ({"request_id": "has a blank"}, "requestId"),
        ({"parameters": {"list": ["x" * 250_000]}}, "body"),
    ],
)
def test_what_wfm_could_not_read_is_refused_before_it_is_sent(
    deployed: Any, arguments: dict[str, Any], field: str
) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    with pytest.raises(InvalidRequest) as refused:
        deployed.wfm.run("reach", "acme", **arguments)

    assert refused.value.field == field
    assert deployed.messages(queue) == []


def test_an_unknown_customer_is_named_with_the_one_that_may_be_meant(deployed: Any) -> None:
    deployed.put_tenant("acme-toys")
    deployed.put_tenant("zebra")

    with pytest.raises(UnknownCustomer, match=re.escape("no customer 'acme_toy'; did you mean acme-toys?")):
        deployed.wfm.run("reach", "acme_toy")


def test_an_unknown_workflow_is_named_with_the_one_that_may_be_meant(deployed: Any) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow("reach_and_frequency")
    deployed.put_workflow("geo")

    with pytest.raises(UnknownWorkflow, match=r"no workflow 'reach-and-freq'; did you mean reach_and_frequency\?"):
        deployed.wfm.run("reach-and-freq", "acme")

    assert deployed.messages(queue) == []


def test_a_workflow_that_was_made_in_amc_by_hand_can_be_run_all_the_same(deployed: Any) -> None:
    queue = deployed.put_tenant()

    deployed.wfm.run("handmade", "acme", unlisted=True)

    assert len(deployed.messages(queue)) == 1


def test_a_tenant_that_is_not_active_takes_no_requests_and_says_why(deployed: Any) -> None:
    queue = deployed.put_tenant(status="FAILED", reason="the credentials were refused")
    deployed.put_workflow()

    with pytest.raises(UnknownCustomer, match=r"acme is FAILED \(the credentials were refused\)"):
        deployed.wfm.run("reach", "acme")

    assert deployed.messages(queue) == []


@pytest.mark.parametrize("standing", [{"status": "PAUSED"}, {"degradedSince": "x", "degradedReason": "403"}])
def test_a_tenant_whose_requests_wait_takes_more_of_them(deployed: Any, standing: dict[str, Any]) -> None:
    queue = deployed.put_tenant(**standing)
    deployed.put_workflow()

    deployed.wfm.run("reach", "acme")

    assert len(deployed.messages(queue)) == 1


def test_the_place_in_line_counts_priority_before_arrival(deployed: Any) -> None:
    deployed.put_waiter("late-but-urgent", priority=0, arrival="2026-11-23T15:00:00.000Z")
    deployed.put_waiter("early", priority=2, arrival="2026-11-23T13:00:00.000Z")

    places = [deployed.wfm.place_in_line("acme", name) for name in ("late-but-urgent", "early", "absent")]

    assert places == [1, 2, None]


def test_runs_are_listed_newest_first_with_those_started_elsewhere(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "SUCCEEDED", workflowExecutionId="e1", requestedAt="2026-11-23T10:00:00.000Z")
    deployed.put_execution("e1", "SUCCEEDED", requestId="r1", source="wfm")
    deployed.put_execution("e2", "RUNNING", createTime="2026-11-23T11:00:00Z")
    deployed.put_request("r2", "WAITING", requestedAt="2026-11-23T12:00:00.000Z")

    runs = deployed.wfm.executions("acme")

    assert [(run.run_id, run.status, run.source) for run in runs] == [
        ("r2", "WAITING", "wfm run"),
        ("e2", "RUNNING", "external"),
        ("r1", "SUCCEEDED", "wfm run"),
    ]
    assert runs[2].execution is not None
    assert [run.run_id for run in deployed.wfm.executions("acme", status="WAITING")] == ["r2"]
    assert [run.run_id for run in deployed.wfm.executions("acme", limit=1)] == ["r2"]


def test_more_runs_than_one_page_are_all_listed(deployed: Any) -> None:
    deployed.put_tenant()
    for number in range(5):
        deployed.put_request(f"r{number}", request={"padding": "x" * 300_000})

    assert len(deployed.wfm.executions("acme")) == 5


@pytest.mark.parametrize("wanted", ["r1", "e1"])
def test_one_run_is_found_by_either_of_its_ids(deployed: Any, wanted: str) -> None:
    deployed.put_request("r1", "RUNNING", workflowExecutionId="e1")
    deployed.put_execution("e1", requestId="r1")

    run = deployed.wfm.execution("acme", wanted)

    assert run.request.request_id == "r1"
    assert run.execution.workflow_execution_id == "e1"


def test_an_unknown_run_is_said_to_be_unknown(deployed: Any) -> None:
    deployed.put_tenant()

    with pytest.raises(UnknownRunError, match="neither a request nor an AMC run 'nothing'"):
        deployed.wfm.execution("acme", "nothing")


def test_a_new_definition_replaces_the_old_one_and_keeps_what_wfm_has_learnt(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    key = {"customerId": "acme", "workflowId": "reach"}
    table = deployed.table("Workflows")
    learnt = {
        "sqlQuery": "SELECT 1",
        "inputParameters": [],
        "medianSeconds": 7,
        "syncStatus": "FAILED",
        "syncReason": "x",
    }
    table.put_item(Item=key | learnt)

    changed = deployed.wfm.put_workflow("acme", {"workflowId": "reach", "sqlQuery": "SELECT 2"})

    assert changed
    expected = key | {"sqlQuery": "SELECT 2", "medianSeconds": 7, "syncStatus": "PENDING"}
    assert table.get_item(Key=key)["Item"] == expected


def test_the_same_definition_again_changes_nothing(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_workflow()

    changed = deployed.wfm.put_workflow("acme", {"workflowId": "reach", "sqlQuery": "SELECT 1"})

    assert not changed
    assert deployed.wfm.workflow("acme", "reach").sync_status == "SYNCED"


def test_a_definition_without_sql_is_refused(deployed: Any) -> None:
    deployed.put_tenant()

    with pytest.raises(InvalidRequest, match="sqlQuery: is missing"):
        deployed.wfm.put_workflow("acme", {"workflowId": "reach"})
