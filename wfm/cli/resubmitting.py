"""`wfm executions failed` and `wfm executions resubmit`."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from wfm.cli.choosing import (
    Backfill,
    Choice,
    Ids,
    WindowFrom,
    WindowTo,
    explain_nothing,
    read_choice,
    read_customers,
    read_filter,
)  # fmt: skip
from wfm.cli.confirming import confirm
from wfm.cli.exits import print_tally
from wfm.cli.naming import OldCustomer, Tenants
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson, Yes
from wfm.cli.output import counted, print_all, print_json, print_table, short
from wfm.cli.run_options import OfLabel, Until, Workflow
from wfm.cli.session import client
from wfm.client.requests.reader import RequestFilter
from wfm.client.requests.resubmit import ResubmitResult
from wfm.client.times import read_since
from wfm.client.wfm import Wfm
from wfm.errors import UsageError
from wfm.model.asked_windows import window_of_request
from wfm.model.statuses import REQUEST_ENDED
from wfm.model.unresolved_failures import UnresolvedFailure

A_WEEK = "7d"
RESULTS: Final = ("ID", "OUTCOME", "NOW", "DETAIL")
FAILED: Final = "FAILED"
WITHOUT_SUCCESS: Final = sorted(REQUEST_ENDED - {"SUCCEEDED"})
Since = Annotated[str, typer.Option(metavar="T", help="Requested since: 2h, 7d, or a time.")]
Statuses = Annotated[
    list[str] | None, typer.Option("--status", help="Only those that ended with this status; repeatable.")
]


def failed(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    tenants: Tenants = None,
    workflow: Workflow = None,
    backfill: Backfill = None,
    status: Statuses = None,
    since: Since = A_WEEK,
    until: Until = None,
    window_from: WindowFrom = None,
    window_to: WindowTo = None,
    label: OfLabel = None,
    as_json: AsJson = False,
) -> None:
    """List requests that failed, were refused or cancelled, and that no equal request has resolved or is active for.

    Of equal failures only the latest is listed.
    """
    wfm, statuses = client(context), _known(status) or WITHOUT_SUCCESS
    wanted = read_filter(workflow, backfill, (since, until), (window_from, window_to), label)
    customers = read_customers(wfm, tenants, backfill, old_customer)
    if customers is None:
        customers = [tenant.customer_id for tenant in wfm.tenants.list()]
    found = [one for one in _listed(wfm, customers, wanted) if one.row["status"] in statuses]
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    headings = ["CUSTOMER", "ID", "STATUS", "WORKFLOW", "WINDOW", "TRIES", "ENDED", "REASON"]
    print_table(headings, [_row(one) for one in found], status_column=2)


def _listed(wfm: Wfm, customers: Sequence[str], wanted: RequestFilter) -> list[UnresolvedFailure]:
    """UsageError or UnknownWorkflow for a name that nothing of these customers has."""
    reading = counted(customers, len(customers), "reading")
    listed = [one for each in reading for one in wfm.requests.unresolved_matching(each, wanted)]
    explain_nothing(listed, wfm, customers, workflow=wanted.workflow, backfill=wanted.backfill)
    return listed


def _known(statuses: Sequence[str] | None) -> list[str]:
    """The statuses as WFM writes them; UsageError for one that is not listed here."""
    for status in statuses or ():
        if status.upper() not in WITHOUT_SUCCESS:
            allowed = ", ".join(WITHOUT_SUCCESS)
            raise UsageError(f"--status: {status!r} is no end without success; allowed: {allowed}")
    return [status.upper() for status in statuses or ()]


def _as_json(one: UnresolvedFailure) -> dict[str, object]:
    names = ("customerId", "requestId", "status", "workflowId", "requestedAt", "endedAt", "errorName", "reason")
    head = {name: one.row.get(name) for name in names}
    return head | {"failures": one.failures, "asked": one.body, "obstacle": one.obstacle or None}


def _row(one: UnresolvedFailure) -> list[str]:
    row, window = one.row, window_of_request(one.row)
    head = [str(row[name]) for name in ("customerId", "requestId", "status")]
    ended = short(str(row.get("endedAt", "")))
    shown = window.shown() if window else str((one.body or {}).get("timeWindowType") or "")
    return [*head, str(row.get("workflowId", "")), shown, str(one.failures), ended, str(row.get("reason", ""))]


def _line(one: UnresolvedFailure) -> str:
    customer, request_id, _, workflow, window, *_, reason = _row(one)
    return f"{customer}  {request_id}  {workflow}  {window}  {reason}"


def resubmit(
    *,
    context: typer.Context,
    ids: Ids = None,
    tenants: Tenants = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All that failed, of what `wfm executions failed` lists.")
    ] = False,
    workflow: Workflow = None,
    backfill: Backfill = None,
    status: Annotated[
        list[str] | None, typer.Option(help="With this status in place of FAILED; repeatable; not with ids.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="T", help="Requested since: 2h, 7d, or a time; 7d if not given.")
    ] = None,
    until: Until = None,
    window_from: WindowFrom = None,
    window_to: WindowTo = None,
    label: OfLabel = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Resubmit what did not succeed: the same inputs, the window as it was then, under a new id.

    By ids, or of one, many or all tenants what fits all the options.

    For example: `wfm executions resubmit --tenants all --workflow geo_performance --since 2d`
    """
    wfm, statuses = client(context), _known(status)
    wanted = read_filter(workflow, backfill, (since, until), (window_from, window_to), label)
    choice = read_choice(wfm, ids, tenants, wanted, everything=everything, own=("--status", status), short=not yes)
    if choice.named:
        chosen, lines = choice.by_customer, [f"{customer}  {request}" for customer, request in choice.named]
    else:
        chosen, lines = _choose(wfm, choice, statuses)
    if not lines:
        show_results([], as_json=as_json)
        print("nothing that failed is left to be sent again", file=sys.stderr)
        return
    confirm([f"{len(lines)} requests:", *lines], "Send them again?", yes=yes)
    results = list(counted(wfm.requests.resubmit_many(chosen, wfm.aws.caller), len(lines), "sending"))
    show_results(results, as_json=as_json)
    print_tally(results, "sent")


