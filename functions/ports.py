"""What services need of the world: tables, AMC and AWS. Adapters implement these protocols, tests use fakes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    from wfm.model.chain_links import TenantLinks
    from wfm.model.chains import Chain
    from wfm.model.events import ResultNews, ScheduleNews
    from wfm.model.outcomes import Outcome
    from wfm.model.requests import ExecutionRequest
    from wfm.model.result_deliveries import DeliveryOrder
    from wfm.model.rows import Document, LibraryRecord, RequestRow, RunRow, ScheduleRow, TenantRow, WorkflowRow
    from wfm.model.semaphore import AccountState, Semaphore, SlotRequest, SlotState
    from wfm.model.stopped_executions import ListedExecution, Recalled, StoppedExecution
    from wfm.model.sweeps import Sweep
    from wfm.model.tenants import Tenant

Clock = Callable[[], datetime]


class Tenants(Protocol):
    """The Tenants table."""

    def find(self, customer_id: str) -> TenantRow | None: ...

    def limit(self, customer_id: str) -> int:
        """How many slots the tenant has; the default if it is not there."""

    def save(self, customer_id: str, **fields: object) -> None:
        """Set fields of the row, creating it if needed; a field that is None is removed."""

    def save_links(self, customer_id: str, found: TenantLinks, seen: Document) -> bool:
        """Write who follows whom among the workflows of a tenant, if its row still has what was `seen`."""

    def lease(self, customer_id: str, execution_arn: str, seen: str | None) -> bool:
        """Take the lease on the tenant, if its holder is still `seen`; False if not."""

    def due(self, now: datetime) -> dict[str, str]:
        """The tenants whose poll is due, with the time that it is due, the longest overdue first."""

    def by_bucket(self, bucket: str) -> list[str]: ...

    def with_status(self, *statuses: str) -> list[TenantRow]:
        """The rows of all tenants with one of these statuses, read consistently."""

    def poll_no_later_than(self, customer_id: str, at: datetime) -> None:
        """Make the tenant due at `at`, unless it is due earlier."""

    def acquire_poll(self, customer_id: str, now: datetime) -> TenantRow | None:
        """Take the tenant for a poll that somebody asks for; its row, or None while another one has it.

        That one will then be repeated.
        """

    def due_poll(self, customer_id: str, now: datetime, due_by: datetime) -> TenantRow | None:
        """The row of a tenant that is due by then; None if it is not, or while a poll that was asked for runs."""

    def finish_poll(
        self,
        seen: Document,
        now: datetime,
        next_poll: datetime,
        *,
        failure: str | None = None,
        unavailable: bool = False,
        problems: Sequence[str] = (),
        active_runs: bool | None = None,
    ) -> bool:
        """Record the poll's end; False if somebody asked for another poll meanwhile.

        `active_runs`: whether the index of active runs has any of the tenant's, as far as this poll knows.

        A `failure` stays on the row, with its first time, until a poll succeeds; `unavailable` means that AMC could not
        be reached, and has a first time of its own. `problems` are entries that a successful poll had to leave out.
        """

    def open_circuit(
        self, customer_id: str, reason: str, now: datetime, until: datetime | None = None
    ) -> TenantRow | None:
        """Mark the tenant as DEGRADED: its requests get no slot. The row afterwards, None if it is marked already.

        `until` is given for a refused POST, which is counted: no poll removes the mark earlier. The change goes into
        the outbox (`untold`), unless POSTs were refused before.
        """

    def close_circuit(self, customer_id: str, now: datetime, *, proven: bool = False) -> TenantRow | None:
        """Remove the mark, if its time is over or access is `proven`; the row afterwards, None if nothing changed.

        The change goes into the outbox, unless POSTs were refused: then it is not known yet whether they work.
        """

    def reset_refused_posts(self, customer_id: str, now: datetime) -> TenantRow | None:
        """Reset the count of refused POSTs, through the outbox; None if it was 0 or the tenant is marked."""

    def mark_sent(self, customer_id: str, message: str) -> None:
        """Remove a message from the outbox."""


class CustomerConfig(Protocol):
    """The table of TPS records, which WFM never writes."""

    def find(self, customer_id: str) -> Document | None:
        """The customer's record; InvalidRecord if there are several under different names."""


