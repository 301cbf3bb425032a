"""AMC and the services of AWS, as the domain uses them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from functions.services.execution.slots import Waiter
from wfm.model.outcomes import Outcome
from wfm.model.requests import ExecutionRequest
from functions.ports_values import Row
from wfm.model.tenants import Tenant


class Scheduler(Protocol):
    """EventBridge Scheduler, in WFM's own group."""

    def put(self, name: str, customer_id: str, definition: Row) -> None:
        """Make the schedule, or change it. It sends to the customer's queue; `definition` holds EventBridge's fields.

        InvalidRecord when EventBridge does not take it, in its words.
        """

    def delete(self, name: str) -> None:
        """Done as well when there is none."""


class Queues(Protocol):
    """The tenants' queues."""

    def send(self, customer_id: str, documents: Sequence[Row]) -> None:
        """Send each as a message under its request's id; NotReadyYet when the tenant has no queue, or SQS falters."""


class Amc(Protocol):
    """AMC's reporting API, whatever the transport. Raises the errors of `wfm.errors`."""

    def create_execution(self, tenant: Tenant, body: Row) -> Row: ...

    def list_executions(self, tenant: Tenant, since: datetime, *, with_sql: bool = False) -> list[Row]: ...

    def get_execution(self, tenant: Tenant, execution_id: str) -> Row: ...

    def cancel_execution(self, tenant: Tenant, execution_id: str) -> None: ...

    def result_urls(self, tenant: Tenant, execution_id: str) -> list[str]:
        """Where the parts of a run's result can be had for ten minutes."""

    def list_accounts(self, tenant: Tenant) -> list[Row]: ...

    def list_instances(self, tenant: Tenant) -> list[Row]: ...

    def get_workflow(self, tenant: Tenant, workflow_id: str) -> Row | None: ...

    def put_workflow(self, tenant: Tenant, definition: Row, *, exists: bool = False) -> None:
        """Create it, or replace the one that `exists`; whichever of the two turns out to be right."""

    def list_workflows(self, tenant: Tenant) -> list[Row]:
        """All workflows of the instance with their definitions."""

    def delete_workflow(self, tenant: Tenant, workflow_id: str) -> list[str]:
        """Done as well when there is none; the ids of AMC's own schedules that had to go with it."""


class Tasks(Protocol):
    """Step Functions."""

    def succeed(self, token: str, output: Mapping[str, Any]) -> bool:
        """Answer a task token; False when nobody waits for it any more."""

    def beat(self, token: str) -> None:
        """Give a sign of life for whoever waits with this token."""

    def start(self, machine: str, name: str, document: Mapping[str, Any]) -> str:
        """Start an execution of `machine` once per name; the execution's ARN."""

    def is_running(self, execution_arn: str) -> bool: ...

    def input_of(self, execution_arn: str) -> str:
        """The input of an execution that is there, as JSON."""

    def stop(self, execution_arn: str, cause: str) -> bool:
        """Abort an execution; False when there is none that runs. NotReadyYet when too many are stopped at once."""

    def wake(self, waiter: Waiter) -> bool:
        """Keeps `Wake`."""


class Announcer(Protocol):
    """EventBridge and SNS."""

    def execution(self, row: Row, previous: str | None) -> None:
        """An AMC run reached a status."""

    def request(self, request: ExecutionRequest | Row, outcome: Outcome) -> None:
        """A request ended without an AMC run."""

    def tenant(self, customer_id: str, status: str, reason: str, at: datetime) -> None:
        """A tenant became DEGRADED, or ACTIVE again, at that time."""

    def digest(self, customer_id: str, text: str, document: Row) -> None:
        """What happened at a tenant of late: text for mail, a document for machines. To people's topics alone."""


class Metrics(Protocol):
    """CloudWatch's metrics of this deployment."""

    def seconds(self, name: str, value: float) -> None: ...

    def count(self, name: str) -> None: ...
