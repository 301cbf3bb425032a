"""Sends what runs after a request that has ended: the links of its chain.

The request stays in the index of open ones until that is done, so Reconcile finds what nobody sent. Links have ids that
follow from their parents' requests: however often they are sent, they run once.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from functions.ports import Ports
from functions.services.execution.auto_resubmit import WITH_QUEUE, is_to_be_resubmitted
from wfm.calendar.timestamps import iso, parse
from wfm.errors import NotReadyYet, PermanentError, UnknownCustomer
from wfm.model.chain_links import Link, Links, all_following, following, links_in
from wfm.model.chains import Chain, End, Firing, LinkState, after_end, chain_id, link_message, window_of
from wfm.model.predecessors import read_special
from wfm.model.resubmissions import asked
from wfm.model.rows import RequestRow, TenantRow
from wfm.model.statuses import RequestStatus
from wfm.model.stored_request import StoredRequest
from wfm.model.sweeps import GRACE

MAX_TRIES: Final = 10  # of a chain that others change too


def has_links_after(row: RequestRow | None, tenant: TenantRow | None) -> bool:
    """Whether anything may run after a request."""
    return row is not None and bool(_links_after(StoredRequest(row), tenant))


def keeps_open(row: RequestRow, tenant: TenantRow | None, now: datetime) -> dict[str, str]:
    """The field of a request's end by which it stays in the index of open ones, if anything may run after it."""
    return {"openSince": iso(now)} if has_links_after(row, tenant) else {}


def keeps_open_for_refresh(row: RequestRow, status: str, now: datetime) -> dict[str, str]:
    """The fields of an end by which a sweep looks whether the run is to be made again."""
    is_due = status == RequestStatus.SUCCEEDED and StoredRequest(row).is_to_be_refreshed
    return {"openSince": iso(now), "refreshDue": iso(now)} if is_due else {}


def _links_after(request: StoredRequest, tenant: TenantRow | None) -> list[Link]:
    """The links of which the request's workflow is a parent; of most tenants none is, without another read."""
    links = links_in(tenant) if tenant and "chainLinks" in tenant else {}
    found = following(links, str(request.workflow_id)) if links and request.begins_links else []
    return found if found and _asks_for_a_run(request) else []


def _asks_for_a_run(request: StoredRequest) -> bool:
    """Whether it is no command, such as one that creates the workflow, and no list of requests."""
    try:
        return read_special(request.message, request.id) is None
    except PermanentError:
        return False


def continue_chain(customer_id: str, request_id: str, ports: Ports) -> None:
    """ReleaseSlot, CleanUpExecution, Reconcile: send what runs after a request that has ended. Idempotent.

    What has a delay is sent by a sweep, once it is due. A request that was sent again as it failed, or will be, leaves
    that to its successor. What did not run is named on the request's row.
    """
    row, tenant = ports.requests.find_with_tenant(customer_id, request_id)
    if row is None or "endedAt" not in row or "openSince" not in row:
        return
    if is_to_be_resubmitted(row):
        return
    request = StoredRequest(row)
    links = [] if request.has_sent_links else _links_after(request, tenant)
    if "resubmittedAs" in row and request.status != RequestStatus.SUCCEEDED:
        links = []
    end = End(str(request.workflow_id), request.id, request.status, request.ended_at)
    problem = None
    try:
        chain, due = _send_links(request, end, links, tenant, ports) if links else (None, None)
    except PermanentError as exc:
        chain, due, problem = None, None, str(exc)
    done: dict[str, object] = {"chainProblem": problem, "notRun": _not_run(end, links, links_in(tenant), chain)}
    _leave(request, due, ports, {} if due else done)


def _leave(request: StoredRequest, due: datetime | None, ports: Ports, fields: dict[str, object]) -> None:
    """Take the request out of the index of open ones, if no link is `due` any more and no run is to be made again.

    Links that were sent are not looked at again with each age of the window: others may have been added since.
    """
    refresh_due = request.refresh_due
    if due is None and refresh_due is None:
        ports.requests.close(request.customer_id, request.id, **fields)
        return
    next_look = min(filter(None, (due, refresh_due)))
    fields |= {} if due else {"linksSent": True}
    ports.requests.save(request.customer_id, request.id, openSince=iso(next_look - GRACE), **fields)  # as sweeps read


def _not_run(end: End, links: Iterable[Link], whole: Links, chain: Chain | None) -> list[str] | None:
    """The workflows that do not run, as the request ended as it did: those that wait for another end, and all after.

    Without those that run after `any` and have run: after another one, as `chain` says.
    """
    refused = [link.workflow_id for link in links if not link.accepts(end.workflow_id, end.status)]
    left = {name: link for name, link in whole.items() if link.needs_all or not (chain and chain.of(name).latest)}
    found = [name for first in refused if first in left for name in (first, *all_following(left, first))]
    return list(dict.fromkeys(found)) or None


def _send_links(
    request: StoredRequest, end: End, links: list[Link], tenant: TenantRow | None, ports: Ports
) -> tuple[Chain, datetime | None]:
    """Record the end in its chain and send what is due; the chain, and when the next link is due, None if none is."""
    status = (tenant or {}).get("status")
    if status not in WITH_QUEUE:
        raise UnknownCustomer(f"customerId: {request.customer_id} is {status}, so nothing runs after this")
    run = ports.executions.find(request.customer_id, request.run_id) if request.run_id else None
    window, now = window_of(asked(request.row, run)), ports.clock()
    times = {
        link.workflow_id: parse(end.at) + link.delay for link in links if link.accepts(end.workflow_id, end.status)
    }
    later = {name: at for name, at in times.items() if at > now}
    new = Chain(request.customer_id, chain_id(window, request.id), window)
    chain, fired = _record(end, links, later, new, ports)
    messages = [link_message(link, firing, request, window) for link, firing in fired]
    if messages:
        ports.queues.send(request.customer_id, messages)
    return chain, min(later.values(), default=None)


def _record(
    end: End, links: list[Link], later: dict[str, datetime], new: Chain, ports: Ports
) -> tuple[Chain, list[tuple[Link, Firing]]]:
    """Write the end into its chain (`new`, if there is none); it, and what is to be sent for it and has not arrived.

    They are written before they are sent: a repetition finds them, and sends the same. What has arrived is not sent
    again: its link may say something else by now, and its message would be refused as another one of that id.
    """
    for _ in range(MAX_TRIES):
        chain = ports.chains.find(new.customer_id, new.id) or new
        changed: dict[str, LinkState] = {}
        fired: list[tuple[Link, Firing]] = []
        for link in links:
            name, state = link.workflow_id, chain.of(link.workflow_id)
            if name in later:
                changed[name] = replace(state, due_at=iso(later[name]))
                continue
            changed[name], firing = after_end(link, state, end)
            has_arrived = changed[name] == state and firing and ports.requests.find(new.customer_id, firing.request_id)
            fired += [(link, firing)] if firing and not has_arrived else []
        after = replace(chain.with_links(changed), version=chain.version + 1, changed_at=iso(ports.clock()))
        if after.links == chain.links or ports.chains.save(after):
            return after, fired
    raise NotReadyYet(f"{new.customer_id}: concurrent updates of the chain {new.id}; retrying")
