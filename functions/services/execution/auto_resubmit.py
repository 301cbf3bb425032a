"""Sends a failed request again, if its schedule has a retry policy.

The new request's id follows from the first one's: however often it is sent, it runs once.
"""

from typing import Final

from functions.ports import Ports
from wfm.errors import PermanentError
from wfm.model.requests import RequestDocument
from wfm.model.resubmissions import asked, resubmission
from wfm.model.retry_policy import RESUBMIT, TRY, RetryPolicy, read_retry_policy
from wfm.model.rows import RequestRow, object_in
from wfm.model.schedule_rules import PAUSE_AFTER
from wfm.model.statuses import TenantStatus
from wfm.model.stored_request import StoredRequest

WITH_QUEUE: Final = (TenantStatus.ACTIVE, TenantStatus.PAUSED)  # tenants whose queues are there to stay


def resubmit_if_allowed(customer_id: str, request_id: str, ports: Ports) -> None:
    """Send the request again if its policy covers its failure, and attempts are left. Idempotent.

    The new request has the same window as the first, resolved. The row gets the new id, or the reason why it could not
    be sent.
    """
    row = ports.requests.find(customer_id, request_id) or {}
    policy = policy_of(row)
    if policy is None or not is_to_be_resubmitted(row) or not _has_queue(customer_id, ports):
        return
    try:
        message = next_try(row, policy, ports)
        ports.queues.send(customer_id, [message])
    except PermanentError as exc:
        ports.requests.save(customer_id, request_id, resubmitProblem=str(exc))
    else:
        ports.requests.save(customer_id, request_id, resubmittedAs=message["requestId"])


def is_to_be_resubmitted(row: RequestRow) -> bool:
    """Whether its policy covers how the request has ended, attempts are left, and the next one was not sent yet."""
    policy = policy_of(row)
    if policy is None or _attempt(row) > policy.attempts or "resubmittedAs" in row:
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
