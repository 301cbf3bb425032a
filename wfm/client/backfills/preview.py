"""What a backfill is going to ask for, in sentences for a person who has not agreed to it yet."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from wfm.client.records import Tenant
from wfm.model.backfill_selection import Only, Selection
from wfm.model.backfill_windows import MONTH
from wfm.model.backfills import Backfill

WORDS: Final[Mapping[Only, str]] = {Only.MISSING: "are missing", Only.FAILED: "failed", Only.CHANGED: "changed"}
MOST_SPANS: Final = 12  # of windows that have changed, each with why
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
        *(why_sentences(backfill, selection) if selection else []),
    ]


def why_sentences(backfill: Backfill, selection: Selection) -> list[str]:
    """For each tenant how much is left of it and why, and of what has changed which windows."""
    windows = changed_windows(backfill, selection) if Only.CHANGED in selection.only else []
    return [*selection_sentences(selection), *windows]


def selection_sentences(selection: Selection) -> list[str]:
    """For each tenant how much is left of it and why, and what is left out."""
    lines = []
    for customer_id, left in selection.left.items():
        left_out = selection.left_out[customer_id]
        whole = sum(left.values()) + sum(left_out.values())
        why = "; ".join(part for part in (_counts(left), f"left out: {_counts(left_out)}" if left_out else "") if part)
        what = " or ".join(WORDS[only] for only in Only if only in selection.only)
        lines.append(f"{customer_id}: {sum(left.values())} of {whole} {what}: {why}.")
    return lines


def changed_windows(backfill: Backfill, selection: Selection) -> list[str]:
    """For each tenant why each of its windows is run, neighbours with the same reason together."""
    spans: dict[str, list[tuple[str, str, str, int]]] = {one: [] for one in backfill.customer_ids}
    for number, reason in zip(selection.numbers, selection.reasons, strict=True):
        own, (start, end) = spans[backfill.request_key(number)[0]], backfill.window(number)
        if own and own[-1][2] == reason and start <= own[-1][1] and end >= own[-1][0]:
            before = own.pop()
            own.append((min(before[0], start), max(before[1], end), reason, before[3] + 1))
        else:
            own.append((start, end, reason, 1))
    lines = [
        f"{customer_id}: {_window((start, end))}: {reason}, {_many(count, 'request')}"
        for customer_id, own in spans.items()
        for start, end, reason, count in own
    ]
    more = [f"... and {len(lines) - MOST_SPANS} more"] if len(lines) > MOST_SPANS else []
    return [*lines[:MOST_SPANS], *more]


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _window(window: tuple[str, str]) -> str:
    return f"{window[0]} to {window[1]}"
