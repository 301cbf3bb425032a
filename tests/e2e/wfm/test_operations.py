"""When something went wrong: dead letters go back, requests are cancelled, failures are asked for again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local.amc_simulator.configuration import Behaviour
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.e2e.onboarding import broken
from tests.reliability.report import FaultReport
from wfm import Connection, Wfm
from wfm.client.requests.reader import RequestFilter
from wfm.model.rows import object_in


@pytest.fixture(scope="module")
def client(wfm: Deployment) -> Wfm:
    """The client as people use it."""
    runtime = wfm.runtime
    return Wfm(connection=Connection(None, "us-east-1", runtime.emulator.endpoint, runtime.stack, is_local=True))


@contextmanager
def soon_given_up(wfm: Deployment, tenant: TenantUnderTest) -> Iterator[None]:
    """SQS gives messages of the tenant up after two receives a second apart; as it was afterwards."""
    sqs, queue = wfm.client("sqs"), tenant.row()["queueUrl"]
    names = ["RedrivePolicy", "VisibilityTimeout"]
    kept = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    redrive = json.dumps(json.loads(kept["RedrivePolicy"]) | {"maxReceiveCount": 2})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "1"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=kept)


def test_a_message_that_could_not_be_taken_runs_once_its_cause_is_gone(
    wfm: Deployment, client: Wfm, fault_report: FaultReport
) -> None:
    tenant = wfm.a_tenant("given-up")
    with soon_given_up(wfm, tenant), broken(wfm, "StartExecution"):
        tenant.send("r1")
        wait_until(lambda: client.queues.dead_letters.list(tenant.id), "SQS gives it up")

    (letter,) = client.queues.dead_letters.list(tenant.id)
    told = list(client.queues.dead_letters.redrive(tenant.id))
    row = tenant.wait_for("r1")["r1"]

    assert (letter.own_id, letter.refused) == ("r1", False)
    assert [(one.outcome, one.successor) for one in told] == [("SENT", "r1")]
    assert (row["status"], len(tenant.runs_in_amc()), client.queues.dead_letters.list(tenant.id)) == (
        "SUCCEEDED",
        1,
        [],
    )
    fault_report("a message that SQS gave up, sent again, in the deployed assembly")


def test_a_refused_message_is_kept_until_it_is_corrected_and_then_runs(wfm: Deployment, client: Wfm) -> None:
    tenant = wfm.a_tenant("refused")
    tenant.send("r1", timeWindowEnd="TODAY(-9)")
    (letter,) = wait_until(lambda: client.queues.dead_letters.list(tenant.id), "it is refused")
    message = letter.document or {}
    corrected = message | {"payload": {**object_in(message["payload"]), "timeWindowEnd": "TODAY(0)"}}

    (kept,) = client.queues.dead_letters.redrive(tenant.id)
    (sent,) = client.queues.dead_letters.redrive(tenant.id, [letter.request_id], json.dumps(corrected))
    rows = tenant.wait_for("r1-r2")

    assert (letter.error_name, letter.own_id) == ("InvalidRequest", "r1")
    assert rows[letter.request_id]["status"] == "REJECTED"
    assert kept.detail.startswith("it would be refused again: timeWindowEnd")
    assert (sent.outcome, sent.successor) == ("SENT", "r1-r2")
    assert (rows["r1-r2"]["status"], len(tenant.runs_in_amc())) == ("SUCCEEDED", 1)
    assert client.queues.dead_letters.list(tenant.id) == []
    assert client.requests.unresolved(tenant.id) == []


def test_cancelled_while_it_runs_or_waits_it_frees_its_slot_and_ends_in_amc(wfm: Deployment, client: Wfm) -> None:
    tenant = wfm.a_tenant("cancelled", limit=1)
    tenant.put_workflow("endless", seconds=600)
    tenant.send("running", workflowId="endless")
    run = tenant.wait_for("running", status={"RUNNING"})["running"]["workflowExecutionId"]
    tenant.send("waiting", workflowId="endless")
    tenant.wait_for("waiting", status={"WAITING"})
    tenant.send("next")
    tenant.wait_for("next", status={"WAITING"})

    told = [client.requests.cancel(tenant.id, request_id) for request_id in ("waiting", "running")]
    settled = client.requests.wait_cancelled(told, 60)
    rows = tenant.wait_for("next")

    assert [(one.before, one.status) for one in told] == [("WAITING", "CANCELLING"), ("RUNNING", "CANCELLING")]
    assert {one.status for one in settled} == {"CANCELLED"}
    assert rows["next"]["status"] == "SUCCEEDED"
    assert [each["status"] for each in tenant.runs_in_amc() if each["workflowExecutionId"] == run] == ["CANCELLED"]
    assert len(tenant.calls("PUT workflowExecutions/{id}")) == 1
    assert {each["workflowId"] for each in tenant.runs_in_amc()} == {"endless", "reach"}
    wait_until(lambda: tenant.gate().get("holders") is None, "no slot is held")


def test_cancelled_before_it_was_seen_it_never_starts(wfm: Deployment, client: Wfm, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("unseen")

    told = client.requests.cancel(tenant.id, "r1", before_arrival=True)
    tenant.send("r1", "r2")
    rows = tenant.wait_for("r1", "r2")

    assert (told.status, rows["r1"]["status"], rows["r2"]["status"]) == ("CANCELLED", "CANCELLED", "SUCCEEDED")
    assert len(tenant.runs_in_amc()) == 1
    fault_report("a request cancelled before its message is read, in the deployed assembly")


def test_of_what_a_paused_tenant_holds_one_workflow_is_cancelled_and_the_other_runs(
    wfm: Deployment, client: Wfm
) -> None:
    tenant = wfm.a_tenant("choosy")
    tenant.put_workflow("geo")
    client.tenants.pause(tenant.id)
    wait_until(lambda: client.tenants.get(tenant.id).status == "PAUSED", "it is paused")
    tenant.send(*(f"r{n}" for n in range(12)))
    tenant.send("g1", "g2", workflowId="geo")

    seen = client.requests.preview_cancel(tenant.id, RequestFilter("reach"))
    told = list(client.requests.cancel_matching(tenant.id, RequestFilter("reach")))
    client.tenants.resume(tenant.id)
    rows = tenant.wait_for("g1", "g2")

    assert {request.request_id for request in seen} == {one.request_id for one in told} == {f"r{n}" for n in range(12)}
    assert {name: row["status"] for name, row in rows.items() if row["status"] != "CANCELLED"} == {
        "g1": "SUCCEEDED",
        "g2": "SUCCEEDED",
    }
    assert sorted(run["workflowId"] for run in tenant.runs_in_amc()) == ["geo", "geo"]


def test_a_failed_run_is_asked_for_again_with_the_window_that_it_had(wfm: Deployment, client: Wfm) -> None:
    tenant = wfm.a_tenant("failed")
    tenant.put_workflow("large", outcome="FAILED", status_reason="out of memory")
    tenant.send("r1", workflowId="large")
    window = tenant.wait_for("r1")["r1"]["execution"]
    wfm.amc.set_behaviour("large", Behaviour(), tenant.instance)

    (one,) = client.requests.unresolved(tenant.id)
    (told,) = client.requests.resubmit(tenant.id, ["r1"])
    rows = tenant.wait_for("r1-r2")

    assert (one.row["requestId"], one.row["reason"]) == ("r1", "out of memory")
    assert (told.outcome, told.successor) == ("SENT", "r1-r2")
    assert (rows["r1-r2"]["status"], rows["r1-r2"]["execution"]) == ("SUCCEEDED", window)
    assert client.requests.unresolved(tenant.id) == []
