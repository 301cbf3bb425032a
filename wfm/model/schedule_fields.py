"""The fields of a row of Schedules, read one by one; every problem is kept, so that one message can name them all."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from difflib import get_close_matches
from typing import Final, TypeVar

from wfm.calendar.due_times import read_due_by
from wfm.calendar.local_times import zone
from wfm.calendar.spans import REFRESH, read_ages, read_span
from wfm.calendar.timetables import EXAMPLES, YEARS
from wfm.errors import InvalidRecord, InvalidRequest, Problem, kind_of
from wfm.model.field_names import is_packed
from wfm.model.labels import LABELS, Labels, read_labels
from wfm.model.retry_policy import RESUBMIT, RetryPolicy, read_retry_policy
from wfm.model.rows import Document, object_in, plain
from wfm.model.schedule_rules import ScheduleRules, read_rules

LONGEST_NAME: Final = 100
LONGEST_DESCRIPTION: Final = 512  # EventBridge Scheduler's API reference, CreateSchedule
_WORKFLOW_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,256}")
_PACKED: Final = "is a JSON text, and no object"
SPREADS: Final = range(1, 1441)  # minutes; API reference of EventBridge Scheduler, FlexibleTimeWindow
_MOMENT: Final = "ISO 8601, such as 2026-12-01T08:00:00+01:00; without an offset by the clock of the schedule"
Found = TypeVar("Found")


def _is_printed_as_it_is(name: str) -> bool:
    """A blank at an end would make two names that look like one."""
    return name.isprintable() and name == name.strip()


class Fields:
    """A row, and what is wrong with it so far."""

    def __init__(self, row: Document) -> None:
        self.row = row
        self.problems: list[Problem] = []

    def problem(self, field: str, problem: str, allowed: str) -> None:
        """Keep one."""
        self.problems.append(Problem(field, problem, allowed))

    def attempt(self, read: Callable[[], Found]) -> Found | None:
        """What `read` finds; None, and a problem or several more, when it cannot."""
        try:
            return read()
        except InvalidRequest as exc:
            self.problems.append(exc.problem)
        except InvalidRecord as exc:
            self.problems += exc.problems
        return None

    def name(self) -> str:
        """1 to 100 characters that can be seen or are blanks."""
        name = self.row.get("Name")
        allowed = f"1 to {LONGEST_NAME} printable characters, no blank at either end"
        if name is None:
            self.problem("Name", "is missing", allowed)
        elif not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME or not _is_printed_as_it_is(name):
            self.problem("Name", f"{name!r:.120} is not usable", allowed)
        else:
            return name
        return ""

    def expression(self, field: str) -> str:
        """The field's text; "" and a problem if it is missing."""
        given = self.row.get(field)
        if isinstance(given, str) and given.strip():
            return given
        self.problem(field, "is missing" if given is None else f"{given!r:.60} is no timetable", ", ".join(EXAMPLES))
        return ""

    def text(self, field: str, longest: int) -> str:
        """Text that may be missing."""
        value = self.row.get(field)
        if value is None or (isinstance(value, str) and len(value) <= longest):
            return value or ""
        self.problem(field, f"{value!r:.60} is not usable", f"text of at most {longest} characters")
        return ""

    def choice(self, field: str, known: Sequence[str], default: str) -> str:
        """One of `known`; the default when nothing stands there."""
        value = self.row.get(field)
        if value is None:
            return default
        if value in known:
            return str(value)
        folded = {one.casefold(): one for one in known}
        close = get_close_matches(str(value).casefold(), folded, n=1)
        hint = f" (did you mean {folded[close[0]]}?)" if close else ""
        self.problem(field, f"{value!r:.60} is unknown{hint}", ", ".join(known))
        return default

    def flag(self, field: str) -> bool:
        """False when nothing stands there."""
        value = self.row.get(field)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.problem(field, f"{value!r:.60} is neither", "true or false")
        return False

    def zone(self, field: str) -> tuple[str, tzinfo]:
        """The zone and its name: UTC when nothing stands there."""
        given = self.row.get(field)
        name = "UTC" if given is None else given
        if given == "":
            self.problem(field, "'' is empty", "a zone, or no such field")
            return "UTC", UTC
        return str(name), self.attempt(lambda: zone(name, field)) or UTC

    def moment(self, field: str, where: tzinfo) -> datetime | None:
        """Aware UTC; None when nothing stands there, or nothing that can be read."""
        value = self.row.get(field)
        if value is None or value == "":
            return None
        try:
            found = datetime.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            self.problem(field, f"{value!r:.60} cannot be read", _MOMENT)
            return None
        if found.year not in YEARS:
            self.problem(field, f"{value!r:.60} is out of reach", f"the years {YEARS[0]} to {YEARS[-1]}")
            return None
        return (found if found.tzinfo else found.replace(tzinfo=where)).astimezone(UTC)

    def rules(self, where: tzinfo) -> ScheduleRules:
        """The rules that count when a firing arrives; none, and problems, for what cannot be read."""
        return self.attempt(lambda: read_rules(self.row, where)) or ScheduleRules(where=where)

    def minutes(self, field: str, known: range) -> timedelta:
        """A span such as 30m or 2h; none when nothing stands there."""
        value = self.row.get(field)
        if value is None:
            return timedelta(0)
        minutes = (read_span(value) or timedelta(0)) // timedelta(minutes=1)
        if minutes not in known:
            allowed = f"minutes or hours, such as 30m or 2h: {known[0]} minute to {known[-1] // 60} hours"
            self.problem(field, f"{value!r:.60} is not usable", allowed)
            return timedelta(0)
        return timedelta(minutes=minutes)

    def due_by(self) -> time | None:
        """A time of day; None when nothing stands there."""
        value = self.row.get("dueBy")
        found = read_due_by(value)
        if value is not None and found is None:
            self.problem("dueBy", f"{value!r:.60} is no time of day", "hours and minutes, such as 09:00")
        return found

    def labels(self) -> Labels:
        """None, and problems, for what cannot be read."""
        return self.attempt(lambda: read_labels(plain(self.row.get(LABELS)))) or {}

    def refresh(self) -> tuple[timedelta, ...]:
        """The ages in days; none, and problems, for what cannot be read."""
        return self.attempt(lambda: read_ages(plain(self.row.get(REFRESH)))) or ()

    def resubmit(self) -> RetryPolicy | None:
        """The retry policy in the field; None if there is none."""
        try:
            return read_retry_policy(plain(self.row.get(RESUBMIT)))
        except InvalidRecord as exc:
            self.problems += exc.problems
            return None

    def payload(self) -> Document:
        """What `Input.payload` asks for: a workflow, its window and parameters."""
        given = self.row.get("Input")
        payload = object_in(given).get("payload")
        if not isinstance(given, Mapping) or not isinstance(payload, Mapping):
            allowed = "an object with workflowId, its window and parameters"
            place, found = ("Input", given) if isinstance(given, str) else ("Input.payload", payload)
            problem = "is missing" if found is None else f"{kind_of(found)} is no object"
            self.problem(place, _PACKED if is_packed(found) else problem, allowed)
            return {}
        named = given.get("customerId")
        if named not in (None, self.row.get("customerId")):
            self.problem("Input.customerId", f"{named!r:.60} is another customer", "the schedule's own, or none")
        self._workflow(payload)
        return {name: plain(value) for name, value in payload.items()}

    def _workflow(self, payload: Document) -> None:
        named = payload.get("customerId")
        if named not in (None, self.row.get("customerId")):
            self.problem(
                "Input.payload.customerId", f"{named!r:.60} is another customer", "the schedule's own, or none"
            )
        workflow_id, values = payload.get("workflowId"), payload.get("parameterValues")
        allowed = "1 to 256 letters, digits, '.', '-' and '_'"
        if not workflow_id and not isinstance(payload.get("workflow"), Mapping):
            self.problem("Input.payload.workflowId", "is missing", allowed)
        elif workflow_id and not (isinstance(workflow_id, str) and _WORKFLOW_ID.fullmatch(workflow_id)):
            self.problem("Input.payload.workflowId", f"{workflow_id!r:.60} is not usable", allowed)
        if values is not None and not isinstance(values, Mapping):
            allowed = "an object from parameter name to value"
            self.problem("Input.payload.parameterValues", f"{kind_of(values)} is no object", allowed)
