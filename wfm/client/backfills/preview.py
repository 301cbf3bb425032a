"""What a backfill is going to ask for, in sentences for a person who has not agreed to it yet."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from wfm.client.records import Tenant
from wfm.model.backfill_windows import MONTH
from wfm.model.backfills import Backfill

AN_HOUR: Final = timedelta(hours=1)
LENGTHS: Final[Mapping[str, Mapping[str, object]]] = {"day": {"days": 1}, "week": {"days": 7}, "month": {"by": MONTH}}


def zone_fields(time_zone: str | None) -> dict[str, object]:
    """Fields of a plan's payload for windows, and dates in parameters, by the clocks of a zone; none without one."""
    return {"timeWindowTimeZone": time_zone, "dateFunctionsTimeZone": "window"} if time_zone else {}


def plan_sentences(backfill: Backfill, tenants: Sequence[Tenant]) -> list[str]:
    """Sentences that say what a backfill is going to ask for."""
    windows, sets = backfill.windows, len(backfill.parameter_sets)
    slots = sum(tenant.limit for tenant in tenants)
    count = f"{len(backfill)} requests: {_many(len(windows), 'window')} x {_many(sets, 'parameter set')}"
    last = f", the last {_window(windows[len(windows) - 1])}" if len(windows) > 1 else ""
    return [
        f"{count} x {_many(len(tenants), 'tenant')}.",
        f"The first window is {_window(windows[0])}{last}; ends are exclusive.",
        *(
            [f"The last {windows.rest // AN_HOUR} hours of the range are in no window."]
            if windows.rest and not windows.partial
            else []
        ),
        f"At most {slots} of them run at a time, after everything that is interactive or scheduled.",
    ]


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _window(window: tuple[str, str]) -> str:
    return f"{window[0]} to {window[1]}"
