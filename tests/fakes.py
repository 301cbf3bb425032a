"""Behaving fakes of the domain's ports: small stores that keep the same promises as the adapters."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from wfm.calendar.timestamps import epoch, iso, parse
from wfm.errors import AmcRefused, AmcUnavailable, AwsBusy, InvalidRecord, NotReadyYet, Problem
from wfm.model.amc_run import CLOCK_SKEW
from wfm.model.availability import active_entry, degraded_entry
from wfm.model.chain_links import TenantLinks
from wfm.model.chains import Chain
from wfm.model.events import ResultNews, ScheduleNews, changed_detail, delivered_detail
from wfm.model.library_workflows import ROLLOUT_FIELDS
from wfm.model.messages import SqsRecord
from wfm.model.outcomes import Outcome
from wfm.model.request_ids import REFUSED_MESSAGE
from wfm.model.result_deliveries import DeliveryOrder
from wfm.model.runs import RETENTION, run_row
from wfm.model.schedules import WFM_FIELDS
from wfm.model.semaphore import AccountState, Semaphore, SlotRequest, SlotState
from wfm.model.statuses import POLLED, REQUEST_ENDED, TenantStatus, has_ended
from wfm.model.stopped_executions import ListedExecution, Recalled, StoppedExecution
from wfm.model.sweeps import Sweep
from wfm.model.tenants import Tenant, slots_of
from wfm.model.timeouts import TIMEOUT, USUAL_SECONDS
from wfm.model.workflows import definition_hash
from wfm.store.requests_table import STATUS_FIELDS
from wfm.store.schema import EXECUTIONS, RUNS_BY_TIME
from wfm.store.tenants_table import ABANDONED
from wfm.store.workflows_table import LIBRARY_FIELDS

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class FakeSemaphores:
    """One semaphore a tenant, in memory."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, SlotRequest]] = {}
        self.queued: dict[str, dict[str, SlotRequest]] = {}
        self.notified: set[tuple[str, str, str]] = set()
        self.external: dict[str, int] = {}
        self.fair: set[str] = set()
        self.recent: dict[str, tuple[str, ...]] = {}

    def read(self, customer_id: str) -> Semaphore:
        held = frozenset(self.held.get(customer_id, {}))
        is_fair, recent = customer_id in self.fair, self.recent.get(customer_id, ())
        return Semaphore(held, self.external.get(customer_id, 0), is_fair, recent)

    def state(self, customer_id: str, slots: int) -> SlotState:
        held = tuple(holder for _, holder in sorted(self.held.get(customer_id, {}).items()))
        is_owed = any(_waiting_as(holder) not in self.notified for holder in held)
        return SlotState(self.read(customer_id), held, is_owed, bool(self.queued.get(customer_id)))

    def enter(self, waiter: SlotRequest) -> bool:
        held = self.held.setdefault(waiter.customer_id, {})
        if waiter.request_id in held:
            self._hold(waiter)
            return False
        stored = replace(waiter, stored_place=waiter.place)
        self.queued.setdefault(waiter.customer_id, {})[waiter.request_id] = stored
        return True

    def _hold(self, waiter: SlotRequest) -> None:
        self.held.setdefault(waiter.customer_id, {})[waiter.request_id] = waiter
        self.notified.discard(_waiting_as(waiter))

    def waiting(self, customer_id: str, limit: int) -> list[SlotRequest]:
        return sorted(self.queued.get(customer_id, {}).values(), key=lambda waiter: waiter.place)[:limit]

    def grant(self, waiter: SlotRequest, seen: Semaphore, limit: int) -> bool:
        now = self.read(waiter.customer_id)
        waiting = self.queued.get(waiter.customer_id, {}).get(waiter.request_id)
        if waiting is None or (waiting.place, waiting.task_token) != (waiter.place, waiter.task_token):
            return False
        if now.external != seen.external or not now.free(limit) or not seen.free(limit):
            return False
        if seen.fair:
            self.recent[waiter.customer_id] = seen.recent_after(waiter)
        del self.queued[waiter.customer_id][waiter.request_id]
        self._hold(waiter)
        return True

    def seize(self, request: SlotRequest, seen: Semaphore, limit: int) -> bool:
        now = self.read(request.customer_id)
        if now.external != seen.external or not now.free(limit) or not seen.free(limit):
            return False
        if request.request_id in now.holders:
            return False
        if seen.fair:
            self.recent[request.customer_id] = seen.recent_after(request)
        holder = replace(request, task_token="")
        self._hold(holder)
        self.notified.add(_waiting_as(holder))
        return True

    def holders(self, customer_id: str) -> list[SlotRequest]:
        return [holder for _, holder in sorted(self.held.get(customer_id, {}).items())]

    def not_notified(self, customer_id: str) -> list[SlotRequest]:
        held = sorted(self.held.get(customer_id, {}).items())
        return [holder for _, holder in held if _waiting_as(holder) not in self.notified]

    def mark_notified(self, waiter: SlotRequest) -> None:
        held = self.held.get(waiter.customer_id, {}).get(waiter.request_id)
        if held is not None and held.task_token == waiter.task_token:
            self.notified.add(_waiting_as(waiter))

    def leave(self, customer_id: str, request_id: str) -> None:
        self.held.get(customer_id, {}).pop(request_id, None)
        self.queued.get(customer_id, {}).pop(request_id, None)

    def count_external(self, customer_id: str, runs: int) -> None:
        self.external[customer_id] = runs

    def set_fair(self, customer_id: str, *, fair: bool) -> None:
        (self.fair.add if fair else self.fair.discard)(customer_id)


class FakeAccountSlots:
    """The slots of AMC accounts, in memory."""

    def __init__(self) -> None:
        self.holders: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.marked: dict[str, set[str]] = defaultdict(set)

    def take(self, account_id: str, customer_id: str, request_id: str, limit: int) -> bool:
        holders, name = self.holders[account_id], (customer_id, request_id)
        if name not in holders and len(holders) >= limit:
            return False
        holders.add(name)
        return True

    def give_back(self, account_id: str, customer_id: str, request_id: str) -> AccountState:
        self.holders[account_id].discard((customer_id, request_id))
        return AccountState(self.held(account_id), self.waiting(account_id))

    def held(self, account_id: str) -> int:
        return len(self.holders[account_id])

    def waiting(self, account_id: str) -> frozenset[str]:
        return frozenset(self.marked[account_id])

    def mark_waiting(self, account_id: str, customer_id: str, *, waits: bool) -> None:
        (self.marked[account_id].add if waits else self.marked[account_id].discard)(customer_id)

    def reconcile(self, account_id: str, customer_id: str, holders: frozenset[str], external: int) -> AccountState:
        wanted = {(customer_id, request_id) for request_id in (*holders, *(f"~{n}" for n in range(external)))}
        others = {name for name in self.holders[account_id] if name[0] != customer_id}
        is_changed = self.holders[account_id] != others | wanted
        self.holders[account_id] = others | wanted
        return AccountState(len(others | wanted), self.waiting(account_id), is_changed)


