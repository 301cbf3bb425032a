"""A backfill from its plan to its last run, and one that is stopped in the middle."""

import json
import uuid
from collections import Counter
from typing import Any

from tests.e2e.deployment import PATIENCE, SQL, Deployment, TenantUnderTest, wait_until
from wfm.model.execution_names import event_execution_name

SIX_WEEKS = {"workflowId": "reach", "start": "2024-01-01", "end": "2024-02-12", "days": 7}
ONE_RUNS = Counter(WAITING=5, RUNNING=1)
STARTS = ["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22", "2024-01-29", "2024-02-05"]


class Backfill:
    """One execution of the machine."""

    def __init__(self, wfm: Deployment, tenant: TenantUnderTest, **fields: Any) -> None:
        self._states = wfm.client("stepfunctions")
        self._machine = wfm.outputs["BackfillArn"]
        self.id = f"bf-{uuid.uuid4().hex[:12]}"
        plan = {"customerIds": [tenant.id], **SIX_WEEKS, **fields}
        self._states.start_execution(stateMachineArn=self._machine, name=self.id, input=json.dumps(plan))

    def execution(self, name: str = "") -> dict[str, Any]:
        """The execution, or the one of that name; empty as long as there is none."""
        arn = f"{self._machine.replace(':stateMachine:', ':execution:')}:{name or self.id}"
        try:
            found: dict[str, Any] = self._states.describe_execution(executionArn=arn)
        except self._states.exceptions.ExecutionDoesNotExist:
            return {}
        return found

    def wait_for_end(self, name: str = "") -> dict[str, Any]:
        """The execution once it is over."""
        over = {"SUCCEEDED", "FAILED", "ABORTED"}
        wait_until(lambda: self.execution(name).get("status") in over, f"{name or self.id} is over")
        return self.execution(name)

    def stop(self) -> None:
        """As the console does it."""
        self._states.stop_execution(executionArn=self.execution()["executionArn"])


def test_six_windows_become_six_runs_and_the_machine_tells_how_they_ended(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("back")
    tenant.put_definition("reach", sqlQuery=SQL, inputParameters=[{"name": "brand", "dataType": "STRING"}])

    backfill = Backfill(wfm, tenant, parameterSets=[{"brand": "A"}])
    ended = backfill.wait_for_end()

    counts = {"succeeded": 6, "failed": 0, "rejected": 0, "cancelled": 0}
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"]) == {"backfillId": backfill.id, "requests": 6, **counts}
    rows, runs = tenant.requests(), tenant.runs_in_amc()
    assert sorted(rows) == [f"{backfill.id}-{number}" for number in range(6)]
    assert {row["priority"] for row in rows.values()} == {"backfill"}
    assert sorted(row["execution"]["timeWindowStart"][:10] for row in rows.values()) == STARTS
    assert len(runs) == 6


def test_the_client_starts_follows_and_cancels_backfills(wfm: Deployment) -> None:
    one, other = wfm.a_tenant("client"), wfm.a_tenant("clients")
    backfills = wfm.runtime.wfm().backfills
    plan = {"customerIds": [one.id, other.id], **SIX_WEEKS, "end": "2024-01-15"}
    first, second = f"bf-{uuid.uuid4().hex[:12]}", f"bf-{uuid.uuid4().hex[:12]}"

    backfill = backfills.preview(first, plan)
    backfills.start(first, plan)
    followed = list(backfills.wait(first, timeout=PATIENCE))
    other.put_workflow("long", seconds=120)
    backfills.start(second, {**plan, "customerIds": [other.id], "workflowId": "long"})
    wait_until(lambda: backfills.get(second).counts.get("RUNNING"), "one of the second runs")
    backfills.cancel(second)
    cancelled = list(backfills.wait(second, timeout=PATIENCE))[-1]

    assert len(backfill) == 4
    assert followed[-1].is_good
    assert followed[-1].by_tenant == {one.id: {"SUCCEEDED": 2}, other.id: {"SUCCEEDED": 2}}
    assert cancelled.counts == {"CANCELLED": 2}
    assert {first, second} <= {standing.execution.backfill_id for standing in backfills.list()}


def test_a_backfill_that_is_stopped_starts_nothing_more_and_cancels_what_runs(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("stop", limit=1)
    tenant.put_workflow("long", seconds=120)
    tenant.put_workflow("short", seconds=1)
    backfill = Backfill(wfm, tenant, workflowId="long")
    wait_until(lambda: Counter(row["status"] for row in tenant.requests().values()) == ONE_RUNS, "one of six runs")
    (running,) = (row["requestId"] for row in tenant.requests().values() if row["status"] == "RUNNING")

    backfill.stop()
    clean_up = backfill.wait_for_end(event_execution_name(backfill.id, backfill.id, "clean-up"))
    tenant.wait_for(*(f"{backfill.id}-{number}" for number in range(6)), status={"CANCELLED"})

    assert clean_up["status"] == "SUCCEEDED"
    assert json.loads(clean_up["output"]) == {"backfillId": backfill.id, "requests": 6, "next": 6}
    assert "workflowExecutionId" in tenant.requests()[running]
    (run,) = tenant.runs_in_amc()
    assert run["status"] == "CANCELLED"
    wait_until(lambda: tenant.gate().get("holders") is None, "the slot is free again")
    tenant.send("after", workflowId="short")
    assert tenant.wait_for("after")["after"]["status"] == "SUCCEEDED"


def test_a_paused_backfill_keeps_what_runs_and_resumed_runs_the_rest_once(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("pause", limit=1)
    tenant.put_workflow("slow", seconds=8)
    backfills, backfill_id = wfm.runtime.wfm().backfills, f"bf-{uuid.uuid4().hex[:12]}"
    plan = {**SIX_WEEKS, "customerIds": [tenant.id], "workflowId": "slow", "end": "2024-01-22"}
    backfills.start(backfill_id, plan)
    wait_until(lambda: backfills.get(backfill_id).counts.get("RUNNING"), "one runs")

    backfills.pause(backfill_id, "ann")
    paused = list(backfills.wait(backfill_id, timeout=PATIENCE))[-1]
    resumed = backfills.resume(backfill_id).wait(PATIENCE)

    assert (paused.execution.status, paused.execution.reason) == ("PAUSED", "paused by ann")
    assert paused.counts["CANCELLED"] + paused.counts["SUCCEEDED"] == 3
    assert resumed.counts == {"SUCCEEDED": paused.counts["CANCELLED"]}
    rows = [row for row in tenant.requests().values() if row["status"] == "SUCCEEDED"]
    assert sorted(row["execution"]["timeWindowStart"][:10] for row in rows) == STARTS[:3]
    assert [run["status"] for run in tenant.runs_in_amc()].count("SUCCEEDED") == 3


def test_a_plan_that_cannot_work_is_refused_before_anything_is_sent(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("refused")

    ended = Backfill(wfm, tenant, days=4).wait_for_end()

    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidRequest")
    assert "end: 2024-02-12T00:00:00 leaves 48 hours after the last window of 4 days" in ended["cause"]
    tenant.send("after")  # the queue tells of it after all that came before
    tenant.wait_for("after")
    assert list(tenant.requests()) == ["after"]
