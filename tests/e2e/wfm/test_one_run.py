"""One request becomes one tracked AMC run."""

import json

from tests.e2e.deployment import Deployment, wait_until
from tests.e2e.inbox import read, subscribe, subscribe_to_bus
from tests.reliability.report import FaultReport
from wfm.model.requests import execution_name
from wfm.model.workflows import short_hash

HAPPY_PATH = [
    "PrepareExecution",
    "WaitForSlot",
    "SubmitExecution",
    "WaitForOutcome",
    "ReleaseSlot",
    "HowDidItEnd",
    "ExecutionSucceeded",
]


def test_a_message_becomes_one_run_that_is_recorded_and_told(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("one")
    inbox, bus = subscribe(wfm, tenant.id, labels=["team=us", "team=emea"]), subscribe_to_bus(wfm, tenant.id)

    labels = {"team": "emea", "cost": "12"}

    tenant.send("r1", source="a test", labels=labels)
    row = tenant.wait_for("r1")["r1"]

    (run,), (recorded,) = tenant.runs_in_amc(), tenant.executions()
    assert (row["status"], row["source"], row["attempts"]) == ("SUCCEEDED", "a test", 1)
    assert row["workflowExecutionId"] == recorded["workflowExecutionId"] == run["workflowExecutionId"]
    assert (recorded["executionStatus"], recorded["source"], recorded["requestId"]) == ("SUCCEEDED", "wfm", "r1")
    assert (row["labels"], recorded["labels"]) == (labels, labels)
    key = {"customerId": tenant.id, "workflowId": "reach"}
    workflow = wfm.table("WorkflowsTable").get_item(Key=key)["Item"]
    assert recorded["definitionHash"] == short_hash(str(workflow["definitionHash"]))
    assert row["queuedAt"] <= row["waitingAt"] <= row["submittingAt"] <= row["runningAt"] <= row["endedAt"]
    assert wfm.transitions(execution_name(tenant.id, "r1")) == HAPPY_PATH
    wait_until(lambda: tenant.gate().get("holders") is None, "the slot is free again")
    told = wait_until(lambda: [m for m in read(wfm, inbox) if m["executionStatus"] == "SUCCEEDED"], "the end is told")
    assert (told[0]["requestId"], told[0]["requestedBy"], told[0]["schemaVersion"]) == ("r1", "a test", "1")
    assert told[0]["labels"] == labels
    assert told[0]["waits"].keys() == {"queueWait", "slotWait", "amcQueueTime", "runTime"}
    wait_until(lambda: "SUCCEEDED" in tenant.executions()[0].get("announced", []), "that it was told is remembered")
    assert [message["executionStatus"] for message in read(wfm, inbox)] == ["SUCCEEDED"]
    assert wait_until(lambda: [m for m in read(wfm, bus) if m["executionStatus"] == "SUCCEEDED"], "the event") == told


def test_a_redelivered_request_runs_once(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("again")

    tenant.send("r1", "r1", "r1")
    tenant.wait_for("r1")
    tenant.send("r1", "r2")
    tenant.wait_for("r2")

    assert len(tenant.runs_in_amc()) == 2
    fault_report("a request delivered again, in the deployed assembly", 3)


def test_equal_messages_that_their_sender_tells_apart_run_each_and_others_once(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("equal")
    window = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    equal = json.dumps({"customerId": tenant.id, "payload": {"workflowId": "reach", **window}})
    untold = {"QueueUrl": tenant.row()["queueUrl"], "MessageBody": f"{equal} ", "MessageGroupId": "one"}

    for _ in range(2):
        tenant.send_text(equal, "one")
        wfm.client("sqs").send_message(**untold)
    wait_until(lambda: [row["status"] for row in tenant.requests().values()] == ["SUCCEEDED"] * 3, "three of four run")

    assert len(tenant.runs_in_amc()) == 3


def test_start_execution_takes_a_whole_request(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("direct")
    whole = {
        "customerId": tenant.id,
        "requestType": "createExecution",
        "createExecutionRequest": {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"},
    }

    machine = wfm.outputs["ExecutionLifecycleArn"]
    wfm.client("stepfunctions").start_execution(
        stateMachineArn=machine, name=f"by-hand-{tenant.id}", input=json.dumps(whole)
    )
    wait_until(lambda: [row for row in tenant.requests().values() if row["status"] == "SUCCEEDED"], "it runs")

    assert len(tenant.runs_in_amc()) == 1


def test_a_run_started_behind_wfms_back_is_recorded_and_takes_a_slot(
    wfm: Deployment, fault_report: FaultReport
) -> None:
    tenant = wfm.a_tenant("outside", limit=1)
    tenant.put_workflow("long", seconds=600)
    started = wfm.amc.start_externally(tenant.instance, {"workflowId": "long", "timeWindowType": "MOST_RECENT_DAY"})
    track(wfm, tenant.id)
    wait_until(lambda: tenant.gate().get("externalRunning") == 1, "the run is counted")

    tenant.send("r1")
    tenant.wait_for("r1", status={"WAITING"})
    tenant.end_runs()
    tenant.wait_for("r1")

    runs = {run["workflowExecutionId"]: run for run in tenant.runs_in_amc()}
    external = next(row for row in tenant.executions() if row["source"] == "external")
    ours = next(run for run in runs.values() if run["origin"] == "api")
    assert external["workflowExecutionId"] == started["workflowExecutionId"]
    assert ours["createdAt"] >= runs[started["workflowExecutionId"]]["endedAt"]
    fault_report("a run started behind WFM's back, in the deployed assembly")


def track(wfm: Deployment, customer_id: str) -> None:
    """Start a poll of the tenant now."""
    wfm.client("stepfunctions").start_execution(
        stateMachineArn=wfm.outputs["ExecutionTrackingArn"], input=json.dumps({"customerId": customer_id})
    )


def test_the_end_that_amc_gives_is_the_end_that_the_execution_shows(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("ends", limit=3)
    tenant.put_workflow("fails", outcome="FAILED", status_reason="out of memory")
    tenant.put_workflow("rejected", outcome="REJECTED", status_reason="Unsupported scalar operation type ||")

    tenant.send("f", workflowId="fails")
    tenant.send("r", workflowId="rejected")
    rows = tenant.wait_for("f", "r")

    assert (rows["f"]["status"], rows["f"]["reason"]) == ("FAILED", "out of memory")
    assert (rows["r"]["status"], rows["r"]["reason"]) == ("REJECTED", "Unsupported scalar operation type ||")
    ends = [execution_name(tenant.id, request) for request in ("f", "r")]
    assert [wfm.transitions(name)[-1] for name in ends] == ["ExecutionFailed", "ExecutionRejected"]
    fault_report("a run that AMC ends FAILED or REJECTED, in the deployed assembly", 2)
