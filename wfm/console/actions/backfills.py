"""Cancelling a backfill."""

from typing import Final

from wfm.client.wfm import Wfm
from wfm.console.action import Action, Done, Preview
from wfm.console.given import Given, address


def preview_cancel(wfm: Wfm, given: Given) -> Preview:
    """The backfill, with what has ended of it."""
    status = wfm.backfills.get(given.needed("id"))
    execution, counts = status.execution, status.counts
    state = f"{execution.backfill_id} is {execution.status}: {status.ended} of {status.requests} requests have ended."
    if execution.status != "RUNNING":
        return Preview([state])
    effect = "Nothing more of it is started, and what runs in AMC is cancelled there."
    rows = [(name, str(count)) for name, count in counts.items()]
    fields = {"id": execution.backfill_id}
    return Preview([state, effect], "Cancel it", fields, headings=("Status", "Requests"), rows=rows, dangerous=True)


def cancel(wfm: Wfm, given: Given, who: str) -> Done:
    """Cancel it, with who did it as the cause."""
    backfill_id = given.needed("id")
    wfm.backfills.cancel(backfill_id, by=who)
    return Done(f"{backfill_id} is being cancelled.", address("/backfill", id=backfill_id))


CANCEL_BACKFILL: Final = Action("/backfill/cancel", "Cancel a backfill", preview_cancel, cancel)
