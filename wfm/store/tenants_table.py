"""The Tenants table: WFM's own state of each tenant."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from wfm.calendar.timestamps import iso
from wfm.model.availability import active_entry, degraded_entry
from wfm.model.chain_links import TenantLinks
from wfm.model.rows import Document, TenantRow
from wfm.model.statuses import POLLED, TenantStatus
from wfm.model.tenants import slots_of
from wfm.store.items import Update, adding, changing, extended, replacing, setting
from wfm.store.schema import BY_BUCKET, OLD_POLL_DUE, POLL_DUE, TENANTS
from wfm.store.table_rows import find_row, row_after, rows, rows_of, scanned

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import TableAttributeValueTypeDef as Value

ABANDONED: Final = timedelta(minutes=2)  # a poll that takes longer was killed; another may begin

_WAKE_UP: Final[Update] = {"UpdateExpression": "ADD wakeUps :one", "ExpressionAttributeValues": {":one": 1}}
_IS_POLLED: Final = "yes"  # the partition of the index of due polls
_IS_KNOWN: Final = Attr("customerId").exists()
_HAS_GONE: Final = Attr("status").eq(TenantStatus.OFFBOARDED)


class TenantsTable:
    """Implements `functions.ports.Tenants`."""

    def __init__(self, table: "Table") -> None:
        self._table = table
        self._has_adopted = False

    def find(self, customer_id: str) -> TenantRow | None:
        """The tenant's row."""
        return find_row(self._table, TENANTS.key(customer_id), TenantRow)

    def all(self) -> list[TenantRow]:
        """Every tenant. A scan, which may be a moment late: for overviews and error messages only."""
        return sorted(rows(self._table.scan, TenantRow), key=lambda row: row["customerId"])

    def limit(self, customer_id: str) -> int:
        """How many slots the tenant has."""
        return slots_of(self.find(customer_id))

    def save(self, customer_id: str, **fields: object) -> None:
        """Set fields of the row, making it if need be; a field that is None is taken out."""
        if "status" in fields:
            fields["polled"] = _IS_POLLED if fields["status"] in POLLED else None
        self._table.update_item(Key=TENANTS.key(customer_id), **changing(fields))

    def save_links(self, customer_id: str, found: TenantLinks, seen: Document) -> bool:
        """Write who follows whom among the tenant's workflows, if its row still says what was `seen`; False if not."""
        fields = {"chainLinks": found.links or None, "chainProblems": found.problems or None}
        unchanged = _IS_KNOWN & _as_seen(seen, "chainLinks") & _as_seen(seen, "chainProblems")
        return self._update_if(customer_id, unchanged, changing(fields)) is not None

    def wish(self, customer_id: str, **wishes: object) -> bool:
        """Write down what is wanted of a tenant, for the onboarding to read; False if there is no such row."""
        return self._update_if(customer_id, _IS_KNOWN, setting(wishes)) is not None

    def request_drift_check(self, customer_id: str) -> None:
        """Let the tracker's next poll of the tenant compare its workflows too."""
        self._update_if(customer_id, _IS_KNOWN, replacing({}, ["driftCheckedAt", "driftFailure"]))

    def wish_paused(self, customer_id: str) -> None:
        """Wish that the tenant be PAUSED, from its first onboarding on if nobody knows it yet."""
        self._table.update_item(Key=TENANTS.key(customer_id), **_beginning({"paused": True}))

    def lease(self, customer_id: str, execution_arn: str, seen: str | None) -> bool:
        """Take the onboarding lease if its holder is still `seen`; a new tenant begins as PROVISIONING."""
        unchanged = Attr("onboardingLease").eq(seen) if seen else Attr("onboardingLease").not_exists()
        fields = {"onboardingLease": execution_arn, "onboardingExecution": execution_arn}
        return self._update_if(customer_id, unchanged, _beginning(fields)) is not None

    def due(self, now: datetime) -> dict[str, str]:
        """The tenants whose poll is due, with the time that it is due, the longest overdue first.

        The index is eventually consistent: a tenant that it leaves out is due at the next tick.
        """
        self._adopt_old_rows()
        come = Key("polled").eq(_IS_POLLED) & Key("pollDueAt").lte(iso(now))
        found = rows_of(self._table, TenantRow, IndexName=POLL_DUE.name, KeyConditionExpression=come)
        return {row["customerId"]: row["pollDueAt"] for row in found}

    def _adopt_old_rows(self) -> None:
        """Once in the life of a worker: rows as version 0.1 wrote them have their next poll under another name."""
        if self._has_adopted:
            return
        for status in POLLED:
            old = Key("status").eq(status)
            for row in rows_of(self._table, dict[str, object], IndexName=OLD_POLL_DUE.name, KeyConditionExpression=old):
                due = {"pollDueAt": str(row["nextPollAt"]), "polled": _IS_POLLED}
                self._update_if(str(row["customerId"]), Attr("nextPollAt").exists(), setting(due, ["nextPollAt"]))
        self._has_adopted = True

    def by_bucket(self, bucket: str) -> list[str]:
        """The tenants whose results land in `bucket`. A tenant that the index does not have yet is polled when due."""
        query = {"IndexName": BY_BUCKET.name, "KeyConditionExpression": Key("bucketName").eq(bucket)}
        return [row["customerId"] for row in rows_of(self._table, TenantRow, **query)]

    def with_status(self, *statuses: str) -> list[TenantRow]:
        """The rows of the tenants in one of the statuses, by a consistent scan: an index may leave out new tenants."""
        return scanned(self._table, TenantRow, FilterExpression=Attr("status").is_in(list(statuses)))

    def poll_no_later_than(self, customer_id: str, at: datetime) -> None:
        """Move the next poll forward to `at`; a poll that is under way is repeated. Not of a tenant that has gone."""
        later = _IS_KNOWN & ~_HAS_GONE & (Attr("pollDueAt").not_exists() | Attr("pollDueAt").gt(iso(at)))
        sooner = adding(setting({"pollDueAt": iso(at)}, ["hasActiveRuns"]), {"wakeUps": 1})
        if self._update_if(customer_id, later, sooner) is None:
            there = _IS_KNOWN & ~_HAS_GONE
            self._update_if(customer_id, there, adding(replacing({}, ["hasActiveRuns"]), {"wakeUps": 1}))

    def acquire_poll(self, customer_id: str, now: datetime) -> TenantRow | None:
        """Take the poll lease, for a poll that somebody asks for. If another one has it, count a wake-up for that."""
        free = Attr("lookingSince").not_exists() | Attr("lookingSince").lt(iso(now - ABANDONED))
        active = Attr("status").is_in(list(POLLED))
        row = self._update_if(customer_id, active & free, setting({"lookingSince": iso(now)}))
        if row is None:
            self._update_if(customer_id, active, _WAKE_UP)
        return row

    def due_poll(self, customer_id: str, now: datetime, due_by: datetime) -> TenantRow | None:
        """The row of a tenant that is due by then; None if it is not, or if somebody's poll has the lease.

        Takes no lease: a tick has one poll of a tenant, which costs one write, at its end.
        """
        row = self.find(customer_id) or TenantRow()
        is_due = row.get("status") in POLLED and row.get("pollDueAt", "never") <= iso(due_by)
        return row if is_due and row.get("lookingSince", "") < iso(now - ABANDONED) else None

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
        """Record the poll, and release its lease until `next_poll`; False, and due now, if it is to be repeated.

        Nothing is recorded if another poll has taken the lease meanwhile, or has been recorded: it has seen more. A
        tenant that has gone meanwhile is due no more.
        """
        customer_id = str(seen["customerId"])
        outcome = _failed(seen, now, failure, unavailable) if failure else _worked(now, problems, active_runs)
        own = _as_seen(seen, "lookingSince") & _as_seen(seen, "lastLookedAt")
        there = own & ~_HAS_GONE
        if self._update_if(customer_id, there & _as_seen(seen, "wakeUps"), _released(outcome, next_poll)) is not None:
            return True
        again = {**outcome, "hasActiveRuns": None}
        if self._update_if(customer_id, there, _released(again, now)) is not None:
            return False
        self._update_if(customer_id, own & _HAS_GONE, changing({**again, "lookingSince": None}))
        return True

    def open_circuit(
        self, customer_id: str, reason: str, now: datetime, until: datetime | None = None
    ) -> TenantRow | None:
        """Mark the tenant as DEGRADED, for the reason; None if it is marked already, or unknown."""
        unmarked = Attr("customerId").exists() & Attr("degradedSince").not_exists()
        update = setting({"degradedSince": iso(now), "degradedReason": reason} | _until(until))
        counted: dict[str, Value] = {} if until is None else {"refusedPosts": 1}
        entry: dict[str, Value] = {"untold": {degraded_entry(reason, now)}}
        known = Attr("refusedPosts").exists()
        return self._update_if(customer_id, unmarked & ~known, adding(update, counted | entry)) or self._update_if(
            customer_id, unmarked & known, adding(update, counted)
        )

    def close_circuit(self, customer_id: str, now: datetime, *, proven: bool = False) -> TenantRow | None:
        """Remove the mark, unless it holds for longer and AMC's access is not `proven`; the row afterwards."""
        marked: ConditionBase = Attr("degradedSince").exists()
        if not proven:
            marked &= Attr("degradedUntil").not_exists() | Attr("degradedUntil").lte(iso(now))
        update = replacing({}, ["degradedSince", "degradedReason", "degradedUntil"])
        uncertain = Attr("refusedPosts").exists()
        with_entry = adding(update, {"untold": {active_entry(now)}})
        return self._update_if(customer_id, marked & ~uncertain, with_entry) or self._update_if(
            customer_id, marked & uncertain, update
        )

    def reset_refused_posts(self, customer_id: str, now: datetime) -> TenantRow | None:
        """Forget the refused POSTs, as one was accepted; None if there was none, or the tenant is marked."""
        unmarked = Attr("refusedPosts").exists() & Attr("degradedSince").not_exists()
        update = replacing({}, ["refusedPosts"])
        return self._update_if(customer_id, unmarked, adding(update, {"untold": {active_entry(now)}}))

    def mark_sent(self, customer_id: str, message: str) -> None:
        """Remove an announcement from the outbox (`untold`)."""
        update: Update = {
            "UpdateExpression": "DELETE untold :message",
            "ExpressionAttributeValues": {":message": {message}},
        }
        self._update_if(customer_id, _IS_KNOWN, update)

    def _update_if(self, customer_id: str, condition: ConditionBase, update: Update) -> TenantRow | None:
        """The row after the update; None when the condition did not hold."""
        return row_after(self._table, TENANTS.key(customer_id), condition, update, TenantRow)


