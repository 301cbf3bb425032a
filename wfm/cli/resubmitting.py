"""`wfm executions failed` and `wfm executions resubmit`."""

import sys
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from wfm.cli.confirming import confirm
from wfm.cli.exits import fail_unless
from wfm.cli.options import AsJson, Yes
from wfm.cli.output import counted, print_all, print_json, print_table, short
from wfm.cli.run_options import Workflow
from wfm.cli.session import client
from wfm.client.requests.resubmit import SENT, ResubmitResult
from wfm.client.times import read_since
from wfm.client.wfm import Wfm
from wfm.errors import UsageError
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
    customer: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help="Customer id; all if not given.")] = None,
    workflow: Workflow = None,
    status: Statuses = None,
    since: Since = A_WEEK,
    as_json: AsJson = False,
) -> None:
    """List requests that failed, were refused or cancelled, and that no equal request has resolved or is active for.

    Of equal failures only the latest is listed.
    """
    wfm, statuses = client(context), _known(status) or WITHOUT_SUCCESS
    customers = [customer] if customer else [tenant.customer_id for tenant in wfm.tenants.list()]
    listed = _listed(wfm, customers, since, workflow)
    found = [one for one in listed if one.row["status"] in statuses]
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    headings = ["CUSTOMER", "ID", "STATUS", "WORKFLOW", "WINDOW", "TRIES", "ENDED", "REASON"]
    print_table(headings, [_row(one) for one in found], status_column=2)


def _listed(wfm: Wfm, customers: Sequence[str], since: str, workflow: str | None) -> list[UnresolvedFailure]:
    """UnknownWorkflow for one of which the only customer can have nothing."""
    moment = read_since(since, datetime.now(UTC))
    listed = [one for each in customers for one in wfm.requests.unresolved(each, moment, workflow)]
    if workflow and not listed and len(customers) == 1:
        wfm.workflows.get(customers[0], workflow)
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
    row, body = one.row, one.body or {}
    window = " to ".join(str(body[name]) for name in ("timeWindowStart", "timeWindowEnd") if name in body)
    head = [str(row[name]) for name in ("customerId", "requestId", "status")]
    ended = short(str(row.get("endedAt", "")))
    shown = window or str(body.get("timeWindowType") or "")
    return [*head, str(row.get("workflowId", "")), shown, str(one.failures), ended, str(row.get("reason", ""))]


def _line(one: UnresolvedFailure) -> str:
    return f"{one.row['requestId']}  {one.row.get('workflowId', '')}  {one.row.get('reason', '')}"


def resubmit(
    *,
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="Customer id.")],
    requests: Annotated[list[str] | None, typer.Argument(metavar="REQUEST...", help="Request ids.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All that failed, of what `wfm executions failed` lists.")
    ] = False,
    workflow: Workflow = None,
    status: Annotated[
        list[str] | None, typer.Option(help="With --all: what ended with this status, not what failed; repeatable.")
    ] = None,
    since: Since = A_WEEK,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Resubmit what did not succeed: the same inputs, the window as it was then, under a new id."""
    if bool(requests) == everything:
        raise UsageError("REQUEST: needs either request ids or --all")
    if requests and (workflow or status):
        raise UsageError(f"{'--workflow' if workflow else '--status'}: chooses among all; allowed: with --all")
    statuses = _known(status)
    wfm, lines = client(context), list(requests or [])
    if everything:
        chosen = _chosen(_listed(wfm, [customer], since, workflow), statuses)
        requests, lines = [str(one.row["requestId"]) for one in chosen], [_line(one) for one in chosen]
    confirm([f"{len(lines)} requests of {customer}:", *lines], "Send them again?", yes=yes)
    results = list(counted(wfm.requests.resubmit(customer, requests or []), len(lines), "sending"))
    print_results(results, (SENT,), as_json=as_json)


def _chosen(listed: Sequence[UnresolvedFailure], statuses: Sequence[str]) -> list[UnresolvedFailure]:
    """What was refused or cancelled would be so again, or was not wanted: it is sent only if somebody says so."""
    left_out = Counter(str(one.row["status"]) for one in listed if one.row["status"] != FAILED)
    if left_out and not statuses:
        counts = ", ".join(f"{count} {status}" for status, count in sorted(left_out.items()))
        print(f"note: left out are {counts}; --status takes them too", file=sys.stderr)
    return [one for one in listed if one.row["status"] in (statuses or (FAILED,))]


def print_results(results: Sequence[ResubmitResult], good: Collection[str], *, as_json: bool) -> None:
    """A line, or an object, for each; exit code 1 if one of them came to another outcome than the good ones."""
    print_all(results, RESULTS, _result, 1, as_json=as_json)
    fail_unless(succeeded=all(one.outcome in good for one in results))


def _result(one: ResubmitResult) -> list[str]:
    return [one.request_id, one.outcome, one.successor, one.detail]