def _waiting_as(waiter: SlotRequest) -> tuple[str, str, str]:
    return waiter.customer_id, waiter.request_id, waiter.task_token


def _kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """None is no value that a row has at the top."""
    return {name: value for name, value in fields.items() if value is not None}


def _pick(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}


class FakeRequests:
    """ExecutionRequests, in memory."""

    def __init__(self, tenants: "FakeTenants") -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self._tenants = tenants

    def find_with_tenant(self, customer_id: str, request_id: str) -> tuple[Any, Any]:
        return self.find(customer_id, request_id), self._tenants.find(customer_id)

    def add(self, row: Mapping[str, Any]) -> Any:
        key = row["customerId"], row["requestId"]
        if REFUSED_MESSAGE in self.rows.get(key, {}):
            del self.rows[key]
        return dict(self.rows.setdefault(key, _kept(row)))

    def find(self, customer_id: str, request_id: str) -> Any:
        row = self.rows.get((customer_id, request_id))
        return None if row is None else dict(row)

    def advance(self, customer_id: str, request_id: str, status: str, now: datetime, **fields: Any) -> None:
        row = self.rows.get((customer_id, request_id))
        if row is None or row["status"] in REQUEST_ENDED:
            return
        ended = status in REQUEST_ENDED
        row.setdefault("endedAt" if ended else f"{status.lower()}At", iso(now))
        row |= {"expireTimestamp": epoch(now + RETENTION)} if ended else {}
        row |= {**_kept(fields), "status": status}
        gone = ("outcomeToken", "attemptedAt", "attemptEndedAt", *(() if "openSince" in fields else ("openSince",)))
        for name in gone if ended else ():
            row.pop(name, None)

    def close(self, customer_id: str, request_id: str, **fields: Any) -> None:
        row = self.rows.get((customer_id, request_id), {})
        if "endedAt" in row:
            row |= _kept(fields)
            for name in ("openSince", "refreshDue"):
                row.pop(name, None)

    def save(self, customer_id: str, request_id: str, **fields: Any) -> None:
        if (customer_id, request_id) in self.rows:
            self.rows[customer_id, request_id] |= _kept(fields)

    def begin_attempt(self, row: Mapping[str, Any], now: datetime) -> bool:
        current = self.rows.get((row["customerId"], row["requestId"]))
        if current is None or current.keys() & {"workflowExecutionId", "endedAt", "stoppedAt"}:
            return False
        if any(current.get(name) != row.get(name) for name in ("attemptedAt", "attempts")):
            return False
        current |= {"attemptedAt": iso(now), "attempts": current["attempts"] + 1, "status": "SUBMITTING"}
        current.setdefault("submittingAt", iso(now))
        current.pop("attemptEndedAt", None)
        return True

    def drop_attempt(self, customer_id: str, request_id: str) -> None:
        for name in ("attemptedAt", "attemptEndedAt"):
            self.rows.get((customer_id, request_id), {}).pop(name, None)

    def since(self, customer_id: str, requested_at: str) -> list[Any]:
        rows = [row for (owner, _), row in self.rows.items() if owner == customer_id]
        wanted = [row for row in rows if row["requestedAt"] >= requested_at]
        return [_pick(row, STATUS_FIELDS) for row in sorted(wanted, key=lambda row: str(row["requestedAt"]))]

    def open_since(self, customer_id: str, until: datetime) -> list[Any]:
        rows = [row for (owner, _), row in self.rows.items() if owner == customer_id and "openSince" in row]
        found = [row for row in rows if str(row["openSince"]) <= iso(until)]
        fields = ("customerId", "requestId", "openSince", "executionName", "executionArn")
        return [_pick(row, fields) for row in sorted(found, key=lambda row: str(row["openSince"]))]

    def index_open(self, customer_id: str, after: str | None) -> str | None:
        """A page is two rows."""
        ids = sorted(name for owner, name in self.rows if owner == customer_id and name > (after or ""))
        for name in ids[:2]:
            row = self.rows[customer_id, name]
            if "endedAt" not in row:
                row.setdefault("openSince", row["requestedAt"])
        return ids[1] if len(ids) > 2 else None

    def count_by_status(self, backfill_id: str) -> dict[str, int]:
        return Counter(row["status"] for row in self.rows.values() if row.get("backfillId") == backfill_id)


