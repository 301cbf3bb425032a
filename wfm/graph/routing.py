"""Arrows find their way between the boxes: right angles, few bends, few crossings, never through a box.

A path is found on the grid's lines by Dijkstra's algorithm, one arrow after the other. Arrows that leave one state, or
that end in one state, may run together: they join as soon as that is shorter.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import pairwise

from wfm.graph.flow import Arrow
from wfm.graph.grid import LANE, Box, Grid, Point

Path = tuple[Point, ...]

BEND, CROSSING, OVERLAP, OFF_CENTRE = 60.0, 150.0, 1000.0, 12.0
BY_SIDE, UP_BY_SIDE, BACKWARDS = 200.0, 50.0, 300.0  # where one looks for an arrow last
ASIDE = 1.1  # what a step costs that is not in the middle of a gap
TOGETHER = 0.25  # what a step costs that an arrow of the same kind has taken


class Router:
    """Routes one arrow at a time, and remembers where the others run."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._steps: dict[frozenset[Point], list[Arrow]] = defaultdict(list)
        self._points: dict[Point, list[Arrow]] = defaultdict(list)
        self._around: dict[Point, list[Point]] = {}

    def route(self, arrow: Arrow) -> Path:
        """Every point of the grid that the arrow passes, from the edge of one box to the edge of another."""
        source, target = self._grid.boxes[arrow.source], self._grid.boxes[arrow.target]
        ends = {
            outside: (edge, cost + _arrival(arrow, source, target, edge)) for edge, outside, cost in self._ports(target)
        }
        reached = {edge for edge, _ in ends.values()}
        queue: list[tuple[float, Path]] = []
        for edge, outside, cost in self._ports(source):
            self._push(queue, arrow, cost + _departure(source, target, edge), (edge,), outside)
        seen: set[Path] = set()
        while queue:
            cost, path = heappop(queue)
            if path[-1] in reached:
                return self._keep(arrow, path)
            if path[-2:] not in seen:
                seen.add(path[-2:])
                for point, extra in self._onward(path, ends):
                    self._push(queue, arrow, cost + extra, path, point)
        raise ValueError(f"no way from {arrow.source} to {arrow.target}")

    def _onward(self, path: Path, ends: Mapping[Point, tuple[Point, float]]) -> Iterator[tuple[Point, float]]:
        """The points that may follow, with what they cost on top: never back, nor to where the arrow began."""
        if path[-1] in ends and ends[path[-1]][0] != path[0]:
            yield ends[path[-1]]
        yield from ((point, 0.0) for point in self._next_to(path[-1]) if point != path[-2])

    def _push(self, queue: list[tuple[float, Path]], arrow: Arrow, cost: float, path: Path, to: Point) -> None:
        here = path[-1]
        length = abs(here[0] - to[0]) + abs(here[1] - to[1])
        in_the_middle = to[1] in self._grid.down.middles if here[1] == to[1] else to[0] in self._grid.across.middles
        length *= 1 if in_the_middle else ASIDE
        others = self._steps[frozenset((here, to))]
        alone = not others
        friends = all(may_run_together(arrow, other) for other in others)
        cost += length * (1 if alone else TOGETHER) if friends else length + OVERLAP
        if not all(may_run_together(arrow, other) for other in self._points[to]):
            cost += CROSSING
        if len(path) > 1 and not _straight(path[-2], here, to):
            cost += BEND
        heappush(queue, (cost, (*path, to)))

    def _keep(self, arrow: Arrow, path: Path) -> Path:
        for step in pairwise(path):
            self._steps[frozenset(step)].append(arrow)
        for point in path:
            self._points[point].append(arrow)
        return path

    def _ports(self, box: Box) -> Iterator[tuple[Point, Point, float]]:
        """Where an arrow may touch the box, the point of the grid before it, and what that costs."""
        left, right = box.x - box.width / 2, box.x + box.width / 2
        top, bottom = box.y - box.height / 2, box.y + box.height / 2
        xs, ys = self._grid.across.lines, self._grid.down.lines
        for y in (y for y in ys if top + 4 < y < bottom - 4 and abs(y - box.y) <= LANE):
            cost = OFF_CENTRE if y != box.y else 0.0
            yield (left, y), (max(x for x in xs if x < left), y), cost
            yield (right, y), (min(x for x in xs if x > right), y), cost
        for x in (x for x in xs if left + 4 < x < right - 4 and abs(x - box.x) <= LANE):
            cost = OFF_CENTRE if x != box.x else 0.0
            yield (x, top), (x, max(y for y in ys if y < top)), cost
            yield (x, bottom), (x, min(y for y in ys if y > bottom)), cost

    def _next_to(self, point: Point) -> list[Point]:
        """The points beside it that no box holds; the same for each arrow."""
        if point not in self._around:
            self._around[point] = list(self._free_around(point))
        return self._around[point]

    def _free_around(self, point: Point) -> Iterator[Point]:
        xs, ys = self._grid.across.lines, self._grid.down.lines
        column, row = xs.index(point[0]), ys.index(point[1])
        around = [(column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1)]
        for i, j in around:
            if 0 <= i < len(xs) and 0 <= j < len(ys):
                candidate = (xs[i], ys[j])
                if not any(box.holds(candidate) for box in self._grid.boxes.values()):
                    yield candidate


def _departure(source: Box, target: Box, edge: Point) -> float:
    """Down from the bottom or a side, up from the top or, less liked, from a side."""
    if target.y < source.y:
        return {-1: 0.0, 0: UP_BY_SIDE, 1: BACKWARDS}[_where(source, edge)]
    return BACKWARDS if _where(source, edge) < 0 else 0.0


def _arrival(arrow: Arrow, source: Box, target: Box, edge: Point) -> float:
    """A failure and a loop come in from a side, the rest from above."""
    where = _where(target, edge)
    if where == 0:
        return BY_SIDE if target.y > source.y and not arrow.dashed else 0.0
    return BY_SIDE if where < 0 and target.y <= source.y else BACKWARDS if where > 0 else 0.0


def _where(box: Box, edge: Point) -> int:
    """-1 at the top of the box, 1 at its bottom, 0 at a side."""
    if abs(edge[1] - box.y) < box.height / 2:
        return 0
    return 1 if edge[1] > box.y else -1


def may_run_together(one: Arrow, other: Arrow) -> bool:
    return one.dashed == other.dashed and (one.source == other.source or one.target == other.target)


def _straight(before: Point, here: Point, after: Point) -> bool:
    return before[0] == here[0] == after[0] or before[1] == here[1] == after[1]


def routes(grid: Grid, arrows: Iterable[Arrow]) -> dict[Arrow, Path]:
    """The path of every arrow; the shortest first, since they have the least choice."""
    router = Router(grid)

    def distance(arrow: Arrow) -> tuple[bool, float]:
        source, target = grid.boxes[arrow.source], grid.boxes[arrow.target]
        return arrow.dashed, abs(source.x - target.x) + abs(source.y - target.y)

    return {arrow: router.route(arrow) for arrow in sorted(arrows, key=distance)}
