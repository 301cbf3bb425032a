"""How long a run waited and ran, in seconds: before AMC by WFM's clock, in AMC by AMC's."""

from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.model.amc_run import AmcRun
from wfm.model.rows import Document

WFM_WAITS: Final = ("queueWait", "slotWait")
WAITS: Final = (*WFM_WAITS, "amcQueueTime")
MEASURED: Final = (*WAITS, "runTime")
_MAX_SECONDS: Final = 10_000_000  # seconds; what is more, or infinite, is no time of a run


def wfm_wait(request: Document, now: datetime) -> dict[str, float]:
    """The waits of a request's row: `queueWait` from message to slot request, `slotWait` from there to the POST.

    A request that still waits has waited until `now`. A wait that never began is left out.
    """
    over = parse_timestamp_or_none(request.get("endedAt")) or now
    queued, waiting, submitting = (
        parse_timestamp_or_none(request.get(f"{name}At")) for name in ("queued", "waiting", "submitting")
    )
    waits: dict[str, float] = {}
    if queued:
        waits["queueWait"] = _seconds((waiting or over) - queued)
    if waiting:
        waits["slotWait"] = _seconds((submitting or over) - waiting)
    return waits


def amc_duration(run: Document) -> dict[str, float]:
    """The times of a run that has ended, by AMC's answer: `runTime` is its `executionTime`, `amcQueueTime` the rest.

    The rest is from createTime to the end. Where AMC says no `executionTime`, all of it is `runTime`.
    """
    whole, spent = AmcRun(run).duration, AmcRun(run).execution_seconds
    if isinstance(spent, bool) or not isinstance(spent, (int, float)) or not 0 <= spent <= _MAX_SECONDS:
        return {"runTime": _seconds(whole)} if whole else {}
    rest = {"amcQueueTime": max(_seconds(whole) - spent, 0.0)} if whole else {}
    return rest | {"runTime": float(spent)}


def _seconds(span: timedelta) -> float:
    return max(round(span.total_seconds(), 3), 0.0)
