"""The end of a request: records its outcome, releases its slot, announces it if no AMC run will, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from functions.ports import Ports, Requests
from functions.services.account_slots import release_slot
from functions.services.execution.auto_resubmit import keeps_open_for_next_try, resubmit_if_allowed
from functions.services.execution.chaining import continue_chain, has_links_after, keeps_open, keeps_open_for_refresh
from functions.services.execution.failures_in_a_row import count_end
from functions.services.execution.submission import find_or_adopt_run
from wfm.calendar.timestamps import epoch, iso, parse_timestamp_or_none
from wfm.errors import AmcRefused, NotReadyYet, PermanentError
from wfm.model.amc_run import AmcRun
from wfm.model.fingerprints import is_same_document
from wfm.model.outcomes import Outcome, of_run
from wfm.model.request_ids import identify, other_id, rejected_row
from wfm.model.requests import restored_row
from wfm.model.rows import RequestRow, TenantRow, object_in
from wfm.model.runs import run_row
from wfm.model.statuses import RequestStatus, RunStatus, has_ended
from wfm.model.stored_request import StoredRequest
from wfm.model.tenant_values import TenantValues
from wfm.model.tenants import Tenant, from_row, retention_of
from wfm.model.workflows import does_not_exist


@dataclass(frozen=True)
class FoundRequest:
    """A request by its ids, and its row and its tenant's as they were read together; None for what is not there."""

    customer_id: str
    request_id: str
    row: RequestRow | None
    tenant: TenantRow | None


def find_request(customer_id: str, request_id: str, requests: Requests) -> FoundRequest:
    """The request as it is now."""
    return FoundRequest(customer_id, request_id, *requests.find_with_tenant(customer_id, request_id))


def request_of_execution(document: object, execution_name: str, requests: Requests) -> FoundRequest:
    """The request that an execution of `execution_lifecycle` is about.

    An execution that was started by hand with an id that another request has gets an id of its own, so that its refusal
    does not end the other request.
    """
    found = find_request(*identify(document, execution_name), requests)
    if found.row is None or is_same_document(found.row, document):
        return found
    return find_request(found.customer_id, other_id(execution_name, found.request_id), requests)


def recall_run(execution_arn: str, found: FoundRequest, document: object, ports: Ports) -> None:
    """CleanUpExecution: tie a request whose row is older than its execution, or gone, to the run of that execution.

    So it is after a restore of the tables. The execution's history names the run, and AMC tells how it stands, and with
    what window and values it was asked for.
    """
    customer_id, request_id, row, tenant = found.customer_id, found.request_id, found.row, found.tenant
    knows = row is not None and any(name in row for name in ("endedAt", "workflowExecutionId", "attemptedAt"))
    recalled = None if knows or tenant is None else ports.stopped_executions.recall(execution_arn)
    if recalled is None or tenant is None:
        return
    try:
        run = ports.amc.get_execution(from_row(tenant), recalled.run_id)
    except PermanentError:  # AMC has forgotten it: the request ends as its execution did
        return
    if row is None:
        asked = {"workflowId": recalled.workflow_id, "priority": recalled.priority, "traceId": recalled.trace_id}
        at = parse_timestamp_or_none(recalled.arrival) or ports.clock()
        kept = {name: value for name, value in asked.items() if value}
        again = _row_again(found, document, at)
        body = {**AmcRun(run).body, **object_in(again.get("execution"))}
        ports.requests.add({**again, **kept, "executionArn": execution_arn, "execution": body})
    ports.executions.claim(customer_id, request_id, run, ports.clock(), {"traceId": recalled.trace_id or None})


def _row_again(found: FoundRequest, document: object, at: datetime) -> dict[str, object]:
    """A row for a request that has none any more: with all that it asked, where its execution was begun with that."""
    values = from_row(found.tenant).own_values if found.tenant else TenantValues(found.customer_id, {})
    read = restored_row(document, found.request_id, at, values) if isinstance(document, Mapping) else None
    return read or rejected_row(found.customer_id, found.request_id, document, at)


