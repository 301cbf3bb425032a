"""What a backfill is going to ask for, in sentences for a person who has not agreed to it yet."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from wfm.client.records import Tenant
from wfm.model.backfill_selection import Only, Selection
from wfm.model.backfill_windows import MONTH
from wfm.model.backfills import Backfill

WORDS: Final[Mapping[Only, str]] = {Only.MISSING: "are missing", Only.FAILED: "failed"}
AN_HOUR: Final = timedelta(hours=1)
LENGTHS: Final[Mapping[str, Mapping[str, object]]] = {"day": {"days": 1}, "week": {"days": 7}, "month": {"by": MONTH}}


def zone_fields(time_zone: str | None) -> dict[str, object]:
    """Fields of a plan's payload for windows, and dates in parameters, by the clocks of a zone; none without one."""
    return {"timeWindowTimeZone": time_zone, "dateFunctionsTimeZone": "window"} if time_zone else {}


def plan_sentences(backfill: Backfill, tenants: Sequence[Tenant], selection: Selection | None = None) -> list[str]:
    """Sentences that say what a backfill is going to ask for, and why only that."""
    windows, sets = backfill.windows, len(backfill.parameter_sets)
    first, last = (backfill.window(backfill.numbers[place]) for place in (0, -1))
    slots = sum(tenant.limit for tenant in tenants)
    chosen = f"{len(backfill)} of " if len(backfill) != backfill.whole else ""
    count = f"{chosen}{backfill.whole} requests: {_many(len(windows), 'window')} x {_many(sets, 'parameter set')}"
    then = f", the last {_window(last)}" if last != first else ""
    return [
        f"{count} x {_many(len(tenants), 'tenant')}.",
        f"The first window is {_window(first)}{then}; ends are exclusive.",
        *(
            [f"The last {windows.rest // AN_HOUR} hours of the range are in no window."]
            if windows.rest and not windows.partial
            else []
        ),
        f"At most {slots} of them run at a time, after everything that is interactive or scheduled.",
        *(selection_sentences(selection) if selection else []),
    ]


def selection_sentences(selection: Selection) -> list[str]:
    """For each tenant how much is left of it and why, and what is left out."""
    lines = []
    for customer_id, left in selection.left.items():
        left_out = selection.left_out[customer_id]
        whole = sum(left.values()) + sum(left_out.values())
        why = "; ".join(part for part in (_counts(left), f"left out: {_counts(left_out)}" if left_out else "") if part)
        lines.append(f"{customer_id}: {sum(left.values())} of {whole} {WORDS[selection.only]}: {why}.")
    return lines


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _window(window: tuple[str, str]) -> str:
    return f"{window[0]} to {window[1]}"