class InstanceOwners(Protocol):
    """Which tenant owns an AMC instance."""

    def claim(self, instance_key: str, customer_id: str) -> str:
        """Make `customer_id` the owner if there is none; the owner."""

    def release(self, instance_key: str, customer_id: str) -> None:
        """Remove the owner, if it is `customer_id`."""


class Requests(Protocol):
    """The ExecutionRequests table."""

    def add(self, row: Document) -> RequestRow:
        """Write the row unless the request is known, other than as a refused message; the row afterwards."""

    def find(self, customer_id: str, request_id: str) -> RequestRow | None: ...

    def find_with_tenant(self, customer_id: str, request_id: str) -> tuple[RequestRow | None, TenantRow | None]:
        """The request's row and its tenant's, in one call."""

    def advance(self, customer_id: str, request_id: str, status: str, now: datetime, **fields: object) -> None:
        """Set `status`, its time and `fields`; a request that has ended does not change.

        It leaves `open_since` with its end, unless the fields have an `openSince`.
        """

    def begin_attempt(self, row: Document, now: datetime) -> bool:
        """Record an attempt before its POST: the request is SUBMITTING.

        False if another process did so meanwhile, or if the request has ended or has a `stoppedAt`.
        """

    def drop_attempt(self, customer_id: str, request_id: str) -> None:
        """Remove the attempt, which AMC certainly did not accept: the next one may POST at once."""

    def save(self, customer_id: str, request_id: str, **fields: object) -> None:
        """Set fields of a request that exists, whatever its status."""

    def close(self, customer_id: str, request_id: str, **fields: object) -> None:
        """Take what has ended, and is not to be run again, out of `open_since`, and set fields."""

    def since(self, customer_id: str, requested_at: str) -> list[RequestRow]:
        """The requests made since then, without what they ask. By an index, which may be a moment behind."""

    def open_since(self, customer_id: str, until: datetime) -> list[RequestRow]:
        """Ids and `executionArn` of the requests that have not ended since then (by index, so a moment late)."""

    def index_open(self, customer_id: str, after: str | None) -> str | None:
        """Bring open requests of version 0.1 into `open_since`, from the id `after` on; how far, None if all are."""

    def count_by_status(self, backfill_id: str) -> dict[str, int]:
        """How many requests of a backfill have each status. By an index, which may be a moment behind."""


class Chains(Protocol):
    """What the links of tenants wait for, by window; items of the ExecutionRequests table."""

    def find(self, customer_id: str, chain_id: str) -> Chain | None: ...

    def save(self, chain: Chain) -> bool:
        """Write the chain, if what is kept has the version before it; False if not."""


class Executions(Protocol):
    """The Executions table."""

    def find(self, customer_id: str, execution_id: str) -> RunRow | None: ...

    def find_many(self, customer_id: str, execution_ids: Iterable[str]) -> dict[str, RunRow]: ...

    def active_runs(self, customer_id: str) -> list[RunRow]:
        """The runs that have not ended, and those whose result AMC has yet to publish; the oldest first."""

    def record(self, row: Document) -> Document | None:
        """Write AMC's view of a run, unless the row is newer or final. InvalidRecord if it cannot be stored.

        The row as it was, empty if there was none; None if nothing was written.
        """

    def deactivate(self, customer_id: str, execution_id: str) -> None:
        """Remove a run from the active ones; the rest of its row stays."""

    def record_publishing(self, customer_id: str, execution_id: str, fields: Mapping[str, str]) -> None:
        """Write how the publishing of the result of a run that has ended came out; it is asked for no more."""

    def record_delivery(self, customer_id: str, execution_id: str, delivery: Document) -> None:
        """Write how the delivery of a run's result stands, if there is a row of it."""

    def record_change(self, customer_id: str, execution_id: str, change: Document) -> None:
        """Write how much a run's result changed, if there is a row of it that does not say so yet."""

    def mark_overdue(self, customer_id: str, execution_id: str, reason: str, now: datetime) -> None:
        """Mark an active run as timed out by WFM. Idempotent."""

    def claim(
        self, customer_id: str, request_id: str, run: Document, now: datetime, about: Document | None = None
    ) -> bool:
        """Tie run and request together in one transaction, for good; False if the run belongs to another request.

        `about` has further fields for the run's row.
        """

    def mark_superseded(self, customer_id: str, execution_id: str, by: str) -> None:
        """Record on the run's row, if it exists, that another run has newer numbers of its window."""

    def keep(self, customer_id: str, execution_id: str, until: int) -> None:
        """Keep the run's row, if it is there, until then at least (seconds since 1970)."""

    def mark_announced(self, customer_id: str, execution_id: str, status: str, since: str | None = None) -> None:
        """Record on the run's row, if it exists, that this status was announced.

        With `since` it was the last: as `mark_all_announced`, in one write if nothing has changed since then.
        """

    def mark_all_announced(self, customer_id: str, execution_id: str, since: str) -> None:
        """Record that nothing of the run is left to announce; nothing happens if `unannouncedSince` is another."""

    def unannounced(self, until: datetime) -> list[RunRow]:
        """Ids and `unannouncedSince` of runs that have something to announce since then (by index, a moment late)."""

    def announce_again(self, row: RunRow, now: datetime) -> None:
        """Have the table's stream send the row once more, if it is still unannounced."""

    def since(self, customer_id: str, create_time: str) -> list[RunRow]:
        """The runs that AMC made since then. By an index, which may be a moment behind."""


