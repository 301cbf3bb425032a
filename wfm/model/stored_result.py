"""The watch over the newest result of a tenant's workflow with `freshness`, as its row keeps it: pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from wfm.calendar.timestamps import iso, parse_timestamp_or_none
from wfm.calendar.windows import settled_by
from wfm.errors import InvalidRequest
from wfm.model.amc_run import AmcRun
from wfm.model.rollout_plan import workflow_of
from wfm.model.rows import Document, WorkflowRow, object_in
from wfm.model.statuses import ResultStatus, RunStatus
from wfm.model.workflows import FRESHNESS, read_freshness

_SHARE: Final = 4  # of the time for which a result has been stale passes before the next look
_SOONEST, _LATEST = timedelta(minutes=15), timedelta(hours=2)  # from one look at a stale result to the next
NOT_WATCHED: Final[Document] = dict.fromkeys(
    ("resultStatus", "resultCheckAt", "resultWatchedSince", "newestWindowEnd", "staleSince")
)


@dataclass(frozen=True, slots=True)
class ResultWatch:
    """The watch as a row has it. `check_at` is when to look next; None for one that is not watched.

    `within` is how old the newest result may be, None where nobody says; `since` is when the watch began, and
    `stale_since` when the result became too old.
    """

    customer_id: str
    workflow_id: str
    freshness: str
    within: timedelta | None
    status: ResultStatus
    check_at: str | None
    since: datetime
    newest_end: datetime | None
    stale_since: datetime | None

    @classmethod
    def of(cls, row: WorkflowRow, now: datetime) -> "ResultWatch":
        """The watch of a row; what cannot be read is as if it were not there."""
        status = ResultStatus.STALE if row.get("resultStatus") == ResultStatus.STALE else ResultStatus.FRESH
        return cls(
            row["customerId"],
            row["workflowId"],
            str(row.get(FRESHNESS)),
            read_freshness(row.get(FRESHNESS)),
            status,
            row.get("resultCheckAt"),
            parse_timestamp_or_none(row.get("resultWatchedSince")) or now,
            parse_timestamp_or_none(row.get("newestWindowEnd")),
            parse_timestamp_or_none(row.get("staleSince")),
        )

    def stale_at(self, within: timedelta, lag: timedelta) -> datetime:
        """When the newest result is too old, but not before so long after the watch began."""
        begun = self.since + within
        return max(self.newest_end + lag + within, begun) if self.newest_end else begun

    def newer(self, runs: Iterable[Document]) -> Iterator[tuple[datetime, str]]:
        """The ends of the windows of this workflow that are newer than all before, and the ids of their runs."""
        for run in map(AmcRun, runs):
            is_result = run.workflow_id == self.workflow_id and run.recorded_status == RunStatus.SUCCEEDED
            end, oldest = run.window_end, self.newest_end or datetime.min.replace(tzinfo=UTC)
            if is_result and end and run.id and end > oldest:
                yield end, run.id

    def fields(self, check_at: datetime) -> Document:
        """The fields of the row, to be looked at then."""
        return {
            "resultStatus": self.status,
            "resultCheckAt": iso(check_at),
            "resultWatchedSince": iso(self.since),
            "newestWindowEnd": iso(self.newest_end) if self.newest_end else None,
            "staleSince": iso(self.stale_since) if self.stale_since else None,
        }


def longest_lag(row: WorkflowRow, schedules: Iterable[Document], now: datetime) -> timedelta:
    """How far back the windows of a workflow end, by its defaults and by the tenant's schedules that run it."""
    scheduled = [
        object_in(object_in(each.get("Input")).get("payload"))
        for each in schedules
        if workflow_of(each) == row["workflowId"] and not each.get("paused")
    ]
    return max(_lag(payload, now) for payload in (object_in(row.get("defaultPayload")), *scheduled))


def _lag(payload: Document, now: datetime) -> timedelta:
    """A `settlementLag` that cannot be read is none: runs with it are refused."""
    try:
        return now - settled_by(now, payload.get("settlementLag"))
    except InvalidRequest:
        return timedelta(0)


def next_look(now: datetime, stale_at: datetime) -> datetime:
    """When to look again: as a fresh result becomes stale, and at a stale one the more often the newer that is."""
    if now < stale_at:
        return stale_at
    return now + min(max((now - stale_at) / _SHARE, _SOONEST), _LATEST)
