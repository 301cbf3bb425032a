"""From cells to pixels: boxes in columns and rows, and the lines between and through them on which arrows may run."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from docs.pictures.placement import Cell

Point = tuple[float, float]
Size = tuple[float, float]

LANE = 14.0  # between two arrows that run side by side
PORTS = (-LANE, 0.0, LANE)


@dataclass(frozen=True)
class Box:
    """Centre and size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        return (
            abs(point[0] - self.x) <= self.width / 2 + margin and abs(point[1] - self.y) <= self.height / 2 + margin
        )


@dataclass(frozen=True)
class Grid:
    boxes: dict[str, Box]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    width: float
    height: float


def grid(cells: Mapping[str, Cell], sizes: Mapping[str, Size], gap: Size) -> Grid:
    """`gap` is the room between two boxes, across and down; half of it remains outside."""
    columns = _axis({name: cell[1] for name, cell in cells.items()}, {n: size[0] for n, size in sizes.items()}, gap[0])
    rows = _axis({name: cell[0] for name, cell in cells.items()}, {n: size[1] for n, size in sizes.items()}, gap[1])
    boxes = {name: Box(columns.centres[col], rows.centres[row], *sizes[name]) for name, (row, col) in cells.items()}
    return Grid(boxes, columns.lines, rows.lines, columns.length, rows.length)


@dataclass(frozen=True)
class _Axis:
    centres: dict[int, float]
    lines: tuple[float, ...]
    length: float


def _axis(places: Mapping[str, int], sizes: Mapping[str, float], gap: float) -> _Axis:
    """Each place is as long as the longest box in it; lines go through its middle and through the gaps."""
    used = range(min(places.values()), max(places.values()) + 1)
    lengths = [max((sizes[name] for name, at in places.items() if at == place), default=0.0) for place in used]
    edges = list(accumulate((length + gap for length in lengths), initial=0.0))
    centres = {place: (edges[i] + edges[i + 1]) / 2 for i, place in enumerate(used)}
    lines = {line + port for line in (*edges, *centres.values()) for port in PORTS}
    return _Axis(centres, tuple(sorted(line for line in lines if 0 <= line <= edges[-1])), edges[-1])
