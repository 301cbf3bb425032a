"""What the adapters are given, with everything that a test does not care about filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from wfm.model.runs import run_row
from wfm.model.semaphore import SlotRequest
from wfm.model.statuses import POLLED
from wfm.model.tenants import Tenant
from wfm.model.tenants import to_row as tenant_to_row

NOW = datetime(2026, 11, 23, 14, 20, 49, 123000, tzinfo=UTC)
CUSTOMER = "acme"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:lifecycle"


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def a_tenant(**changes: Any) -> Tenant:
    fields: dict[str, Any] = {
        "customer_id": CUSTOMER,
        "customer_name": "Acme",
        "instance_id": "amcr1aaaa1a",
        "advertiser_id": "ENTITY1AA1AA11AAA1",
        "marketplace_id": "ATVPDKIKX0DER",
        "region": "NA",
        "auth_id": "default",
        "bucket_name": "acme-results",
        "limit": 10,
    }
    return Tenant(**fields | changes)


def a_request_row(request_id: str = "r1", **changes: Any) -> dict[str, Any]:
    return {
        "customerId": CUSTOMER,
        "requestId": request_id,
        "workflowId": "reach",
        "status": "QUEUED",
        "requestedAt": "2026-11-23T14:20:00.000Z",
        "attempts": 0,
        **changes,
    }


def a_run(execution_id: str = "x1", status: str = "PENDING", **changes: Any) -> dict[str, Any]:
    """AMC's execution object."""
    return {
        "workflowExecutionId": execution_id,
        "workflowId": "reach",
        "status": status,
        "createTime": "2026-11-23T14:20:00Z",
        "lastUpdatedTime": "2026-11-23T14:20:10Z",
        **changes,
    }


def an_execution_row(execution_id: str = "x1", status: str = "PENDING", **changes: Any) -> dict[str, Any]:
    """The same as the tracker records it."""
    return run_row(CUSTOMER, a_run(execution_id, status, **changes), NOW)


def a_waiter(request_id: str = "r1", **changes: Any) -> SlotRequest:
    fields: dict[str, Any] = {
        "customer_id": CUSTOMER,
        "request_id": request_id,
        "priority": "scheduled",
        "arrival": "2026-11-23T14:20:00.000Z",
        "execution_arn": f"{MACHINE.replace('stateMachine', 'execution')}:{CUSTOMER}.{request_id}",
        "task_token": f"token-{request_id}",
    }
    return SlotRequest(**fields | changes)


def a_tenant_row(customer_id: str = CUSTOMER, **changes: Any) -> dict[str, Any]:
    row = {**tenant_to_row(a_tenant(customer_id=customer_id)), "status": "ACTIVE", **changes}
    polled = {"polled": "yes"} if row["status"] in POLLED else {}
    return {"pollDueAt": "2026-11-23T14:20:00.000Z", **polled, **row}
