"""The log lines of runs: those of all Lambdas that worked for them, and their executions' own histories."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from wfm.calendar.timestamps import iso, parse
from wfm.client.runs.run import Run
from wfm.client.times import present
from wfm.model.requests import execution_name_in
from wfm.model.rows import Document, object_in

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef as HistoryEvent

    from wfm.client.adapters.lifecycle_machine import LifecycleMachine
    from wfm.client.adapters.log_queries import LogQueries, RawLine

DEFAULT_LINES: Final = 1000
MARGIN: Final = timedelta(minutes=1)  # before a run was asked for: clocks differ
AFTERMATH: Final = timedelta(minutes=30)  # after its end: announcements, sweeps
MACHINE: Final = "execution_lifecycle"
OWN_COLUMNS: Final = frozenset(
    {"customerId", "requestId", "traceId", "executionName", "lambda_request_id"}
)  # not shown
_OF_LINE: Final = frozenset({"level", "location", "message", "timestamp", "service", "handler", "xray_trace_id"})
_ENDS: Final = ("ExecutionStarted", "ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line: what `source`, a Lambda or the machine, said of the run; `fields` are the rest of it."""

    time: str
    customer_id: str
    run_id: str
    source: str
    level: str
    message: str
    fields: Document = field(default_factory=dict)
    pointer: str = field(default="", compare=False)

    def as_json(self) -> dict[str, object]:
        """What `--json` prints of it."""
        run = {"customerId": self.customer_id, "id": self.run_id}
        head = {"time": self.time, **run, "source": self.source, "level": self.level}
        return {**head, "message": self.message, "fields": dict(self.fields)}


@dataclass(frozen=True, slots=True)
class RunLog:
    """The lines of runs in order of time; `is_cut` if there were more of them."""

    lines: list[LogLine]
    is_cut: bool
    has_ended: bool


def read_log(runs: Sequence[Run], logs: "LogQueries", machine: "LifecycleMachine", *, since: str, limit: int) -> RunLog:
    """The lines of these runs, `limit` at most: the oldest."""
    start, end = period_of(runs, since, present())
    found = logs.find([word for run in runs for word in words_of(run)], start, end, limit)
    lines = [line for run in runs for raw in found.lines if (line := line_of(raw, run))]
    steps = [step for run in runs if run.request for step in steps_of(machine.history(run.request), run)]
    both = sorted((each for each in [*lines, *steps] if each.time >= iso(start)), key=lambda line: line.time)
    return RunLog(both[:limit], found.is_cut or len(both) > limit, all(run.ended for run in runs))


def words_of(run: Run) -> Iterator[str]:
    """What a line about the run holds: its trace, its execution's name, its id in AMC, or its request's as a field."""
    if run.request:
        trace_id = run.request.row.get("traceId")
        yield from [str(trace_id)] if trace_id else []
        yield _execution_name(run.request.row)
        yield f'"requestId":"{run.request.request_id}"'
    if run.execution:
        yield run.execution.workflow_execution_id


def _execution_name(row: Document) -> str:
    return str(row.get("executionArn") or "").rpartition(":")[2] or execution_name_in(row)


def period_of(runs: Sequence[Run], since: str, now: datetime) -> tuple[datetime, datetime]:
    """From before the first run began to after the last one ended, or to now."""
    begun = parse(since) if since else min(parse(run.started) for run in runs) - MARGIN
    ended = [parse(run.ended) + AFTERMATH if run.ended else now for run in runs]
    return begun, max(min(max(ended), now), begun)


def line_of(raw: "RawLine", run: Run) -> LogLine | None:
    """The line if it is about this run, and not about another customer's of the same request id."""
    told = _fields(raw.message)
    if not _is_about(told, raw.message, run):
        return None
    rest = {name: value for name, value in told.items() if name not in _OF_LINE}
    return LogLine(
        _time(told, raw),
        run.either.customer_id,
        run.run_id,
        raw.group.rpartition("-")[2],
        str(told.get("level", "")),
        str(told.get("message", told.get("type", "" if told else raw.message))),
        rest,
        raw.pointer,
    )


def _is_about(told: Document, text: str, run: Run) -> bool:
    if told.get("customerId", run.either.customer_id) != run.either.customer_id:
        return False
    ids = [word for word in words_of(run) if not word.startswith('"')]
    is_its_request = run.request is not None and told.get("requestId") == run.request.request_id
    return (is_its_request and "customerId" in told) or any(word in text for word in ids)


def _fields(text: str) -> Document:
    try:
        return object_in(json.loads(text))
    except ValueError:
        return {}


def _time(told: Document, raw: "RawLine") -> str:
    """When it was written; where the line does not say, CloudWatch's own time."""
    written = str(told.get("timestamp", "")).replace(",", ".")
    try:
        return iso(parse(written))
    except ValueError:
        return iso(parse(raw.time))


def steps_of(history: Sequence["HistoryEvent"], run: Run) -> Iterator[LogLine]:
    """The states that the run's execution entered, what failed in them, and how it ended."""
    for event in history:
        told = _step(event)
        if told:
            level = "WARNING" if "error" in told[1] else "INFO"
            ids = run.either.customer_id, run.run_id
            time, pointer = iso(event["timestamp"].astimezone(UTC)), f"{'/'.join(ids)}#{event['id']}"
            yield LogLine(time, *ids, MACHINE, level, told[0], told[1], pointer)


def _step(event: Mapping[str, object]) -> tuple[str, Document] | None:
    """A message and its fields. What failed is named by its error alone: a cause may quote AMC."""
    kind = str(event["type"])
    if kind.endswith("StateEntered"):
        return f"entered {object_in(event.get('stateEnteredEventDetails')).get('name')}", {}
    if kind in _ENDS or kind.endswith(("Failed", "TimedOut")):
        details = [value for name, value in event.items() if name.endswith("EventDetails")]
        error = next((object_in(value).get("error") for value in details), None)
        return kind, {"error": error} if error else {}
    return None
