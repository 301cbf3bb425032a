"""`wfm backfill cancel`, `pause` and `resume`."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from wfm.cli.choosing import explain_nothing
from wfm.cli.confirming import confirm
from wfm.cli.exits import print_tally
from wfm.cli.options import OnlyJson, Yes
from wfm.cli.output import print_json, print_table
from wfm.cli.request_options import parse_labels
from wfm.cli.run_options import OfLabel, Workflow
from wfm.cli.session import client
from wfm.client.backfills.cancelling import RUNNING, BackfillCancellation
from wfm.client.backfills.status import BackfillStatus
from wfm.client.wfm import Wfm
from wfm.errors import UsageError
from wfm.model.labels import Labels

Backfill = Annotated[str, typer.Argument(metavar="ID", help="The backfill's id.")]


def cancel(
    *,
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of backfills.")] = None,
    workflow: Workflow = None,
    label: OfLabel = None,
    everything: Annotated[bool, typer.Option("--all", help="All that run.")] = False,
    yes: Yes = False,
    as_json: OnlyJson = False,
) -> None:
    """Stop backfills: nothing more of them is started, and what runs in AMC is cancelled.

    By their ids, or all that run and fit the options.
    """
    labels = parse_labels(label)
    if bool(ids) == bool(everything or workflow or labels):
        raise UsageError("ID: needs either ids, or --workflow, --label or --all")
    wfm = client(context)
    chosen = _named(wfm, ids) if ids else _fitting(wfm, workflow, labels)
    explain_nothing(chosen, wfm, None, workflow=workflow)
    if not chosen:
        print("nothing that runs fits", file=sys.stderr)
        if as_json:
            print_json([])
        return
    confirm(_plan(chosen), _question(chosen), yes=yes)
    done = list(wfm.backfills.cancel_many(chosen, wfm.aws.caller))
    if ids and len(chosen) == 1:
        _print_one(done[0], as_json=as_json)
    elif as_json:
        print_json([one.as_json() for one in done])
    else:
        rows = [[one.backfill_id, one.status, str(one.cancelled), one.detail] for one in done]
        print_table(["ID", "STATUS", "CANCELLED", "DETAIL"], rows, status_column=1)
    if len(done) != 1 or not ids:
        print_tally(done, "being cancelled")


def _named(wfm: Wfm, ids: Sequence[str]) -> list[BackfillStatus]:
    """All of these, each once; nothing is cancelled if one of the ids is a slip."""
    found = [wfm.backfills.get(backfill_id) for backfill_id in dict.fromkeys(ids)]
    if len(found) == 1 and found[0].execution.status != RUNNING:
        problem = f"the backfill {ids[0]} is {found[0].execution.status}"
        raise UsageError(f"id: {problem}; allowed: one that is {RUNNING}")
    return found


def _fitting(wfm: Wfm, workflow: str | None, labels: Labels) -> Sequence[BackfillStatus]:
    """Those that run; empty where none fits."""
    return wfm.backfills.list(workflow=workflow, labels=labels, only_running=True)


def _question(chosen: Sequence[BackfillStatus]) -> str:
    return f"Cancel {chosen[0].execution.backfill_id}?" if len(chosen) == 1 else f"Cancel these {len(chosen)}?"


def _plan(chosen: Sequence[BackfillStatus]) -> list[str]:
    if len(chosen) == 1:
        return [f"{_left(chosen[0])}; these are cancelled."]
    return [f"{len(chosen)} backfills:", *(f"{_left(one)}, {one.execution.status}" for one in chosen)]


def _left(one: BackfillStatus) -> str:
    left = one.requests - one.ended
    return f"{left} of the {one.requests} requests of {one.execution.backfill_id} have not ended"


def _print_one(done: BackfillCancellation, *, as_json: bool) -> None:
    backfill_id = done.backfill_id
    if as_json:
        print_json({"backfillId": backfill_id, "cancelled": done.cancelled})
    else:
        print(f"{backfill_id}: to be cancelled; see its status with: wfm backfill show {backfill_id}")


def pause(context: typer.Context, backfill_id: Backfill, yes: Yes = False, as_json: OnlyJson = False) -> None:
    """Pause a backfill: what runs in AMC goes on to its end, nothing more is started until it is resumed."""
    wfm = client(context)
    status = wfm.backfills.get(backfill_id)
    left = status.requests - status.ended
    plan = [f"{left} of the {status.requests} requests of {backfill_id} have not ended; those not in AMC yet wait."]
    confirm(plan, f"Pause {backfill_id}?", yes=yes)
    wfm.backfills.pause(backfill_id, wfm.aws.caller)
    if as_json:
        print_json({"backfillId": backfill_id, "notEnded": left})
    else:
        print(f"{backfill_id}: paused; go on with it: wfm backfill resume {backfill_id}")


def resume(context: typer.Context, backfill_id: Backfill, yes: Yes = False, as_json: OnlyJson = False) -> None:
    """Go on with a paused backfill once all that was in AMC has ended: a new one runs what is left of it."""
    wfm = client(context)
    confirm([f"What was cancelled by the pause of {backfill_id} is run."], f"Resume {backfill_id}?", yes=yes)
    started = wfm.backfills.resume(backfill_id, wfm.aws.caller)
    if as_json:
        print_json({"backfillId": started.backfill_id, "resumes": backfill_id})
    else:
        print(f"{started.backfill_id}  resumes {backfill_id}; follow it with: wfm backfill watch {started.backfill_id}")