class Workflows(Protocol):
    """The Workflows table."""

    def find(self, customer_id: str, workflow_id: str) -> WorkflowRow | None: ...

    def ids(self, customer_id: str) -> list[str]: ...

    def of_tenant(self, customer_id: str) -> list[WorkflowRow]:
        """All rows of a tenant, SQL included."""

    def tenants_with(self, workflow_id: str) -> list[str]:
        """Some tenants that have the workflow."""

    def put_desired(self, row: Document, seen: Document | None) -> bool:
        """Write what the library wants, if the row is still `seen` (None: no row); WFM's own fields stay.

        False if it changed meanwhile. A changed definition makes the row PENDING.
        """

    def remove(self, customer_id: str, workflow_id: str, seen: Document) -> bool:
        """Delete the row, if it is still `seen`; False if not."""

    def begin_sync(self, customer_id: str, workflow_id: str, execution: str) -> WorkflowRow | None:
        """Make `execution` the last one that began to sync the row; the row afterwards, None if it is gone."""

    def save_sync(self, customer_id: str, workflow_id: str, *, by: str | None = None, **fields: object) -> bool:
        """Set WFM's own fields of a row that exists; a field that is None is removed.

        With `by` only while that execution is the last that began; False if it is not.
        """

    def results_to_look_at(self, until: datetime, limit: int) -> list[tuple[str, str]]:
        """The workflows whose newest result is to be looked at by then, the longest overdue first (by index)."""

    def move_result_watch(self, customer_id: str, workflow_id: str, seen: str | None, fields: Document) -> bool:
        """Set fields of the watch over a newest result, if the next look is still `seen` (None: none); False if not."""


class LearntDurations(Protocol):
    """How long runs of tenants' workflows take, as fields that `read_durations` reads."""

    def find(self, customer_id: str, workflow_id: str) -> object:
        """Those of a tenant's workflow; None if nothing is learnt."""

    def find_with_workflow(self, customer_id: str, workflow_id: str) -> tuple[WorkflowRow | None, object]:
        """The workflow's row and its durations, in one call."""

    def save(self, customer_id: str, workflow_id: str, durations: Document) -> None:
        """Keep what is learnt by now."""

    def of_tenant(self, customer_id: str) -> list[object]:
        """Those of all of a tenant's workflows."""

    def of_tenants(self, customer_ids: Iterable[str], workflow_id: str) -> list[object]:
        """Those of these tenants' workflows of that id."""


class Library(Protocol):
    """The WorkflowLibrary table."""

    def versions(self, workflow_id: str) -> list[LibraryRecord]:
        """All records of a workflow, read consistently, the highest version first."""

    def in_force(self, workflow_id: str) -> LibraryRecord | None:
        """The record with the highest version, read consistently; None if there is none."""

    def all(self) -> list[LibraryRecord]:
        """All records of all workflows."""

    def save_rollout(self, workflow_id: str, version: int, *, of: str | None = None, **fields: object) -> None:
        """Set WFM's own fields of a record that exists; a field that is None is removed.

        With `of` only while that rollout is the last that began.
        """

    def count_batch(self, workflow_id: str, version: int, *, of: str, batch: str, tenants: int) -> None:
        """Add the batch to `rolloutDone`. Idempotent."""