def _until(until: datetime | None) -> dict[str, str]:
    return {} if until is None else {"degradedUntil": iso(until)}


def _as_seen(seen: Document, name: str) -> ConditionBase:
    """Condition: the field is still as it was seen."""
    return Attr(name).eq(seen[name]) if name in seen else Attr(name).not_exists()


def _worked(now: datetime, problems: Sequence[str], active_runs: bool | None) -> Document:
    """The fields after a poll that worked; a field that is None is removed."""
    no_failure = dict.fromkeys(("lookFailure", "failingSince", "unavailableSince"))
    seen = {"lastLookedAt": iso(now), "lookProblems": list(problems) or None, "hasActiveRuns": active_runs}
    return {**seen, **no_failure}


def _failed(seen: Document, now: datetime, failure: str, unavailable: bool) -> Document:
    """The fields after a poll that failed. Any failure but an unavailable AMC shows that AMC answers."""
    down = (seen.get("unavailableSince") or iso(now)) if unavailable else None
    return {"lookFailure": failure, "failingSince": seen.get("failingSince") or iso(now), "unavailableSince": down}


def _released(outcome: Document, next_poll: datetime) -> Update:
    return changing({**outcome, "pollDueAt": iso(next_poll), "lookingSince": None})


def _beginning(fields: Document) -> Update:
    """The fields; a new tenant begins as PROVISIONING."""
    first = ", #status = if_not_exists(#status, :provisioning)"
    return extended(setting(fields), first, {":provisioning": TenantStatus.PROVISIONING.value}, {"#status": "status"})
