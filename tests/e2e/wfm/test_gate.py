"""Slots: never more than the limit, the urgent first, and nobody forgotten."""

from tests.e2e.deployment import Deployment, wait_until


def test_a_burst_never_passes_the_limit_and_all_of_it_runs(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("burst", limit=3)
    burst = [f"r{n}" for n in range(15)]

    tenant.send(*burst)
    rows = tenant.wait_for(*burst, seconds=150)

    peak = wfm.amc.concurrency()[tenant.instance]["all"]["peakUnfinished"]
    runs = [row["workflowExecutionId"] for row in rows.values()]
    assert {row["status"] for row in rows.values()} == {"SUCCEEDED"}
    assert sorted(runs) == sorted(run["workflowExecutionId"] for run in tenant.runs_in_amc())
    assert len(set(runs)) == 15
    assert 1 < peak <= 3


def test_an_interactive_request_overtakes_a_backfill(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("urgent", limit=1)
    tenant.put_workflow("long", seconds=6)
    tenant.send("first", workflowId="long")
    tenant.wait_for("first", status={"RUNNING"})

    tenant.send("backfill", priority="backfill")
    tenant.wait_for("backfill", status={"WAITING"})
    tenant.send("interactive")
    tenant.wait_for("interactive", status={"WAITING"})
    rows = tenant.wait_for("backfill", "interactive")

    assert rows["first"]["endedAt"] <= rows["interactive"]["runningAt"]
    assert rows["interactive"]["endedAt"] <= rows["backfill"]["runningAt"]


def test_a_stopped_execution_cancels_its_run_and_frees_its_slot(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("stopped", limit=1)
    tenant.put_workflow("endless", seconds=600)
    tenant.send("r1", workflowId="endless")
    row = tenant.wait_for("r1", status={"RUNNING"})["r1"]
    tenant.send("r2")
    tenant.wait_for("r2", status={"WAITING"})

    wfm.client("stepfunctions").stop_execution(executionArn=row["executionArn"])
    rows = tenant.wait_for("r1", "r2")

    first = next(run for run in tenant.runs_in_amc() if run["workflowExecutionId"] == row["workflowExecutionId"])
    assert (rows["r1"]["status"], rows["r1"]["reason"]) == (
        "CANCELLED",
        f"the execution {tenant.id}.r1 ended as ABORTED",
    )
    assert rows["r2"]["status"] == "SUCCEEDED"
    assert first["status"] == "CANCELLED"


def test_a_waiter_that_was_stopped_is_passed_over(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("leaves", limit=1)
    tenant.put_workflow("long", seconds=5)
    tenant.send("r1", workflowId="long")
    tenant.wait_for("r1", status={"RUNNING"})
    tenant.send("r2")
    waiting = tenant.wait_for("r2", status={"WAITING"})["r2"]

    wfm.client("stepfunctions").stop_execution(executionArn=waiting["executionArn"])
    tenant.send("r3")
    rows = tenant.wait_for("r2", "r3")

    assert rows["r2"]["status"] == "CANCELLED"
    assert rows["r3"]["status"] == "SUCCEEDED"
    assert len(tenant.runs_in_amc()) == 2


def test_a_raised_limit_takes_effect_while_requests_wait(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("raised", limit=1)
    tenant.put_workflow("endless", seconds=20)
    tenant.send("r1", "r2", workflowId="endless")
    wait_until(
        lambda: sorted(row["status"] for row in tenant.requests().values()) == ["RUNNING", "WAITING"], "one waits"
    )

    tenant.put_record(limit=2)

    tenant.wait_for("r1", "r2", status={"RUNNING"})
