"""Behaving fakes of the domain's ports: small stores that keep the same promises as the adapters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from functions.domain.errors import AmcRefused, AmcUnavailable
from functions.domain.gate import Gate, Waiter
from functions.domain.outcomes import Outcome
from functions.domain.statuses import REQUEST_ENDED, has_ended
from functions.domain.tenants import Tenant, from_row
from functions.domain.times import iso
from functions.domain.tracking import to_row

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class FakeGates:
    """One gate a tenant, in memory."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Waiter]] = {}
        self.waiting: dict[str, dict[str, Waiter]] = {}
        self.rested: set[tuple[str, str]] = set()
        self.external: dict[str, int] = {}

    def read(self, customer_id: str) -> Gate:
        return Gate(frozenset(self.held.get(customer_id, {})), self.external.get(customer_id, 0))

    def enter(self, waiter: Waiter) -> bool:
        held = self.held.setdefault(waiter.customer_id, {})
        if waiter.request_id in held:
            held[waiter.request_id] = waiter
            return False
        self.waiting.setdefault(waiter.customer_id, {})[waiter.request_id] = waiter
        return True

    def line(self, customer_id: str, most: int) -> list[Waiter]:
        return sorted(self.waiting.get(customer_id, {}).values(), key=lambda waiter: waiter.place)[:most]

    def grant(self, waiter: Waiter, seen: Gate, limit: int) -> bool:
        now = self.read(waiter.customer_id)
        waiting = self.waiting.get(waiter.customer_id, {}).get(waiter.request_id)
        if waiting != waiter or now.external != seen.external or not now.free(limit):
            return False
        del self.waiting[waiter.customer_id][waiter.request_id]
        self.held.setdefault(waiter.customer_id, {})[waiter.request_id] = waiter
        return True

    def holders(self, customer_id: str) -> list[Waiter]:
        return list(self.held.get(customer_id, {}).values())

    def asleep(self, customer_id: str) -> list[Waiter]:
        held = self.held.get(customer_id, {}).values()
        return [holder for holder in held if (customer_id, holder.task_token) not in self.rested]

    def woken(self, waiter: Waiter) -> None:
        self.rested.add((waiter.customer_id, waiter.task_token))

    def leave(self, customer_id: str, request_id: str) -> None:
        self.held.get(customer_id, {}).pop(request_id, None)
        self.waiting.get(customer_id, {}).pop(request_id, None)

    def count_external(self, customer_id: str, runs: int) -> None:
        self.external[customer_id] = runs


