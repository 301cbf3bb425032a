"""The client's part that changes tenants: add, change, pause, resume and remove them, and see what becomes of it.

WFM is only ever told what is wanted: in the TPS record, and in the wishes `paused` and `removal` on the tenant's row.
`tenant_onboarding` does the rest, started by the stream of the records, or here where no record changes.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from wfm.client.machines import Outcome, StateEntered
from wfm.client.records import NOT_SEEN, Tenant
from wfm.client.tenants.onboarding import REMOVED, SERVICEABLE, Following, TenantChange
from wfm.client.tenants.tenants import Tenants
from wfm.client.tenants.tps_fields import merged, without
from wfm.client.waiting import Clock
from wfm.errors import UsageError
from wfm.model.requests import customer_id_of
from wfm.store.items import plain

CLOCK: Final = Clock(time.monotonic, time.sleep)
A_QUARTER_HOUR: Final = 900.0  # seconds; an onboarding takes some, a removal as long as the runs that are going on
LOOK_BACK: Final = timedelta(minutes=15)  # more than AWS lets a client's clock differ from its own
LEAVING: Final = ("OFFBOARDING", "OFFBOARDED")


class TenantChanges(Tenants):
    """What `Wfm` can change in tenants."""

    def put_tenant(self, record: Mapping[str, Any]) -> TenantChange:
        """Add a tenant by its TPS record, or change the record of one; fields that are not given stay as they are.

        InvalidRecord names all that cannot be used, before anything is written.
        """
        customer_id = customer_id_of(record)
        before = self.aws.records.find(customer_id)
        return self._write(customer_id, before, merged(before or {}, record))

    def change_tenant(
        self, customer_id: str, fields: Mapping[str, Any] | None = None, gone: Iterable[str] = ()
    ) -> TenantChange:
        """Set fields of a tenant's TPS record (nested ones in their objects) and take others out by dotted name."""
        before = self._record(customer_id)
        return self._write(customer_id, before, without(merged(before, fields or {}), gone))

    def tps_record(self, customer_id: str) -> dict[str, Any]:
        """A tenant's TPS record; UnknownCustomer with close matches."""
        record: dict[str, Any] = plain(self._record(customer_id))
        return record

    def _record(self, customer_id: str) -> dict[str, Any]:
        """As it is stored, so that what is not changed stays what it was to the last type."""
        record = self.aws.records.find(customer_id)
        if record is None:
            status = self.tenant(customer_id).status
            raise UsageError(f"customerId: {customer_id} is {status} and has no TPS record; allowed: add it anew")
        return record

    def _write(self, customer_id: str, before: dict[str, Any] | None, after: dict[str, Any]) -> TenantChange:
        """A record that is as it was sends no event, so the machine is started here: whoever repeats wants it tried."""
        records = self.aws.records
        records.check(before, after)
        if before == after:
            return self._started(customer_id, SERVICEABLE, "unchanged, to be onboarded again")
        change = self._announced(customer_id, SERVICEABLE, "changed" if before else "added")
        records.write(before, after)
        return change

    def _announced(self, customer_id: str, goal: frozenset[str], done: str) -> TenantChange:
        """A change whose event will start the machine: its execution is one that is not there yet."""
        since = datetime.now(UTC) - LOOK_BACK
        known = frozenset(execution.arn for execution in self.aws.onboarding.executions(customer_id, since))
        return TenantChange(customer_id, since, known, goal, done)

    def _started(self, customer_id: str, goal: frozenset[str], done: str) -> TenantChange:
        return TenantChange(customer_id, self.aws.onboarding.start(customer_id), goal=goal, done=done)

    def pause_tenant(self, customer_id: str) -> TenantChange:
        """Start nothing more for a tenant until it is resumed; what runs in AMC goes on, what is asked for waits."""
        self._wish_paused(customer_id, wish=True)
        return self._started(customer_id, frozenset({"PAUSED"}), "to be paused")

    def resume_tenant(self, customer_id: str) -> TenantChange:
        """Let a paused tenant go on."""
        self._wish_paused(customer_id, wish=False)
        return self._started(customer_id, frozenset({"ACTIVE"}), "to be resumed")

    def _wish_paused(self, customer_id: str, *, wish: bool) -> None:
        status = self.tenant(customer_id).status
        if status in LEAVING:
            raise UsageError(f"customerId: {customer_id} is {status}; allowed: a tenant that is not removed")
        self.aws.tables.wish(customer_id, paused=wish)

    def remove_tenant(
        self, customer_id: str, *, cancel_runs: bool = False, delete_workflows: bool = False
    ) -> TenantChange:
        """Take a tenant out: let its runs in AMC end or cancel them, leave its workflows there or delete them.

        Its history stays. Repeating it, also with other wishes, does no harm.
        """
        records = self.aws.records.all_of(customer_id)
        wishes = {"cancelRuns": cancel_runs, "deleteWorkflows": delete_workflows}
        is_seen = self.aws.tables.wish(customer_id, removal=wishes)
        if not records:
            if not is_seen:
                self.tenant(customer_id)  # says that nobody knows it
            return self._started(customer_id, REMOVED, "to be removed")
        change = self._announced(customer_id, REMOVED, "to be removed")
        for record in records:
            self.aws.records.remove(record)
        return change

    def onboarding(
        self, change: TenantChange, timeout: float = A_QUARTER_HOUR, clock: Clock = CLOCK
    ) -> Iterator[StateEntered | Outcome]:
        """Each state of `tenant_onboarding` that is entered for a change, and at last its outcome.

        `change` is what the method gave that made it, or a `TenantChange(customer_id, since)` for one that somebody
        else made. NotEndedInTimeError after `timeout` seconds.
        """

        def standing() -> tuple[str, str | None]:
            row = self.aws.tables.tenant(change.customer_id)
            tenant = Tenant.from_row(row) if row else None
            return (tenant.status, tenant.reason or None) if tenant else (NOT_SEEN, None)

        return Following(self.aws.onboarding, standing, change).follow(timeout, clock)
