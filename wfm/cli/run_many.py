"""`wfm run` for many: which runs are meant, what can be sent, and what became of each."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from wfm.cli.confirming import confirm
from wfm.cli.exits import print_tally
from wfm.cli.naming import SLASH, read_id, read_tenants
from wfm.cli.notes import print_note
from wfm.cli.output import counted, print_json, print_table
from wfm.client.many import Did, explain
from wfm.client.requests.sender import NOT_ENDED, PreparedRequest, RunOptions, Sent, WantedRun
from wfm.client.wfm import Wfm
from wfm.errors import NotEndedInTimeError, UsageError
from wfm.model.asked_windows import window_in
from wfm.model.resubmissions import fitting_id

HEADINGS: Final = ["CUSTOMER", "ID", "OUTCOME", "DETAIL"]


def read_runs(
    wfm: Wfm, workflows: Sequence[str] | None, tenants: Sequence[str] | None, request_id: str
) -> list[WantedRun]:
    """Each customer with each workflow; the workflow is None where none is given.

    All have the request id, which with several workflows gets a number for each.
    """
    words = list(dict.fromkeys(workflows or []))
    named = [read_id([word], None, "WORKFLOW") for word in words if SLASH in word]
    if named and (tenants or len(named) < len(words)):
        raise UsageError(f"WORKFLOW: {'/'.join(named[0])} has its customer; allowed: all so, or none beside --customer")
    wanted: list[str | None] = list(dict.fromkeys(each.id for each in named)) or [*words] or [None]
    ids = {name: fitting_id(request_id, f"-{number}") for number, name in enumerate(wanted, 1)}
    if len(wanted) == 1:
        ids = {wanted[0]: request_id}
    if named:
        return [WantedRun(*each, ids[each.id]) for each in named]
    customers = read_tenants(wfm, None, tenants)
    if customers is None:
        raise UsageError("--customer: is missing; allowed: customer ids, tag:NAME, or all, or CUSTOMER/WORKFLOW")
    return [WantedRun(customer, name, ids[name]) for customer in customers for name in wanted]


def run_many(wfm: Wfm, wanted: Sequence[WantedRun], options: RunOptions, request_id: str, *, yes: bool) -> list[Sent]:
    """Check all, show what can be sent and what cannot, ask, and send."""
    prepared, known = check(wfm, wanted, options)
    if prepared:
        confirm(plan(prepared, known), f"Send {len(prepared)} requests?", yes=yes)
        print_note(f"with --id {request_id} the same command sends only what is left")
    return [*known, *counted(wfm.requests.send_many(prepared), len(prepared), "sending")]


def check(wfm: Wfm, wanted: Sequence[WantedRun], options: RunOptions) -> tuple[list[PreparedRequest], list[Sent]]:
    """What can be sent, and what cannot or was before."""
    prepared: list[PreparedRequest] = []
    known: list[Sent] = []
    for one in counted(wfm.requests.prepare_many(wanted, **options), len(wanted), "checking"):
        if isinstance(one, Sent):
            known.append(one)
        else:
            prepared.append(one)
    return prepared, known


def plan(prepared: Sequence[PreparedRequest], known: Sequence[Sent]) -> list[str]:
    """A line for each: what it is going to read, or why it is not sent."""
    lines = [f"{one.customer_id}: {one.outcome}: {one.detail}" for one in known]
    for one in prepared:
        window = window_in(one.body)
        what = one.body.get("workflowId") or "a query"
        read = window.shown() if window else str(one.body.get("timeWindowType") or "AMC's default, the most recent day")
        lines.append(f"{one.request.customer_id}: {what}, {read}")
    return [f"{len(prepared)} of {len(prepared) + len(known)} requests can be sent:", *lines]


def wait_for_all(wfm: Wfm, sent: Sequence[Sent], timeout: float) -> list[Sent]:
    """How each ended. They run side by side, so that one deadline is for all."""
    deadline = time.monotonic() + timeout
    return [_ended(wfm, one, deadline) for one in counted(sent, len(sent), "waiting")]


def _ended(wfm: Wfm, one: Sent, deadline: float) -> Sent:
    if one.did == Did.FAILED:
        return one
    try:
        *_, last = wfm.requests.wait(one.customer_id, one.request_id, max(0.0, deadline - time.monotonic()))
    except NotEndedInTimeError as exc:
        return replace(one, outcome=NOT_ENDED, detail=str(exc))
    except Exception as problem:
        sentence = explain(problem)
        if sentence is None:
            raise
        return replace(one, outcome="UNKNOWN", detail=sentence)
    return replace(one, outcome=last.state, detail=(last.request.reason or "") if last.request else "")


def show(done: Sequence[Sent], request_id: str, *, as_json: bool) -> None:
    """A line, or an object, for each, and the tally."""
    if as_json:
        print_json([one.as_json() for one in done])
    else:
        rows = [[one.customer_id, one.request_id, one.outcome, one.detail] for one in done]
        print_table(HEADINGS, rows, status_column=2)
    print_tally(done, "sent", f"the same command with --id {request_id}")
