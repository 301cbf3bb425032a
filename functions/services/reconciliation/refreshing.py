"""Runs that are made again as the numbers of their window settle: `refresh` of a schedule or a request.

The end of a first run that SUCCEEDED keeps its request in the index of open ones. A sweep plans the ages, and sends
each once it is due, under an id that follows from the first request and the age. What is planned and sent stands on
the first request's row (`refreshes`) before it is sent: a repetition sends the same.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from functions.ports import Ports
from functions.services.execution.auto_resubmit import WITH_QUEUE
from functions.services.scheduling.overlap import last_try
from functions.services.scheduling.scheduling import disabled_reason
from wfm.calendar.spans import shown_age
from wfm.calendar.timestamps import epoch, iso, parse
from wfm.errors import PermanentError
from wfm.model.amc_run import AmcRun
from wfm.model.asked_windows import window_in
from wfm.model.events import schedule_of
from wfm.model.refreshes import (
    KEPT_ON,
    Refresh,
    Refreshes,
    fixed,
    from_field,
    next_due,
    plan,
    refresh_id,
    refresh_message,
    to_field,
)
from wfm.model.resubmissions import asked, has_fixed_window
from wfm.model.rows import RunRow, TenantRow
from wfm.model.statuses import RequestStatus, TenantStatus
from wfm.model.stored_request import StoredRequest
from wfm.model.stored_schedule import StoredSchedule
from wfm.model.tenants import status_of

NO_END: Final = "nobody knows the end of its window, from which an age is counted"
FORGOTTEN: Final = "nothing is kept of the run any more, and AMC alone knew its window"
OVERTAKEN: Final = "a later age was due by then"


def send_refreshes(customer_id: str, request_id: str, ports: Ports) -> None:
    """Reconcile: send what is due of the runs that make this request's again; then call `continue_chain`. Idempotent.

    Of several ages that are due at once, as after a long outage, the last is sent: all would have the same numbers.
    """
    row, tenant = ports.requests.find_with_tenant(customer_id, request_id)
    request, now = StoredRequest(row or {}), ports.clock()
    if row is None or request.refresh_due is None or request.refresh_due > now:
        return
    run = ports.executions.find(customer_id, str(request.run_id))
    known = from_field(request.refreshes) or _planned(request, run)
    due = [one for one in known if one.is_due(now)]
    for one in due:
        reason = OVERTAKEN if one != due[-1] else _why_not(request, one, run, tenant, ports)
        changed = replace(one, reason=reason) if reason else _named(request, one, known, ports)
        known = [changed if other == one else other for other in known]
    if gone := _why_gone(tenant):  # also what was decided before, and not sent
        known = [_given_up(one, gone) if _is_to_be_sent(one, request.refresh_due) else one for one in known]
    _save(request, known, ports)
    for one in known:
        if _is_to_be_sent(one, request.refresh_due):
            ports.queues.send(customer_id, [refresh_message(request, one, fixed(asked(row, run), run))])
    left = next_due(known)
    ports.requests.save(customer_id, request_id, refreshDue=iso(left) if left else "")


def _is_to_be_sent(one: Refresh, due: datetime) -> bool:
    """Whether it has a request that may not be sent yet: those that were due before are."""
    return one.request_id is not None and parse(one.due_at) >= due


def _given_up(one: Refresh, reason: str) -> Refresh:
    return replace(one, request_id=None, supersedes=None, reason=reason)


def _planned(request: StoredRequest, run: RunRow | None) -> Refreshes:
    """The ages of the request, with why none is run where its window is not known."""
    made = AmcRun(run or {}).created
    try:
        window = window_in(fixed(asked(request.row, run), run))
    except PermanentError as exc:
        return [Refresh(shown_age(age), request.ended_at, reason=str(exc)) for age in request.refresh]
    if window is None:
        return [Refresh(shown_age(age), request.ended_at, reason=NO_END) for age in request.refresh]
    return plan(request, window, made or parse(request.ended_at))


def _save(request: StoredRequest, known: Refreshes, ports: Ports) -> None:
    """What is decided, before it is sent; the row stays as long as something is to be sent, and then for a while.

    So does that of its run, with which the next is compared.
    """
    last = max(parse(one.due_at) for one in known) + KEPT_ON
    expires = max(epoch(last), request.expires)
    if request.run_id:
        ports.executions.keep(request.customer_id, request.run_id, expires)
    ports.requests.save(request.customer_id, request.id, refreshes=to_field(known), expireTimestamp=expires)


def _named(request: StoredRequest, one: Refresh, known: Refreshes, ports: Ports) -> Refresh:
    """The age with the id of its request, and the last run before it that succeeded."""
    before = [other.request_id for other in known if other.request_id]
    runs = [_run_of(request.customer_id, request_id, ports) for request_id in before]
    supersedes = next((run for run in reversed(runs) if run), request.run_id)
    return replace(one, request_id=refresh_id(request, one.age), supersedes=supersedes)


def _run_of(customer_id: str, request_id: str, ports: Ports) -> str | None:
    """The run of a request, or of what was sent in its place, that succeeded."""
    last = StoredRequest(last_try(customer_id, request_id, ports) or {"status": ""})
    return last.run_id if last.status == RequestStatus.SUCCEEDED else None


def _why_not(
    request: StoredRequest, one: Refresh, run: RunRow | None, tenant: TenantRow | None, ports: Ports
) -> str | None:
    """Why the run is not made, as tenant, schedule and workflow are now; None if it is."""
    if gone := _why_gone(tenant):
        return gone
    if run is None and not has_fixed_window(asked(request.row)):
        return FORGOTTEN
    has_definition = bool(AmcRun(run or {}).definition_hash)  # one that somebody made in AMC by hand has none
    if has_definition and ports.workflows.find(request.customer_id, str(request.workflow_id)) is None:
        return f"the workflow {request.workflow_id} is deleted"
    name = schedule_of(request.source)
    return _why_not_of(name, request.customer_id, one, ports) if name else None


def _why_gone(tenant: TenantRow | None) -> str:
    """Why the tenant takes no requests; "" if it does."""
    status = status_of(tenant)
    if status in WITH_QUEUE:
        return ""
    return f"the tenant is {status}" if status else "there is no such tenant any more"


def _why_not_of(name: str, customer_id: str, one: Refresh, ports: Ports) -> str | None:
    row = ports.schedules.find(customer_id, name)
    if row is None:
        return f"the schedule {name} is deleted"
    if off := disabled_reason(row, TenantStatus.ACTIVE):
        return f"the schedule {name} is off: {off}"
    is_asked = StoredSchedule(row).asks_for(one.age)
    return None if is_asked else f"the schedule {name} does not ask for {one.age} any more"
