"""A storm of 429s: submission slows down, and nothing else happens."""

import json
from datetime import datetime
from typing import Any

from local.amc_simulator.faults import Fault
from local.demo.evidence import read_path
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.reliability.report import FaultReport
from wfm.calendar.timestamps import parse

RETRY_AFTER = 1  # seconds, kept by all; without a pace that all share four calls a second are refused
ON_THEIR_WAY = 4  # calls that set out before the storm was felt: no more Lambdas than that send them
MEASURED = 7  # refused calls
REQUESTS = 15
FEW_FAILURES = 20  # of the thousand that an execution bears, though it waits fifty times less between two here


def one_receive_only(tenant: TenantUnderTest) -> None:
    """SQS gives a message of the tenant up rather than deliver it once more."""
    sqs, queue = tenant.deployment.client("sqs"), tenant.row()["queueUrl"]
    known = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    policy = json.dumps(json.loads(known) | {"maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy})


def failures(tenant: TenantUnderTest, request_id: str) -> int:
    """Tries of a step that failed in the request's execution."""
    machines, execution = tenant.deployment.client("stepfunctions"), tenant.requests()[request_id]["executionArn"]
    pages = machines.get_paginator("get_execution_history").paginate(executionArn=execution)
    return read_path(request_id, [event["type"] for page in pages for event in page["events"]]).failures


def test_a_storm_slows_submission_down_and_uses_up_neither_receives_nor_tries(
    wfm: Deployment, fault_report: FaultReport
) -> None:
    wfm.runtime.add_login("stormy")
    tenants = [wfm.a_tenant(f"stormy{number}", limit=8, authId="stormy") for number in range(2)]
    for tenant in tenants:
        one_receive_only(tenant)
    sent = {tenant: [f"r{number}" for number in range(index, REQUESTS, 2)] for index, tenant in enumerate(tenants)}
    storm: dict[str, Any] = {"path": "workflowExecutions", "status": 429, "body": "gateway", "retry_after": RETRY_AFTER}
    rules = wfm.amc.add_faults(*(Fault(instance_id=tenant.instance, **storm) for tenant in tenants))

    def refused() -> list[datetime]:
        """When the refused calls came, in order."""
        instances = {tenant.instance for tenant in tenants}
        calls = [call for call in wfm.amc.journal() if call["instanceId"] in instances and call["status"] == 429]
        return sorted(parse(call["time"]) for call in calls)

    for number in range(REQUESTS):
        tenants[number % 2].send(f"r{number}")
    for tenant, names in sent.items():
        tenant.wait_for(*names, status={"SUBMITTING"})
    wait_until(lambda: len(refused()) >= ON_THEIR_WAY + MEASURED, "the storm is felt")
    calls = refused()
    for rule in rules:
        wfm.amc.clear_faults(rule)

    for tenant, names in sent.items():
        rows = tenant.wait_for(*names)
        assert {row["status"] for row in rows.values()} == {"SUCCEEDED"}
        claimed = sorted(row["workflowExecutionId"] for row in rows.values())
        assert claimed == sorted(run["workflowExecutionId"] for run in tenant.runs_in_amc())
        assert tenant.dead_letters() == []
        assert max(failures(tenant, request_id) for request_id in rows) < FEW_FAILURES
    measured = calls[ON_THEIR_WAY:]
    assert len(measured) - 1 <= 2 * (measured[-1] - measured[0]).total_seconds() / RETRY_AFTER
    fault_report("a storm of 429s over two tenants of one login, in the deployed assembly", len(calls))
