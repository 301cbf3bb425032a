"""What Tracking shows: the last poll of each tenant by its row; and its log: what the last polls changed.

Step Functions keeps no history of an Express machine's executions. Of them only what failed is in a log.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.timestamps import parse, parse_timestamp_or_none
from wfm.client.adapters.log_queries import RawLine
from wfm.client.deployment import EXPRESS
from wfm.client.records import Tenant
from wfm.client.tenants.status import served
from wfm.client.times import present
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.model.rows import list_in, object_in, text_or_none

PAGE_SIZE: Final = 50
LOGGED: Final = timedelta(minutes=15)  # of the log that is read
MOST_LINES: Final = 500
POLLER: Final = "TrackTenant"


@dataclass(frozen=True, slots=True)
class PollLine:
    """A tenant's last poll. `due` is when the next one is; None for one that is not polled."""

    tenant: Tenant
    polled: datetime | None
    due: datetime | None
    has_active_runs: bool
    failing_since: str
    problems: Sequence[str]

    def is_due(self, now: datetime) -> bool:
        """Whether the next tick polls it."""
        return self.due is not None and self.due <= now


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a poll wrote into the log: a run that changed, a problem, or what failed in the machine (of no tenant)."""

    time: datetime
    customer_id: str
    run_id: str
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """`due` of `count` tenants are due, and the last polls of `failing` ones failed."""

    polls: Sequence[PollLine]
    count: int
    due: int
    failing: int
    number: int
    last: int


def read_tracking(wfm: Wfm, given: Given) -> Tracking:
    """The last polls, those that fail and those that are most overdue first: a scan of Tenants."""
    number, now = given.number("page", 1), present()
    polls = sorted((_line(tenant) for tenant in served(wfm.tenants.list())), key=lambda one: _urgency(one, now))
    return Tracking(
        polls[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        len(polls),
        sum(one.is_due(now) for one in polls),
        sum(bool(one.tenant.poll_error) for one in polls),
        number,
        max((len(polls) + PAGE_SIZE - 1) // PAGE_SIZE, 1),
    )


def read_tracking_log(wfm: Wfm, _given: Given) -> Sequence[Recorded]:
    """What the polls of the last minutes recorded, newest first: one query, for which AWS charges."""
    now = present()
    lines = wfm.aws.logs.newest((POLLER, EXPRESS), now - LOGGED, now, MOST_LINES).lines
    return [found for line in reversed(lines) if (found := _recorded(line))]


def _line(tenant: Tenant) -> PollLine:
    row = tenant.row
    return PollLine(
        tenant,
        parse_timestamp_or_none(tenant.last_polled_at),
        parse_timestamp_or_none(row.get("pollDueAt")),
        bool(row.get("hasActiveRuns")),
        text_or_none(row.get("failingSince")) or "",
        [str(problem) for problem in list_in(row.get("lookProblems"))],
    )


def _urgency(one: PollLine, now: datetime) -> tuple[bool, float, str]:
    waits = (now - one.due).total_seconds() if one.due else float("-inf")
    return not one.tenant.poll_error, -waits, one.tenant.customer_id


def _recorded(line: RawLine) -> Recorded | None:
    """A line of the Lambda that is about a tenant, or any of the machine; None for one of Lambda itself."""
    try:
        told = object_in(json.loads(line.message))
    except ValueError:
        return None
    failure = object_in(told.get("details"))
    words = [text_or_none(one) for one in (told.get("type"), failure.get("error"), failure.get("cause"))]
    customer_id, run_id, status, problem = (
        text_or_none(told.get(name)) or "" for name in ("customerId", "workflowExecutionId", "status", "problem")
    )
    said = problem or text_or_none(told.get("message")) or ": ".join(word for word in words if word)
    return Recorded(parse(line.time), customer_id, run_id, status, said) if customer_id or failure else None
