"""AMC's list of runs against what WFM has recorded: from when to ask, what is usable, what is an update.

Nothing that AMC leaves out, adds or repeats may stop the others from being seen; neither may a row that was edited.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.model.amc_run import CLOCK_SKEW, AmcRun
from wfm.model.rows import Document, object_in
from wfm.model.statuses import has_ended
from wfm.model.timeouts import MAX_DURATION

OVERLAP: Final = timedelta(minutes=15)  # a poll reaches back before the last one: clocks differ, entries come late
FIRST_LOOKBACK: Final = timedelta(hours=72)  # the first predecessor's workflowExeuctionStatusLookBackHours

Run = Document


def list_from(now: datetime, last_poll: object, active: Iterable[Run]) -> datetime:
    """The createTime from which AMC's list is read: that of the oldest active run, or the last poll.

    A run older than MAX_DURATION is read by its id, and does not make the list longer.
    """
    polled = parse_timestamp_or_none(last_poll)
    since = polled - OVERLAP if polled else now - FIRST_LOOKBACK
    created = [AmcRun(run).created for run in active]
    oldest = min([since, *(at for at in created if at and at > now - MAX_DURATION)])
    return min(max(oldest, now - FIRST_LOOKBACK), now)


def read_list(answer: Iterable[object]) -> tuple[dict[str, Run], list[str]]:
    """The runs by id, each once, and a sentence for each thing that cannot be used.

    Of entries that repeat, as pages that overlap do, the later one counts.
    """
    runs: dict[str, Run] = {}
    problems: list[str] = []
    for entry in answer:
        run = object_in(entry)
        run_id = AmcRun(run).id
        if run_id is None:
            problems.append("AMC lists a run without a workflowExecutionId")
        elif run_id not in runs or not _is_older(run, runs[run_id]):
            runs[run_id] = run
    for run_id, run in runs.items():
        times = {"createTime": AmcRun(run).created, "lastUpdatedTime": AmcRun(run).updated}
        problems += [f"{run_id}: AMC's {name} is missing or no time" for name, time in times.items() if time is None]
        if not AmcRun(run).amc_status:
            problems.append(f"{run_id}: AMC says no status")
    return runs, problems


def is_update(run: Run, known: Run | None) -> bool:
    """Whether AMC's answer about a run says more than the row; a late or repeated answer does not.

    A row that has not ended and yet is not among those that have not was edited, and is written anew.
    """
    if known is None:
        return True
    before, status = AmcRun(known).recorded_status, AmcRun(run).amc_status
    if has_ended(before) or not status:
        return False
    if before == status:
        return "unsettledSince" not in known
    return not _is_older(run, known) or _is_edited(AmcRun(known))


def age(run: Run, known: Run | None, now: datetime) -> timedelta:
    """How long a run has gone on: by AMC's createTime, else since WFM first saw it."""
    row = AmcRun(known or {})
    return max(now - (AmcRun(run).created or row.created or row.first_seen or now), timedelta(0))


def _is_edited(known: AmcRun) -> bool:
    """Whether the row says that AMC changed the run long after WFM wrote that down."""
    updated, recorded = known.updated, known.recorded
    return updated is not None and (recorded is None or updated > recorded + CLOCK_SKEW)


def _is_older(run: Run, other: Run) -> bool:
    """Whether what AMC says of `run` is from before what it said of `other`; False if AMC does not say."""
    one, two = AmcRun(run).updated, AmcRun(other).updated
    return one is not None and two is not None and one < two
