"""Many tenants that are changed at once: following them, and what became of each."""

import time
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from wfm.cli.exits import interruptible, print_tally
from wfm.cli.output import counted, print_json, print_table
from wfm.client.machines import Outcome
from wfm.client.many import explain
from wfm.client.tenants.changed import NOT_ENDED, Changed
from wfm.client.wfm import Wfm
from wfm.errors import NotEndedInTimeError


def follow(wfm: Wfm, changed: Sequence[Changed], timeout: float, doing: str) -> list[Changed]:
    """The same with how each ended: they go on side by side, so that one deadline is for all."""
    deadline = time.monotonic() + timeout
    with interruptible(Console(stderr=True), "wfm tenants list"):
        return [_ended(wfm, one, deadline) for one in counted(changed, len(changed), doing)]


def _ended(wfm: Wfm, one: Changed, deadline: float) -> Changed:
    if one.change is None:
        return one
    try:
        *_, outcome = wfm.tenants.wait(one.change, max(0.0, deadline - time.monotonic()))
    except NotEndedInTimeError as exc:
        return replace(one, status=NOT_ENDED, reason=str(exc))
    except Exception as problem:
        why = explain(problem)
        if why is None:
            raise
        return replace(one, has_failed=True, reason=why)
    if not isinstance(outcome, Outcome):
        return one
    return replace(one, status=outcome.status, reason=outcome.reason or "", has_failed=not outcome.succeeded)


def show(changed: Sequence[Changed], done: str, *, as_json: bool) -> None:
    """A line, or an object, for each, and the tally; `done` says what was done with them, such as `paused`."""
    if as_json:
        print_json([one.as_json() for one in changed])
    else:
        rows = [[one.customer_id, one.action, one.status, one.reason] for one in changed]
        print_table(["CUSTOMER", "CHANGE", "STATUS", "REASON"], rows, 2)
    print_tally(changed, done)
