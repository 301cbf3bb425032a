"""What the services ask of the world: tables, AMC and AWS. The adapters keep these; tests hand in fakes that behave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wfm.model.outcomes import Outcome
    from wfm.model.requests import ExecutionRequest
    from wfm.model.rows import Document, LibraryRecord, RequestRow, RunRow, ScheduleRow, TenantRow, WorkflowRow
    from wfm.model.semaphore import Semaphore, SlotRequest
    from wfm.model.tenants import Tenant

Clock = Callable[[], datetime]


class Tenants(Protocol):
    """The Tenants table."""

    def find(self, customer_id: str) -> TenantRow | None: ...

    def limit(self, customer_id: str) -> int:
        """Slots of the tenant; the default for one that is not there any more."""

    def save(self, customer_id: str, **fields: object) -> None:
        """Set fields of the row, making it if need be; a field that is None is taken out."""

    def lease(self, customer_id: str, execution_arn: str, seen: str | None) -> bool:
        """Take the right to work on the tenant if its holder is still `seen`."""

    def due(self, now: datetime) -> list[str]: ...

    def by_bucket(self, bucket: str) -> list[str]: ...

    def with_status(self, *statuses: str) -> list[TenantRow]:
        """The rows of all tenants in one of the statuses, as they are now."""

    def poll_no_later_than(self, customer_id: str, at: datetime) -> None:
        """Bring the next look forward to `at`; never put it off."""

    def acquire_poll(self, customer_id: str, now: datetime, due_by: datetime | None = None) -> TenantRow | None:
        """Take the tenant for one look; None when another look is going on, which will then look again.

        With `due_by` nobody asked: only a tenant that is due by then is taken, and no word is left for another look.
        """

    def finish_poll(
        self,
        seen: Document,
        now: datetime,
        next_look: datetime,
        *,
        failure: str | None = None,
        unavailable: bool = False,
        problems: Sequence[str] = (),
    ) -> bool:
        """Give the tenant back; False when somebody asked for another look meanwhile.

        A `failure` stays on the row with the time since when it goes on, until a look works; `unavailable` says that
        AMC could not be asked at all, whose time is kept of its own. `problems` are what a look that worked had to
        leave out.
        """

    def open_circuit(
        self, customer_id: str, reason: str, now: datetime, until: datetime | None = None
    ) -> TenantRow | None:
        """Mark the tenant, of which nothing is submitted from now on: the row afterwards, None if it is marked already.

        `until` is given for a refused POST, which is counted in `refusedPosts`: no look ends the mark before. It is
        news, which the row then has in `untold`, unless POSTs were refused before.
        """

    def close_circuit(self, customer_id: str, now: datetime, *, proven: bool = False) -> TenantRow | None:
        """Take the mark away, if its time is over or something is `proven`; the row afterwards, None if unchanged.

        It is news, unless POSTs were refused: then it is not known yet whether they work.
        """

    def reset_refused_posts(self, customer_id: str, now: datetime) -> TenantRow | None:
        """Begin to count anew, which is news; None when none was counted, or the tenant is marked."""

    def mark_sent(self, customer_id: str, news: str) -> None:
        """Take a text out of `untold`."""


class CustomerConfig(Protocol):
    """The TPS records; WFM never writes them."""

    def find(self, customer_id: str) -> Document | None:
        """The customer's record; InvalidRecord when there are several under different names."""


class InstanceOwners(Protocol):
    """Which tenant an AMC instance belongs to."""

    def claim(self, instance_key: str, customer_id: str) -> str:
        """The owner, who is `customer_id` from now on if there was none."""

    def release(self, instance_key: str, customer_id: str) -> None:
        """Give it up, if it is the customer's."""


