"""The end of a request, however it comes: outcome recorded, slot passed on, and told if no AMC run tells of it."""

from typing import Any, Protocol

from functions.domain.gate import GateStore, release
from functions.domain.outcomes import Outcome, of_run
from functions.domain.ports import Amc, Announcer, Clock, Executions, Requests, Tasks, Tenants
from functions.domain.preparation import rejected_row
from functions.domain.tenants import from_row


class ClosingPorts(Protocol):
    """What closing a request takes."""

    @property
    def clock(self) -> Clock: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def executions(self) -> Executions: ...
    @property
    def tenants(self) -> Tenants: ...
    @property
    def gates(self) -> GateStore: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def announcer(self) -> Announcer: ...
    @property
    def amc(self) -> Amc: ...


def close(customer_id: str, request_id: str, document: Any, outcome: Outcome, ports: ClosingPorts) -> None:
    """May be called any number of times. `document` is what was asked, kept when no row holds it yet."""
    row = ports.requests.find(customer_id, request_id)
    if row is None:
        row = ports.requests.add(rejected_row(customer_id, request_id, document, ports.clock()))
    if "workflowExecutionId" not in row and "endedAt" not in row:
        ports.announcer.request(row, outcome)
    error = {"reason": outcome.reason or None, "errorName": outcome.error or None}
    ports.requests.advance(customer_id, request_id, outcome.status, ports.clock(), **error)
    release(ports.gates, ports.tasks.wake, customer_id, request_id, ports.tenants.limit(customer_id))


def cancel_run(customer_id: str, request_id: str, ports: ClosingPorts) -> None:
    """Cancel the AMC run of a request that has not ended, so that the slot it gives back is really free."""
    row = ports.requests.find(customer_id, request_id) or {}
    execution_id = row.get("workflowExecutionId")
    tenant = ports.tenants.find(customer_id)
    if not execution_id or tenant is None or "endedAt" in row:
        return
    if of_run(ports.executions.find(customer_id, execution_id) or {"status": "PENDING"}).status == "RUNNING":
        ports.amc.cancel_execution(from_row(tenant), execution_id)
