"""`Wfm`: ask WFM for runs, look at them, and tell it about tenants and workflows."""

import os
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from functions.domain.errors import InvalidRequest, UnknownCustomer, UnknownWorkflow
from functions.domain.workflows import definition_hash
from wfm.connection import Connection, connect
from wfm.errors import UnknownRunError
from wfm.following import Clock, StateChange, follow
from wfm.messages import execution_message
from wfm.records import Execution, Request, Workflow, plain
from wfm.runs import Run, side_by_side
from wfm.suggestions import suggest
from wfm.tenant_changes import CLOCK, TenantChanges

if TYPE_CHECKING:
    from wfm.aws import Aws

DEFAULT_TEAM: Final = "demoteam"
DEFAULT_DATASET: Final = "amcdataset"
A_DAY: Final = 86_400.0  # seconds; AMC lets no run take longer (workflowExecutionTimeoutSeconds)


class Wfm(TenantChanges):
    """A deployed WFM, found through the outputs of its stack `wfm-{team}-{dataset}`.

    Without arguments it takes WFM_TEAM and WFM_DATASET, and the usual AWS settings or the local runtime that
    is up. Nothing is asked of AWS before the first call. UnreachableError can come from every method.
    """

    def __init__(
        self, team: str | None = None, dataset: str | None = None, connection: Connection | None = None
    ) -> None:
        self.connection = connection or connect(os.environ, Path.cwd())
        team = team or os.environ.get("WFM_TEAM")
        dataset = dataset or os.environ.get("WFM_DATASET")
        named = None if team or dataset else self.connection.stack
        self.stack = named or f"wfm-{team or DEFAULT_TEAM}-{dataset or DEFAULT_DATASET}"

    @cached_property
    def aws(self) -> "Aws":
        """The deployment's tables and queues; boto3 is loaded when they are first needed."""
        opened: Aws = import_module("wfm.aws").Aws(self.connection, self.stack)
        return opened

    def workflow(self, customer_id: str, workflow_id: str) -> Workflow:
        """One workflow of a customer; UnknownWorkflow with close matches."""
        row = self.aws.tables.workflow(customer_id, workflow_id)
        if row is None:
            hint = suggest(workflow_id, self.aws.tables.workflow_ids(customer_id))
            raise UnknownWorkflow(f"workflowId: {customer_id} has no workflow {workflow_id!r}; {hint}")
        return Workflow.from_row(row)

    def run(
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
        unlisted: bool = False,
    ) -> str:
        """Send one request to the customer's queue and give back its id.

        `start` and `end` are `yyyy-MM-ddTHH:mm:ss` or a date expression such as `TODAY(-7)`, `window` is a name such
        as `last 7 days` instead of both; without any window AMC takes the most recent day. A repeated `request_id`
        starts nothing twice. `unlisted` lets through a workflow that WFM has no row of, since somebody may have made
        it in AMC by hand. Errors:
        InvalidRequest, UnknownCustomer, UnknownWorkflow.
        """
        tenant = self.tenant(customer_id)
        if tenant.status != "ACTIVE" or not tenant.queue_url:
            why = f" ({tenant.reason})" if tenant.reason else ""
            raise UnknownCustomer(f"customerId: {customer_id} is {tenant.status}{why}, not ACTIVE")
        if not unlisted:
            self.workflow(customer_id, workflow_id)
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
            },
        }
        self.aws.send(tenant.queue_url, execution_message(document, datetime.now(UTC)), request_id)
        return request_id

    def request(self, customer_id: str, request_id: str) -> Request | None:
        """How a request stands; None while it is in the queue (or if it was never sent)."""
        row = self.aws.tables.request(customer_id, request_id)
        return Request.from_row(row) if row else None

    def requests(self, customer_id: str) -> list[Request]:
        """All requests of a customer, oldest first."""
        rows = [Request.from_row(row) for row in self.aws.tables.requests(customer_id)]
        return sorted(rows, key=lambda request: str(request.row.get("requestedAt", "")))

    def place_in_line(self, customer_id: str, request_id: str) -> int | None:
        """1 is next; None if it does not wait for a slot."""
        ends = [key.rpartition("#")[2] for key in self.aws.tables.line(customer_id)]
        return ends.index(request_id) + 1 if request_id in ends else None

    def wait(
        self,
        customer_id: str,
        request_id: str,
        timeout: float = A_DAY,
        clock: Clock = CLOCK,
    ) -> Iterator[StateChange]:
        """Each state change until the request has ended; NotEndedInTimeError after `timeout` seconds."""

        def look() -> tuple[Request | None, int | None]:
            request = self.request(customer_id, request_id)
            waits = request is not None and request.status == "WAITING"
            return request, self.place_in_line(customer_id, request_id) if waits else None

        return follow(look, timeout, clock)

    def executions(self, customer_id: str, status: str | None = None, limit: int | None = None) -> list[Run]:
        """The customer's runs, newest first: requests with their AMC runs, and what was started elsewhere."""
        self.tenant(customer_id)
        executions = (Execution.from_row(row) for row in self.aws.tables.executions(customer_id))
        requests = (Request.from_row(row) for row in self.aws.tables.requests(customer_id))
        return side_by_side(requests, executions, status, limit)

    def execution(self, customer_id: str, run_id: str) -> Run:
        """One run by AMC's `workflowExecutionId` or by its request id; UnknownRunError if it is neither."""
        execution = self._execution(customer_id, run_id)
        request = self.request(customer_id, (execution.request_id if execution else run_id) or "-")
        if execution is None and request is None:
            self.tenant(customer_id)
            raise UnknownRunError(f"id: {customer_id} has neither a request nor an AMC run {run_id!r}")
        if execution is None and request and request.workflow_execution_id:
            execution = self._execution(customer_id, request.workflow_execution_id)
        return Run(request, execution)

    def _execution(self, customer_id: str, workflow_execution_id: str) -> Execution | None:
        row = self.aws.tables.execution(customer_id, workflow_execution_id)
        return Execution.from_row(row) if row else None

    def put_workflow(self, customer_id: str, definition: Mapping[str, Any]) -> bool:
        """Say what a workflow should be in AMC (AMC's field names, `workflowId` and `sqlQuery` at least).

        False if it is so already. Looking at `workflow()` tells when it is in AMC. InvalidRequest names what
        is missing.
        """
        for name in ("workflowId", "sqlQuery"):
            if not isinstance(definition.get(name), str) or not definition[name]:
                raise InvalidRequest(name, "is missing", "a text that is not empty")
        self.tenant(customer_id)
        before = self.aws.tables.workflow(customer_id, definition["workflowId"])
        if before and definition_hash(plain(before)) == definition_hash(definition):
            return False
        rest = {name: value for name, value in definition.items() if name not in {"customerId", "workflowId"}}
        self.aws.tables.put_workflow(customer_id, definition["workflowId"], rest)
        return True
