"""A stand-in for the stream of CustomerConfig and the machine `tenant_onboarding`, as far as the client sees them."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wfm.client.machines import MachineExecution, StateEntered

STATES = {
    "ACTIVE": ("ClaimTenant", "CheckQueue", "WaitForQueue", "CheckQueue", "TenantReady"),
    "PAUSED": ("ClaimTenant", "DrainQueue", "TenantReady"),
    "FAILED": ("ClaimTenant", "VerifyCredentials", "TenantFailed"),
    "OFFBOARDED": ("ClaimTenant", "DrainQueue", "DeprovisionTenant", "TenantOffboarded"),
}
STEP = timedelta(seconds=2)
REFUSED = "amcInstanceId: 'amcwrong1' is not among those that these credentials may use"


def record(**changes: Any) -> dict[str, Any]:
    """A flat TPS record that can be used."""
    fields = {
        "customerId": "acme",
        "customerName": "Acme Toys",
        "amcInstanceId": "amcacme1",
        "amcAmazonAdsAdvertiserId": "ENTITY1ACME",
        "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
        "maximumConcurrentWorkflowExecutions": 2,
    }
    return fields | changes


@dataclass(slots=True)
class Running:
    """An execution and what it is going to do; with each peek it gets one state further."""

    execution: MachineExecution
    states: tuple[str, ...]
    status: str
    reason: str | None = None
    entered: int = 0


class FakeOnboarding:
    """Starts an execution when a record changes or when asked to, and brings the tenant to what its rows want."""

    def __init__(self, tenants: Any, records: Any) -> None:
        self.tenants, self.records = tenants, records
        self.runs: dict[str, list[Running]] = {}
        self.started: list[str] = []
        self._seen: dict[str, Any] = self._by_id()

    def _by_id(self) -> dict[str, Any]:
        return {item["customerId"]: item for item in self.records.scan()["Items"]}

    def _stream(self) -> None:
        before, self._seen = self._seen, self._by_id()
        for customer_id in sorted(before.keys() | self._seen.keys()):
            if before.get(customer_id) != self._seen.get(customer_id):
                self._begin(customer_id)

    def _begin(self, customer_id: str) -> datetime:
        now = datetime.now(UTC)
        wanted = self._seen.get(customer_id)
        row = self.tenants.get_item(Key={"customerId": customer_id}).get("Item", {})
        status = "OFFBOARDED" if wanted is None else "PAUSED" if row.get("paused") else "ACTIVE"
        wrong = wanted is not None and wanted.get("amcInstanceId") == "amcwrong1"
        execution = MachineExecution(f"arn:{customer_id}-{uuid.uuid4().hex}", "RUNNING", now, None)
        run = Running(execution, STATES["FAILED" if wrong else status], status, REFUSED if wrong else None)
        self.runs.setdefault(customer_id, []).append(run)
        return now

    def start(self, customer_id: str) -> datetime:
        self.started.append(customer_id)
        self._stream()
        return self._begin(customer_id)

    def executions(self, customer_id: str, since: datetime) -> list[MachineExecution]:
        self._stream()
        runs = self.runs.get(customer_id, [])
        for run in runs:
            self._advance(customer_id, run)
        return [run.execution for run in runs if run.execution.started >= since]

    def _advance(self, customer_id: str, run: Running) -> None:
        if run.entered < len(run.states):
            run.entered += 1
            return
        if run.execution.ended is None:
            ended = run.execution.started + STEP * len(run.states)
            run.execution = replace(run.execution, status="FAILED" if run.reason else "SUCCEEDED", ended=ended)
            self._finish(customer_id, run)

    def _finish(self, customer_id: str, run: Running) -> None:
        """An ACTIVE tenant stays so when a change of it fails."""
        row = self.tenants.get_item(Key={"customerId": customer_id}).get("Item", {"customerId": customer_id})
        failed = row.get("status", "FAILED") if run.reason else run.status
        self.tenants.put_item(Item=row | {"status": failed, **({"reason": run.reason} if run.reason else {})})

    def entered(self, execution: str) -> list[StateEntered]:
        run = self._run(execution)
        started = run.execution.started
        return [StateEntered(run.states[n], started + STEP * n, execution) for n in range(run.entered)]

    def cause(self, execution: str) -> str | None:
        return self._run(execution).reason

    def _run(self, execution: str) -> Running:
        return next(run for runs in self.runs.values() for run in runs if run.execution.arn == execution)
