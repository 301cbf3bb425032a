"""How long a workflow's runs took over time, and the share of a reason, as pictures."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from wfm.client.times import duration
from wfm.report.axis import marks, top
from wfm.report.markup import element, picture
from wfm.report.numbers import failed, thinned
from wfm.report.spans import RUN, Line
from wfm.report.timeline import description_of

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 480.0, 170.0, 84.0, 12.0, 22.0
MOST_DOTS: Final = 200


def durations(workflow_id: str, lines: Sequence[Line], start: float, end: float) -> Markup:
    """A dot for each run of a workflow: when it was asked for, and how long it ran in AMC."""
    ran = [(line, line.seconds(RUN)) for line in thinned(lines, MOST_DOTS) if line.ended]
    dots = [(line, seconds) for line, seconds in ran if seconds is not None]
    highest = top(max((seconds for _, seconds in dots), default=1.0))
    across = (WIDTH - LEFT - 10) / max(end - start, 1.0)
    up = (HEIGHT - TOP - BOTTOM) / highest
    parts = [*_grid(highest, up), *_times(start, end, across)]
    for line, seconds in dots:
        x, y = LEFT + (line.start - start) * across, HEIGHT - BOTTOM - seconds * up
        parts.append(element("g", element("title", description_of(line)), _dot(x, y, good=not failed(line))))
    words = f"Time in AMC of {len(dots)} runs" + (f", thinned out from {len(lines)}" if len(lines) > MOST_DOTS else "")
    return picture(WIDTH, HEIGHT, f"How long {workflow_id} took", words, parts)


def _dot(x: float, y: float, *, good: bool) -> Markup:
    """Round, or a cross where it failed."""
    if good:
        return element("circle", cx=x, cy=y, r=3, _class="dot")
    return element("path", d=f"M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6", _class="cross")


def _grid(highest: float, up: float) -> list[Markup]:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = HEIGHT - BOTTOM - highest * share * up
        parts.append(element("path", d=f"M{LEFT} {y:.1f}H{WIDTH - 10}", _class="rule"))
        parts.append(
            element("text", duration(highest * share) if share else "0", x=LEFT - 6, y=y + 4, _class="label end")
        )
    return parts


def _times(start: float, end: float, across: float) -> list[Markup]:
    found = marks(start, end)
    every = -(-len(found) // 4)
    return [
        element("text", label, x=LEFT + (at - start) * across, y=HEIGHT - 6, _class="label")
        for at, label in found[::every]
    ]


def share_bar(count: int, of: int) -> Markup:
    """A short bar for a table's cell."""
    width = 120.0 * count / max(of, 1)
    bar = element("rect", width=max(width, 1.0), height=10, _class="mark failed")
    return element("svg", bar, xmlns="http://www.w3.org/2000/svg", width=120, height=10, aria_hidden="true")
