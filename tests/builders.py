"""Builders of the records and requests that tests speak of; every field can be overruled."""

from typing import Any, cast

from wfm.model.messages import SqsRecord
from wfm.model.requests import ExecutionRequest
from wfm.model.semaphore import SlotRequest
from wfm.model.tenants import Tenant


def a_tps_record(**fields: Any) -> dict[str, Any]:
    """A record as the Tenant Provisioning Service writes it."""
    return {
        "customerId": "acme",
        "customerName": "Acme",
        "amcInstanceId": "amcacme1",
        "amcAmazonAdsAdvertiserId": "ENTITY1ACME",
        "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
        **fields,
    }


def a_tenant_row(**fields: Any) -> Any:
    """An ACTIVE tenant in the Tenants table."""
    return {
        **a_tps_record(),
        "region": "NA",
        "authId": "default",
        "maximumConcurrentWorkflowExecutions": 2,
        "status": "ACTIVE",
        "polled": "yes",
        "pollDueAt": "2026-11-23T12:00:00.000Z",
        **fields,
    }


def a_tenant(**fields: Any) -> Tenant:
    """The same as the domain sees it."""
    base = Tenant("acme", "Acme", "amcacme1", "ENTITY1ACME", "ATVPDKIKX0DER", "NA", "default", None, 2)
    return Tenant(**{**base.__dict__, **fields})


def a_message(**fields: Any) -> dict[str, Any]:
    """The body of a message in a tenant's queue."""
    window = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    return {"customerId": "acme", "requestId": "r1", "payload": {"workflowId": "reach", **window}, **fields}


def a_backfill(**fields: Any) -> dict[str, Any]:
    """The input of an execution of `backfill`: one window of one tenant."""
    document = {"customerIds": ["acme"], "workflowId": "reach", "start": "2026-01-01", "end": "2026-01-08", "days": 7}
    return {**document, **fields}


def a_library_record(**fields: Any) -> dict[str, Any]:
    """A workflow for all tenants with a schedule in WorkflowLibrary; a field that is None is left out."""
    window = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    record = {
        "workflowId": "reach",
        "version": 1,
        "sqlQuery": "SELECT COUNT(*) AS n FROM t",
        "defaultPayload": window,
        "schedule": {"ScheduleExpression": "daily 08:00"},
        **fields,
    }
    return {name: value for name, value in record.items() if value is not None}


def a_request(**fields: Any) -> ExecutionRequest:
    """A request as the domain sees it."""
    base: dict[str, Any] = {"customer_id": "acme", "request_id": "r1", "payload": a_message()["payload"]}
    return ExecutionRequest(**{**base, **fields})


def a_request_row(**fields: Any) -> Any:
    """A prepared request in ExecutionRequests."""
    return {
        "customerId": "acme",
        "requestId": "r1",
        "workflowId": "reach",
        "priority": "interactive",
        "status": "SUBMITTING",
        "request": a_message(),
        "requestedAt": "2026-11-23T12:00:00.000Z",
        "execution": {
            "workflowId": "reach",
            "timeWindowType": "EXPLICIT",
            "timeWindowStart": "2026-11-16T00:00:00",
            "timeWindowEnd": "2026-11-23T00:00:00",
        },
        "attempts": 0,
        **fields,
    }


def a_run(**fields: Any) -> Any:
    """An AMC run, as AMC shows it."""
    return {
        "workflowExecutionId": "run-1",
        "workflowId": "reach",
        "status": "RUNNING",
        "createTime": "2026-11-23T11:50:00Z",
        "lastUpdatedTime": "2026-11-23T11:51:00Z",
        **fields,
    }


def a_waiter(request_id: str = "r1", **fields: Any) -> SlotRequest:
    """Somebody who waits for a slot; the token and the execution are named after the request."""
    base: dict[str, Any] = {
        "customer_id": "acme",
        "request_id": request_id,
        "priority": "interactive",
        "arrival": "2026-11-23T12:00:00.000Z",
        "execution_arn": f"execution-{request_id}",
        "task_token": f"token-{request_id}",
    }
    return SlotRequest(**{**base, **fields})


def an_sqs_record(body: str, message_id: str = "5f6c", queue: str = "wfm-demoteam-amcdataset-acme.fifo") -> SqsRecord:
    """A message as Lambda gets it."""
    record: Any = {
        "messageId": message_id,
        "receiptHandle": "receipt",
        "body": body,
        "attributes": {"SentTimestamp": "1795435200000", "MessageGroupId": "g"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{queue}",
        "awsRegion": "us-east-1",
    }
    return cast("SqsRecord", record)
