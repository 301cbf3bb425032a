"""The predecessors' events, unchanged: by message and by StartExecution."""

import json
from typing import Any
from unittest.mock import Mock

import pytest

from functions.handlers.plan_rollout import handler as plan_rollout
from functions.handlers.prepare_execution import handler as prepare
from functions.handlers.record_rollout_failure import handler as record_rollout_failure
from functions.handlers.record_sync_failure import handler as record_sync_failure
from functions.handlers.release_slot import handler as release
from functions.handlers.start_execution import handler as start
from functions.handlers.sync_workflow import handler as sync
from tests.builders import a_run, a_tenant_row, an_sqs_record
from tests.fakes import World
from wfm.errors import InvalidRequest, PermanentError

PAYLOAD = {"workflowId": "reach", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
DEFINITION = {"workflowId": "reach", "sqlQuery": "SELECT 1", "filteredMetricsDiscriminatorColumn": "filtered"}


def a_world(*customers: str) -> World:
    world = World(*(a_tenant_row(customerId=one) for one in customers or ("acme",)))
    world.amc.runs.append(a_run())
    return world


def by_message(world: World, document: Any) -> str:
    """As a message to acme, and its execution: how its request has ended."""
    start({"Records": [an_sqs_record(json.dumps(document), "m1")]}, ports=lambda: world)
    (name, (_, ids)) = next(iter(world.tasks.started.items()))
    return by_start_execution(world, ids, name)


def by_start_execution(world: World, document: Any, name: str = "by-hand") -> str:
    event: Any = {"input": document, "executionName": name, "executionArn": f"arn:{name}", "startTime": "2026-11-23"}
    try:
        prepare(event, ports=lambda: world)
    except PermanentError as exc:
        outcome = {"error": type(exc).__name__, "cause": json.dumps({"errorMessage": str(exc)})}
        failed: Any = {"input": document, "executionName": name, "outcome": outcome}
        return str(release(failed, ports=lambda: world)["reason"])
    return "it runs"


WAYS = pytest.mark.parametrize("ask", [by_message, by_start_execution])


@WAYS
def test_a_run_that_amc_cancels_no_more_is_told_as_such(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    monkeypatch.setattr(world.amc, "cancel_execution", Mock(return_value=False))
    document = {"customerId": "acme", "requestType": "cancelExecution", "workflowExecutionId": "run-1"}

    told = ask(world, document)

    assert told == "run-1 is not cancelled, since AMC cancels it no more; it was RUNNING, and is RUNNING"


@WAYS
def test_a_run_is_cancelled_by_its_id(ask: Any) -> None:
    world = a_world()
    document = {"customerId": "acme", "requestType": "cancelExecution", "workflowExecutionId": "run-1"}

    told = ask(world, document)

    (row,) = world.requests.rows.values()
    assert told == "run-1 is cancelled in AMC; it was RUNNING"
    assert world.amc.calls == ["CANCEL run-1"]
    assert (row["status"], row["reason"]) == ("SUCCEEDED", told)
    assert row["answer"]["executionStatus"] == "CANCELLED"
    assert world.announcer.sent == [(row["requestId"], "SUCCEEDED")]


@WAYS
def test_the_status_of_a_run_is_its_row_as_amc_has_it_now(ask: Any) -> None:
    world = a_world()
    document = {
        "customerId": "acme",
        "requestType": "getExecutionStatus",
        "workflowExecutionId": "run-1",
        "includeDetails": True,
    }

    told = ask(world, document)

    (row,) = world.requests.rows.values()
    assert told == "run-1 is RUNNING"
    assert row["answer"]["executionStatus"] == "RUNNING"
    assert world.executions.find("acme", "run-1") is not None


@WAYS
def test_a_run_that_nobody_knows_is_refused_with_the_closest(ask: Any) -> None:
    world = a_world()
    world.executions.rows["acme", "run-1"] = {**a_run(), "customerId": "acme", "unsettledSince": "2026"}
    document = {"customerId": "acme", "requestType": "cancelExecution", "workflowExecutionId": "run-2"}

    told = ask(world, document)

    assert told.startswith("workflowExecutionId: 'run-2' is no run of acme (did you mean run-1?)")
    assert [row["status"] for row in world.requests.rows.values()] == ["REJECTED"]


@WAYS
@pytest.mark.parametrize("kind", ["createWorkflow", "updateWorkflow"])
def test_a_workflow_is_made_by_its_row(ask: Any, kind: str) -> None:
    world = a_world()
    request = {"requestType": kind, "workflowDefinition": {**DEFINITION, "description": "for people"}}

    told = ask(world, {"customerId": "acme", "workflowRequest": request})

    row = world.workflows.rows["acme", "reach"]
    assert told == "reach is made and on its way to AMC"
    assert (row["sqlQuery"], row["syncStatus"]) == ("SELECT 1", "PENDING")


@WAYS
def test_a_workflow_is_told_and_deleted(ask: Any) -> None:
    shown, gone = a_world(), a_world()
    for world in (shown, gone):
        world.workflows.rows["acme", "reach"] = {**DEFINITION, "customerId": "acme"}
    shown.amc.workflows["reach"] = dict(DEFINITION)

    told = ask(shown, {"customerId": "acme", "workflowRequest": {"requestType": "getWorkflow", "workflowId": "reach"}})
    deleted = ask(
        gone, {"customerId": "acme", "workflowRequest": {"requestType": "deleteWorkflow", "workflowId": "reach"}}
    )

    (row,) = shown.requests.rows.values()
    assert told == "reach is there, as its row has it"
    assert row["answer"]["amc"]["sqlQuery"] == "SELECT 1"
    assert "SELECT" not in told
    assert deleted == "reach is to be deleted in AMC, its schedules with it"
    assert gone.workflows.rows == {}


@WAYS
@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"method": "deleteWorkflowExecution", "payload": {"workflowExecutionId": "run-1"}}, "run-1 is cancelled in"),
        ({"method": "deleteWorkflowExecution", "payload": {"workflowExecutionId": ["run-1"]}}, "run-1 is cancelled in"),
        ({"method": "deleteWorkflowExecutions", "payload": {"workflowExecutionIds": ["run-1"]}}, "run-1 is cancelled"),
        ({"method": "getExecutionStatus", "workflowExecutionId": "run-1"}, "run-1 is RUNNING"),
        ({"method": "createWorkflow", "payload": {**DEFINITION, "workflowId": "new"}}, "new is made and on its way"),
        ({"method": "UPDATEWORKFLOW", "payload": {**DEFINITION, "version": "1"}}, "reach is changed and on its way"),
        ({"method": "getWorkflow", "payload": {"workflowId": "reach"}}, "reach is there, in its row, and not in AMC"),
        ({"method": "deleteWorkflow", "payload": {"workflowId": "reach"}}, "reach is to be deleted in AMC"),
        ({"method": "executeWorkflow", "payload": PAYLOAD}, "it runs"),
    ],
)
def test_the_first_ones_interface_is_asked_by_its_methods(ask: Any, document: dict[str, Any], told: str) -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] = {**DEFINITION, "customerId": "acme", "syncStatus": "SYNCED"}

    assert ask(world, {"customerId": "acme", **document}).startswith(told)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (
            {"method": "deleteWorkflw", "payload": {"workflowId": "reach"}},
            "method: 'deleteWorkflw' is unknown (did you",
        ),
        ({"method": None, "payload": PAYLOAD}, "method: None is unknown; allowed: executeWorkflow, createWorkflow"),
        ({"method": "syncExecutionStatuses"}, "method: syncExecutionStatuses is none of WFM's; allowed: nothing: WFM"),
        ({"method": "getWorkflows"}, "method: getWorkflows is none of WFM's; allowed: wfm workflows list"),
        ({"method": "consumequeue"}, "method: consumeQueue is none of WFM's"),
        ({"method": "getExecutionStatus", "workflowId": "reach"}, "workflowId: has many runs; allowed: workflowExec"),
        ({"method": "deleteWorkflow", "payload": {}}, "payload.workflowId: is missing"),
        ({"method": "createWorkflow", "payload": {"workflowId": "w"}}, "payload.sqlQuery: null is no query"),
        ({"method": "deleteWorkflowExecution", "payload": {}}, "workflowExecutionId: is missing"),
        (
            {"method": "deleteWorkflowExecutions", "payload": {"workflowExecutionIds": [f"r{n}" for n in range(21)]}},
            "workflowExecutionId: has 21 ids; allowed: at most 20 in one request",
        ),
        ({"method": "executeWorkflow"}, "payload: is missing"),
    ],
)
def test_a_method_that_is_not_for_wfm_is_refused_with_the_way_to_do_it_here(
    document: dict[str, Any], told: str
) -> None:
    world = a_world()

    start({"Records": [an_sqs_record(json.dumps({"customerId": "acme", **document}))]}, ports=lambda: world)

    assert world.queues.dead[0][2]["reason"].startswith(told)
    assert world.amc.calls == []