class FakeRequests:
    """ExecutionRequests, in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        return dict(self.rows.setdefault((row["customerId"], row["requestId"]), dict(row)))

    def find(self, customer_id: str, request_id: str) -> dict[str, Any] | None:
        row = self.rows.get((customer_id, request_id))
        return None if row is None else dict(row)

    def advance(self, customer_id: str, request_id: str, status: str, now: datetime, **fields: Any) -> None:
        row = self.rows.get((customer_id, request_id))
        if row is None or row["status"] in REQUEST_ENDED:
            return
        stamp = "endedAt" if status in REQUEST_ENDED else f"{status.lower()}At"
        row.setdefault(stamp, iso(now))
        row |= {"status": status, **{name: value for name, value in fields.items() if value is not None}}

    def save(self, customer_id: str, request_id: str, **fields: Any) -> None:
        if (customer_id, request_id) in self.rows:
            self.rows[customer_id, request_id] |= fields

    def begin_attempt(self, row: Mapping[str, Any], now: datetime) -> bool:
        current = self.rows[row["customerId"], row["requestId"]]
        same = all(current.get(name) == row.get(name) for name in ("attemptedAt", "attempts"))
        if not same or "workflowExecutionId" in current or "endedAt" in current:
            return False
        current |= {"attemptedAt": iso(now), "attempts": current["attempts"] + 1}
        current.pop("attemptEndedAt", None)
        return True

    def drop_attempt(self, customer_id: str, request_id: str) -> None:
        for name in ("attemptedAt", "attemptEndedAt"):
            self.rows[customer_id, request_id].pop(name, None)


class FakeExecutions:
    """Executions, in memory; claims write to the requests as the real transaction does."""

    def __init__(self, requests: FakeRequests) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self._requests = requests

    def find(self, customer_id: str, execution_id: str) -> dict[str, Any] | None:
        return self.rows.get((customer_id, execution_id))

    def find_many(self, customer_id: str, execution_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        found = {execution_id: self.rows.get((customer_id, execution_id)) for execution_id in execution_ids}
        return {execution_id: dict(row) for execution_id, row in found.items() if row}

    def unsettled(self, customer_id: str) -> list[Mapping[str, Any]]:
        return [row for (owner, _), row in self.rows.items() if owner == customer_id and "unsettledSince" in row]

    def record(self, row: Mapping[str, Any]) -> None:
        known = self.rows.setdefault((row["customerId"], row["workflowExecutionId"]), {"source": "external"})
        if not has_ended(str(known.get("executionStatus"))):
            known.pop("unsettledSince", None)
            known |= row

    def claim(self, customer_id: str, request_id: str, run: Mapping[str, Any], now: datetime) -> bool:
        request = self._requests.rows[customer_id, request_id]
        known = self.rows.get((customer_id, run["workflowExecutionId"]), to_row(customer_id, run, now))
        taken = known.get("requestId", request_id) != request_id
        if taken or "workflowExecutionId" in request or "endedAt" in request:
            return False
        self.rows[customer_id, run["workflowExecutionId"]] = {**known, "requestId": request_id, "source": "wfm"}
        request |= {"workflowExecutionId": run["workflowExecutionId"], "status": "RUNNING", "runningAt": iso(now)}
        for name in ("attemptedAt", "attemptEndedAt"):
            request.pop(name, None)
        return True


class FakeTenants:
    """Tenants, in memory."""

    def __init__(self, *rows: Mapping[str, Any]) -> None:
        self.rows: dict[str, dict[str, Any]] = {row["customerId"]: dict(row) for row in rows}

    def find(self, customer_id: str) -> dict[str, Any] | None:
        return self.rows.get(customer_id)

    def limit(self, customer_id: str) -> int:
        row = self.rows.get(customer_id, {})
        if "amcInstanceId" not in row:
            return 10
        return 0 if row["status"] == "PAUSED" else from_row(row).limit

    def save(self, customer_id: str, **fields: Any) -> None:
        row = self.rows.setdefault(customer_id, {"customerId": customer_id})
        row.update(fields)
        for name in [name for name, value in fields.items() if value is None]:
            del row[name]

    def lease(self, customer_id: str, execution_arn: str, seen: str | None) -> bool:
        row = self.rows.setdefault(customer_id, {"customerId": customer_id, "status": "PROVISIONING"})
        if row.get("onboardingLease") != seen:
            return False
        row |= {"onboardingLease": execution_arn, "onboardingExecution": execution_arn}
        return True

    def due(self, now: datetime) -> list[str]:
        return [key for key, row in self.rows.items() if row["status"] == "ACTIVE" and row["nextPollAt"] <= iso(now)]

    def by_bucket(self, bucket: str) -> list[str]:
        return [key for key, row in self.rows.items() if row.get("bucketName") == bucket]

    def look_no_later(self, customer_id: str, at: datetime) -> None:
        row = self.rows[customer_id]
        row["nextPollAt"] = min(row.get("nextPollAt", iso(at)), iso(at))

    def begin_look(self, customer_id: str, now: datetime) -> Mapping[str, Any] | None:
        row = self.rows[customer_id]
        if "lookingSince" in row:
            row["wakeUps"] = row.get("wakeUps", 0) + 1
            return None
        row["lookingSince"] = iso(now)
        return dict(row)

    def end_look(self, seen: Mapping[str, Any], now: datetime, next_look: datetime, failure: str | None = None) -> bool:
        row = self.rows[seen["customerId"]]
        row.pop("lookingSince", None)
        quiet = row.get("wakeUps") == seen.get("wakeUps")
        row["nextPollAt"] = iso(next_look if quiet else now)
        row |= {"lookFailure": failure} if failure else {"lastLookedAt": iso(now)}
        return quiet


class FakeWorkflows:
    """Workflows, in memory."""

    def __init__(self, *rows: Mapping[str, Any]) -> None:
        self.rows = {(row["customerId"], row["workflowId"]): dict(row) for row in rows}

    def find(self, customer_id: str, workflow_id: str) -> dict[str, Any] | None:
        return self.rows.get((customer_id, workflow_id))

    def ids(self, customer_id: str) -> list[str]:
        return [workflow_id for owner, workflow_id in self.rows if owner == customer_id]

    def save_sync(self, customer_id: str, workflow_id: str, **fields: Any) -> None:
        self.rows[customer_id, workflow_id] |= fields


@dataclass
class FakeAmc:
    """An AMC that accepts everything; `faults` are raised by the next POSTs, before or after accepting."""

    clock: FakeClock
    runs: list[dict[str, Any]] = field(default_factory=list)
    workflows: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[tuple[str, Exception]] = field(default_factory=list)
    list_fault: Exception | None = None
    calls: list[str] = field(default_factory=list)
    accounts: list[Mapping[str, Any]] = field(default_factory=list)
    instances: list[Mapping[str, Any]] = field(default_factory=list)

    def create_execution(self, tenant: Tenant, body: Mapping[str, Any]) -> Mapping[str, Any]:
        self.calls.append("POST")
        when, fault = self.faults.pop(0) if self.faults else ("never", AmcUnavailable("never raised"))
        if when == "before":
            raise fault
        run = {
            "workflowExecutionId": f"run-{len(self.runs)}",
            "workflowId": body.get("workflowId"),
            "status": "PENDING",
            "createTime": iso(self.clock()),
            "lastUpdatedTime": iso(self.clock()),
            "parameterValues": body.get("parameterValues", {}),
            "timeWindowStartOriginal": body.get("timeWindowStart"),
            "timeWindowEndOriginal": body.get("timeWindowEnd"),
        }
        self.runs.append(run)
        if when == "after":
            raise fault
        return run

    def list_executions(self, tenant: Tenant, since: datetime, *, with_sql: bool = False) -> list[Mapping[str, Any]]:
        self.calls.append("LIST")
        if self.list_fault:
            raise self.list_fault
        return [run for run in self.runs if run["createTime"] >= iso(since)]

    def get_execution(self, tenant: Tenant, execution_id: str) -> Mapping[str, Any]:
        for run in self.runs:
            if run["workflowExecutionId"] == execution_id:
                return run
        raise AmcRefused(400, f"Workflow execution with ID {execution_id} does not exist.")

    def cancel_execution(self, tenant: Tenant, execution_id: str) -> None:
        self.calls.append(f"CANCEL {execution_id}")
        self.end(execution_id, "CANCELLED")

    def end(self, execution_id: str, status: str, reason: str | None = None) -> None:
        """The run ends in AMC."""
        run = next(run for run in self.runs if run["workflowExecutionId"] == execution_id)
        run |= {"status": status, "statusReason": reason, "lastUpdatedTime": iso(self.clock())}

    def list_accounts(self, tenant: Tenant) -> list[Mapping[str, Any]]:
        return self.accounts

    def list_instances(self, tenant: Tenant) -> list[Mapping[str, Any]]:
        return self.instances

    def get_workflow(self, tenant: Tenant, workflow_id: str) -> Mapping[str, Any] | None:
        return self.workflows.get(workflow_id)

    def put_workflow(self, tenant: Tenant, definition: Mapping[str, Any]) -> None:
        self.workflows[definition["workflowId"]] = dict(definition)

    def delete_workflow(self, tenant: Tenant, workflow_id: str) -> None:
        self.workflows.pop(workflow_id, None)


@dataclass
class FakeTasks:
    """Step Functions, of which only the waiting tokens matter."""

    answered: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    beats: list[str] = field(default_factory=list)
    started: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)

    def succeed(self, token: str, output: Mapping[str, Any]) -> bool:
        if token in self.answered:
            return False
        self.answered[token] = output
        return True

    def beat(self, token: str) -> None:
        self.beats.append(token)

    def start(self, machine: str, name: str, document: Mapping[str, Any]) -> str:
        self.started.setdefault(name, (machine, document))
        return name

    def is_running(self, execution_arn: str) -> bool:
        return execution_arn not in self.over

    def wake(self, waiter: Waiter) -> bool:
        if waiter.execution_arn in self.over:
            return False
        self.succeed(waiter.task_token, {"granted": True})
        return True


@dataclass
class FakeAnnouncer:
    """Remembers what was told."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def execution(self, row: Mapping[str, Any], previous: str | None) -> None:
        self.told.append((row["workflowExecutionId"], row["executionStatus"]))

    def request(self, request: Any, outcome: Outcome) -> None:
        self.told.append((request["requestId"], outcome.status))


