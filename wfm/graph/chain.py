"""The picture of a chain: a column for each step of the way, an arrow from each workflow to those that run after it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wfm.graph.drawing import BOLD
from wfm.graph.grid import Box, Size
from wfm.graph.labels import LETTER
from wfm.graph.svg import FAINT, INK, RULE, rectangle, text

MARGIN, HEIGHT = 16.0, 48.0
GAP: Size = (70, 18)
NARROWEST = 120.0


@dataclass(frozen=True, slots=True)
class Step:
    """A workflow, the ones that it runs after, and how it stands in a word or two."""

    name: str
    after: tuple[str, ...]
    caption: str


Wrap = Callable[[Step, list[str]], list[str]]


def chain_size(steps: Sequence[Step]) -> Size:
    """Width and height of the picture."""
    places = _places(steps)
    right, bottom = (max(place[axis] for place in places.values()) + 1 for axis in (0, 1))
    width = right * (_width(steps) + GAP[0]) - GAP[0]
    return width + 2 * MARGIN, bottom * (HEIGHT + GAP[1]) - GAP[1] + 2 * MARGIN


def chain_parts(steps: Sequence[Step], wrap: Wrap) -> list[str]:
    """Arrows, then boxes; `wrap` may put a box into an element of its own."""
    boxes = {name: _box(place, _width(steps)) for name, place in _places(steps).items()}
    found = [*_arrows(steps, boxes)]
    for step in steps:
        box = boxes[step.name]
        left = box.x - box.width / 2 + 12
        name = text(left, box.y - 3, step.name, size=13, fill=INK, bold=True)
        caption = text(left, box.y + 14, step.caption, fill=FAINT)
        found += wrap(step, [rectangle(box, stroke=RULE, radius=6), name, caption])
    return found


def _places(steps: Sequence[Step]) -> dict[str, tuple[int, int]]:
    """Column and row of each; `steps` come in the order in which they run."""
    columns: dict[str, int] = {}
    rows: dict[int, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for step in steps:
        column = max((columns[parent] + 1 for parent in step.after if parent in columns), default=0)
        columns[step.name] = column
        places[step.name] = column, rows.get(column, 0)
        rows[column] = rows.get(column, 0) + 1
    return places


def _width(steps: Sequence[Step]) -> float:
    words = [max(len(step.name) * BOLD, len(step.caption) * LETTER) for step in steps]
    return max(NARROWEST, *words) + 24


def _box(place: tuple[int, int], width: float) -> Box:
    column, row = place
    x = MARGIN + column * (width + GAP[0]) + width / 2
    return Box(x, MARGIN + row * (HEIGHT + GAP[1]) + HEIGHT / 2, width, HEIGHT)


def _arrows(steps: Sequence[Step], boxes: Mapping[str, Box]) -> Iterator[str]:
    for step in steps:
        for parent in step.after:
            if parent in boxes:
                one, other = boxes[parent], boxes[step.name]
                start, end = one.x + one.width / 2, other.x - other.width / 2
                bend = f"C{start + GAP[0] / 2:g} {one.y:g} {end - GAP[0] / 2:g} {other.y:g} {end:g} {other.y:g}"
                line = f'd="M{start:g} {one.y:g}{bend}" fill="none" stroke="{RULE}" stroke-width="1.5"'
                yield f'<path {line} marker-end="url(#next)"/>'