@WAYS
@pytest.mark.parametrize(
    ("document", "told"),
    [
        (
            {"days": 7, "startDate": "2026-01-01", "endDate": "2026-02-01", "attributesToCopy": PAYLOAD},
            "days: an event of GenerateDateRangeValues is none of WFM's; allowed: wfm backfill start WORKFLOW --from",
        ),
        (
            {"lookbackHours": -72, "workflowId": ["reach"], "maxItems": 5},
            "lookbackHours: an event of GenerateExecutionResubmissions is none of WFM's; allowed: wfm executions",
        ),
        ({"workflowIdToExclude": "reach"}, "workflowIdToExclude: an event of GenerateExecutionResubmissions"),
        ({"deployForNewCustomer": True}, "deployForNewCustomer: an event of WorkflowLibraryTrigger"),
        ({"removeAllPermissions": True, "functionName": "f"}, "removeAllPermissions: an event of WorkflowSched"),
        ({"getTargetsForRule": True, "rule": "r"}, "getTargetsForRule: an event of WorkflowScheduleTrigger"),
        ({"query": "custom(H * *)"}, "query: an event of CustomScheduler is none of WFM's; allowed: nothing"),
        ({"customerConfig": {}}, "customerConfig: an event of WorkflowExecutionQueueConsumer"),
        (
            {"execution_request": {}, "schedule_expression": "rate(1 day)", "rule_name": "r"},
            "schedule_expression: an event of the later predecessor's schedules is none of WFM's; allowed: wfm sched",
        ),
        ({"rule_name": "r"}, "rule_name: an event of the later predecessor's schedules"),
        ({"customer_details": {"customer_id": "acme"}}, "customer_details: an event of the Tenant Provisioning"),
        ({"TenantName": "acme", "BucketName": "b"}, "TenantName: an event of the Tenant Provisioning Service"),
        (
            {"requestType": "getWorkflow", "workflowId": "reach"},
            "requestType: getWorkflow is asked for in a workflowRequest; allowed: workflowRequest.requestType",
        ),
        (
            {"requestType": "CancelExecution", "workflowExecutionId": "run-1"},
            "requestType: 'CancelExecution' is unknown (did you mean cancelExecution?)",
        ),
        (PAYLOAD, "timeWindowEnd: nobody reads it outside of payload, which is missing; allowed: payload.timeW"),
    ],
)
def test_an_event_of_another_lambda_is_refused_with_what_does_the_same_here(
    ask: Any, document: dict[str, Any], told: str
) -> None:
    world = a_world()

    if ask is by_message:
        start({"Records": [an_sqs_record(json.dumps({"customerId": "acme", **document}))]}, ports=lambda: world)
        reason = world.queues.dead[0][2]["reason"]
    else:
        reason = ask(world, {"customerId": "acme", **document})

    assert reason.startswith(told)
    assert world.amc.calls == []