class Schedules(Protocol):
    """The Schedules table."""

    def find(self, customer_id: str, name: str) -> ScheduleRow | None: ...

    def of_tenant(self, customer_id: str) -> list[ScheduleRow]: ...

    def catching_up(self) -> list[tuple[str, str]]:
        """The schedules that catch up: customerId and Name of each."""

    def to_look_at(self, until: datetime, limit: int) -> list[tuple[str, str]]:
        """The schedules whose watched firing is to be looked at by then, the longest overdue first (by index)."""

    def move_watch(self, customer_id: str, name: str, seen: str, fields: Document) -> bool:
        """Set fields of the watch over its deadlines, if the next look is still `seen`; False if not."""

    def put_desired(self, row: Document, seen: Document | None) -> bool:
        """Write what the library wants, if the row is still `seen` (None: no row); WFM's own fields stay."""

    def remove(self, customer_id: str, name: str, seen: Document | None = None) -> bool:
        """Delete the row, if it is still `seen` (None: in any state); False if not."""

    def save_state(self, customer_id: str, name: str, **fields: object) -> None:
        """Set WFM's own fields of a row that exists; a field that is None is removed."""

    def record_run(self, customer_id: str, name: str, scheduled_time: str, request_id: str) -> None:
        """Set the last run of a schedule that exists, unless it has a newer one."""

    def add_failure(self, customer_id: str, name: str, firing: str) -> ScheduleRow | None:
        """Record that the firing of that time failed; the row afterwards. Idempotent.

        None if the schedule is gone, or a later firing has succeeded.
        """

    def add_success(self, customer_id: str, name: str, firing: str) -> ScheduleRow | None:
        """Record that the firing of that time succeeded; the row afterwards, None as for a failure. Idempotent."""

    def forget_failures(self, customer_id: str, name: str, firings: Set[str]) -> None:
        """Take these firings off those that failed. Idempotent."""

    def pause_failing(self, customer_id: str, name: str, failed: Set[str], reason: str, now: datetime) -> bool:
        """Pause the schedule, to be announced, if just these firings failed and it is not paused; False if not."""

    def take_over(self, customer_id: str, name: str, request_id: str, seen: str | None) -> bool:
        """Record which request of the schedule goes on, if it is still `seen`; False if not, or it is gone."""

    def advance_watermark(self, customer_id: str, name: str, until: str, seen: str) -> bool:
        """Set the catch-up watermark to `until`, if it is still `seen`; False if not."""


class Semaphores(Protocol):
    """The tenants' semaphores. All reads are consistent, every change is one transaction."""

    def read(self, customer_id: str) -> Semaphore: ...

    def state(self, customer_id: str, slots: int) -> SlotState:
        """The semaphore with its holders, and whether anybody waits; `slots` are as many as the tenant has."""

    def enter(self, waiter: SlotRequest) -> bool:
        """Write the slot request with its task token; False if it holds a slot already (its token is updated)."""

    def waiting(self, customer_id: str, limit: int) -> list[SlotRequest]:
        """The first `limit` slot requests of the waiting queue."""

    def grant(self, waiter: SlotRequest, seen: Semaphore, limit: int) -> bool:
        """Give the slot request a slot, if `seen` still shows one free; False if not."""

    def seize(self, request: SlotRequest, seen: Semaphore, limit: int) -> bool:
        """Give a slot to a request that is in no queue and notifies itself; False if `seen` shows none, or is old."""

    def holders(self, customer_id: str) -> list[SlotRequest]:
        """The slot requests that hold a slot."""

    def not_notified(self, customer_id: str) -> list[SlotRequest]:
        """Holders that may not have been notified."""

    def mark_notified(self, waiter: SlotRequest) -> None: ...

    def leave(self, customer_id: str, request_id: str) -> None:
        """Remove the request as holder and from the waiting queue. Idempotent."""

    def count_external(self, customer_id: str, runs: int) -> None: ...

    def set_fair(self, customer_id: str, *, fair: bool) -> None:
        """Set whether the tenant's workflows take turns for slots."""


class AccountSlots(Protocol):
    """The slots of AMC accounts, which their tenants share. All reads are consistent."""

    def take(self, account_id: str, customer_id: str, request_id: str, limit: int) -> bool:
        """Whether the request holds one of `limit` slots now; idempotent."""

    def give_back(self, account_id: str, customer_id: str, request_id: str) -> AccountState:
        """Release a slot of the account; how it then stands. Idempotent."""

    def held(self, account_id: str) -> int:
        """How many slots are taken."""

    def waiting(self, account_id: str) -> frozenset[str]:
        """The tenants that found no slot free."""

    def mark_waiting(self, account_id: str, customer_id: str, *, waits: bool) -> None:
        """Whether the tenant is among those that wait; idempotent."""

    def reconcile(self, account_id: str, customer_id: str, holders: frozenset[str], external: int) -> AccountState:
        """The tenant holds just these slots, and as many for runs of others; how the account then stands."""


