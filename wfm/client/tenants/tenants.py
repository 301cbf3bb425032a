"""`wfm.tenants`: the AMC instances that WFM serves.

The client only writes what is wanted: the TPS record, and the wishes `paused` and `removal` on the tenant's row.
`tenant_onboarding` does the rest, started by the stream of the records, or here where no record changes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from wfm.client import deprecated
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.machines import Outcome, StateEntered
from wfm.client.many import each
from wfm.client.plain_values import plain_document
from wfm.client.poll_schedule import CLOCK, Clock
from wfm.client.records import NOT_SEEN, Tenant
from wfm.client.suggestions import suggest
from wfm.client.tenants.changed import UNCHANGED, Changed, refused
from wfm.client.tenants.changes import TenantChanges
from wfm.client.tenants.choice import choose
from wfm.client.tenants.details import SlotUse, TenantDetails, TenantSummary
from wfm.client.tenants.explain_wait import explain_wait
from wfm.client.tenants.fields import FieldChange
from wfm.client.tenants.onboarding import ONBOARDING_TIMEOUT, REMOVED, SERVICEABLE, Following, TenantChange
from wfm.client.tenants.status import TenantStatus, fleet_statuses, served, slots_taken
from wfm.client.tenants.tps_fields import merged
from wfm.errors import UnknownCustomer, UsageError
from wfm.model.requests import customer_id_of
from wfm.model.rows import Document, plain_object
from wfm.model.tenants import retention_of

LEAVING: Final = ("OFFBOARDING", "OFFBOARDED")


@in_words
class Tenants:
    """`wfm.tenants` of one deployment. UnknownCustomer comes with close matches."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._changes = TenantChanges(aws)

    def list(self) -> Sequence[Tenant]:
        """All tenants, by id."""
        return [Tenant.from_row(row) for row in self._aws.tables.tenants.all()]

    def get(self, customer_id: str) -> Tenant:
        """The tenant, whatever its status."""
        row = self._aws.tables.tenants.find(customer_id)
        if row is None:
            known = [str(other["customerId"]) for other in self._aws.tables.tenants.all()]
            raise UnknownCustomer(f"customerId: no customer {customer_id!r}; {suggest(customer_id, known)}")
        return Tenant.from_row(row)

    def choose(self, words: Iterable[str], *, any_status: bool = False) -> Sequence[str]:
        """The ids of the tenants that `acme`, `tag:retail` or `all` mean; UsageError for what means none.

        All of them must be served, unless they may have `any_status`.
        """
        return choose(words, self.list(), any_status=any_status)

    def by_instance(self) -> Mapping[str, Tenant]:
        """The tenant of each AMC instance id; a removed one only where the instance has no other.

        One whose first onboarding has not ended is found by its record.
        """
        found: dict[str, Tenant] = {}
        for tenant in sorted(self.list(), key=lambda tenant: tenant.status != "OFFBOARDED"):
            records = [] if tenant.amc_instance_id else self._aws.tables.records.all_of(tenant.customer_id)
            ids = [tenant.amc_instance_id, *(str(record.get("amcInstanceId") or "") for record in records)]
            found |= {instance_id: tenant for instance_id in ids if instance_id}
        return found

    def queue_url(self, customer_id: str) -> str:
        """The tenant's queue; UsageError if it has none."""
        tenant = self.get(customer_id)
        if not tenant.queue_url:
            raise UsageError(f"customerId: {customer_id} is {tenant.status} and has no queue")
        return tenant.queue_url

    def retention(self, customer_id: str) -> timedelta:
        """How long what is over is remembered of the customer, known or not."""
        return retention_of(self._aws.tables.tenants.find(customer_id))

    def explain_wait(self, customer_id: str) -> str:
        """What all requests of a customer wait for just now, such as that it is resumed; "" for nothing."""
        return explain_wait(self.get(customer_id))

    def status(self, now: datetime | None = None) -> Sequence[TenantStatus]:
        """All tenants, by id, each with what is queued, waits, runs and has failed today (UTC; the day of `now`).

        Those that were removed are left out.
        """
        tenants = served(self.list())
        return fleet_statuses(self._aws, tenants, slots_taken(self._aws, tenants), now or datetime.now(UTC))

    def summaries(self) -> Sequence[TenantSummary]:
        """All tenants, by id, with their runs. The waiting queue is read only where slots may be lacking."""
        tenants, store = self.list(), self._aws.tables.semaphores
        semaphores = store.read_many([tenant.customer_id for tenant in tenants])
        summaries = []
        for tenant in tenants:
            running = SlotUse.of(semaphores[tenant.customer_id], []).running
            may_wait = tenant.status != "ACTIVE" or running >= tenant.limit
            waiting = len(store.waiting_ids(tenant.customer_id)) if may_wait else 0
            summaries.append(TenantSummary(tenant, running, waiting))
        return summaries

    def details(self, customer_id: str) -> TenantDetails:
        """Everything of one tenant; UnknownCustomer if there is neither a row nor a record of it."""
        records, store = self._aws.tables.records.all_of(customer_id), self._aws.tables.semaphores
        seen = self._aws.tables.tenants.find(customer_id)
        tenant = Tenant.from_row({"customerId": customer_id}) if records and not seen else self.get(customer_id)
        return TenantDetails(
            tenant,
            plain_object(records[0]) if records else None,
            self._aws.messages.depth(tenant.queue_url) if tenant.queue_url else None,
            self._aws.messages.depth(tenant.dead_letter_queue_url) if tenant.dead_letter_queue_url else None,
            SlotUse.of(store.read(customer_id), store.waiting_ids(customer_id)),
        )

    def put(self, record: Mapping[str, object], *, paused: bool = False) -> TenantChange:
        """Add a tenant by its TPS record, or change the record of one; fields that are not given stay as they are.

        With `paused` it becomes PAUSED and not ACTIVE: nothing fires or runs until it is resumed. InvalidRecord names
        all that cannot be used, before anything is written.
        """
        customer_id, before, after = self._with(record)
        if paused:
            self._changes.check(customer_id, before, after)
            self._aws.tables.tenants.wish_paused(customer_id)
        return self._followed(self._changes.write(customer_id, before, after))

    def _followed(self, change: TenantChange) -> TenantChange:
        return replace(change, follow=self.wait)

    def preview(self, record: Mapping[str, object]) -> str:
        """What `put` would do: "add", "change", or "unchanged" for a record that is as it was. InvalidRecord."""
        customer_id, before, after = self._with(record)
        self._changes.check(customer_id, before, after)
        return "add" if before is None else "unchanged" if before == after else "change"

    def _with(self, record: Mapping[str, object]) -> tuple[str, Document | None, Document]:
        """The customer id, its stored record, and that with the given fields."""
        record = plain_document(record)
        customer_id = customer_id_of(record)
        before = self._aws.tables.records.find(customer_id)
        return customer_id, before, merged(before or {}, record)

    def change(
        self, customer_id: str, fields: Mapping[str, object] | None = None, gone: Iterable[str] = ()
    ) -> TenantChange:
        """Set fields of a tenant's TPS record (nested ones in their objects) and take others out by dotted name."""
        before = self._record(customer_id)
        after = FieldChange(customer_id, fields or {}, [*gone]).of(before)
        return self._followed(self._changes.write(customer_id, before, after))

    def preview_change(self, wanted: FieldChange) -> str:
        """What `change` would do: "change", or "unchanged" for a record that is as it was. InvalidRecord."""
        before = self._record(wanted.customer_id)
        after = wanted.of(before)
        self._changes.check(wanted.customer_id, before, after)
        return UNCHANGED if before == after else "change"

    def change_many(self, wanted: Sequence[FieldChange]) -> Iterator[Changed]:
        """Change these records; one that is as wanted stays, one that fails does not keep the rest.

        A tenant whose record is as wanted, and that is neither ACTIVE nor PAUSED, is onboarded again.
        """

        def one(its: FieldChange) -> list[Changed]:
            status = self.get(its.customer_id).status
            if status in SERVICEABLE and self.preview_change(its) == UNCHANGED:
                return [Changed(its.customer_id, UNCHANGED, status)]
            change = self.change(its.customer_id, its.fields, its.gone)
            return [Changed(its.customer_id, change.done, change=change)]

        return each(wanted, one, lambda its, why: refused(its.customer_id, why))

    def record(self, customer_id: str) -> dict[str, object]:
        """A tenant's TPS record."""
        record: dict[str, object] = plain_object(self._record(customer_id))
        return record

    def _record(self, customer_id: str) -> Document:
        """The TPS record as it is stored, so that what is not changed stays the same to the last type."""
        record = self._aws.tables.records.find(customer_id)
        if record is None:
            status = self.get(customer_id).status
            raise UsageError(f"customerId: {customer_id} is {status} and has no TPS record; allowed: add it anew")
        return record

    def pause(self, customer_id: str, by: str | None = None) -> TenantChange:
        """Start nothing more for a tenant until it is resumed; what runs in AMC continues, what is requested waits.

        `by` is who wants it, for its row.
        """
        self._wish_paused(customer_id, by, wish=True)
        return self._followed(self._changes.start(customer_id, frozenset({"PAUSED"}), "to be paused"))

    def resume(self, customer_id: str, by: str | None = None) -> TenantChange:
        """Resume a paused tenant; `by` is who wants it, for its row."""
        self._wish_paused(customer_id, by, wish=False)
        return self._followed(self._changes.start(customer_id, frozenset({"ACTIVE"}), "to be resumed"))

    def pause_many(self, customer_ids: Sequence[str], by: str | None = None) -> Iterator[Changed]:
        """Pause these tenants; one that is PAUSED or removed stays as it is, one that fails does not keep the rest."""
        return self._each(customer_ids, partial(self.pause, by=by), ("PAUSED", *LEAVING))

    def resume_many(self, customer_ids: Sequence[str], by: str | None = None) -> Iterator[Changed]:
        """Resume these tenants; one that is ACTIVE or removed stays as it is, one that fails does not keep the rest."""
        return self._each(customer_ids, partial(self.resume, by=by), ("ACTIVE", *LEAVING))

    def _each(
        self, customer_ids: Sequence[str], do: Callable[[str], TenantChange], left: Sequence[str]
    ) -> Iterator[Changed]:
        """`left` are the statuses of tenants that stay as they are."""

        def one(customer_id: str) -> list[Changed]:
            status = self.get(customer_id).status
            if status in left:
                return [Changed(customer_id, UNCHANGED, status)]
            change = do(customer_id)
            return [Changed(customer_id, change.done, change=change)]

        return each(customer_ids, one, refused)

    def remove_many(
        self, customer_ids: Sequence[str], *, cancel_runs: bool = False, delete_workflows: bool = False
    ) -> Iterator[Changed]:
        """Remove these tenants; one that is removed stays so, one that fails does not keep the rest."""
        remove = partial(self.remove, cancel_runs=cancel_runs, delete_workflows=delete_workflows)
        return self._each(customer_ids, remove, ("OFFBOARDED",))

    def _wish_paused(self, customer_id: str, by: str | None, *, wish: bool) -> None:
        status = self.get(customer_id).status
        if status in LEAVING:
            raise UsageError(f"customerId: {customer_id} is {status}; allowed: a tenant that is not removed")
        self._aws.tables.tenants.wish(customer_id, paused=wish, **({"pauseSetBy": by} if by else {}))

    def remove(self, customer_id: str, *, cancel_runs: bool = False, delete_workflows: bool = False) -> TenantChange:
        """Remove a tenant: its runs in AMC end or are cancelled, its workflows there stay or are deleted.

        Its history stays. Repeating it, also with other wishes, does no harm.
        """
        records = self._aws.tables.records.all_of(customer_id)
        wishes = {"cancelRuns": cancel_runs, "deleteWorkflows": delete_workflows}
        is_seen = self._aws.tables.tenants.wish(customer_id, removal=wishes)
        if not records:
            if not is_seen:
                self.get(customer_id)  # says that nobody knows it
            return self._followed(self._changes.start(customer_id, REMOVED, "to be removed"))
        change = self._changes.announce(customer_id, REMOVED, "to be removed")
        for record in records:
            self._aws.tables.records.remove(record)
        return self._followed(change)

    def wait(
        self, change: TenantChange, timeout: float = ONBOARDING_TIMEOUT, clock: Clock = CLOCK
    ) -> Iterator[StateEntered | Outcome]:
        """Each state of `tenant_onboarding` that is entered for a change, and at last its outcome.

        `change` is what the method gave that made it, or a `TenantChange(customer_id, since)` for one that somebody
        else made. NotEndedInTimeError after `timeout` seconds.
        """

        def status() -> tuple[str, str | None]:
            row = self._aws.tables.tenants.find(change.customer_id)
            tenant = Tenant.from_row(row) if row else None
            return (tenant.status, tenant.reason or None) if tenant else (NOT_SEEN, None)

        return Following(self._aws.onboarding, status, change).follow(timeout, clock)

    if not TYPE_CHECKING:
        __call__ = deprecated.listing("tenants")