def test_several_runs_are_cancelled_by_one_request() -> None:
    world = a_world()
    world.amc.runs.append({**a_run(), "workflowExecutionId": "run-2"})
    document = {"method": "deleteWorkflowExecution", "payload": {"workflowExecutionId": ["run-1", "run-2", "run-1"]}}

    told = by_message(world, {"customerId": "acme", **document})

    (row,) = world.requests.rows.values()
    assert told == "run-1 is cancelled in AMC; it was RUNNING; run-2 is cancelled in AMC; it was RUNNING"
    assert [one["workflowExecutionId"] for one in row["answer"]] == ["run-1", "run-2"]


def test_lists_of_customers_and_payloads_become_a_request_each() -> None:
    world = a_world("acme", "globex")
    document = {"customerId": ["acme", "globex"], "payload": [PAYLOAD, {**PAYLOAD, "workflowId": "geo"}]}

    told = by_start_execution(world, document)
    by_start_execution(world, document)

    sent = {(customer, one["requestId"]): one["payload"]["workflowId"] for customer, one in world.queues.sent}
    assert told == "4 requests are in their tenants' queues: by-hand-1 to by-hand-4"
    assert sent == {
        ("acme", "by-hand-1"): "reach",
        ("globex", "by-hand-2"): "reach",
        ("acme", "by-hand-3"): "geo",
        ("globex", "by-hand-4"): "geo",
    }