class FakeChains:
    """Chains, in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Chain] = {}

    def find(self, customer_id: str, chain_id: str) -> Chain | None:
        return self.kept.get((customer_id, chain_id))

    def save(self, chain: Chain) -> bool:
        known = self.kept.get((chain.customer_id, chain.id))
        if (known.version if known else 0) != chain.version - 1:
            return False
        self.kept[chain.customer_id, chain.id] = chain
        return True


class FakeExecutions:
    """Executions, in memory; claims write to the requests as the real transaction does."""

    def __init__(self, requests: FakeRequests) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self._requests = requests

    def find(self, customer_id: str, execution_id: str) -> Any:
        row = self.rows.get((customer_id, execution_id))
        return None if row is None else dict(row)

    def find_many(self, customer_id: str, execution_ids: Iterable[str]) -> dict[str, Any]:
        found = {execution_id: self.find(customer_id, execution_id) for execution_id in execution_ids}
        return {execution_id: row for execution_id, row in found.items() if row}

    def active_runs(self, customer_id: str) -> list[Any]:
        return self._by_time(customer_id, "unsettledSince")

    def _by_time(self, customer_id: str, name: str) -> list[Any]:
        rows = [dict(row) for (owner, _), row in self.rows.items() if owner == customer_id and name in row]
        return sorted(rows, key=lambda row: str(row[name]))

    def record(self, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        first = {"source": "external", "firstSeenAt": row["recordedAt"]}
        was = self.rows.get((row["customerId"], row["workflowExecutionId"]), {})
        if has_ended(str(was.get("executionStatus"))) or not _is_no_older(row, was):
            return None
        known = self.rows.setdefault((row["customerId"], row["workflowExecutionId"]), {})
        was = dict(known)
        known |= first | was | _kept(row)
        if "unsettledSince" not in row:
            known.pop("unsettledSince", None)
        return was

    def deactivate(self, customer_id: str, execution_id: str) -> None:
        self.rows.get((customer_id, execution_id), {}).pop("unsettledSince", None)

    def record_publishing(self, customer_id: str, execution_id: str, fields: Mapping[str, str]) -> None:
        row = self.rows.get((customer_id, execution_id), {})
        if has_ended(str(row.get("executionStatus"))):
            row.pop("unsettledSince", None)
            row |= fields

    def record_delivery(self, customer_id: str, execution_id: str, delivery: Mapping[str, Any]) -> None:
        if (customer_id, execution_id) in self.rows:
            self.rows[customer_id, execution_id]["delivery"] = dict(delivery)

    def record_change(self, customer_id: str, execution_id: str, change: Mapping[str, Any]) -> None:
        if (customer_id, execution_id) in self.rows:
            self.rows[customer_id, execution_id].setdefault("change", dict(change))

    def mark_overdue(self, customer_id: str, execution_id: str, reason: str, now: datetime) -> None:
        row = self.rows.get((customer_id, execution_id))
        if row is not None and "overdueAt" not in row and not has_ended(row["executionStatus"]):
            row |= {"overdueAt": iso(now), "overdueReason": reason}

    def mark_superseded(self, customer_id: str, execution_id: str, by: str) -> None:
        if (customer_id, execution_id) in self.rows:
            self.rows[customer_id, execution_id]["supersededBy"] = by

    def keep(self, customer_id: str, execution_id: str, until: int) -> None:
        row = self.rows.get((customer_id, execution_id))
        if row is not None:
            row["expireTimestamp"] = max(until, row["expireTimestamp"])

    def mark_announced(self, customer_id: str, execution_id: str, status: str, since: str | None = None) -> None:
        row = self.rows.get((customer_id, execution_id))
        if row is not None and status not in row.get("announced", ()):
            row["announced"] = [*row.get("announced", ()), status]
            row.pop("toAnnounce", None)
        if since:
            self.mark_all_announced(customer_id, execution_id, since)

    def mark_all_announced(self, customer_id: str, execution_id: str, since: str) -> None:
        row = self.rows.get((customer_id, execution_id), {})
        if row.get("unannouncedSince") == since:
            del row["unannounced"], row["unannouncedSince"]

    def unannounced(self, until: datetime) -> list[Any]:
        found = [row for row in self.rows.values() if row.get("unannouncedSince", "z") <= iso(until)]
        fields = ("customerId", "workflowExecutionId", "unannounced", "unannouncedSince")
        return [_pick(row, fields) for row in sorted(found, key=lambda row: str(row["unannouncedSince"]))]

    def announce_again(self, row: Mapping[str, Any], now: datetime) -> None:
        known = self.rows.get((row["customerId"], row["workflowExecutionId"]), {})
        if known.get("unannouncedSince") == row["unannouncedSince"]:
            known["unannouncedSince"] = iso(now)

    def since(self, customer_id: str, create_time: str) -> list[Any]:
        shown = {*EXECUTIONS.keys, *RUNS_BY_TIME.keys, *(RUNS_BY_TIME.only or ())}
        rows = self._by_time(customer_id, "createTime")
        return [_pick(row, shown) for row in rows if str(row["createTime"]) >= create_time]

    def claim(
        self,
        customer_id: str,
        request_id: str,
        run: Mapping[str, Any],
        now: datetime,
        about: Mapping[str, Any] | None = None,
    ) -> bool:
        run_id, fresh = run["workflowExecutionId"], run_row(customer_id, run, now) | {"firstSeenAt": iso(now)}
        request = self._requests.rows.get((customer_id, request_id), {"endedAt": "long ago"})
        known = self.rows.get((customer_id, run_id), fresh)
        taken = known.get("requestId", request_id) != request_id
        if taken or request.get("workflowExecutionId", run_id) != run_id or "endedAt" in request:
            return False
        self.rows[customer_id, run_id] = known | _kept(about or {}) | {"requestId": request_id, "source": "wfm"}
        request |= {"workflowExecutionId": run_id, "status": "RUNNING"}
        request.setdefault("runningAt", iso(now))
        for name in ("attemptedAt", "attemptEndedAt", "placeInLine", "expected", "libraryVersion", "definitionHash"):
            request.pop(name, None)
        return True


def _is_no_older(row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether AMC has not changed the run since it said this, as far as its time of change can be believed."""
    said, updated = row.get("lastUpdatedTime"), known.get("lastUpdatedTime")
    if not said or not isinstance(updated, str):
        return True
    return updated <= said or updated > iso(parse(row["recordedAt"]) + CLOCK_SKEW)