class Requests(Protocol):
    """The ExecutionRequests table."""

    def add(self, row: Document) -> RequestRow:
        """Write the row unless the request is known, other than as a refused message; the row as it then stands."""

    def find(self, customer_id: str, request_id: str) -> RequestRow | None: ...

    def advance(self, customer_id: str, request_id: str, status: str, now: datetime, **fields: object) -> None:
        """Move to `status`, stamp it, set `fields`; does nothing to a request that has ended."""

    def begin_attempt(self, row: Document, now: datetime) -> bool:
        """Record that a POST is about to be sent: it is SUBMITTING. False when another process did so meanwhile."""

    def drop_attempt(self, customer_id: str, request_id: str) -> None:
        """AMC certainly did not accept: the next try may POST at once."""

    def save(self, customer_id: str, request_id: str, **fields: object) -> None:
        """Set fields of a request that is there, whatever its status."""

    def since(self, customer_id: str, requested_at: str) -> list[RequestRow]:
        """How the requests stand that were made from then on (by index, so a moment late), without what they ask."""

    def count_by_status(self, backfill_id: str) -> dict[str, int]:
        """How many of a backfill's requests that have arrived stand at each status (by index, so a moment late)."""


class Executions(Protocol):
    """The Executions table."""

    def find(self, customer_id: str, execution_id: str) -> RunRow | None: ...

    def find_many(self, customer_id: str, execution_ids: Iterable[str]) -> dict[str, RunRow]: ...

    def active_runs(self, customer_id: str) -> list[RunRow]:
        """The runs that have not ended, and those whose result AMC has yet to deliver; the oldest first."""

    def record(self, row: Document) -> None:
        """Write what AMC says of a run, unless the row knows something newer or a final status.

        InvalidRecord when it cannot be stored.
        """

    def deactivate(self, customer_id: str, execution_id: str) -> None:
        """Take a run out of those that have not ended; its row stays as it is."""

    def record_delivery(self, customer_id: str, execution_id: str, fields: Mapping[str, str]) -> None:
        """Write how the delivery of the result of a run that has ended came out; it is asked for no more."""

    def mark_overdue(self, customer_id: str, execution_id: str, reason: str, now: datetime) -> None:
        """Write once onto the row of a run that goes on that WFM has given it up."""

    def claim(
        self, customer_id: str, request_id: str, run: Document, now: datetime, about: Document | None = None
    ) -> bool:
        """Tie run and request together, for ever and in one transaction; False when the run is another request's.

        `about` goes onto the run's row, too: fields of WFM's own.
        """

    def mark_announced(self, customer_id: str, execution_id: str, status: str) -> None:
        """Remember on the run's row, if there is one, that its status was told."""

    def since(self, customer_id: str, create_time: str) -> list[RunRow]:
        """What is shown of the runs that AMC made from then on (by index, so a moment late)."""


class Workflows(Protocol):
    """The Workflows table."""

    def find(self, customer_id: str, workflow_id: str) -> WorkflowRow | None: ...

    def ids(self, customer_id: str) -> list[str]: ...

    def of_tenant(self, customer_id: str) -> list[WorkflowRow]:
        """All rows of a tenant, SQL included."""

    def put_desired(self, row: Document, seen: Document | None) -> bool:
        """Write what the library wants, if the row is still as `seen` (None: not there); WFM's own fields stay.

        False when somebody else changed it meanwhile. A changed definition makes the row PENDING again.
        """

    def remove(self, customer_id: str, workflow_id: str, seen: Document) -> bool:
        """Delete the row, if it is still as `seen`."""

    def begin_sync(self, customer_id: str, workflow_id: str, execution: str) -> WorkflowRow | None:
        """Write down that `execution` works on the row from now on; the row as it then is, None if it is gone."""

    def save_sync(self, customer_id: str, workflow_id: str, *, by: str | None = None, **fields: object) -> bool:
        """Set WFM's own fields of a row that still exists; a field that is None is taken out.

        With `by` only while that execution is the last that began to work on it; False when it is not.
        """