def test_nothing_of_a_list_is_sent_if_one_of_it_cannot_work() -> None:
    world = a_world("acme")

    unknown = by_start_execution(world, {"customerId": ["acme", "nobody"], "payload": PAYLOAD}, "one")
    misspelt = by_start_execution(
        world, {"customerId": "acme", "payload": [PAYLOAD, {"workflowId": "reach", "timeWindowStar": "x"}]}, "two"
    )

    assert "'nobody' is no tenant" in unknown
    assert "did you mean timeWindowStart?" in misspelt
    assert world.queues.sent == []


def test_in_a_tenants_queue_a_list_is_for_that_tenant_alone() -> None:
    world = a_world("acme", "globex")

    start(
        {"Records": [an_sqs_record(json.dumps({"customerId": ["acme", "globex"], "payload": PAYLOAD}))]},
        ports=lambda: world,
    )

    assert "'globex' is not the tenant of this queue" in world.queues.dead[0][2]["reason"]
    assert by_message(world, {"customerId": ["acme"], "payload": [PAYLOAD]}).startswith("1 requests are in")


@WAYS
@pytest.mark.parametrize(
    "document",
    [
        {"customerId": "acme", "Input": {"payload": PAYLOAD}},
        {"Input": {"customerId": "acme", "payload": PAYLOAD}},
        {
            "executionRequest": {
                "customerId": "acme",
                "requestType": "createExecution",
                "createExecutionRequest": PAYLOAD,
            }
        },
    ],
)
def test_what_stands_around_a_payload_makes_no_difference(ask: Any, document: dict[str, Any]) -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] = {**DEFINITION, "customerId": "acme", "syncStatus": "SYNCED"}

    assert ask(world, document) == "it runs"

    (row,) = world.requests.rows.values()
    assert row["execution"]["timeWindowEnd"] == "2026-11-23T00:00:00"


@WAYS
def test_a_run_for_each_campaign_is_refused_with_the_way_to_do_it_here(ask: Any) -> None:
    world = a_world()
    document = {"customerId": "acme", "runBy": "campaign", "payload": PAYLOAD}

    if ask is by_message:
        start({"Records": [an_sqs_record(json.dumps(document))]}, ports=lambda: world)
        told = world.queues.dead[0][2]["reason"]
    else:
        told = ask(world, document)

    assert told.startswith("runBy: runs for each campaign are not offered; allowed: a backfill with parameterSets")


def synced(world: World, document: Any, customer_id: str = "acme", workflow_id: str = "reach") -> Any:
    event: Any = {
        "customerId": customer_id,
        "workflowId": workflow_id,
        "executionArn": "arn:x:by-hand",
        "input": document,
    }
    return sync(event, ports=lambda: world)


def test_a_sync_takes_the_later_predecessors_request_once() -> None:
    world = a_world()
    document = {
        "customerId": "acme",
        "workflowRequest": {"requestType": "createWorkflow", "workflowDefinition": DEFINITION},
    }

    assert synced(world, document)["done"] == "created in AMC"
    world.workflows.rows["acme", "reach"]["sqlQuery"] = "SELECT 2"  # by somebody else, meanwhile
    synced(world, document)

    assert world.amc.workflows["reach"]["sqlQuery"] == "SELECT 2"


@pytest.mark.parametrize("document", [{}, [], "text", {"workflowId": "reach"}, {"customerId": 7}])
def test_a_sync_of_something_else_has_a_reason_and_a_row(document: Any) -> None:
    world = a_world()

    with pytest.raises(InvalidRequest) as refused:
        synced(world, document, customer_id="", workflow_id="")
    cause = json.dumps({"errorMessage": str(refused.value)})
    failed: Any = {"customerId": "", "workflowId": "", "executionArn": "arn:x:by-hand", "input": document}
    told = record_sync_failure({**failed, "error": "InvalidRequest", "cause": cause}, ports=lambda: world)

    (row,) = world.requests.rows.values()
    assert told["reason"] == str(refused.value) == row["reason"]
    assert (row["requestId"], row["status"], row["request"]) == ("by-hand", "REJECTED", document)


def test_so_has_a_rollout() -> None:
    world = a_world()

    with pytest.raises(InvalidRequest, match="workflowId: is missing"):
        plan_rollout({"workflowId": "", "rollout": "by-hand"}, ports=lambda: world)
    failed: Any = {"workflowId": "", "rollout": "by-hand", "input": {"x": 1}, "error": "InvalidRequest", "cause": "{}"}
    record_rollout_failure(failed, ports=lambda: world)

    assert world.requests.rows["unknown", "by-hand"]["status"] == "REJECTED"