def _choose(wfm: Wfm, choice: Choice, statuses: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    since = choice.wanted.since or read_since(A_WEEK, datetime.now(UTC))
    wanted = replace(choice.wanted, since=since)
    chosen = _chosen(_listed(wfm, choice.customers, wanted), statuses)
    ids: dict[str, list[str]] = {}
    for one in chosen:
        ids.setdefault(str(one.row["customerId"]), []).append(str(one.row["requestId"]))
    return ids, [_line(one) for one in chosen]


def _chosen(listed: Sequence[UnresolvedFailure], statuses: Sequence[str]) -> list[UnresolvedFailure]:
    """What was refused or cancelled would be so again, or was not wanted: it is sent only if somebody says so."""
    left_out = Counter(str(one.row["status"]) for one in listed if one.row["status"] != FAILED)
    if left_out and not statuses:
        counts = ", ".join(f"{count} {status}" for status, count in sorted(left_out.items()))
        print_note(f"left out are {counts}; --status takes them too")
    return [one for one in listed if one.row["status"] in (statuses or (FAILED,))]


def show_results(results: Sequence[ResubmitResult], *, as_json: bool) -> None:
    """A line, or an object, for each; with customers where there are several."""
    customers = {one.customer_id for one in results}
    if as_json or len(customers) == 1:
        print_all(results, RESULTS, _result, 1, as_json=as_json)
    elif results:
        print_table(["CUSTOMER", *RESULTS], [[one.customer_id, *_result(one)] for one in results], status_column=2)


def _result(one: ResubmitResult) -> list[str]:
    return [one.request_id, one.outcome, one.successor, one.detail]
