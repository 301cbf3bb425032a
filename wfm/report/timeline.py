"""A timeline of runs as SVG: a line for each run with a colour for each part of its time and a mark for its outcome."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from markupsafe import Markup

from wfm.client.times import duration
from wfm.report.axis import marks
from wfm.report.lanes import lanes
from wfm.report.markup import element, picture
from wfm.report.spans import KINDS, Line

WIDTH, LEFT, TOP = 1000.0, 8.0, 22.0
MOST_LANES: Final = 80  # one above the other; what does not fit in is not drawn
ENOUGH_LANES: Final = 24  # above that they are thinner
EDGE: Final = 40.0  # where a label in the middle of its mark would be cut
MARK: Final = 6.0  # width of the outcome's mark
CLASSES: Final = {kind: f"part{number}" for number, kind in enumerate(KINDS)}
OUTCOMES: Final = ("SUCCEEDED", "FAILED", "REJECTED", "CANCELLED")


def timeline(title: str, lines: Sequence[Line], start: float, end: float) -> Markup:
    """The picture of a period, in epoch seconds; a run that reaches beyond it is cut."""
    scale = (WIDTH - 2 * LEFT) / max(end - start, 1.0)
    found = sorted(lines, key=lambda line: line.start)
    numbers = lanes([(line.start, line.end) for line in found], (MARK + 2) / scale, MOST_LANES)
    placed = [(lane, line) for lane, line in zip(numbers, found, strict=True) if lane is not None]
    count = max((lane for lane, _ in placed), default=0) + 1
    height = 14.0 if count <= ENOUGH_LANES else 7.0
    floor = TOP + count * height
    drawn = [_drawn(line, TOP + lane * height, height - 3, start, scale) for lane, line in placed]
    left_out = len(lines) - len(placed)
    note = f" {left_out} more found no room." if left_out else ""
    description = f"{len(placed)} runs from {clock(start)} to {clock(end)} UTC.{note}"
    return picture(WIDTH, floor + 6, title, description, [*_axis(start, end, scale, floor), *drawn])


def _axis(start: float, end: float, scale: float, floor: float) -> list[Markup]:
    parts = []
    for at, label in marks(start, end):
        x = LEFT + (at - start) * scale
        parts.append(element("path", d=f"M{x:.1f} {TOP - 4:g}V{floor:g}", _class="rule"))
        side = " begin" if x < EDGE else " end" if x > WIDTH - EDGE else ""
        parts.append(element("text", label, x=x, y=TOP - 9, _class=f"label{side}"))
    return parts


def _drawn(line: Line, y: float, height: float, start: float, scale: float) -> Markup:
    def x(at: float) -> float:
        return min(max(LEFT + (at - start) * scale, LEFT), WIDTH - LEFT)

    parts = [
        element("rect", x=x(span.start), y=y, width=max(x(span.end) - x(span.start), 0.5), height=height,
                _class=CLASSES[span.kind])
        for span in line.spans
    ]  # fmt: skip
    left, right = x(line.start), x(line.end)
    if line.external:
        parts.append(element("rect", x=left, y=y, width=max(right - left, 1), height=height, _class="external"))
    parts.append(element("rect", x=right, y=y, width=MARK, height=height, _class=f"mark {outcome(line)}"))
    return element("g", element("title", description_of(line)), *parts)


def outcome(line: Line) -> str:
    """The CSS class of a run's mark, by its status: a colour and a pattern."""
    if not line.ended:
        return "active"
    return line.status.lower() if line.status in OUTCOMES else "failed"


def description_of(line: Line) -> str:
    """All about a run in a few words, for the mouse that rests on it."""
    parts = ", ".join(f"{span.kind} {duration(span.end - span.start)}" for span in line.spans)
    where = "started elsewhere" if line.external else line.source
    reason = f"\n{line.reason}" if line.reason else ""
    return f"{line.workflow_id} {line.run_id}: {line.status} ({where})\n{clock(line.start)} UTC: {parts}{reason}"


def clock(at: float) -> str:
    """A time of UTC, to the second."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
