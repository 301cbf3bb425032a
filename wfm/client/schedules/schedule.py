"""A tenant's schedule: its status, and when it fires."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final, Self

from wfm.calendar.spans import shown_age
from wfm.calendar.timestamps import iso
from wfm.errors import InvalidRecord
from wfm.model.labels import as_pairs
from wfm.model.rows import Document, plain_object, text_or_none, whole_number
from wfm.model.schedule_rules import OVERLAP
from wfm.model.schedules import Schedule, desired_hash, fire_times, planned_times, read_applied

_DAYS_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class TenantSchedule:
    """A schedule. `state` is PENDING until WFM has applied it, then ENABLED, DISABLED, PAUSED or FAILED.

    `schedule` is None, and `reason` says why, for a row that WFM cannot use.
    """

    customer_id: str
    name: str
    state: str
    reason: str | None
    schedule: Schedule | None
    now: datetime
    row: Document = field(repr=False, compare=False)

    @classmethod
    def from_row(cls, row: Document, now: datetime) -> Self:
        """Read a row of the Schedules table, as of `now`."""
        try:
            schedule, problem = read_applied(row, now), None
        except InvalidRecord as exc:
            schedule, problem = None, str(exc)
        reason = text_or_none(row.get("scheduleReason")) or problem
        return cls(str(row["customerId"]), str(row["Name"]), _state(row), reason, schedule, now, plain_object(row))

    @property
    def is_paused(self) -> bool:
        """Whether somebody has paused it."""
        return bool(self.row.get("paused"))

    @property
    def library_version(self) -> int | None:
        """The version in the library that it came from, None for one of the tenant's own."""
        return whole_number(self.row.get("libraryVersion"), 0) or None

    def upcoming(self, count: int = 5) -> list[datetime]:
        """The next times of its calendar, aware UTC, whether it is switched on or not; estimates for rate()."""
        return list(islice(fire_times(self.schedule, self.now), count)) if self.schedule else []

    def left_out(self, upcoming: Sequence[datetime]) -> list[datetime]:
        """The times up to the last of these at which it does not fire, since their days are exceptions."""
        if self.schedule is None or not upcoming:
            return []
        planned = planned_times(self.schedule, self.now, upcoming[-1])
        return [moment for moment in planned if self.schedule.rules.excepts(moment)]

    @property
    def rules(self) -> list[str]:
        """What it says of its firings besides their times, in words: `due by 09:00`, `overlap skip`."""
        if self.schedule is None:
            return []
        schedule, rules = self.schedule, self.schedule.rules
        said = {
            f"due by {schedule.due_by:%H:%M}" if schedule.due_by else "": schedule.due_by,
            f"spread over {schedule.spread // timedelta(minutes=1)} minutes": schedule.spread,
            f"overlap {rules.overlap}": OVERLAP in rules.names,
            f"paused after {rules.pause_after} failures in a row": rules.pause_after,
            f"run again when its window is {', '.join(map(shown_age, schedule.refresh))} old": schedule.refresh,
            f"labels {', '.join(as_pairs(schedule.labels))}": schedule.labels,
            f"left out: {_days(rules.exceptions)}": rules.exceptions,
        }
        return [words for words, is_said in said.items() if is_said]

    @property
    def next_run_at(self) -> str | None:
        """When it fires next; None while it does not."""
        if self.state not in {"ENABLED", "PENDING"} or self.schedule is None or not self.schedule.enabled:
            return None
        if self.schedule.event_expression.startswith("rate("):
            return text_or_none(
                self.row.get("nextRunAt")
            )  # counted from when EventBridge got it, which nobody else knows
        upcoming = self.upcoming(1)
        return iso(upcoming[0]) if upcoming else None

    def as_json(self) -> dict[str, object]:
        """The row, and its status."""
        return {**self.row, "state": self.state, "reason": self.reason, "nextRunAt": self.next_run_at}


def _state(row: Document) -> str:
    status = row.get("scheduleStatus")
    if row.get("paused"):
        return "PAUSED"
    if status is None or (status != "FAILED" and row.get("scheduleHash", "") not in ("", desired_hash(row))):
        return "PENDING"
    return str(status)


def _days(days: Collection[date]) -> str:
    shown = [day.isoformat() for day in sorted(days)]
    return ", ".join(shown[:_DAYS_SHOWN]) + (f" and {len(shown) - _DAYS_SHOWN} more" if shown[_DAYS_SHOWN:] else "")
