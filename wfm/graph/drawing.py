"""Boxes, arrows and words in their places, and the SVG of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wfm.graph.flow import END, START, Flow, State
from wfm.graph.grid import Box, Grid, Size, grid
from wfm.graph.labels import LETTER, label_boxes
from wfm.graph.lines import Line, curve, lines
from wfm.graph.placement import Cell
from wfm.graph.routing import routes
from wfm.graph.svg import COLOURS, FAINT, FAULT, INK, RULE, glyph, group, rectangle, text

Wrap = Callable[[State, list[str]], list[str]]

MARK: Size = (58, 26)  # Start and End
CAPTION = 44.0  # the head of a Map, above what it does
BOLD = 8.6  # the width of an average bold letter of 13 px


@dataclass(frozen=True)
class Drawing:
    """`inner` holds by name what is drawn within a state."""

    flow: Flow
    grid: Grid
    lines: list[Line]
    labels: dict[Line, Box]
    inner: "Mapping[str, Drawing]" = field(default_factory=dict)


def drawing(flow: Flow, cells: Mapping[str, Cell], gap: Size, inner: Mapping[str, Drawing]) -> Drawing:
    laid = grid(cells, _sizes(flow, inner), gap)
    drawn = lines(routes(laid, flow.arrows))
    return Drawing(flow, laid, drawn, label_boxes(drawn, list(laid.boxes.values())), inner)


def _sizes(flow: Flow, inner: Mapping[str, Drawing]) -> dict[str, Size]:
    """All plain boxes are as wide as the longest words in one of them need."""
    plain = [state for state in flow.states.values() if state.kind not in (START, END)]
    words = [max(len(state.name) * BOLD, *(len(line) * LETTER for line in state.captions)) for state in plain]
    width = 2 * round((max(words) + 46) / 2)
    sizes: dict[str, Size] = {state.name: (width, 34.0 + 14 * len(state.captions)) for state in plain}
    sizes |= {name: (part.grid.across.length, part.grid.down.length + CAPTION) for name, part in inner.items()}
    return sizes | {state.name: MARK for state in flow.states.values() if state.kind in (START, END)}


def parts(whole: Drawing, wrap: Wrap = lambda _state, drawn: drawn) -> list[str]:
    """Arrows, then boxes, then words with a white ground, so that no line runs through them.

    `wrap` may put the box of a state into an element of its own.
    """
    found = [line_of(line) for line in whole.lines]
    for name, box in whole.grid.boxes.items():
        found += _box(box, whole.flow.states[name], whole.inner.get(name), wrap)
    for line, place in whole.labels.items():
        colour = FAULT if line.arrow.dashed else INK
        found += [rectangle(place), text(place.x, place.y + 4, line.arrow.label, fill=colour, at="middle")]
    return found


def line_of(line: Line) -> str:
    colour, head = (FAULT, "error") if line.arrow.dashed else (RULE, "next")
    dashes = ' stroke-dasharray="5 4"' if line.arrow.dashed else ""
    end = f' marker-end="url(#{head})"' if line.arrives else ""
    return f'<path d="{curve(line.corners)}" fill="none" stroke="{colour}" stroke-width="1.5"{dashes}{end}/>'


def _box(box: Box, state: State, inner: Drawing | None, wrap: Wrap) -> list[str]:
    if state.kind in (START, END):
        mark = rectangle(box, fill="#eef1f5", stroke=RULE, radius=13)
        return [mark, text(box.x, box.y + 4, state.name, size=12, fill=INK, at="middle")]
    colour = COLOURS[state.kind]
    left, top = box.x - box.width / 2, box.y - box.height / 2
    middle = top + CAPTION / 2 + 2 if inner else box.y
    frame = rectangle(box, fill="#f4fafb" if inner else "#fff", stroke=colour, radius=6)
    name = text(left + 36, top + 21, state.name, size=13, fill=INK, bold=True)
    captions = [text(left + 36, top + 36 + 14 * i, line, fill=FAINT) for i, line in enumerate(state.captions)]
    content = group(left, top + CAPTION, parts(inner, wrap)) if inner else []
    return [*wrap(state, [frame, glyph(state.kind, left + 19, middle, colour), name, *captions]), *content]
