"""Slips and the predecessors' events in the deployed assembly: none costs a slot, each has a reason and a row."""

import json
import uuid
from typing import Any

import pytest

from tests.e2e.deployment import SQL, Deployment, TenantUnderTest, wait_until

CAP = {"name": "cap", "dataType": "INTEGER"}
WINDOW = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}


@pytest.fixture(scope="module")
def tenant(wfm: Deployment) -> TenantUnderTest:
    made = wfm.a_tenant("slips")
    made.put_definition("capped", sqlQuery=SQL, inputParameters=[CAP])
    return made


def ended(tenant: TenantUnderTest, document: dict[str, Any]) -> dict[str, Any]:
    """The request's row once it has ended; what it asks of the tenant is sent as a message."""
    request_id = f"s-{uuid.uuid4().hex[:12]}"
    tenant.send_text(json.dumps({"customerId": tenant.id, "requestId": request_id, **document}), request_id)
    wait_until(lambda: "endedAt" in tenant.requests().get(request_id, {}), f"{request_id} has ended")
    return tenant.requests()[request_id]


def test_mistakes_in_a_row_cost_no_slot_and_no_run(tenant: TenantUnderTest) -> None:
    runs = len(tenant.runs_in_amc())
    payloads: list[dict[str, Any]] = [
        {"workflowId": "capped", **WINDOW},
        {"workflowId": "capped", **WINDOW, "parameterValues": {"cpa": 3}},
        {"workflowId": "capped", **WINDOW, "parameterValues": {"cap": "many"}},
        {"workflowId": "capped", **WINDOW, "parameterValues": {"cap": ["3"]}},
        {"workflowId": "reach", "timeWindowStrat": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"},
        {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY", **WINDOW},
        {"workflowId": "reach", "timeWindowStart": "TODAY(0)", "timeWindowEnd": "TODAY(2)"},
        {"workflowId": "reach", **WINDOW, "parametervalues": {"cap": "3"}},
        {"workflowID": "reach", **WINDOW},
        {"workflowId": "reech", **WINDOW},
        {"workflowId": "capped", **WINDOW, "params": {"cap": 3}},
        {"workflowId": "capped", **WINDOW, "parameterValues": {"cap": 2**40}},
        {"workflowId": "reach", "startDate": "TODAY(-7)", "endDate": "TODAY(0)"},
        {"workflowId": "reach", "timeWindowStart": "", "timeWindowEnd": ""},
        {"workflow": {"sqlQuery": f"{SQL} LIMIT 10"}, **WINDOW},
    ]

    rows = [ended(tenant, {"payload": payload}) for payload in payloads]

    assert {row["status"] for row in rows} == {"REJECTED"}
    ways = ("allowed: ", "did you mean ", "a filter, or a rank")
    assert [row["reason"] for row in rows if not any(way in row["reason"] for way in ways)] == []
    assert not any("waitingAt" in row for row in rows)  # nobody asked for a slot
    assert len(tenant.runs_in_amc()) == runs


def test_the_first_predecessors_methods_start_no_run(tenant: TenantUnderTest) -> None:
    runs = len(tenant.runs_in_amc())
    definition = {"workflowId": "by-method", "sqlQuery": SQL}

    made = ended(tenant, {"method": "createWorkflow", "payload": definition})
    removed = ended(tenant, {"method": "deleteWorkflow", "payload": {"workflowId": "by-method"}})
    refused = ended(tenant, {"method": "syncExecutionStatuses"})

    assert [one["status"] for one in (made, removed, refused)] == ["SUCCEEDED", "SUCCEEDED", "REJECTED"]
    assert refused["reason"].startswith("method: syncExecutionStatuses is none of WFM's; allowed: nothing: WFM tracks")
    assert len(tenant.runs_in_amc()) == runs


def test_a_day_goes_to_amc_as_a_day(tenant: TenantUnderTest) -> None:
    day = {"name": "day", "dataType": "DATE"}
    sql = f"{SQL} HAVING reach > 1 AND MAX(impression_date) >= CUSTOM_PARAMETER('day')"
    tenant.put_definition("dated", sqlQuery=sql, inputParameters=[day])

    row = ended(tenant, {"payload": {"workflowId": "dated", **WINDOW, "parameterValues": {"day": "TODAY(-7)"}}})

    assert row["status"] == "SUCCEEDED", row["reason"]


def test_the_later_predecessors_events_are_answered(tenant: TenantUnderTest) -> None:
    definition = {"workflowId": "made", "sqlQuery": SQL}
    made = ended(tenant, {"workflowRequest": {"requestType": "createWorkflow", "workflowDefinition": definition}})
    tenant.set_behaviour("made", seconds=600)
    run = ended_or_running(tenant)
    asked = {"workflowExecutionId": run["workflowExecutionId"]}

    status = ended(tenant, {"requestType": "getExecutionStatus", **asked})
    cancelled = ended(tenant, {"requestType": "cancelExecution", **asked})
    removed = ended(tenant, {"workflowRequest": {"requestType": "deleteWorkflow", "workflowId": "made"}})

    assert [one["status"] for one in (made, status, cancelled, removed)] == ["SUCCEEDED"] * 4
    assert status["answer"]["executionStatus"] in ("PENDING", "RUNNING")
    assert "is cancelled in AMC" in cancelled["reason"]
    assert tenant.wait_for(run["requestId"])[run["requestId"]]["status"] == "CANCELLED"


def ended_or_running(tenant: TenantUnderTest) -> dict[str, Any]:
    """A run of the workflow `made` that AMC has, once its sync is through."""
    tenant.send("of-made", workflowId="made")
    found: dict[str, Any] = tenant.wait_for("of-made", status={"RUNNING"})["of-made"]
    return found


def test_a_machine_that_is_started_in_a_foreign_shape_tells_why(wfm: Deployment, tenant: TenantUnderTest) -> None:
    machines = wfm.client("stepfunctions")
    name = f"foreign-{uuid.uuid4().hex[:12]}"
    document = json.dumps({"customerId": tenant.id, "execution_request": {}})

    arn = machines.start_execution(stateMachineArn=wfm.outputs["WorkflowSyncArn"], name=name, input=document)
    told = wait_until(lambda: described(machines, arn["executionArn"]), "it has ended")

    assert (told["status"], told["error"]) == ("FAILED", "InvalidRequest")
    assert told["cause"] == "workflowId: is missing; allowed: the id of a workflow of the tenant"
    assert tenant.requests()[name]["reason"] == told["cause"]


def described(machines: Any, arn: str) -> Any:
    found = machines.describe_execution(executionArn=arn)
    return found if found["status"] != "RUNNING" else None
