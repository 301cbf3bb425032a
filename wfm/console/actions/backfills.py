"""Starting and cancelling a backfill."""

from collections.abc import Sequence
from typing import Final

from wfm.client.backfills.backfills import new_id
from wfm.client.backfills.preview import LENGTHS, plan_sentences, selection_sentences, zone_fields
from wfm.client.times import present
from wfm.client.wfm import Wfm
from wfm.console.action import Action, Done, Input, Preview
from wfm.console.given import Given, address
from wfm.errors import UsageError
from wfm.model.backfill_selection import Only
from wfm.model.backfill_windows import TUMBLING
from wfm.model.backfills import MAX_PLAN_BYTES
from wfm.model.labels import LABELS

ALL: Final = "all"
YES_OR_NO: Final = ("no", "yes")
BOTH: Final = f"{Only.MISSING} or {Only.CHANGED}"
CHOICES: Final = (ALL, *Only, BOTH)


def _customers(wfm: Wfm, given: Given) -> Sequence[str]:
    """The tenants that the form names; `all` are those that work and have the workflow."""
    words, workflow = given.needed("tenants"), given.needed("workflow")
    if words != ALL:
        return wfm.tenants.choose([words])
    found = wfm.backfills.tenants_with(workflow)
    if not found:
        raise UsageError(f"tenants: no ACTIVE tenant has the workflow {workflow!r:.80}; allowed: one that tenants have")
    return found


def _plan(wfm: Wfm, given: Given) -> dict[str, object]:
    """The input of the machine."""
    return {
        "customerIds": list(_customers(wfm, given)),
        "workflowId": given.needed("workflow"),
        "start": given.needed("from"),
        "end": given.needed("to"),
        **LENGTHS[given.one_of("by", list(LENGTHS), "week")],
        "windowType": TUMBLING,
        "allowPartialWindow": given.one_of("partial", YES_OR_NO, "no") == "yes",
        **({"newestFirst": True} if given.one_of("newest", YES_OR_NO, "no") == "yes" else {}),
        "payload": zone_fields(given.text("zone")),
        **({LABELS: dict(labels)} if (labels := given.labels("label")) else {}),
    }


def preview_start(wfm: Wfm, given: Given) -> Preview:
    """The form, and once it is filled in what would be asked for."""
    inputs = (
        Input("workflow", "Workflow", given.text("workflow"), "which the tenants have", needed=True),
        Input("tenants", "Tenants", given.text("tenants"), "acme,birch or tag:retail or all", needed=True),
        Input("from", "From", given.text("from"), "a date such as 2026-01-01", needed=True),
        Input("to", "To", given.text("to"), "a date, exclusive", needed=True),
        Input("by", "A window for each", given.one_of("by", list(LENGTHS), "week"), choices=list(LENGTHS), needed=True),
        Input("partial", "Shorter last window", given.one_of("partial", YES_OR_NO, "no"), choices=YES_OR_NO),
        Input("only", "Only what", given.one_of("only", CHOICES, ALL), choices=CHOICES),
        Input("newest", "Newest window first", given.one_of("newest", YES_OR_NO, "no"), choices=YES_OR_NO),
        Input("zone", "Time zone", given.text("zone"), "such as Europe/Berlin; empty: UTC"),
        Input("label", "Labels", given.label_line("label"), "such as team=emea, kind=daily"),
    )
    if not all(given.text(one.name) for one in inputs if one.needed and not one.choices):
        return Preview(["A workflow runs once for each window of a time that is past, for each tenant."], inputs=inputs)
    backfill_id = given.text("id") or new_id(given.needed("workflow"), present())
    plan = _plan(wfm, given)
    backfill, fields, selection = wfm.backfills.preview(backfill_id, plan), {"id": backfill_id}, None
    if (only := given.one_of("only", CHOICES, ALL)) != ALL:
        selection = wfm.backfills.select(backfill, only.split(" or "))
        if not selection.numbers:
            return Preview(["Nothing is left to run.", *selection_sentences(selection)], inputs=inputs)
        fields["numbers"] = selection.text
        backfill = wfm.backfills.narrowed(backfill_id, plan, selection)
    earlier = wfm.backfills.repeats(backfill)
    sentences = plan_sentences(backfill, wfm.backfills.active_tenants(backfill.customer_ids), selection)
    if earlier:
        same = f"{earlier.execution.backfill_id} asked for the same and is {earlier.execution.status}"
        sentences.append(f"{same}; each window would be run once more.")
    return Preview(sentences, f"Start {len(backfill)} runs", fields, inputs)


def start(wfm: Wfm, given: Given, who: str) -> Done:
    """Begin it, with who wants it in its plan; the same form sent twice is one backfill.

    Of one that is only for what is left, that is what was shown.
    """
    backfill_id, plan = given.needed("id"), _plan(wfm, given)
    if given.one_of("only", CHOICES, ALL) != ALL:
        plan["numbers"] = _shown_numbers(given)
    backfill = wfm.backfills.preview(backfill_id, plan)
    wfm.backfills.start(backfill_id, plan, who)
    return Done(f"{backfill_id} has begun: {len(backfill)} requests.", address("/backfill", id=backfill_id))


def _shown_numbers(given: Given) -> str:
    numbers = given.text("numbers", most=MAX_PLAN_BYTES)
    if not numbers:
        raise UsageError("numbers: are missing; allowed: those that the preview has found")
    return numbers


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


START_BACKFILL: Final = Action("/backfill/start", "Start a backfill", preview_start, start)


def preview_pause(wfm: Wfm, given: Given) -> Preview:
    """The backfill, with what has ended of it."""
    status = wfm.backfills.get(given.needed("id"))
    name = status.execution.backfill_id
    state = f"{name} is {status.execution.status}: {status.ended} of {status.requests} requests have ended."
    if status.execution.status != "RUNNING":
        return Preview([state])
    effect = "What runs in AMC goes on to its end; nothing more is started until it is resumed."
    return Preview([state, effect], "Pause it", {"id": name})


def pause(wfm: Wfm, given: Given, who: str) -> Done:
    """Pause it, with who did it as the cause."""
    backfill_id = given.needed("id")
    wfm.backfills.pause(backfill_id, by=who)
    return Done(f"{backfill_id} is being paused.", address("/backfill", id=backfill_id))


def preview_resume(wfm: Wfm, given: Given) -> Preview:
    """The paused backfill, and whether all that was in AMC has ended."""
    status = wfm.backfills.get(given.needed("id"))
    name = status.execution.backfill_id
    state = f"{name} is {status.execution.status}: {status.ended} of {status.requests} requests have ended."
    if status.execution.status != "PAUSED" or not status.is_over:
        return Preview([state])
    return Preview([state, "What the pause cancelled is run by a new backfill."], "Resume it", {"id": name})


def resume(wfm: Wfm, given: Given, who: str) -> Done:
    """Go on with it, with who wants it in the plan of what is left."""
    started = wfm.backfills.resume(given.needed("id"), who)
    return Done(f"{started.backfill_id} has begun.", address("/backfill", id=started.backfill_id))


PAUSE_BACKFILL: Final = Action("/backfill/pause", "Pause a backfill", preview_pause, pause)
RESUME_BACKFILL: Final = Action("/backfill/resume", "Resume a backfill", preview_resume, resume)
CANCEL_BACKFILL: Final = Action("/backfill/cancel", "Cancel a backfill", preview_cancel, cancel)
