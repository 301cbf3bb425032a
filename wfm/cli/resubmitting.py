"""`wfm executions failed` and `wfm executions resubmit`."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from functions.domain.execution_lifecycle.unfulfilled import Unfulfilled
from wfm.cli.confirming import confirm
from wfm.cli.options import AsJson, Yes
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.session import client
from wfm.cli.successors import tell
from wfm.errors import UsageError
from wfm.executions.successors import SENT
from wfm.times import read_since

A_WEEK = "7d"
Since = Annotated[str, typer.Option(metavar="T", help="Asked for since: 2h, 7d, or a time.")]


def failed(
    context: typer.Context,
    customer: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help="Customer id; all if not given.")] = None,
    since: Since = A_WEEK,
    as_json: AsJson = False,
) -> None:
    """List what failed, was refused or cancelled, and no equal request has succeeded, runs or waits since.

    Of equal failures the latest stands for all.
    """
    wfm, moment = client(context), read_since(since, datetime.now(UTC))
    customers = [customer] if customer else [tenant.customer_id for tenant in wfm.tenants()]
    found = [one for each in customers for one in wfm.resubmitting.failed(each, moment)]
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    headings = ["CUSTOMER", "ID", "STATUS", "WORKFLOW", "WINDOW", "TRIES", "ENDED", "REASON"]
    print_table(headings, [_row(one) for one in found], status_column=2)


def _as_json(one: Unfulfilled) -> dict[str, Any]:
    names = ("customerId", "requestId", "status", "workflowId", "requestedAt", "endedAt", "errorName", "reason")
    head = {name: one.row.get(name) for name in names}
    return head | {"failures": one.failures, "asked": one.body, "obstacle": one.obstacle or None}


def _row(one: Unfulfilled) -> list[str]:
    row, body = one.row, one.body or {}
    window = " to ".join(str(body[name]) for name in ("timeWindowStart", "timeWindowEnd") if name in body)
    head = [str(row[name]) for name in ("customerId", "requestId", "status")]
    ended = str(row.get("endedAt", ""))[:19].replace("T", " ")
    shown = window or str(body.get("timeWindowType") or "")
    return [*head, str(row.get("workflowId", "")), shown, str(one.failures), ended, str(row.get("reason", ""))]


def _line(one: Unfulfilled) -> str:
    return f"{one.row['requestId']}  {one.row.get('workflowId', '')}  {one.row.get('reason', '')}"


def resubmit(
    *,
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="Customer id.")],
    requests: Annotated[list[str] | None, typer.Argument(metavar="REQUEST...", help="Request ids.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that `wfm executions failed` lists.")] = False,
    since: Since = A_WEEK,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Ask again for what did not succeed: the same inputs, the window as it was then, under an id of its own."""
    if bool(requests) == everything:
        raise UsageError("REQUEST: needs either request ids or --all")
    wfm, moment = client(context), read_since(since, datetime.now(UTC))
    if not yes:
        lines = list(requests or [_line(one) for one in wfm.resubmitting.failed(customer, moment)])
        confirm([f"{len(lines)} requests of {customer}:", *lines], "Send them again?", yes=yes)
    total = len(requests) if requests else None
    told = list(counted(wfm.resubmitting.resubmit(customer, requests, moment), total, "sending"))
    tell(told, (SENT,), as_json=as_json)