def end_request(found: FoundRequest, document: object, outcome: Outcome, ports: Ports) -> None:
    """ReleaseSlot, CleanUpExecution: complete the request, and do what follows from that. Idempotent.

    It is sent again if its policy says so, counted for its schedule, and what runs after it is sent.
    """
    customer_id, request_id = found.customer_id, found.request_id
    row = complete_request(found, document, outcome, ports)
    if outcome.status != RequestStatus.SUCCEEDED:
        resubmit_if_allowed(customer_id, request_id, ports)
    count_end(row, ports)
    if has_links_after(row, found.tenant):
        continue_chain(customer_id, request_id, ports)


def complete_request(found: FoundRequest, document: object, outcome: Outcome, ports: Ports) -> RequestRow:
    """End the request, as it was just found, with an outcome; its row before that. Idempotent.

    `document` is what was asked, kept if there is no row yet. A request after which others may run stays in the
    index of open ones, so a sweep sends these if nobody else does.
    """
    customer_id, request_id, row, tenant = found.customer_id, found.request_id, found.row, found.tenant
    if row is None:
        row = ports.requests.add(rejected_row(customer_id, request_id, document, ports.clock()))
    if "endedAt" not in row and not _is_announced_by_run(row, ports):
        ports.announcer.request(row, outcome)
        if outcome.status in (RequestStatus.FAILED, RequestStatus.REJECTED):
            ports.metrics.count("RequestsFailed")
    now = ports.clock()
    failure = {"reason": outcome.reason or None, "errorName": outcome.error or None}
    expires = epoch(now + retention_of(tenant))
    left = keeps_open(row, tenant, now) | keeps_open_for_next_try(row, outcome.status, outcome.error, now)
    left |= keeps_open_for_refresh(row, outcome.status, now)
    ports.requests.advance(customer_id, request_id, outcome.status, now, expireTimestamp=expires, **failure, **left)
    release_slot(customer_id, request_id, tenant, ports)
    return row


def _is_announced_by_run(row: RequestRow, ports: Ports) -> bool:
    request = StoredRequest(row)
    run = AmcRun(ports.executions.find(request.customer_id, request.run_id) or {}) if request.run_id else None
    return run is not None and has_ended(run.recorded_status) and run.request_id == request.id


def cancel_run(customer_id: str, request_id: str, ports: Ports) -> Outcome | None:
    """Cancel the AMC run of a request that has not ended, so that its slot is really free.

    The outcome of a run that ended before; None if it was cancelled, or if there is none. TransientError while AMC is
    not available, a POST may still have made a run, or AMC cancels the run no more and has not ended it yet: complete
    the request only after that, since a request that has ended can claim no run. From now on none is posted: its run
    would go on without its request.
    """
    ports.requests.save(customer_id, request_id, stoppedAt=iso(ports.clock()))
    row = ports.requests.find(customer_id, request_id) or {}
    tenant = ports.tenants.find(customer_id)
    was_posted = "workflowExecutionId" in row or "attemptedAt" in row
    if not was_posted or tenant is None or "endedAt" in row:
        return None
    execution_id = find_or_adopt_run(row, from_row(tenant), ports)
    if execution_id is None:
        return None
    run = of_run(ports.executions.find(customer_id, execution_id) or {"status": RunStatus.PENDING})
    if run.status != RequestStatus.RUNNING:
        return run
    if ports.amc.cancel_execution(from_row(tenant), execution_id):
        return None
    return _outcome_in_amc(execution_id, from_row(tenant), ports)


def _outcome_in_amc(execution_id: str, tenant: Tenant, ports: Ports) -> Outcome | None:
    """The outcome of a run that AMC did not cancel; it also goes onto the run's row, whose end nobody had seen yet.

    None for a run that AMC does not know. NotReadyYet while it goes on, as when its result is being written.
    """
    try:
        run = ports.amc.get_execution(tenant, execution_id)
    except AmcRefused as exc:
        if exc.status == HTTPStatus.NOT_FOUND or does_not_exist(exc.text):
            return None
        raise
    outcome = of_run(run)
    if outcome.status == RequestStatus.RUNNING:
        raise NotReadyYet(f"AMC does not cancel the run {execution_id}, and has not ended it")
    ports.executions.record(run_row(tenant.customer_id, run, ports.clock(), tenant.retention))
    return outcome