class Library(Protocol):
    """The WorkflowLibrary table."""

    def versions(self, workflow_id: str) -> list[LibraryRecord]:
        """All records of a workflow as they are now, the highest version first."""

    def in_force(self, workflow_id: str) -> LibraryRecord | None:
        """The one with the highest version as it is now; None when the library has none."""

    def all(self) -> list[LibraryRecord]:
        """All records of all workflows."""

    def save_rollout(self, workflow_id: str, version: int, *, of: str | None = None, **fields: object) -> None:
        """Set WFM's own fields of a record that still exists; a field that is None is taken out.

        With `of` only while that rollout is the last that began with the record.
        """

    def count_batch(self, workflow_id: str, version: int, *, of: str, batch: str, tenants: int) -> None:
        """Add to `rolloutDone` that a batch is done, once however often that is said."""


class Schedules(Protocol):
    """The Schedules table."""

    def find(self, customer_id: str, name: str) -> ScheduleRow | None: ...

    def of_tenant(self, customer_id: str) -> list[ScheduleRow]: ...

    def catching_up(self) -> list[tuple[str, str]]:
        """customerId and Name of the schedules that make up for missed times."""

    def put_desired(self, row: Document, seen: Document | None) -> bool:
        """Write what the library wants, if the row is still as `seen` (None: not there); WFM's own fields stay."""

    def remove(self, customer_id: str, name: str, seen: Document | None = None) -> bool:
        """Delete the row, if it is still as `seen` (None: however it is)."""

    def save_state(self, customer_id: str, name: str, **fields: object) -> None:
        """Set WFM's own fields of a row that still exists; a field that is None is taken out."""

    def record_run(self, customer_id: str, name: str, scheduled_time: str, request_id: str) -> None:
        """Remember the last run of a schedule that still exists; an older one never takes a newer one's place."""

    def advance_watermark(self, customer_id: str, name: str, until: str, seen: str) -> bool:
        """Fire times up to `until` are accounted for; False when it is no longer `seen` up to which they were."""


class Semaphores(Protocol):
    """Where gates live. All reads are consistent, every change is one transaction."""

    def read(self, customer_id: str) -> Semaphore: ...

    def enter(self, waiter: SlotRequest) -> bool:
        """Write the waiter, replacing its earlier token; False when it already holds a slot (its token is updated)."""

    def waiting(self, customer_id: str, most: int) -> list[SlotRequest]:
        """The first `most` waiters."""

    def grant(self, waiter: SlotRequest, seen: Semaphore, limit: int) -> bool:
        """Move a waiter to holder if the slots that `seen` showed still allow it; False when they do not."""

    def holders(self, customer_id: str) -> list[SlotRequest]:
        """Who holds a slot."""

    def not_notified(self, customer_id: str) -> list[SlotRequest]:
        """Holders whose wake-up is not known to have been sent."""

    def mark_notified(self, waiter: SlotRequest) -> None: ...

    def leave(self, customer_id: str, request_id: str) -> None:
        """Drop the request as holder and as waiter; nothing happens when it is neither."""

    def count_external(self, customer_id: str, runs: int) -> None: ...

    def set_fair(self, customer_id: str, *, fair: bool) -> None:
        """Whether the tenant's workflows take turns from now on."""


class Notify(Protocol):
    """Tells a waiting execution that it has its slot; False when that execution is over."""

    def __call__(self, waiter: SlotRequest) -> bool: ...


class Scheduler(Protocol):
    """EventBridge Scheduler, in WFM's own group."""

    def put(self, name: str, customer_id: str, definition: Document) -> None:
        """Make the schedule, or change it. It sends to the customer's queue; `definition` holds EventBridge's fields.

        InvalidRecord when EventBridge does not take it, in its words.
        """

    def delete(self, name: str) -> None:
        """Done as well when there is none."""


class Queues(Protocol):
    """The tenants' queues."""

    def send(self, customer_id: str, documents: Sequence[Document]) -> None:
        """Send each as a message under its request's id; NotReadyYet when the tenant has no queue, or SQS falters."""


