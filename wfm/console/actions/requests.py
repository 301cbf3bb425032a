"""Cancelling a request, and sending one again that failed."""

from typing import Final

from wfm.client.wfm import Wfm
from wfm.console.action import Action, Done, Preview
from wfm.console.given import Given, address
from wfm.model.statuses import has_ended


def _named(given: Given) -> tuple[str, str]:
    return given.needed("tenant"), given.needed("id")


def preview_cancel(wfm: Wfm, given: Given) -> Preview:
    """The request with its status."""
    customer, run_id = _named(given)
    run = wfm.runs.get(customer, run_id)
    if has_ended(run.status):
        return Preview([f"{run_id} of {customer} is {run.status}: there is nothing to cancel."])
    sentences = [
        f"{run_id} of {customer}, {run.either.workflow_id or 'an ad hoc workflow'}, is {run.status}.",
        "What waits is not started. What runs in AMC is cancelled there, and its slot is passed on.",
    ]
    return Preview(sentences, "Cancel it", {"tenant": customer, "id": run_id}, dangerous=True)


def cancel(wfm: Wfm, given: Given, who: str) -> Done:
    """Cancel it, with who did it as the reason."""
    customer, run_id = _named(given)
    result = wfm.requests.cancel(customer, run_id, f"cancelled in the console by {who}")
    return Done(f"{run_id}: {result.status}; {result.detail}.", address("/run", tenant=customer, id=run_id))


def preview_resubmit(wfm: Wfm, given: Given) -> Preview:
    """The request, and the failure that is to be made up for."""
    customer, request_id = _named(given)
    run = wfm.runs.get(customer, request_id)
    sentences = [
        f"{request_id} of {customer} is {run.status}: {run.reason or 'no reason was recorded'}.",
        "It is sent again with the window and the parameter values that it had, as a new request.",
    ]
    return Preview(sentences, "Send it again", {"tenant": customer, "id": run.run_id})


def resubmit(wfm: Wfm, given: Given, who: str) -> Done:
    """Send it again; its row says who did it."""
    customer, request_id = _named(given)
    result = next(iter(wfm.requests.resubmit(customer, [request_id], by=who)))
    to = address("/run", tenant=customer, id=request_id)
    return Done(f"{request_id}: {result.outcome}; {result.successor} {result.detail}.", to)


CANCEL: Final = Action("/run/cancel", "Cancel a run", preview_cancel, cancel)
RESUBMIT: Final = Action("/run/resubmit", "Resubmit a run", preview_resubmit, resubmit)
