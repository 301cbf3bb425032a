"""Exactly one AMC run per request, although AMC's POST takes no idempotency key.

An attempt is recorded before the POST. If its outcome is unknown (time-out, 5xx, killed Lambda), the next attempt first
searches for a matching run that no other request has claimed, and adopts it. Only if there is none `LIST_LAG_SECONDS`
after the attempt ended, the POST is repeated. Runs that match are interchangeable: two equal requests may swap their
runs, but each gets one. A run that somebody else started with the same inputs, up to `ADOPTION_SECONDS` after the
attempt began, cannot be told apart and would be adopted.

For a request that is stopped meanwhile the run is found in the same way, so that it can be cancelled.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Submission:
    """A request on its way to AMC, read from its `row`; `body` is what AMC gets, `run_id` its run if it has one."""

    row: RequestRow
    customer_id: str
    request_id: str
    body: Document
    attempts: int
    run_id: str | None
    attempted_at: datetime | None
    attempt_ended_at: datetime | None

    @classmethod
    def of(cls, row: RequestRow) -> "Submission":
        """What the row of ExecutionRequests says."""
        attempted, ended = row.get("attemptedAt"), row.get("attemptEndedAt")
        return cls(
            row=row,
            customer_id=row["customerId"],
            request_id=row["requestId"],
            body=row.get("execution", {}),
            attempts=row.get("attempts", 0),
            run_id=row.get("workflowExecutionId") or None,
            attempted_at=parse(attempted) if attempted else None,
            attempt_ended_at=parse(ended) if ended else None,
        )

    @property
    def is_dry_run(self) -> bool:
        """AMC's answers do not show that a run was a dry run, so none is adopted; a second POST computes nothing twice.

        A dry run whose answer was lost can be adopted by an equal request that lost its answer in the same two minutes.
        """
        return self.body.get("dryRun") is True


def _is_conclusive(submission: Submission, attempted_at: datetime, now: datetime) -> bool:
    """Whether a run accepted by the attempt would be in AMC's list by now. A killed attempt has no end."""
    ended = submission.attempt_ended_at or attempted_at + timedelta(seconds=ATTEMPT_TIMEOUT_SECONDS)
    return now - ended >= timedelta(seconds=LIST_LAG_SECONDS)


def submit(row: RequestRow, tenant: Tenant, ports: Ports) -> str:
    """POST the request to AMC, or adopt its run; the workflowExecutionId. Idempotent.

    `row` is the row of ExecutionRequests. PermanentError if AMC refuses, TransientError if a retry may help.
    """
    known, submission = find_or_adopt_run(row, tenant, ports), Submission.of(row)
    if known:
        return known
    if not ports.requests.begin_attempt(row, ports.clock()):
        raise SubmissionUncertain("another try of this request is under way")
    run = _post(submission, tenant, ports)
    if _claim(submission, run, submission.attempts + 1, ports):
        return _id_of(run)
    _cancel_if_ended(submission, _id_of(run), tenant, ports)
    _end_attempt(submission, ports)
    raise SubmissionUncertain("an equal request adopted this run; the next try adopts its run, or posts")


def find_or_adopt_run(row: RequestRow, tenant: Tenant, ports: Ports) -> str | None:
    """The request's run: its own, or one that an earlier attempt left behind; None if there is none.

    SubmissionUncertain while it is too early to know.
    """
    submission = Submission.of(row)
    if submission.run_id or submission.attempted_at is None or submission.is_dry_run:
        return submission.run_id
    adopted = _adopt(submission, submission.attempted_at, tenant, ports)
    if adopted is None and not _is_conclusive(submission, submission.attempted_at, ports.clock()):
        raise SubmissionUncertain(f"whether AMC accepted the POST of {iso(submission.attempted_at)} is not known yet")
    return adopted


def _cancel_if_ended(submission: Submission, run_id: str, tenant: Tenant, ports: Ports) -> None:
    """Cancel the run of a request that was completed during its POST: it can claim no run any more."""
    request = ports.requests.find(submission.customer_id, submission.request_id) or submission.row
    if "endedAt" not in request:
        return
    known = ports.executions.find(submission.customer_id, run_id) or {}
    if "requestId" not in known:
        ports.amc.cancel_execution(tenant, run_id)
    raise SubmissionUncertain(f"{submission.request_id} has ended as {request['status']} during its POST")


def _post(submission: Submission, tenant: Tenant, ports: Ports) -> Document:
    try:
        return ports.amc.create_execution(tenant, submission.body)
    except (AmcThrottled, AmcUnavailable, PermanentError) as exc:
        if isinstance(exc, AmcUnavailable) and exc.sent:
            _end_attempt(submission, ports)
        else:
            ports.requests.drop_attempt(submission.customer_id, submission.request_id)
        raise


def _end_attempt(submission: Submission, ports: Ports) -> None:
    ports.requests.save(submission.customer_id, submission.request_id, attemptEndedAt=iso(ports.clock()))


def _adopt(submission: Submission, attempted_at: datetime, tenant: Tenant, ports: Ports) -> str | None:
    since = attempted_at - timedelta(seconds=CLOCK_SKEW_SECONDS)
    until = attempted_at + timedelta(seconds=ADOPTION_SECONDS)
    runs = ports.amc.list_executions(tenant, since, with_sql="workflow" in submission.body)
    for run in candidates(runs, submission.body, since, until, lambda: _defaults(submission.body, tenant, ports)):
        if _claim(submission, run, submission.attempts, ports):
            return _id_of(run)
    return None


def _defaults(body: Document, tenant: Tenant, ports: Ports) -> Document:
    """The values that AMC may add to the given ones: defaults of an ad hoc query, or of the workflow in AMC."""
    if "workflow" in body:
        return defaults_of(object_in(body["workflow"]))
    return defaults_of(ports.amc.get_workflow(tenant, str(body["workflowId"])) or {})


def _claim(submission: Submission, run: Document, attempts: int, ports: Ports) -> bool:
    """Tie the run to the request; its row also gets who asked for it, and how long it waited."""
    now, row = ports.clock(), submission.row
    asked = {"requestedBy": row.get("source"), "backfillId": row.get("backfillId"), "attempts": attempts}
    about = {**asked, **wfm_wait(row, now), "dryRun": submission.is_dry_run or None}
    return ports.executions.claim(submission.customer_id, submission.request_id, run, now, about)


def _id_of(run: Document) -> str:
    return str(run["workflowExecutionId"])
