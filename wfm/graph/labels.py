"""Where the words beside an arrow stand: on a part that is its own, clear of boxes, other arrows and other words."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from wfm.graph.grid import Box, Point
from wfm.graph.lines import Line

LETTER, LINE = 6.1, 15.0  # the size of an average letter of 11 px with the room around it


def label_boxes(lines: Sequence[Line], boxes: Sequence[Box]) -> dict[Line, Box]:
    """A box for each line's label. Arrows that join one with the same label share it."""
    found: dict[Line, Box] = {}
    for line in lines:
        if line.arrow.label and (line.arrives or not _joins_its_like(line, lines)):
            others = [step for other in lines if other is not line for step in pairwise(other.corners)]
            taken = [*boxes, *found.values()]
            found[line] = min(_places(line), key=lambda place: _badness(place[1], place[0], taken, others))[1]
    return found


def _joins_its_like(line: Line, lines: Sequence[Line]) -> bool:
    arrow = line.arrow
    return any(
        other.arrives and (other.arrow.target, other.arrow.label) == (arrow.target, arrow.label) for other in lines
    )


def _places(line: Line) -> Iterator[tuple[float, Box]]:
    """Each with the distance from the line's start and a penalty for parts that the words would hide."""
    width = len(line.arrow.label) * LETTER + 10
    passed = 0.0
    for (x1, y1), (x2, y2) in pairwise(line.corners):
        length = abs(x2 - x1) + abs(y2 - y1)
        level = y1 == y2
        hides = (width if level else LINE) + 16
        beside = (0.0, -LINE / 2 - 3, LINE / 2 + 3) if level else (0.0, width / 2 + 4, -width / 2 - 4)
        for share, aside in product((0.5, 0.35, 0.65, 0.2, 0.8), beside):
            x, y = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
            place = Box(x, y + aside, width, LINE) if level else Box(x + aside, y, width, LINE)
            hidden = max(0.0, hides - length) * 5 if not aside else 0.0
            yield passed / 10 + abs(share - 0.5) * 20 + hidden + (15 if aside else 0), place
        passed += length


def _badness(place: Box, base: float, taken: Sequence[Box], steps: Sequence[tuple[Point, Point]]) -> float:
    hits = sum(1 for box in taken if place.overlaps(box, margin=3))
    crossed = sum(1 for step in steps if crosses(step, place))
    return base + 1000 * hits + 300 * crossed


def crosses(step: tuple[Point, Point], box: Box) -> bool:
    """Whether a horizontal or vertical line has a part inside of the box."""
    (x1, y1), (x2, y2) = step
    return box.overlaps(Box((x1 + x2) / 2, (y1 + y2) / 2, abs(x1 - x2), abs(y1 - y2)))
