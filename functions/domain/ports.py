"""What the domain asks of the world. Adapters keep these; tests hand in fakes that behave."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from functions.domain.gate import GateStore, Waiter, Wake
from functions.domain.outcomes import Outcome
from functions.domain.requests import ExecutionRequest
from functions.domain.tenants import Tenant

Clock = Callable[[], datetime]
Row = Mapping[str, Any]

__all__ = [
    "Amc",
    "Announcer",
    "Clock",
    "Executions",
    "GateStore",
    "Outcome",
    "Requests",
    "Row",
    "Tasks",
    "Tenants",
    "Waiter",
    "Wake",
    "Workflows",
]  # fmt: skip


class Tenants(Protocol):
    """The Tenants table."""

    def find(self, customer_id: str) -> Row | None: ...

    def limit(self, customer_id: str) -> int:
        """Slots of the tenant; the default for one that is not there any more."""

    def save(self, customer_id: str, **fields: Any) -> None:
        """Set fields of the row, making it if need be; a field that is None is taken out."""

    def lease(self, customer_id: str, execution_arn: str, seen: str | None) -> bool:
        """Take the right to work on the tenant if its holder is still `seen`."""

    def due(self, now: datetime) -> list[str]: ...

    def by_bucket(self, bucket: str) -> list[str]: ...

    def look_no_later(self, customer_id: str, at: datetime) -> None:
        """Bring the next look forward to `at`; never put it off."""

    def begin_look(self, customer_id: str, now: datetime) -> Row | None:
        """Take the tenant for one look; None when another look is going on, which will then look again."""

    def end_look(self, seen: Row, now: datetime, next_look: datetime, failure: str | None = None) -> bool:
        """Give the tenant back; False when somebody asked for another look meanwhile."""


class CustomerConfig(Protocol):
    """The TPS records; WFM never writes them."""

    def find(self, customer_id: str) -> Row | None:
        """The customer's record; InvalidRecord when there are several under different names."""


class InstanceOwners(Protocol):
    """Which tenant an AMC instance belongs to."""

    def claim(self, instance_key: str, customer_id: str) -> str:
        """The owner, who is `customer_id` from now on if there was none."""

    def release(self, instance_key: str, customer_id: str) -> None:
        """Give it up, if it is the customer's."""


class Requests(Protocol):
    """The ExecutionRequests table."""

    def add(self, row: Row) -> Row:
        """Write the row unless the request is known; the row as it then stands."""

    def find(self, customer_id: str, request_id: str) -> Row | None: ...

    def advance(self, customer_id: str, request_id: str, status: str, now: datetime, **fields: Any) -> None:
        """Move to `status`, stamp it, set `fields`; does nothing to a request that has ended."""

    def begin_attempt(self, row: Row, now: datetime) -> bool:
        """Record that a POST is about to be sent; False when another process did so meanwhile."""

    def drop_attempt(self, customer_id: str, request_id: str) -> None:
        """AMC certainly did not accept: the next try may POST at once."""

    def save(self, customer_id: str, request_id: str, **fields: Any) -> None:
        """Set fields of a request that is there, whatever its status."""


class Executions(Protocol):
    """The Executions table."""

    def find(self, customer_id: str, execution_id: str) -> Row | None: ...

    def find_many(self, customer_id: str, execution_ids: Iterable[str]) -> dict[str, Row]: ...

    def unsettled(self, customer_id: str) -> list[Row]: ...

    def record(self, row: Row) -> None:
        """Write what AMC says of a run, unless the row knows something newer or a final status."""

    def claim(self, customer_id: str, request_id: str, run: Row, now: datetime) -> bool:
        """Tie run and request together, for ever and in one transaction; False when the run is another request's."""


class Workflows(Protocol):
    """The Workflows table."""

    def find(self, customer_id: str, workflow_id: str) -> Row | None: ...

    def ids(self, customer_id: str) -> list[str]: ...

    def save_sync(self, customer_id: str, workflow_id: str, **fields: Any) -> None:
        """Set WFM's own fields of a row that still exists."""


class Amc(Protocol):
    """AMC's reporting API, whatever the transport. Raises the errors of `functions.domain.errors`."""

    def create_execution(self, tenant: Tenant, body: Row) -> Row: ...

    def list_executions(self, tenant: Tenant, since: datetime, *, with_sql: bool = False) -> list[Row]: ...

    def get_execution(self, tenant: Tenant, execution_id: str) -> Row: ...

    def cancel_execution(self, tenant: Tenant, execution_id: str) -> None: ...

    def list_accounts(self, tenant: Tenant) -> list[Row]: ...

    def list_instances(self, tenant: Tenant) -> list[Row]: ...

    def get_workflow(self, tenant: Tenant, workflow_id: str) -> Row | None: ...

    def put_workflow(self, tenant: Tenant, definition: Row) -> None:
        """Create it, or replace the one that exists."""

    def delete_workflow(self, tenant: Tenant, workflow_id: str) -> None:
        """Done as well when there is none."""


class Tasks(Protocol):
    """Step Functions."""

    def succeed(self, token: str, output: Mapping[str, Any]) -> bool:
        """Answer a task token; False when nobody waits for it any more."""

    def beat(self, token: str) -> None:
        """Give a sign of life for whoever waits with this token."""

    def start(self, machine: str, name: str, document: Mapping[str, Any]) -> str:
        """Start an execution of `machine` once per name; the execution's ARN."""

    def is_running(self, execution_arn: str) -> bool: ...

    def wake(self, waiter: Waiter) -> bool:
        """Keeps `Wake`."""


class Announcer(Protocol):
    """EventBridge and SNS."""

    def execution(self, row: Row, previous: str | None) -> None:
        """An AMC run reached a status."""

    def request(self, request: ExecutionRequest | Row, outcome: Outcome) -> None:
        """A request ended without an AMC run."""


class SubmissionPorts(Protocol):
    """What it takes to submit a request."""

    @property
    def clock(self) -> Clock: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def executions(self) -> Executions: ...
    @property
    def amc(self) -> Amc: ...


class ClosingPorts(SubmissionPorts, Protocol):
    """What it takes to close one."""

    @property
    def tenants(self) -> Tenants: ...
    @property
    def gates(self) -> GateStore: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def announcer(self) -> Announcer: ...
