"""Where the time of a run went: waiting in the queue, for a slot and in AMC, and running there. Epoch seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.client.runs.run import Run
from wfm.client.runs.search import EXTERNAL
from wfm.model.statuses import has_ended

QUEUE, SLOT, SUBMIT, AMC_QUEUE, RUN, RECORD = (
    "in the queue",
    "for a slot",
    "submitting",
    "in AMC's queue",
    "running in AMC",
    "noticing",
)
KINDS: Final = (QUEUE, SLOT, SUBMIT, AMC_QUEUE, RUN, RECORD)
GOOD: Final = "SUCCEEDED"
CANCELLED: Final = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Span:
    """One part of a run's time."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Line:
    """One run as a line of a timeline. `status` is WFM's of the request, else AMC's."""

    customer_id: str
    run_id: str
    workflow_id: str
    status: str
    source: str
    reason: str
    spans: Sequence[Span]
    ended: bool = True

    @property
    def external(self) -> bool:
        """Whether somebody started it elsewhere."""
        return self.source == EXTERNAL

    @property
    def start(self) -> float:
        """When it was asked for, or made in AMC."""
        return self.spans[0].start

    @property
    def end(self) -> float:
        """When its outcome was recorded; the present time while it is active."""
        return max(span.end for span in self.spans)

    def seconds(self, kind: str) -> float | None:
        """How long it was at that; None if it never was."""
        found = [span.end - span.start for span in self.spans if span.kind == kind]
        return sum(found) if found else None


def spans(marks: Sequence[tuple[str, float | None]], end: float) -> list[Span]:
    """The parts of a run's time. Each ends where the next known one begins; one of unknown beginning is left out."""
    known = [(kind, at) for kind, at in marks if at is not None]
    ends = [at for _, at in known[1:]] + [end]
    return [Span(kind, at, max(until, at)) for (kind, at), until in zip(known, ends, strict=True)]


def line_of(run: Run, now: float) -> Line | None:
    """A run as WFM recorded it; None when not even its beginning is known."""
    request = run.request.row if run.request else {}
    amc = run.execution.row if run.execution else {}
    created, changed = _at(amc, "createTime"), _at(amc, "lastUpdatedTime")
    in_amc_until = changed if has_ended(str(amc.get("executionStatus"))) else None
    marks = [
        (QUEUE, _at(request, "requestedAt")),
        (SLOT, _at(request, "waitingAt")),
        (SUBMIT, _at(request, "submittingAt")),
        *amc_marks(created or _at(request, "runningAt"), in_amc_until, amc.get("executionTime")),
        (RECORD, in_amc_until if run.request else None),
    ]
    if all(at is None for _, at in marks):
        return None
    ended = has_ended(run.status)
    end = (_at(request, "endedAt") if run.request else in_amc_until) if ended else now
    latest = max(at for _, at in marks if at is not None)
    return Line(
        run.either.customer_id,
        run.run_id,
        run.either.workflow_id,
        run.status,
        run.source,
        run.reason or "",
        spans(marks, latest if end is None else end),
        ended,
    )


def amc_marks(created: float | None, ended: float | None, running: object = None) -> list[tuple[str, float | None]]:
    """When a run began to wait in AMC and when to run there.

    AMC's `executionTime` (whole seconds) is the time that it ran; without it all of the time in AMC counts as that.
    """
    if created is None or ended is None or not isinstance(running, int | float) or not 0 < running <= ended - created:
        return [(RUN, created)]
    return [(AMC_QUEUE, created), (RUN, ended - running)]


def _at(row: Mapping[str, object], field: str) -> float | None:
    at = parse_timestamp_or_none(row.get(field))
    return at.timestamp() if at else None
