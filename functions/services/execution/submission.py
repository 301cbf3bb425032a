"""Exactly one AMC run per request, although AMC's POST takes no idempotency key.

An attempt is recorded before the POST. If its outcome is unknown (time-out, 5xx, killed Lambda), the next attempt first
searches for a matching run that no other request has claimed, and adopts it. Only if there is none `LIST_LAG_SECONDS`
after the attempt ended, the POST is repeated. Runs that match are interchangeable: two equal requests may swap their
runs, but each gets one. A run that somebody else started with the same inputs, up to `ADOPTION_SECONDS` after the
attempt began, cannot be told apart and would be adopted.

For a request that is stopped meanwhile the run is found in the same way, so that it can be cancelled.
"""

from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from wfm.calendar.timestamps import iso, parse
from wfm.errors import AmcThrottled, AmcUnavailable, PermanentError, SubmissionUncertain
from wfm.model.rows import Document, RequestRow, object_in
from wfm.model.run_matching import candidates, defaults_of
from wfm.model.tenants import Tenant
from wfm.model.wait_times import wfm_wait

LIST_LAG_SECONDS: Final = 30.0  # how long an accepted run may stay out of AMC's list before we take it as not accepted
ATTEMPT_TIMEOUT_SECONDS: Final = 60.0  # SubmitExecution's own time-out: when a killed one has certainly ended
CLOCK_SKEW_SECONDS: Final = 5.0  # AMC's clock against ours
ADOPTION_SECONDS: Final = 2 * ATTEMPT_TIMEOUT_SECONDS  # after an attempt began; AMC makes no run of it any more


def is_conclusive(row: RequestRow, now: datetime) -> bool:
    """Whether a run accepted by the row's attempt would be in AMC's list by now. A killed attempt has no end."""
    deadline = parse(row["attemptedAt"]) + timedelta(seconds=ATTEMPT_TIMEOUT_SECONDS)
    ended = parse(row["attemptEndedAt"]) if row.get("attemptEndedAt") else deadline
    return now - ended >= timedelta(seconds=LIST_LAG_SECONDS)


def submit(row: RequestRow, tenant: Tenant, ports: Ports) -> str:
    """POST the request to AMC, or adopt its run; the workflowExecutionId. Idempotent.

    `row` is the row of ExecutionRequests. PermanentError if AMC refuses, TransientError if a retry may help.
    """
    known = find_or_adopt_run(row, tenant, ports)
    if known:
        return known
    if not ports.requests.begin_attempt(row, ports.clock()):
        raise SubmissionUncertain("another try of this request is under way")
    run = _post(row, tenant, ports)
    if _claim(row, run, row["attempts"] + 1, ports):
        return str(run["workflowExecutionId"])
    _cancel_if_ended(row, run, tenant, ports)
    ports.requests.save(row["customerId"], row["requestId"], attemptEndedAt=iso(ports.clock()))
    raise SubmissionUncertain("an equal request adopted this run; the next try adopts its run, or posts")


def find_or_adopt_run(row: RequestRow, tenant: Tenant, ports: Ports) -> str | None:
    """The request's run: its own, or one that an earlier attempt left behind; None if there is none.

    SubmissionUncertain while it is too early to know.
    """
    if row.get("workflowExecutionId"):
        return str(row["workflowExecutionId"])
    if not row.get("attemptedAt") or _is_dry_run(row):
        return None
    adopted = _adopt(row, tenant, ports)
    if adopted is None and not is_conclusive(row, ports.clock()):
        raise SubmissionUncertain(f"whether AMC accepted the POST of {row['attemptedAt']} is not known yet")
    return adopted


def _cancel_if_ended(row: RequestRow, run: Document, tenant: Tenant, ports: Ports) -> None:
    """Cancel the run of a request that was completed during its POST: it can claim no run any more."""
    request = ports.requests.find(row["customerId"], row["requestId"]) or row
    if "endedAt" not in request:
        return
    known = ports.executions.find(row["customerId"], str(run["workflowExecutionId"])) or {}
    if "requestId" not in known:
        ports.amc.cancel_execution(tenant, str(run["workflowExecutionId"]))
    raise SubmissionUncertain(f"{row['requestId']} has ended as {request['status']} during its POST")


def _post(row: RequestRow, tenant: Tenant, ports: Ports) -> Document:
    try:
        return ports.amc.create_execution(tenant, row["execution"])
    except (AmcThrottled, PermanentError):
        ports.requests.drop_attempt(row["customerId"], row["requestId"])
        raise
    except AmcUnavailable as exc:
        if exc.sent:
            ports.requests.save(row["customerId"], row["requestId"], attemptEndedAt=iso(ports.clock()))
        else:
            ports.requests.drop_attempt(row["customerId"], row["requestId"])
        raise


def _adopt(row: RequestRow, tenant: Tenant, ports: Ports) -> str | None:
    since = parse(row["attemptedAt"]) - timedelta(seconds=CLOCK_SKEW_SECONDS)
    until = parse(row["attemptedAt"]) + timedelta(seconds=ADOPTION_SECONDS)
    runs = ports.amc.list_executions(tenant, since, with_sql="workflow" in row["execution"])
    for run in candidates(runs, row["execution"], since, until, lambda: _defaults(row, tenant, ports)):
        if _claim(row, run, row["attempts"], ports):
            return str(run["workflowExecutionId"])
    return None


def _is_dry_run(row: RequestRow) -> bool:
    """AMC does not show of a run that it was one, so none is adopted: to POST it again computes nothing twice.

    One whose answer was lost can be taken for an equal request's run, if that lost its answer in the same two minutes.
    """
    return object_in(row.get("execution")).get("dryRun") is True


def _defaults(row: RequestRow, tenant: Tenant, ports: Ports) -> Document:
    """The values that AMC may add to the given ones: defaults of an ad hoc query, or of the workflow in AMC."""
    body = row["execution"]
    if "workflow" in body:
        return defaults_of(object_in(body["workflow"]))
    return defaults_of(ports.amc.get_workflow(tenant, str(body["workflowId"])) or {})


def _claim(row: RequestRow, run: Document, attempts: int, ports: Ports) -> bool:
    """Tie the run to the request; its row also gets who asked for it, and how long it waited."""
    now = ports.clock()
    asked = {"requestedBy": row.get("source"), "backfillId": row.get("backfillId"), "attempts": attempts}
    about = {**asked, **wfm_wait(row, now), "dryRun": _is_dry_run(row) or None}
    return ports.executions.claim(row["customerId"], row["requestId"], run, now, about)
