"""Exactly one AMC run per request, although AMC's POST takes no idempotency key.

An attempt is recorded before the POST. If its outcome is unknown (time-out, 5xx, killed Lambda), the next attempt first
searches for a matching run that no other request has claimed, and adopts it. Only if there is none `LIST_LAG_SECONDS`
after the attempt ended, the POST is repeated. Runs that match are interchangeable: two equal requests may swap their
runs, but each gets one. A run that somebody else started with the same inputs, up to `ADOPTION_SECONDS` after the
attempt began, cannot be distinguished and would be adopted.

For a request that is stopped meanwhile the run is found in the same way, so that it can be cancelled.
"""

from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from wfm.calendar.timestamps import iso
from wfm.errors import AmcThrottled, AmcUnavailable, PermanentError, SubmissionUncertain
from wfm.model.rows import Document, RequestRow, object_in
from wfm.model.run_matching import candidates, defaults_of
from wfm.model.stored_request import StoredRequest
from wfm.model.tenants import Tenant
from wfm.model.wait_times import wfm_wait

LIST_LAG_SECONDS: Final = 30.0  # how long an accepted run may stay out of AMC's list before we take it as not accepted
ATTEMPT_TIMEOUT_SECONDS: Final = 60.0  # SubmitExecution's own time-out: when a killed one has certainly ended
CLOCK_SKEW_SECONDS: Final = 5.0  # AMC's clock against ours
ADOPTION_SECONDS: Final = 2 * ATTEMPT_TIMEOUT_SECONDS  # after an attempt began; AMC makes no run of it any more


def _is_conclusive(request: StoredRequest, attempted_at: datetime, now: datetime) -> bool:
    """Whether a run accepted by the attempt would be in AMC's list by now. A killed attempt has no end."""
    ended = request.attempt_ended_at or attempted_at + timedelta(seconds=ATTEMPT_TIMEOUT_SECONDS)
    return now - ended >= timedelta(seconds=LIST_LAG_SECONDS)


def submit_execution(row: RequestRow, tenant: Tenant, ports: Ports) -> str:
    """POST the request to AMC, or adopt its run; the workflowExecutionId. Idempotent.

    `row` is the row of ExecutionRequests. PermanentError if AMC refuses, TransientError if a retry may help.
    """
    known, request = find_or_adopt_run(row, tenant, ports), StoredRequest(row)
    if known:
        return known
    if not ports.requests.begin_attempt(row, ports.clock()):
        raise SubmissionUncertain("another try of this request is under way")
    run = _post(request, tenant, ports)
    if _claim(request, run, request.attempts + 1, ports):
        return _id_of(run)
    _cancel_if_ended(request, _id_of(run), tenant, ports)
    _end_attempt(request, ports)
    raise SubmissionUncertain("an equal request adopted this run; the next try adopts its run, or posts")


def find_or_adopt_run(row: RequestRow, tenant: Tenant, ports: Ports) -> str | None:
    """The request's run: its own, or one that an earlier attempt left behind; None if there is none.

    SubmissionUncertain while it is too early to know.
    """
    request = StoredRequest(row)
    if request.run_id or request.attempted_at is None:
        return request.run_id
    adopted = _adopt(request, request.attempted_at, tenant, ports)
    if adopted is None and not _is_conclusive(request, request.attempted_at, ports.clock()):
        raise SubmissionUncertain(f"whether AMC accepted the POST of {iso(request.attempted_at)} is not known yet")
    return adopted


def _cancel_if_ended(request: StoredRequest, run_id: str, tenant: Tenant, ports: Ports) -> None:
    """Cancel the run of a request that was completed during its POST: it can claim no run any more."""
    latest = StoredRequest(ports.requests.find(request.customer_id, request.id) or request.row)
    if not latest.ended_at:
        return
    known = ports.executions.find(request.customer_id, run_id) or {}
    if "requestId" not in known:
        ports.amc.cancel_execution(tenant, run_id)
    raise SubmissionUncertain(f"{request.id} has ended as {latest.status} during its POST")


def _post(request: StoredRequest, tenant: Tenant, ports: Ports) -> Document:
    try:
        return ports.amc.create_execution(tenant, request.body)
    except (AmcThrottled, AmcUnavailable, PermanentError) as exc:
        if isinstance(exc, AmcUnavailable) and exc.sent:
            _end_attempt(request, ports)
        else:
            ports.requests.drop_attempt(request.customer_id, request.id)
        raise


def _end_attempt(request: StoredRequest, ports: Ports) -> None:
    ports.requests.save(request.customer_id, request.id, attemptEndedAt=iso(ports.clock()))


def _adopt(request: StoredRequest, attempted_at: datetime, tenant: Tenant, ports: Ports) -> str | None:
    since = attempted_at - timedelta(seconds=CLOCK_SKEW_SECONDS)
    until = attempted_at + timedelta(seconds=ADOPTION_SECONDS)
    runs = ports.amc.list_executions(tenant, since, with_sql="workflow" in request.body)
    for run in candidates(runs, request.body, since, until, lambda: _defaults(request.body, tenant, ports)):
        if _claim(request, run, request.attempts, ports):
            return _id_of(run)
    return None


def _defaults(body: Document, tenant: Tenant, ports: Ports) -> Document:
    """The values that AMC may add to the given ones: defaults of an ad hoc query, or of the workflow in AMC."""
    if "workflow" in body:
        return defaults_of(object_in(body["workflow"]))
    return defaults_of(ports.amc.get_workflow(tenant, str(body["workflowId"])) or {})


def _claim(request: StoredRequest, run: Document, attempts: int, ports: Ports) -> bool:
    """Tie the run to the request; its row also gets who asked for it, and how long it waited."""
    now = ports.clock()
    asked = {"requestedBy": request.source, "backfillId": request.backfill_id, "labels": dict(request.labels) or None}
    known = {"attempts": attempts, "traceId": request.trace_id, "expected": request.expected, **request.lineage}
    about = {**asked, **known, **request.made_by, **wfm_wait(request.row, now), "dryRun": request.is_dry_run or None}
    return ports.executions.claim(request.customer_id, request.id, run, now, about)


def _id_of(run: Document) -> str:
    return str(run["workflowExecutionId"])