class FakeTenants:
    """Tenants, in memory."""

    def __init__(self, *rows: Mapping[str, Any]) -> None:
        self.rows: dict[str, dict[str, Any]] = {row["customerId"]: dict(row) for row in rows}

    def find(self, customer_id: str) -> Any:
        return deepcopy(self.rows.get(customer_id))

    def limit(self, customer_id: str) -> int:
        return slots_of(self.rows.get(customer_id))

    def save(self, customer_id: str, **fields: Any) -> None:
        polled = {"polled": "yes" if fields["status"] in POLLED else None} if "status" in fields else {}
        row = self.rows.get(customer_id, {"customerId": customer_id}) | fields | polled
        self.rows[customer_id] = _kept(row)

    def save_links(self, customer_id: str, found: TenantLinks, seen: Mapping[str, Any]) -> bool:
        row = self.rows.get(customer_id)
        names = ("chainLinks", "chainProblems")
        if row is None or any(row.get(name) != seen.get(name) for name in names):
            return False
        self.rows[customer_id] = _kept(
            row | {"chainLinks": found.links or None, "chainProblems": found.problems or None}
        )
        return True

    def lease(self, customer_id: str, execution_arn: str, seen: str | None) -> bool:
        row = self.rows.get(customer_id, {"customerId": customer_id})
        if row.get("onboardingLease") != seen:
            return False
        row.setdefault("status", "PROVISIONING")
        self.rows[customer_id] = row | {"onboardingLease": execution_arn, "onboardingExecution": execution_arn}
        return True

    def open_circuit(self, customer_id: str, reason: str, now: datetime, until: datetime | None = None) -> Any:
        row = self.rows.get(customer_id)
        if row is None or "degradedSince" in row:
            return None
        if "refusedPosts" not in row:
            row.setdefault("untold", set()).add(degraded_entry(reason, now))
        row |= {"degradedSince": iso(now), "degradedReason": reason}
        if until is not None:
            row |= {"degradedUntil": iso(until), "refusedPosts": row.get("refusedPosts", 0) + 1}
        return deepcopy(row)

    def close_circuit(self, customer_id: str, now: datetime, *, proven: bool = False) -> Any:
        row = self.rows.get(customer_id, {})
        if "degradedSince" not in row or (not proven and row.get("degradedUntil", "") > iso(now)):
            return None
        if "refusedPosts" not in row:
            row.setdefault("untold", set()).add(active_entry(now))
        for name in ("degradedSince", "degradedReason", "degradedUntil"):
            row.pop(name, None)
        return deepcopy(row)

    def reset_refused_posts(self, customer_id: str, now: datetime) -> Any:
        row = self.rows.get(customer_id, {})
        if "degradedSince" in row or row.pop("refusedPosts", None) is None:
            return None
        row.setdefault("untold", set()).add(active_entry(now))
        return deepcopy(row)

    def mark_sent(self, customer_id: str, news: str) -> None:
        row = self.rows.get(customer_id, {})
        row["untold"] = row.get("untold", set()) - {news}
        if not row["untold"]:
            del row["untold"]

    def due(self, now: datetime) -> dict[str, str]:
        found = [row for row in self.rows.values() if row.get("status") in POLLED and "pollDueAt" in row]
        found.sort(key=lambda row: str(row["pollDueAt"]))
        return {row["customerId"]: row["pollDueAt"] for row in found if row["pollDueAt"] <= iso(now)}

    def by_bucket(self, bucket: str) -> list[str]:
        return [key for key, row in self.rows.items() if row.get("bucketName") == bucket]

    def with_status(self, *statuses: str) -> list[Any]:
        return [deepcopy(row) for row in self.rows.values() if row.get("status") in statuses]

    def poll_no_later_than(self, customer_id: str, at: datetime) -> None:
        row = self.rows.get(customer_id)
        if row and row.get("status") != TenantStatus.OFFBOARDED:
            row.pop("hasActiveRuns", None)
            row |= {"pollDueAt": min(row.get("pollDueAt", "z"), iso(at)), "wakeUps": row.get("wakeUps", 0) + 1}

    def acquire_poll(self, customer_id: str, now: datetime) -> Any:
        row = self.rows.get(customer_id, {})
        if row.get("status") not in POLLED:
            return None
        if row.get("lookingSince", "") >= iso(now - ABANDONED):
            row |= {"wakeUps": row.get("wakeUps", 0) + 1}
            return None
        row["lookingSince"] = iso(now)
        return deepcopy(row)

    def due_poll(self, customer_id: str, now: datetime, due_by: datetime) -> Any:
        row = self.rows.get(customer_id, {})
        if row.get("status") not in POLLED or row.get("pollDueAt", "z") > iso(due_by):
            return None
        return None if row.get("lookingSince", "") >= iso(now - ABANDONED) else deepcopy(row)

    def finish_poll(
        self,
        seen: Mapping[str, Any],
        now: datetime,
        next_poll: datetime,
        *,
        failure: str | None = None,
        unavailable: bool = False,
        problems: Iterable[str] = (),
        active_runs: bool | None = None,
    ) -> bool:
        row = self.rows[seen["customerId"]]
        if any(row.get(name) != seen.get(name) for name in ("lookingSince", "lastLookedAt")):
            return True
        quiet = row.get("wakeUps") == seen.get("wakeUps")
        fields: dict[str, Any] = {"hasActiveRuns": active_runs if quiet and not failure else None}
        if failure:
            since = (seen.get("unavailableSince") or iso(now)) if unavailable else None
            fields |= {
                "lookFailure": failure,
                "failingSince": seen.get("failingSince", iso(now)),
                "unavailableSince": since,
            }
        else:
            fields |= dict.fromkeys(("lookFailure", "failingSince", "unavailableSince"))
            fields |= {"lastLookedAt": iso(now), "lookProblems": list(problems) or None}
        if row.get("status") == TenantStatus.OFFBOARDED:
            self.save(row["customerId"], **fields | {"hasActiveRuns": None}, lookingSince=None)
            return True
        self.save(row["customerId"], **fields, lookingSince=None, pollDueAt=iso(next_poll if quiet else now))
        return quiet


class FakeWorkflows:
    """Workflows, in memory."""

    def __init__(self, *rows: Mapping[str, Any]) -> None:
        self.rows = {(row["customerId"], row["workflowId"]): dict(row) for row in rows}

    def find(self, customer_id: str, workflow_id: str) -> Any:
        row = self.rows.get((customer_id, workflow_id))
        return None if row is None else dict(row)

    def ids(self, customer_id: str) -> list[str]:
        return [workflow_id for owner, workflow_id in self.rows if owner == customer_id]

    def of_tenant(self, customer_id: str) -> list[Any]:
        return [dict(row) for (owner, _), row in self.rows.items() if owner == customer_id]

    def tenants_with(self, workflow_id: str) -> list[str]:
        return [customer_id for customer_id, named in self.rows if named == workflow_id]

    def put_desired(self, row: Mapping[str, Any], seen: Mapping[str, Any] | None) -> bool:
        key = (row["customerId"], row["workflowId"])
        if _library_mark(self.rows.get(key)) != _library_mark(seen):
            return False
        own = {name: value for name, value in self.rows.get(key, {}).items() if name not in LIBRARY_FIELDS}
        if definition_hash(row) != definition_hash(seen or {}):
            own |= {"syncStatus": "PENDING"}
            own = {name: value for name, value in own.items() if name not in ("syncReason", "syncExecution")}
        self.rows[key] = own | _kept(row)
        return True

    def remove(self, customer_id: str, workflow_id: str, seen: Mapping[str, Any]) -> bool:
        if _library_mark(self.rows.get((customer_id, workflow_id))) != _library_mark(seen):
            return False
        del self.rows[customer_id, workflow_id]
        return True

    def begin_sync(self, customer_id: str, workflow_id: str, execution: str) -> Any:
        if not self.save_sync(customer_id, workflow_id, syncExecution=execution, amcRefusal=None):
            return None
        return dict(self.rows[customer_id, workflow_id])

    def save_sync(self, customer_id: str, workflow_id: str, *, by: str | None = None, **fields: Any) -> bool:
        row = self.rows.get((customer_id, workflow_id))
        if row is None or (by is not None and row.get("syncExecution") != by):
            return False
        row |= fields
        for name in [name for name, value in fields.items() if value is None]:
            del row[name]
        return True

    def results_to_look_at(self, until: datetime, limit: int) -> list[tuple[str, str]]:
        due = [(row["resultCheckAt"], key) for key, row in self.rows.items() if "resultStatus" in row]
        return [key for at, key in sorted(due) if at <= iso(until)][:limit]

    def move_result_watch(
        self, customer_id: str, workflow_id: str, seen: str | None, fields: Mapping[str, Any]
    ) -> bool:
        if self.rows.get((customer_id, workflow_id), {}).get("resultCheckAt") != seen:
            return False
        return self.save_sync(customer_id, workflow_id, **fields)