class Notify(Protocol):
    """Notifies a waiting execution that it holds a slot; False if that execution has ended."""

    def __call__(self, waiter: SlotRequest) -> bool: ...


class Scheduler(Protocol):
    """EventBridge Scheduler, in the deployment's schedule group."""

    def put(self, name: str, customer_id: str, definition: Document) -> None:
        """Create or replace the schedule, which sends to the customer's queue. `definition` has EventBridge's fields.

        InvalidRecord if EventBridge refuses it, with its words.
        """

    def delete(self, name: str) -> None:
        """Delete the schedule. Idempotent."""


class Queues(Protocol):
    """The tenants' queues."""

    def send(self, customer_id: str, documents: Sequence[Document]) -> None:
        """Send each request as a message under its id; NotReadyYet if the tenant has no queue, or SQS refuses some."""

    def depth(self, queue_url: str) -> int:
        """How many messages wait in the queue, about; those that somebody has in hand are not counted."""


class DeliveryOrders(Protocol):
    """The queue of results that are to be delivered."""

    @property
    def is_there(self) -> bool:
        """Whether the deployment delivers results."""

    def send(self, order: DeliveryOrder) -> None:
        """Have a result delivered. What is sent twice is delivered once."""


class MessagesInHand(Protocol):
    """Messages that a Lambda is working on."""

    def postpone(self, queue_arn: str, receipt: str, seconds: int) -> None:
        """Have a message come back after so many seconds, counted from now."""


class TableProtection(Protocol):
    """What keeps tables from being deleted."""

    def turn(self, table: str, *, on: bool) -> bool:
        """Turn it on, or off; False if it was so already."""


class Amc(Protocol):
    """AMC's API, by any transport. It raises the errors of `wfm.errors`."""

    def create_execution(self, tenant: Tenant, body: Document) -> Document: ...

    def list_executions(self, tenant: Tenant, since: datetime, *, with_sql: bool = False) -> list[Document]: ...

    def get_execution(self, tenant: Tenant, execution_id: str) -> Document: ...

    def cancel_execution(self, tenant: Tenant, execution_id: str) -> bool:
        """False if AMC cancels it no more: it has ended, or is about to."""

    def result_urls(self, tenant: Tenant, execution_id: str) -> list[str]:
        """Links to the parts of a run's result, which work for ten minutes."""

    def list_accounts(self, tenant: Tenant) -> list[Document]: ...

    def list_instances(self, tenant: Tenant) -> list[Document]: ...

    def get_workflow(self, tenant: Tenant, workflow_id: str) -> Document | None: ...

    def put_workflow(self, tenant: Tenant, definition: Document, *, exists: bool = False) -> None:
        """Create the workflow, or replace it if it `exists`; if AMC says otherwise, the other of the two."""

    def list_workflows(self, tenant: Tenant) -> list[Document]:
        """All workflows of the instance with their definitions."""

    def list_data_sources(self, tenant: Tenant) -> list[Document]:
        """All tables that the instance's queries may read."""

    def delete_workflow(self, tenant: Tenant, workflow_id: str) -> list[str]:
        """Delete the workflow. Idempotent. The ids of AMC's own schedules that had to be deleted with it."""


class Tasks(Protocol):
    """Step Functions."""

    def succeed(self, token: str, output: Mapping[str, object]) -> bool:
        """Answer a task token; False if nothing waits for it."""

    def send_heartbeat(self, token: str) -> None:
        """Send a heartbeat for a task token."""

    def start(self, machine: str, name: str, document: Mapping[str, object]) -> str:
        """Start an execution of `machine`, once per name; its ARN."""

    def start_new(
        self, machine: str, name: str, document: Mapping[str, object], since: datetime, trace_header: str | None = None
    ) -> bool:
        """Like `start`; False if the name is that of an execution which began before `since`."""
        ...

    def is_running(self, execution_arn: str) -> bool: ...

    def input_of(self, execution_arn: str) -> str:
        """The input of an execution, as JSON."""

    def error_of(self, execution_arn: str) -> str:
        """The error with which an execution ended; "" if none was given."""

    def stop(self, execution_arn: str, cause: str) -> bool:
        """Abort an execution; False if none runs. NotReadyYet if Step Functions throttles."""

    def notify(self, waiter: SlotRequest) -> bool:
        """Implements `Notify`."""


