"""How the paths of arrows are drawn: what another one has drawn already is left out, corners are round."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from wfm.graph.flow import Arrow
from wfm.graph.grid import Point
from wfm.graph.routing import Path

RADIUS = 8.0


@dataclass(frozen=True)
class Line:
    """The corners of an arrow's own part, and a little of what it shares, so that it joins in a bend.

    `arrives` when its head is its own too.
    """

    arrow: Arrow
    corners: tuple[Point, ...]
    arrives: bool


def lines(paths: Mapping[Arrow, Path]) -> list[Line]:
    drawn: set[frozenset[Point]] = set()
    found = []
    for arrow, path in paths.items():
        own = [step for step in pairwise(path) if frozenset(step) not in drawn] or list(pairwise(path))
        drawn |= {frozenset(step) for step in own}
        first, last = path.index(own[0][0]), path.index(own[-1][1])
        points = [*path[first : last + 1]]
        if first > 0:
            points.insert(0, _towards(path[first], path[first - 1], 2 * RADIUS))
        if last < len(path) - 1:
            points.append(_towards(path[last], path[last + 1], 2 * RADIUS))
        found.append(Line(arrow, corners(tuple(points)), arrives=own[-1][1] == path[-1]))
    return found


def corners(path: tuple[Point, ...]) -> tuple[Point, ...]:
    """Without the points at which it goes straight on."""
    kept = [path[0]]
    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1]):
            kept.append(here)
    return (*kept, path[-1])


def curve(points: tuple[Point, ...]) -> str:
    """An SVG path through the points."""
    steps = [f"M{_number(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(RADIUS, _distance(before, corner) / 2, _distance(corner, after) / 2)
        steps.append(f"L{_number(_towards(corner, before, radius))}")
        steps.append(f"Q{_number(corner)} {_number(_towards(corner, after, radius))}")
    return "".join([*steps, f"L{_number(points[-1])}"])


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: Point, end: Point, by: float) -> Point:
    share = min(1.0, by / (_distance(start, end) or 1))
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _number(point: Point) -> str:
    return f"{point[0]:g} {point[1]:g}"