@dataclass
class FakeDurations:
    """Learnt durations, in memory."""

    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    fields: dict[tuple[str, str], object] = field(default_factory=dict)

    def find(self, customer_id: str, workflow_id: str) -> object:
        return self.fields.get((customer_id, workflow_id))

    def find_with_workflow(self, customer_id: str, workflow_id: str) -> tuple[Any, object]:
        return self.workflows.find(customer_id, workflow_id), self.find(customer_id, workflow_id)

    def save(self, customer_id: str, workflow_id: str, durations: Mapping[str, Any]) -> None:
        self.fields[customer_id, workflow_id] = dict(durations)

    def of_tenant(self, customer_id: str) -> list[object]:
        return [found for (owner, _), found in self.fields.items() if owner == customer_id]

    def of_tenants(self, customer_ids: Iterable[str], workflow_id: str) -> list[object]:
        return [self.fields[each, workflow_id] for each in customer_ids if (each, workflow_id) in self.fields]


def _library_mark(row: Mapping[str, Any] | None) -> tuple[bool, Any]:
    return row is not None, (row or {}).get("libraryHash")


class FakeLibrary:
    """WorkflowLibrary, in memory; a record is put as people write it, and what WFM wrote onto it stays."""

    def __init__(self, *records: Mapping[str, Any]) -> None:
        self.records: dict[tuple[str, int], dict[str, Any]] = {}
        for record in records:
            self.put(record)

    def put(self, record: Mapping[str, Any]) -> None:
        key = (record["workflowId"], record["version"])
        kept = {name: value for name, value in self.records.get(key, {}).items() if name in ROLLOUT_FIELDS}
        self.records[key] = kept | dict(record)

    def versions(self, workflow_id: str) -> list[Any]:
        found = [dict(record) for (known, _), record in self.records.items() if known == workflow_id]
        return sorted(found, key=lambda record: -record["version"])

    def in_force(self, workflow_id: str) -> Any:
        return next(iter(self.versions(workflow_id)), None)

    def all(self) -> list[Any]:
        return [dict(record) for record in self.records.values()]

    def save_rollout(self, workflow_id: str, version: int, *, of: str | None = None, **fields: Any) -> None:
        record = self.records.get((workflow_id, version))
        if record is not None and of in (None, record.get("rolloutExecution")):
            changed = record | fields
            self.records[workflow_id, version] = {name: value for name, value in changed.items() if value is not None}

    def count_batch(self, workflow_id: str, version: int, *, of: str, batch: str, tenants: int) -> None:
        record = self.records.get((workflow_id, version), {})
        if record.get("rolloutExecution") == of and batch not in record["rolloutBatches"]:
            record |= {"rolloutDone": record["rolloutDone"] + tenants}
            record["rolloutBatches"] = [*record["rolloutBatches"], batch]


class FakeSchedules:
    """Schedules, in memory."""

    def __init__(self, *rows: Mapping[str, Any]) -> None:
        self.rows = {(row["customerId"], row["Name"]): dict(row) for row in rows}

    def find(self, customer_id: str, name: str) -> Any:
        row = self.rows.get((customer_id, name))
        return None if row is None else dict(row)

    def of_tenant(self, customer_id: str) -> list[Any]:
        return [dict(row) for (owner, _), row in self.rows.items() if owner == customer_id]

    def remove(self, customer_id: str, name: str, seen: Mapping[str, Any] | None = None) -> bool:
        if seen is not None and _desired(self.rows.get((customer_id, name))) != _desired(seen):
            return False
        self.rows.pop((customer_id, name), None)
        return True

    def put_desired(self, row: Mapping[str, Any], seen: Mapping[str, Any] | None) -> bool:
        key = row["customerId"], row["Name"]
        known = self.rows.get(key)
        if _desired(known) != _desired(seen):
            return False
        self.rows[key] = {name: value for name, value in (known or {}).items() if name in WFM_FIELDS} | dict(row)
        return True

    def to_look_at(self, until: datetime, limit: int) -> list[tuple[str, str]]:
        due = [(row["checkAt"], key) for key, row in self.rows.items() if "watched" in row]
        return [key for at, key in sorted(due) if at <= iso(until)][:limit]

    def move_watch(self, customer_id: str, name: str, seen: str, fields: Mapping[str, Any]) -> bool:
        if self.rows.get((customer_id, name), {}).get("checkAt") != seen:
            return False
        self.save_state(customer_id, name, **fields)
        return True

    def catching_up(self) -> list[tuple[str, str]]:
        return [key for wish in ("last", "all") for key, row in self.rows.items() if row.get("catchUp") == wish]

    def save_state(self, customer_id: str, name: str, **fields: Any) -> None:
        if (customer_id, name) in self.rows:
            row = self.rows[customer_id, name] | fields
            self.rows[customer_id, name] = {field: value for field, value in row.items() if value is not None}

    def record_run(self, customer_id: str, name: str, scheduled_time: str, request_id: str) -> None:
        if self.rows.get((customer_id, name), {}).get("lastRunAt", "") < scheduled_time:
            self.save_state(customer_id, name, lastRunAt=scheduled_time, lastRequestId=request_id)

    def add_failure(self, customer_id: str, name: str, firing: str) -> Any:
        known = self.rows.get((customer_id, name))
        if known is None or known.get("failuresSince", "") >= firing:
            return None
        failed = {*self.rows[customer_id, name].get("failedFirings", ()), firing}
        self.save_state(customer_id, name, failedFirings=failed)
        return self.find(customer_id, name)

    def add_success(self, customer_id: str, name: str, firing: str) -> Any:
        known = self.rows.get((customer_id, name))
        if known is None or known.get("failuresSince", "") > firing:
            return None
        self.save_state(customer_id, name, failuresSince=firing)
        return self.find(customer_id, name)

    def forget_failures(self, customer_id: str, name: str, firings: Set[str]) -> None:
        left = {*self.rows.get((customer_id, name), {}).get("failedFirings", ())} - firings
        self.save_state(customer_id, name, failedFirings=left or None)

    def pause_failing(self, customer_id: str, name: str, failed: Set[str], reason: str, now: datetime) -> bool:
        row = self.rows.get((customer_id, name), {})
        if row.get("failedFirings") != failed or row.get("paused"):
            return False
        self.save_state(customer_id, name, paused=True, pauseSetBy=reason, pauseUntold=iso(now))
        return True

    def take_over(self, customer_id: str, name: str, request_id: str, seen: str | None) -> bool:
        row = self.rows.get((customer_id, name))
        if row is None or row.get("goingOn") != seen:
            return False
        self.save_state(customer_id, name, goingOn=request_id)
        return True

    def advance_watermark(self, customer_id: str, name: str, until: str, seen: str) -> bool:
        if self.rows.get((customer_id, name), {}).get("coveredUntil") != seen:
            return False
        self.save_state(customer_id, name, coveredUntil=until)
        return True


