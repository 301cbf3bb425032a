"""Sends a failed request again, if its schedule has a retry policy.

The new request's id follows from the first one's: however often it is sent, it runs once.
"""

from datetime import datetime
from typing import Final

from functions.ports import Ports
from wfm.calendar.timestamps import iso, parse
from wfm.errors import PermanentError
from wfm.model.requests import RequestDocument
from wfm.model.resubmissions import asked, resubmission
from wfm.model.retry_policy import RESUBMIT, TRY, RetryPolicy, read_retry_policy
from wfm.model.rows import RequestRow, object_in
from wfm.model.schedule_rules import PAUSE_AFTER
from wfm.model.statuses import TenantStatus
from wfm.model.stored_request import StoredRequest
from wfm.model.sweeps import GRACE

WITH_QUEUE: Final = (TenantStatus.ACTIVE, TenantStatus.PAUSED)  # tenants whose queues are there to stay


def resubmit_if_allowed(customer_id: str, request_id: str, ports: Ports) -> None:
    """Send the request again if its policy covers its failure, and attempts are left. Idempotent.

    With a pause between tries it stays in the index of open ones until that is over, and a sweep sends it.

    The new request has the same window as the first, resolved. The row gets the new id, or the reason why it could not
    be sent.
    """
    row = ports.requests.find(customer_id, request_id) or {}
    policy = policy_of(row)
    if policy is None or not is_to_be_resubmitted(row):
        return
    if not _has_queue(customer_id, ports):
        _give_up(row, ports)
        return
    if policy.pause and (due := _ended_at(row, ports) + policy.pause) > ports.clock():
        # a sweep reads what is open since GRACE
        ports.requests.save(customer_id, request_id, openSince=iso(due - GRACE), resubmitAt=iso(due))
        return
    try:
        message = next_try(row, policy, ports)
        ports.queues.send(customer_id, [message])
    except PermanentError as exc:
        ports.requests.save(customer_id, request_id, resubmitProblem=str(exc))
    else:
        ports.requests.save(customer_id, request_id, resubmittedAs=message["requestId"])


def _give_up(row: RequestRow, ports: Ports) -> None:
    """Let no sweep look again at a request that is kept open, and whose tenant has gone."""
    request = StoredRequest(row)
    if request.is_open:
        ports.requests.save(request.customer_id, request.id, resubmitProblem="the tenant has no queue any more")


def _ended_at(row: RequestRow, ports: Ports) -> datetime:
    ended = StoredRequest(row).ended_at
    return parse(ended) if ended else ports.clock()


def keeps_open_for_next_try(row: RequestRow, status: str, error: str, now: datetime) -> dict[str, str]:
    """The field of an end by which a request stays in the index of open ones, if a next try comes after a pause."""
    policy = policy_of(row)
    ended: RequestRow = {**row, "status": status, "errorName": error}
    return {"openSince": iso(now)} if policy and policy.pause and is_to_be_resubmitted(ended) else {}


def is_to_be_resubmitted(row: RequestRow) -> bool:
    """Whether its policy covers how the request has ended, attempts are left, and the next one was not sent yet."""
    policy = policy_of(row)
    if policy is None or _attempt(row) > policy.attempts or "resubmittedAs" in row or "resubmitProblem" in row:
        return False
    return policy.matches(str(row.get("status")), row.get("errorName"))


def next_try(row: RequestRow, policy: RetryPolicy, ports: Ports) -> RequestDocument:
    """The message that asks for the same again; PermanentError for what could not be read."""
    message: RequestDocument = {**_message(row, ports), RESUBMIT: policy.to_field(), TRY: _attempt(row) + 1}
    if PAUSE_AFTER in StoredRequest(row).rules:
        message["scheduleRules"] = [PAUSE_AFTER]  # it came already, but how it ends counts
    return message


def policy_of(row: RequestRow) -> RetryPolicy | None:
    """The retry policy of a request; None if it has none, or could not be read."""
    try:
        return read_retry_policy(object_in(StoredRequest(row).message).get(RESUBMIT))
    except PermanentError:
        return None


def _attempt(row: RequestRow) -> int:
    return row.get(TRY) or 1


def _has_queue(customer_id: str, ports: Ports) -> bool:
    return (ports.tenants.find(customer_id) or {}).get("status") in WITH_QUEUE


def _message(row: RequestRow, ports: Ports) -> RequestDocument:
    request = StoredRequest(row)
    run = ports.executions.find(request.customer_id, request.run_id) if request.run_id else None
    return resubmission(row, asked(row, run), ())