@dataclass
class FakeCustomerConfig:
    """The TPS records."""

    records: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def find(self, customer_id: str) -> Mapping[str, Any] | None:
        return self.records.get(customer_id)


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

    def watch(self, bucket: str) -> bool:
        self.watched.add(bucket)
        return True


@dataclass
class FakeQueues:
    """The tenants' queues: which there are, which are connected (True: enabled), what is in them."""

    dead: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    there: dict[str, bool | None] = field(default_factory=dict)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

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

    def take_out(self, customer_id: str) -> Iterable[dict[str, Any]]:
        while self.messages.get(customer_id):
            yield self.messages[customer_id].pop(0)

    def delete(self, customer_id: str) -> None:
        self.there.pop(customer_id, None)

    def dead_letter(self, queue_arn: str, body: str, reason: Mapping[str, Any], message_id: str) -> None:
        self.dead.append((queue_arn, body, reason))


class World:
    """All ports together, as a handler sees them."""

    def __init__(self, *tenants: Mapping[str, Any]) -> None:
        self.clock = FakeClock()
        self.requests = FakeRequests()
        self.executions = FakeExecutions(self.requests)
        self.tenants = FakeTenants(*tenants)
        self.workflows = FakeWorkflows()
        self.gates = FakeGates()
        self.tasks = FakeTasks()
        self.announcer = FakeAnnouncer()
        self.queues = FakeQueues()
        self.customer_config = FakeCustomerConfig()
        self.instance_owners = FakeOwners()
        self.buckets = FakeBuckets()
        self.amc = FakeAmc(self.clock)
        self.settings = SimpleNamespace(
            prefix="wfm-demoteam-amcdataset",
            execution_lifecycle_arn="lifecycle",
            tenant_onboarding_arn="onboarding",
            workflow_sync_arn="sync",
        )
