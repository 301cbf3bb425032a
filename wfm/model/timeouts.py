"""Time limits of runs, waits and polls; above all a run's time-out, and when WFM takes a run as overdue."""

import re
from datetime import datetime, timedelta
from typing import Final

from wfm.errors import InvalidRequest
from wfm.model.amc_run import AmcRun
from wfm.model.rows import Document
from wfm.model.statuses import RunStatus

TIMEOUT: Final = "workflowExecutionTimeoutSeconds"
SECONDS: Final = range(900, 86_401)  # Amazon's OpenAPI, createWorkflowExecution
USUAL_SECONDS: Final = 21_600  # what Amazon's sample responses show when nobody asked for another
# Of every dry run, which computes nothing. AMC shows no other difference to a real run of the same inputs.
DRY_RUN_SECONDS: Final = SECONDS[-1] - 1
LONGEST_WAIT: Final = timedelta(days=14)  # in the queue, where SQS keeps nothing for longer, and again for a slot
MAX_DURATION: Final = timedelta(hours=25)  # AMC ends a run after 24 hours; an hour for its clock
MIN_INTERVAL: Final = timedelta(minutes=1)  # between two polls of a tenant: the tracker's tick
EARLY_POLL: Final = timedelta(seconds=90)  # the age of a run at its first poll, as most failures are early
TICK_TOLERANCE: Final = MIN_INTERVAL / 2  # a tick also polls tenants that are nearer to it than to the next one
MARGIN: Final = MAX_DURATION - timedelta(seconds=SECONDS[-1])  # for AMC to end the run itself, and to show that


def read_timeout(value: object) -> int:
    """The seconds that a request asks for, a number or its digits; InvalidRequest when AMC would not take them."""
    digits = re.fullmatch(r"\s*([0-9]{1,9})\s*", value) if isinstance(value, str) else None
    seconds = int(digits[1]) if digits else value  # `\s` takes separators that int() does not
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds in SECONDS:
        return int(seconds)
    raise InvalidRequest(TIMEOUT, f"{value!r:.60} is not usable", f"{SECONDS[0]} to {SECONDS[-1]} seconds")


def deadline(run: Document) -> datetime | None:
    """When a run has exceeded its time-out, by its row; None if the row has no time, or one at the end of all times.

    AMC does not say when a run began to execute, but when it last changed, which is the same while it executes. Before
    that the time-out has not begun, and only MAX_DURATION counts.
    """
    read = AmcRun(run)
    created = read.created or read.first_seen
    if created is None:
        return None
    began = max(created, read.updated or created)
    try:
        latest, end = created + MAX_DURATION, began + timedelta(seconds=timeout_of(run)) + MARGIN
    except OverflowError:
        return None
    return latest if read.recorded_status == RunStatus.PENDING else min(latest, end)


def timeout_of(run: Document) -> int:
    """The seconds that a row of a run, or the body of its request, names; the usual ones when it names none."""
    try:
        return read_timeout(run.get(TIMEOUT))
    except InvalidRequest:
        return USUAL_SECONDS
