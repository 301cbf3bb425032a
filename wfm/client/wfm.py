"""`Wfm`: ask WFM for runs, look at them, and tell it about tenants and workflows."""

import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wfm.client.connection import Connection, connect
from wfm.client.executions.messages import execution_message
from wfm.client.executions.observing import Observing
from wfm.client.operations import Operations
from wfm.client.records import Workflow
from wfm.client.schedules.schedules import Schedules
from wfm.client.suggestions import suggest
from wfm.client.tenants.changes import TenantChanges
from wfm.errors import InvalidRequest, UnknownCustomer, UnknownWorkflow
from wfm.model.availability import DEGRADED
from wfm.model.workflows import definition_hash
from wfm.store.items import plain

if TYPE_CHECKING:
    from wfm.client.aws import Aws
    from wfm.client.backfills.backfills import Backfills
    from wfm.client.library.library import Library
    from wfm.client.workflows.workflows import Workflows

QUEUEING: Final = ("ACTIVE", DEGRADED, "PAUSED")  # tenants that requests may be sent to, though they may have to wait
DEFAULT_TEAM: Final = "demoteam"
DEFAULT_DATASET: Final = "amcdataset"


class Wfm(Operations, Observing, TenantChanges, Schedules):
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
        opened: Aws = import_module("wfm.client.aws").Aws(self.connection, self.stack)
        return opened

    @cached_property
    def library(self) -> "Library":
        """The workflow library, and folders of workflows as files."""
        opened: Library = import_module("wfm.client.library.library").Library(self.aws)
        return opened

    @cached_property
    def backfills(self) -> "Backfills":
        """Backfills: many windows of the past at once."""
        opened: Backfills = import_module("wfm.client.backfills.backfills").Backfills(self)
        return opened

    @cached_property
    def workflows(self) -> "Workflows":
        """The tenants' workflows: how they stand in AMC, and syncing them."""
        opened: Workflows = import_module("wfm.client.workflows.workflows").Workflows(self)
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
        tenant = self.tenant(customer_id)
        if tenant.status not in QUEUEING or not tenant.queue_url:
            why = f" ({tenant.reason})" if tenant.reason else ""
            raise UnknownCustomer(f"customerId: {customer_id} is {tenant.status}{why}; allowed: {', '.join(QUEUEING)}")
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
                "workflowExecutionTimeoutSeconds": run_timeout,
            },
        }
        self.aws.messages.send(tenant.queue_url, execution_message(document, datetime.now(UTC)), request_id)
        return request_id

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