class StoppedExecutions(Protocol):
    """Step Functions' own knowledge of executions, and the queues of those that were stopped."""

    def ended(self, machine_arn: str, begun_since: datetime, *, succeeded: bool = False) -> Iterable[ListedExecution]:
        """The machine's executions that were aborted, timed out or failed, and with `succeeded` those that did.

        Those that began before may be left out.
        """

    def running(self, machine_arn: str) -> Mapping[str, datetime]:
        """The ARNs of the machine's executions that have not ended, and when they began."""

    def find(self, execution_arn: str) -> StoppedExecution | None:
        """The execution, whatever its status; None if there is none."""

    def recall(self, execution_arn: str) -> Recalled | None:
        """What the history of an execution of `execution_lifecycle` tells; None if it tells of no AMC run."""

    def send(self, queue: str, execution: StoppedExecution) -> None:
        """Send the event of the execution's end to the queue again."""


class Results(Protocol):
    """What AMC has made of runs."""

    def parts(self, order: DeliveryOrder) -> Sequence[Iterator[bytes]]:
        """The bytes of each part of a result, each with its own header; NotReadyYet while there is none."""


class Sweeps(Protocol):
    """How far Reconcile has come with each machine."""

    def find(self, machine: str) -> Sweep | None: ...

    def save(self, machine: str, sweep: Sweep) -> None: ...


class Announcer(Protocol):
    """EventBridge and SNS."""

    def execution(self, row: Document, previous: str | None) -> None:
        """An AMC run reached a status."""

    def request(self, request: ExecutionRequest | Document, outcome: Outcome) -> None:
        """A request ended without an AMC run."""

    def publishing_failure(self, row: Document) -> None:
        """A run succeeded, and its result did not come into the tenant's bucket."""

    def delivery(self, row: Document, status: str, about: Document) -> None:
        """The result of a run was delivered, or could not be."""

    def result_change(self, row: Document, change: Document) -> None:
        """The result of a run differs from that of the run whose place it takes."""

    def tenant(self, customer_id: str, status: str, reason: str, at: datetime) -> None:
        """A tenant became DEGRADED, or ACTIVE again, at that time."""

    def schedule(self, news: ScheduleNews) -> None:
        """A schedule was paused by WFM, or its run is late or at risk to be."""

    def result(self, news: ResultNews) -> None:
        """A workflow's newest result is too old, or new enough again."""

    def digest(self, customer_id: str, text: str, document: Document) -> None:
        """Send a digest to people's topics: the text by mail, the document to everything else."""


class Metrics(Protocol):
    """CloudWatch's metrics of this deployment."""

    def seconds(self, name: str, value: float) -> None: ...

    def count(self, name: str) -> None: ...

    def level(self, name: str, value: int) -> None: ...


class Ports(Protocol):
    """All ports, as `functions.runtime.wiring` creates them; a service uses the few that it needs."""

    @property
    def clock(self) -> Clock: ...

    @property
    def customer_config(self) -> CustomerConfig: ...

    @property
    def tenants(self) -> Tenants: ...

    @property
    def account_slots(self) -> AccountSlots: ...

    @property
    def instance_owners(self) -> InstanceOwners: ...

    @property
    def requests(self) -> Requests: ...

    @property
    def chains(self) -> Chains: ...

    @property
    def executions(self) -> Executions: ...

    @property
    def workflows(self) -> Workflows: ...

    @property
    def durations(self) -> LearntDurations: ...

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
    def stopped_executions(self) -> StoppedExecutions: ...

    @property
    def sweeps(self) -> Sweeps: ...

    @property
    def queues(self) -> Queues: ...

    @property
    def delivery_orders(self) -> DeliveryOrders: ...

    @property
    def messages_in_hand(self) -> MessagesInHand: ...

    @property
    def results(self) -> Results: ...

    @property
    def table_protection(self) -> TableProtection: ...

    @property
    def scheduler(self) -> Scheduler: ...

    @property
    def announcer(self) -> Announcer: ...

    @property
    def metrics(self) -> Metrics: ...
