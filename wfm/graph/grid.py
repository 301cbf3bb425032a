"""From cells to pixels: boxes in columns and rows, and the lines between and through them on which arrows may run."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from wfm.graph.placement import Cell

Point = tuple[float, float]
Size = tuple[float, float]

LANE = 14.0  # between two arrows that run side by side
LANES = (-LANE, 0.0, LANE)


@dataclass(frozen=True)
class Box:
    """Centre and size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, point: Point) -> bool:
        return abs(point[0] - self.x) <= self.width / 2 and abs(point[1] - self.y) <= self.height / 2

    def overlaps(self, other: "Box", margin: float = 0.0) -> bool:
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2 + margin
            and abs(self.y - other.y) < (self.height + other.height) / 2 + margin
        )


@dataclass(frozen=True)
class Axis:
    """`lines` are three for every column (or row) and for every gap; `middles` are those in the middle."""

    centres: dict[int, float]
    middles: tuple[float, ...]
    lines: tuple[float, ...]
    length: float


@dataclass(frozen=True)
class Grid:
    boxes: dict[str, Box]
    across: Axis
    down: Axis


def grid(cells: Mapping[str, Cell], sizes: Mapping[str, Size], gap: Size) -> Grid:
    """`gap` is the room between two boxes, across and down; half of it remains outside."""
    across = _axis({name: (cell[1], sizes[name][0]) for name, cell in cells.items()}, gap[0])
    down = _axis({name: (cell[0], sizes[name][1]) for name, cell in cells.items()}, gap[1])
    boxes = {name: Box(across.centres[col], down.centres[row], *sizes[name]) for name, (row, col) in cells.items()}
    return Grid(boxes, across, down)


def _axis(places: Mapping[str, tuple[int, float]], gap: float) -> Axis:
    """By name the place and the length of a box; each place is as long as the longest box in it."""
    lengths: dict[int, float] = {}
    for place, length in places.values():
        lengths[place] = max(length, lengths.get(place, 0.0))
    used = range(min(lengths), max(lengths) + 1)
    edges = tuple(accumulate((lengths.get(place, 0.0) + gap for place in used), initial=0.0))
    centres = {place: (edges[i] + edges[i + 1]) / 2 for i, place in enumerate(used)}
    middles = (*edges, *centres.values())
    lines = {middle + lane for middle in middles for lane in LANES}
    inside = sorted(line for line in lines if LANE <= line <= edges[-1] - LANE)
    return Axis(centres, middles, tuple(inside), edges[-1])
