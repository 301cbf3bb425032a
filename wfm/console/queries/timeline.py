"""What Timeline shows: the runs of a period as bars, a line of lanes for each tenant, idle hours narrow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from wfm.calendar.timestamps import parse
from wfm.client.runs.search import RunFilter, RunSearch
from wfm.client.times import present
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.console.queries.runs import MOST_TENANTS, SOURCES, STATUSES, active_runs, filter_of, tenants_of
from wfm.console.time_scale import WHOLE, TimeScale
from wfm.report.axis import MINUTE
from wfm.report.lanes import lanes
from wfm.report.spans import RUN, Line, line_of
from wfm.report.timeline import description_of, outcome

SINCE: Final = "1d"
MOST_RUNS: Final = 300  # of all tenants, and so many rows of each
MOST_LANES: Final = 12  # of a tenant
LEAST_WIDTH: Final = 0.3  # percent, of a bar: one can still be seen and met
BETWEEN: Final = 0.2  # percent, between two bars
LABEL_WIDTH: Final = 11.0  # percent, of a label on the axis
MOST_LABELS: Final = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, in percent of the axis: the run waits there, or AMC runs it."""

    left: float
    width: float
    runs: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A run in its lane. `outcome` is the class of its colour."""

    line: Line
    lane: int
    outcome: str
    parts: Sequence[Part]

    @property
    def words(self) -> str:
        """All about it, for the mouse that rests on it."""
        return description_of(self.line)


@dataclass(frozen=True, slots=True)
class TenantLine:
    """A tenant's bars; `left_out` of its runs found no room."""

    customer_id: str
    bars: Sequence[Bar]
    lane_count: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Label:
    """A time on the axis, by the viewer's clock; every second one is `minor` and gives way on a phone."""

    left: float
    words: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """`asked` are the tenants whose runs are shown, of `tenants`; `is_cut` if there are more runs than are read."""

    scale: TimeScale
    labels: Sequence[Label]
    lines: Sequence[TenantLine]
    start: datetime
    end: datetime
    runs: int
    is_cut: bool
    asked: Sequence[str]
    tenants: int
    since: str = SINCE
    statuses: Sequence[str] = STATUSES
    sources: Sequence[str] = SOURCES


def read_timeline(wfm: Wfm, given: Given) -> Timeline:
    """The runs that the address names: what was asked for in the last day if it says no time, and what is active."""
    wanted = filter_of(given, SINCE)
    names, now = tenants_of(wfm, given.text("tenant")), present().timestamp()
    asked = names[:MOST_TENANTS]
    found = _lines(wfm, asked, wanted, now)
    end = min(parse(str(wanted.until)).timestamp(), now) if wanted.until else now
    start = min((line.start for line in found), default=parse(str(wanted.since)).timestamp())
    start = min(max(start, parse(str(wanted.since)).timestamp()), end)
    scale = TimeScale.of([(line.start, line.end) for line in found], start, end)
    return Timeline(
        scale,
        labels(scale, given),
        [line for name in asked if (line := _tenant_line(name, found, scale))],
        datetime.fromtimestamp(start, UTC),
        datetime.fromtimestamp(end, UTC),
        len(found),
        len(found) >= MOST_RUNS,
        asked,
        len(names),
    )


def _lines(wfm: Wfm, customer_ids: Sequence[str], wanted: RunFilter, now: float) -> Sequence[Line]:
    runs = RunSearch(wfm.aws.tables.runs).find(customer_ids, wanted, MOST_RUNS)
    ended = [run for run in runs if run.ended]
    both = [*active_runs(wfm, customer_ids, wanted, runs), *ended]
    return [line for run in both if (line := line_of(run, now))]


def _tenant_line(customer_id: str, lines: Sequence[Line], scale: TimeScale) -> TenantLine | None:
    """The bars of one tenant; None if it has none."""
    own = sorted((line for line in lines if line.customer_id == customer_id), key=lambda line: line.start)
    if not own:
        return None
    places = [_within(scale.place(line.start), scale.place(line.end)) for line in own]
    found = list(zip(own, lanes(places, BETWEEN, MOST_LANES), strict=True))
    bars = [Bar(line, lane, outcome(line), list(_bar(line, scale))) for line, lane in found if lane is not None]
    return TenantLine(customer_id, bars, max(bar.lane for bar in bars) + 1, len(own) - len(bars))


def _within(left: float, right: float) -> tuple[float, float]:
    """A bar's ends, so far apart that it is seen, and not beyond the right edge."""
    left = min(left, WHOLE - LEAST_WIDTH)
    return left, max(right, left + LEAST_WIDTH)


def _bar(line: Line, scale: TimeScale) -> Iterator[Part]:
    """Where it waited, and where AMC ran it; at least one part can be seen."""
    left, right = _within(scale.place(line.start), scale.place(line.end))
    ran = next((span for span in line.spans if span.kind == RUN), None)
    if ran is None:
        yield Part(left, right - left, runs=line.ended)
        return
    since = min(scale.place(ran.start), right - LEAST_WIDTH)
    if since > left:
        yield Part(left, since - left, runs=False)
    yield Part(max(since, left), right - max(since, left), runs=True)


def labels(scale: TimeScale, given: Given) -> Sequence[Label]:
    """Times on the axis that do not run into each other: where something begins, then between."""
    begins = [one.start for one in scale.stretches if not one.is_idle]
    between = [
        one.start + one.seconds * part / MOST_LABELS
        for one in scale.stretches
        for part in range(1, MOST_LABELS)
        if not one.is_idle
    ]
    chosen: list[float] = []
    for at in [*begins, *between]:
        left = scale.place(at)
        if left <= WHOLE - LABEL_WIDTH and all(abs(left - scale.place(other)) >= LABEL_WIDTH for other in chosen):
            chosen.append(at)
    found: list[Label] = []
    busy = sum(one.seconds for one in scale.stretches if not one.is_idle)
    day, shape = "", "%H:%M:%S" if busy < MOST_LABELS * MINUTE else "%H:%M"
    for at in sorted(chosen):
        local = datetime.fromtimestamp(at, given.zone)
        begins_day, day = f"{local:%d %b}" != day, f"{local:%d %b}"
        words = f"{day} {local:{shape}}" if begins_day else f"{local:{shape}}"
        found.append(Label(scale.place(at), words, minor=bool(len(found) % 2)))
    return found