class Amc(Protocol):
    """AMC's reporting API, whatever the transport. Raises the errors of `wfm.errors`."""

    def create_execution(self, tenant: Tenant, body: Document) -> Document: ...

    def list_executions(self, tenant: Tenant, since: datetime, *, with_sql: bool = False) -> list[Document]: ...

    def get_execution(self, tenant: Tenant, execution_id: str) -> Document: ...

    def cancel_execution(self, tenant: Tenant, execution_id: str) -> None: ...

    def result_urls(self, tenant: Tenant, execution_id: str) -> list[str]:
        """Where the parts of a run's result can be had for ten minutes."""

    def list_accounts(self, tenant: Tenant) -> list[Document]: ...

    def list_instances(self, tenant: Tenant) -> list[Document]: ...

    def get_workflow(self, tenant: Tenant, workflow_id: str) -> Document | None: ...

    def put_workflow(self, tenant: Tenant, definition: Document, *, exists: bool = False) -> None:
        """Create it, or replace the one that `exists`; whichever of the two turns out to be right."""

    def list_workflows(self, tenant: Tenant) -> list[Document]:
        """All workflows of the instance with their definitions."""

    def delete_workflow(self, tenant: Tenant, workflow_id: str) -> list[str]:
        """Done as well when there is none; the ids of AMC's own schedules that had to go with it."""


class Tasks(Protocol):
    """Step Functions."""

    def succeed(self, token: str, output: Mapping[str, object]) -> bool:
        """Answer a task token; False when nobody waits for it any more."""

    def send_heartbeat(self, token: str) -> None:
        """Give a sign of life for whoever waits with this token."""

    def start(self, machine: str, name: str, document: Mapping[str, object]) -> str:
        """Start an execution of `machine` once per name; the execution's ARN."""

    def is_running(self, execution_arn: str) -> bool: ...

    def input_of(self, execution_arn: str) -> str:
        """The input of an execution that is there, as JSON."""

    def stop(self, execution_arn: str, cause: str) -> bool:
        """Abort an execution; False when there is none that runs. NotReadyYet when too many are stopped at once."""

    def notify(self, waiter: SlotRequest) -> bool:
        """Keeps `Wake`."""


class Announcer(Protocol):
    """EventBridge and SNS."""

    def execution(self, row: Document, previous: str | None) -> None:
        """An AMC run reached a status."""

    def request(self, request: ExecutionRequest | Document, outcome: Outcome) -> None:
        """A request ended without an AMC run."""

    def delivery_failure(self, row: Document) -> None:
        """A run succeeded, and its result did not come into the tenant's bucket."""

    def tenant(self, customer_id: str, status: str, reason: str, at: datetime) -> None:
        """A tenant became DEGRADED, or ACTIVE again, at that time."""

    def digest(self, customer_id: str, text: str, document: Document) -> None:
        """What happened at a tenant of late: text for mail, a document for machines. To people's topics alone."""


class Metrics(Protocol):
    """CloudWatch's metrics of this deployment."""

    def seconds(self, name: str, value: float) -> None: ...

    def count(self, name: str) -> None: ...


class Ports(Protocol):
    """All of them, as `functions.runtime.wiring` makes them for a Lambda; a service uses the few that it needs."""

    @property
    def clock(self) -> Clock: ...

    @property
    def customer_config(self) -> CustomerConfig: ...

    @property
    def tenants(self) -> Tenants: ...

    @property
    def instance_owners(self) -> InstanceOwners: ...

    @property
    def requests(self) -> Requests: ...

    @property
    def executions(self) -> Executions: ...

    @property
    def workflows(self) -> Workflows: ...

    @property
    def library(self) -> Library: ...

    @property
    def schedules(self) -> Schedules: ...

    @property
    def semaphores(self) -> Semaphores: ...

    @property
    def amc(self) -> Amc: ...

    @property
    def tasks(self) -> Tasks: ...

    @property
    def queues(self) -> Queues: ...

    @property
    def scheduler(self) -> Scheduler: ...

    @property
    def announcer(self) -> Announcer: ...

    @property
    def metrics(self) -> Metrics: ...