def _desired(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What the library and people write; None where there is no row."""
    return None if row is None else {name: value for name, value in row.items() if name not in WFM_FIELDS}


@dataclass
class FakeScheduler:
    """EventBridge's schedules by their names: whose queue, and EventBridge's fields; `refusal` is raised by a put."""

    there: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    refusal: Exception | None = None

    def put(self, name: str, customer_id: str, definition: Mapping[str, Any]) -> None:
        if self.refusal:
            raise self.refusal
        self.there[name] = (customer_id, definition)

    def delete(self, name: str) -> None:
        self.there.pop(name, None)


@dataclass
class FakeAmc:
    """An AMC that accepts everything; `faults` are raised by the next POSTs, before or after accepting.

    Values are texts in what it shows, and an ad hoc query has a workflow's id that nobody asked for. `show` is how it
    shows a workflow that was sent.
    """

    clock: FakeClock
    runs: list[dict[str, Any]] = field(default_factory=list)
    workflows: dict[str, dict[str, Any]] = field(default_factory=dict)
    schedules: dict[str, list[str]] = field(default_factory=dict)
    faults: list[tuple[str, Exception]] = field(default_factory=list)
    list_fault: Exception | None = None
    calls: list[str] = field(default_factory=list)
    accounts: list[Mapping[str, Any]] = field(default_factory=list)
    instances: list[Mapping[str, Any]] = field(default_factory=list)
    results: dict[str, list[str]] = field(default_factory=dict)
    data_sources: list[Mapping[str, Any]] = field(default_factory=list)
    show: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict

    def result_urls(self, tenant: Tenant, execution_id: str) -> list[str]:
        if execution_id not in self.results:
            raise AmcRefused(404, f"Execution with ID {execution_id} is unavailable for download.")
        return self.results[execution_id]

    def create_execution(self, tenant: Tenant, body: Mapping[str, Any]) -> Mapping[str, Any]:
        self.calls.append("POST")
        when, fault = self.faults.pop(0) if self.faults else ("never", AmcUnavailable("never raised"))
        if when == "before":
            raise fault
        workflow = body.get("workflow") or {}
        run = {
            "workflowExecutionId": f"run-{len(self.runs)}",
            "workflowId": body.get("workflowId") or workflow.get("workflowId") or f"transient_{len(self.runs)}",
            "status": "PENDING",
            "createTime": iso(self.clock()),
            "lastUpdatedTime": iso(self.clock()),
            "parameterValues": {name: str(value) for name, value in body.get("parameterValues", {}).items()},
            "timeWindowStartOriginal": body.get("timeWindowStart"),
            "timeWindowEndOriginal": body.get("timeWindowEnd"),
            TIMEOUT: body.get(TIMEOUT, USUAL_SECONDS),
            **({"sqlQuery": workflow["sqlQuery"]} if workflow else {}),
        }
        self.runs.append(run)
        if when == "after":
            raise fault
        return _without_sql(run)

    def list_executions(self, tenant: Tenant, since: datetime, *, with_sql: bool = False) -> list[Mapping[str, Any]]:
        """In no order that says anything: here the newest first. The texts of ad hoc queries, if asked for them."""
        self.calls.append("LIST WITH SQL" if with_sql else "LIST")
        if self.list_fault:
            raise self.list_fault
        found = [run for run in reversed(self.runs) if run["createTime"] >= iso(since)]
        return found if with_sql else [_without_sql(run) for run in found]

    def get_execution(self, tenant: Tenant, execution_id: str) -> Mapping[str, Any]:
        for run in self.runs:
            if run["workflowExecutionId"] == execution_id:
                return run
        raise AmcRefused(400, f"Workflow execution with ID {execution_id} does not exist.")

    def cancel_execution(self, tenant: Tenant, execution_id: str) -> bool:
        self.calls.append(f"CANCEL {execution_id}")
        if has_ended(next(run["status"] for run in self.runs if run["workflowExecutionId"] == execution_id)):
            return False
        self.end(execution_id, "CANCELLED")
        return True

    def end(self, execution_id: str, status: str, reason: str | None = None) -> None:
        """The run ends in AMC."""
        run = next(run for run in self.runs if run["workflowExecutionId"] == execution_id)
        run |= {"status": status, "statusReason": reason, "lastUpdatedTime": iso(self.clock())}

    def list_accounts(self, tenant: Tenant) -> list[Mapping[str, Any]]:
        return self.accounts

    def list_instances(self, tenant: Tenant) -> list[Mapping[str, Any]]:
        return self.instances

    def get_workflow(self, tenant: Tenant, workflow_id: str) -> Mapping[str, Any] | None:
        return self.show(self.workflows[workflow_id]) if workflow_id in self.workflows else None

    def list_workflows(self, tenant: Tenant) -> list[Mapping[str, Any]]:
        self.calls.append("LIST WORKFLOWS")
        if self.list_fault:
            raise self.list_fault
        return [self.show(workflow) for workflow in self.workflows.values()]

    def list_data_sources(self, tenant: Tenant) -> list[Mapping[str, Any]]:
        if self.list_fault:
            raise self.list_fault
        return self.data_sources

    def put_workflow(self, tenant: Tenant, definition: Mapping[str, Any], *, exists: bool = False) -> None:
        self.calls.append(f"{'CHANGE' if exists else 'CREATE'} {definition['workflowId']}")
        self.workflows[definition["workflowId"]] = dict(definition)

    def delete_workflow(self, tenant: Tenant, workflow_id: str) -> list[str]:
        self.calls.append(f"DELETE {workflow_id}")
        self.workflows.pop(workflow_id, None)
        return self.schedules.pop(workflow_id, [])


def _without_sql(run: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in run.items() if name != "sqlQuery"}


@dataclass
class FakeTasks:
    """Step Functions, of which only the waiting tokens matter. It takes only names that CloudWatch can log.

    `before`: names of version 0.1.
    """

    answered: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    heartbeats: list[str] = field(default_factory=list)
    started: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    began: dict[str, datetime] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)
    trace_headers: dict[str, str | None] = field(default_factory=dict)

    def succeed(self, token: str, output: Mapping[str, Any]) -> bool:
        if token in self.answered:
            return False
        self.answered[token] = output
        return True

    def send_heartbeat(self, token: str) -> None:
        self.heartbeats.append(token)

    def start(self, machine: str, name: str, document: Mapping[str, Any]) -> str:
        assert name in self.before or re.fullmatch(r"[0-9A-Za-z_-]{1,80}", name), f"CloudWatch cannot log {name}"
        self.started.setdefault(name, (machine, document))
        return name

    def start_new(
        self,
        machine: str,
        name: str,
        document: Mapping[str, Any],
        since: datetime,
        trace_header: str | None = None,
    ) -> bool:
        self.start(machine, name, document)
        self.trace_headers[name] = trace_header
        return name not in self.began or self.began[name] >= since

    def is_running(self, execution_arn: str) -> bool:
        return execution_arn not in self.over

    def input_of(self, execution_arn: str) -> str:
        return json.dumps(self.started[execution_arn.rpartition(":")[2]][1])

    def error_of(self, execution_arn: str) -> str:
        return self.errors.get(execution_arn.rpartition(":")[2], "")

    def stop(self, execution_arn: str, cause: str) -> bool:
        name = execution_arn.rpartition(":")[2]
        if name not in self.started or name in self.over:
            return False
        self.over.add(name)
        return True

    def notify(self, waiter: SlotRequest) -> bool:
        if waiter.execution_arn in self.over:
            return False
        self.succeed(waiter.task_token, {"granted": True})
        return True


@dataclass
class FakeStoppedExecutions:
    """Step Functions' executions: those that run, and those that were stopped, with the time of that.

    `asked` counts what is asked of each of them alone.
    """

    runs: set[str] = field(default_factory=set)
    stopped: list[tuple[datetime, StoppedExecution]] = field(default_factory=list)
    sent: list[tuple[str, StoppedExecution]] = field(default_factory=list)

    began: dict[str, datetime] = field(default_factory=dict)  # by ARN; an execution that is not there began at NOON
    asked: Counter[str] = field(default_factory=Counter)
    recalled: dict[str, Recalled] = field(default_factory=dict)  # by ARN

    def ended(self, machine_arn: str, begun_since: datetime, *, succeeded: bool = False) -> list[ListedExecution]:
        ours = [(at, each) for at, each in self.stopped if each.machine_arn == machine_arn]
        mine = [(at, each.arn) for at, each in ours if succeeded or each.status != "SUCCEEDED"]
        listed = [ListedExecution(arn, self.began.get(arn, NOON), at) for at, arn in mine]
        return [each for each in listed if each.began >= begun_since]

    def running(self, machine_arn: str) -> dict[str, datetime]:
        executions = machine_arn.replace(":stateMachine:", ":execution:")
        return {arn: self.began.get(arn, NOON) for arn in self.runs if arn.startswith(executions)}

    def find(self, execution_arn: str) -> StoppedExecution | None:
        self.asked["find"] += 1
        found = (each for _, each in self.stopped if each.arn == execution_arn)
        running = StoppedExecution(execution_arn, "", "", "RUNNING") if execution_arn in self.runs else None
        return next(found, running)

    def recall(self, execution_arn: str) -> Recalled | None:
        return self.recalled.get(execution_arn)

    def send(self, queue: str, execution: StoppedExecution) -> None:
        self.sent.append((queue, execution))


class FakeSweeps(dict[str, Sweep]):
    """How far the sweep has come with each machine."""

    def find(self, machine: str) -> Sweep | None:
        return self.get(machine)

    def save(self, machine: str, sweep: Sweep) -> None:
        self[machine] = sweep


@dataclass
class FakeAnnouncer:
    """Remembers what was announced."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    digests: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    news: list[ScheduleNews] = field(default_factory=list)
    results: list[ResultNews] = field(default_factory=list)
    delivered: list[Mapping[str, Any]] = field(default_factory=list)
    changed: list[Mapping[str, Any]] = field(default_factory=list)

    def digest(self, customer_id: str, text: str, document: Mapping[str, Any]) -> None:
        self.digests.append((customer_id, text, document))

    def execution(self, row: Mapping[str, Any], previous: str | None) -> None:
        self.sent.append((row["workflowExecutionId"], row["executionStatus"]))

    def request(self, request: Any, outcome: Outcome) -> None:
        self.sent.append((request["requestId"], outcome.status))

    def publishing_failure(self, row: Mapping[str, Any]) -> None:
        self.sent.append((row["workflowExecutionId"], "DELIVERY_FAILED"))

    def delivery(self, row: Mapping[str, Any], status: str, about: Mapping[str, Any]) -> None:
        self.sent.append((row["workflowExecutionId"], status))
        self.delivered.append(delivered_detail(row, status, about))

    def result_change(self, row: Mapping[str, Any], change: Mapping[str, Any]) -> None:
        self.sent.append((row["workflowExecutionId"], "CHANGED"))
        self.changed.append(changed_detail(row, change))

    def tenant(self, customer_id: str, status: str, reason: str, at: datetime) -> None:
        self.sent.append((customer_id, status))

    def schedule(self, news: ScheduleNews) -> None:
        self.sent.append((news.schedule, news.status))
        self.news.append(news)

    def result(self, news: ResultNews) -> None:
        self.sent.append((news.workflow_id, news.status))
        self.results.append(news)


@dataclass
class FakeMetrics:
    """What was measured, in order."""

    measured: list[tuple[str, float]] = field(default_factory=list)

    def seconds(self, name: str, value: float) -> None:
        self.measured.append((name, value))

    def count(self, name: str) -> None:
        self.measured.append((name, 1))

    def level(self, name: str, value: int) -> None:
        self.measured.append((name, value))


@dataclass
class FakeCustomerConfig:
    """The TPS records; under another name a customer has a second one, as in the predecessors' table."""

    records: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    renamed: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def put(self, record: Mapping[str, Any]) -> None:
        known = self.records.get(record["customerId"], record)
        is_same = known["customerName"] == record["customerName"]
        (self.records if is_same else self.renamed)[record["customerId"]] = record

    def find(self, customer_id: str) -> Mapping[str, Any] | None:
        found = [records[customer_id] for records in (self.records, self.renamed) if customer_id in records]
        if len(found) > 1:
            names = ", ".join(sorted(str(record["customerName"]) for record in found))
            raise InvalidRecord([Problem("customerName", f"{customer_id} has 2 records ({names})", "one")])
        return found[0] if found else None


@dataclass
class FakeOwners:
    """Who has which AMC instance."""

    owners: dict[str, str] = field(default_factory=dict)

    def claim(self, instance_key: str, customer_id: str) -> str:
        return self.owners.setdefault(instance_key, customer_id)

    def release(self, instance_key: str, customer_id: str) -> None:
        if self.owners.get(instance_key) == customer_id:
            del self.owners[instance_key]


@dataclass
class FakeBuckets:
    """Buckets that can be watched."""

    watched: set[str] = field(default_factory=set)

    def watch(self, bucket: str, before_change: Callable[[], None]) -> bool:
        if bucket not in self.watched:
            before_change()
        self.watched.add(bucket)
        return True


@dataclass
class FakeQueues:
    """The tenants' queues: which there are, which are connected (True: enabled), what is in them."""

    dead: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    there: dict[str, bool | None] = field(default_factory=dict)
    messages: dict[str, list[SqsRecord]] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    sent: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def send(self, customer_id: str, documents: Iterable[Mapping[str, Any]]) -> None:
        self.sent += [(customer_id, document) for document in documents]

    def ensure(self, customer_id: str) -> tuple[str, str]:
        self.there.setdefault(customer_id, None)
        return f"queue/{customer_id}", f"dead/{customer_id}"

    def connect(self, queue_url: str, *, enabled: bool) -> str:
        self.there[queue_url.removeprefix("queue/")] = enabled
        return f"mapping-{queue_url}"

    def mapping_state(self, mapping_id: str) -> str:
        return "Enabled" if self.there[mapping_id.removeprefix("mapping-queue/")] else "Disabled"

    def disconnect(self, customer_id: str) -> None:
        if customer_id in self.there:
            self.there[customer_id] = None

    def drain(self, customer_id: str) -> Iterable[SqsRecord]:
        while self.messages.get(customer_id):
            yield self.messages[customer_id].pop(0)

    def depth(self, queue_url: str) -> int:
        return self.depths.get(queue_url, 0)

    def delete(self, customer_id: str) -> None:
        self.there.pop(customer_id, None)

    def dead_letter(self, queue_arn: str, body: str, reason: Mapping[str, Any], message_id: str) -> None:
        self.dead.append((queue_arn, body, reason))


@dataclass
class FakeDeliveryOrders:
    """What was ordered."""

    is_there: bool = True
    sent: list[DeliveryOrder] = field(default_factory=list)

    def send(self, order: DeliveryOrder) -> None:
        self.sent.append(order)


@dataclass
class FakeMessagesInHand:
    """Which messages come back after how many seconds. Receipts `lapsed` are another's by now."""

    lapsed: set[str] = field(default_factory=set)
    postponed: list[tuple[str, int]] = field(default_factory=list)

    def postpone(self, queue_arn: str, receipt: str, seconds: int) -> None:
        if receipt in self.lapsed:
            raise AwsBusy("The input receipt handle is invalid.")
        self.postponed.append((receipt, seconds))


@dataclass
class FakeResults:
    """The parts of each run's result, or why there are none. It remembers what was asked for."""

    found: dict[str, Sequence[bytes] | Exception] = field(default_factory=dict)
    asked: list[DeliveryOrder] = field(default_factory=list)

    def parts(self, order: DeliveryOrder) -> Sequence[Iterator[bytes]]:
        self.asked.append(order)
        found = self.found.get(order.run_id, NotReadyYet(f"AMC has no file of run {order.run_id}"))
        if isinstance(found, Exception):
            raise found
        return [iter([part[: len(part) // 2], part[len(part) // 2 :]]) for part in found]


@dataclass
class FakeTableProtection:
    """Tables, by whether they are protected; those of `stuck` cannot be changed."""

    tables: dict[str, bool] = field(default_factory=dict)
    stuck: set[str] = field(default_factory=set)

    def turn(self, table: str, *, on: bool) -> bool:
        if self.tables[table] == on:
            return False
        if table in self.stuck:
            raise RuntimeError(f"{table} is being updated")
        self.tables[table] = on
        return True


@dataclass
class FakeStackAnswers:
    """The answers, with the URLs that they went to."""

    sent: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def send(self, url: str, answer: Mapping[str, Any]) -> None:
        self.sent.append((url, answer))


class World:
    """All ports together, as a handler sees them."""

    def __init__(self, *tenants: Mapping[str, Any]) -> None:
        self.clock = FakeClock()
        self.tenants = FakeTenants(*tenants)
        self.requests = FakeRequests(self.tenants)
        self.chains = FakeChains()
        self.executions = FakeExecutions(self.requests)
        self.workflows = FakeWorkflows()
        self.durations = FakeDurations(self.workflows)
        self.library = FakeLibrary()
        self.schedules = FakeSchedules()
        self.scheduler = FakeScheduler()
        self.semaphores = FakeSemaphores()
        self.tasks = FakeTasks()
        self.stopped_executions = FakeStoppedExecutions()
        self.sweeps = FakeSweeps()
        self.announcer = FakeAnnouncer()
        self.metrics = FakeMetrics()
        self.queues = FakeQueues()
        self.delivery_orders = FakeDeliveryOrders()
        self.messages_in_hand = FakeMessagesInHand()
        self.results = FakeResults()
        self.customer_config = FakeCustomerConfig()
        self.instance_owners = FakeOwners()
        self.account_slots = FakeAccountSlots()
        self.buckets = FakeBuckets()
        self.table_protection = FakeTableProtection()
        self.stack_answers = FakeStackAnswers()
        self.amc = FakeAmc(self.clock)
        self.settings = SimpleNamespace(
            prefix="wfm-demoteam-amcdataset",
            longest_idle=timedelta(hours=1),
            execution_lifecycle_arn="lifecycle",
            tenant_onboarding_arn="onboarding",
            tenant_offboarding_arn="offboarding",
            workflow_sync_arn="sync",
            library_rollout_arn="rollout",
            backfill_arn="backfill",
            delivery_database="wfm_demoteam_amcdataset",
            execution_events_topic_arn="arn:aws:sns:us-east-1:123456789012:wfm-demoteam-amcdataset-ExecutionEvents",
        )
