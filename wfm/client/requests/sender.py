"""Sending requests to tenants' queues."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from wfm.client.aws import Aws
from wfm.client.requests.messages import execution_message
from wfm.client.tenants.tenants import Tenants
from wfm.client.workflows.workflows import Workflows
from wfm.errors import UnknownCustomer
from wfm.model.availability import DEGRADED

QUEUEING: Final = ("ACTIVE", DEGRADED, "PAUSED")  # tenants that requests may be sent to, though they may have to wait


class Sender:
    """Of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants, workflows: Workflows) -> None:
        self._aws = aws
        self._tenants = tenants
        self._workflows = workflows

    def send(
        self,
        workflow_id: str,
        customer_id: str,
        *,
        window_type: str | None = None,
        start: str | None = None,
        end: str | None = None,
        window: str | None = None,
        time_zone: str | None = None,
        functions_time_zone: str | None = None,
        settlement_lag: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        priority: str = "interactive",
        source: str = "wfm run",
        request_id: str | None = None,
        run_timeout: int | None = None,
        unlisted: bool = False,
    ) -> str:
        """Send one request to the customer's queue and give back its id.

        `start` and `end` are `yyyy-MM-ddTHH:mm:ss` or a date expression such as `TODAY(-7)`, `window` is a name such
        as `last 7 days` instead of both; without any window AMC takes the most recent day. A repeated `request_id`
        starts nothing twice. AMC ends a run that takes longer than `run_timeout` seconds. `unlisted` lets through a
        workflow that WFM has no row of, since somebody may have made it in AMC by hand. What is asked of a DEGRADED or
        PAUSED tenant waits. Errors: InvalidRequest, UnknownCustomer, UnknownWorkflow.
        """
        queue_url = self._queue_url(customer_id)
        if not unlisted:
            self._workflows.get(customer_id, workflow_id)
        request_id = request_id or str(uuid.uuid4())
        document = {
            "customerId": customer_id,
            "requestId": request_id,
            "priority": priority,
            "source": source,
            "payload": {
                "workflowId": workflow_id,
                "timeWindowType": window_type,
                "timeWindowStart": start,
                "timeWindowEnd": end,
                "timeWindowName": window,
                "timeWindowTimeZone": time_zone,
                "dateFunctionsTimeZone": functions_time_zone,
                "settlementLag": settlement_lag,
                "parameterValues": dict(parameters) if parameters else None,
                "workflowExecutionTimeoutSeconds": run_timeout,
            },
        }
        self._aws.messages.send(queue_url, execution_message(document, datetime.now(UTC)), request_id)
        return request_id

    def _queue_url(self, customer_id: str) -> str:
        tenant = self._tenants.get(customer_id)
        if tenant.status not in QUEUEING or not tenant.queue_url:
            why = f" ({tenant.reason})" if tenant.reason else ""
            raise UnknownCustomer(f"customerId: {customer_id} is {tenant.status}{why}; allowed: {', '.join(QUEUEING)}")
        return tenant.queue_url
