"""The picture of one state machine, in the manner of the Step Functions console."""

from dataclasses import dataclass

from docs.pictures.flow import END, START, Flow, State
from docs.pictures.grid import Box, Grid, Size, grid
from docs.pictures.labels import LETTER, label_boxes
from docs.pictures.lines import Line, curve, lines
from docs.pictures.placement import placed
from docs.pictures.routing import routes
from docs.pictures.svg import COLOURS, FAINT, FAULT, INK, RULE, document, glyph, rectangle, text

GAP: Size = (74, 46)
MARK: Size = (58, 26)  # Start and End
HEADING = 64.0  # above the drawing
BOLD = 7.9  # the width of an average bold letter of 13 px


@dataclass(frozen=True)
class Drawing:
    """A flow with everything in its place."""

    flow: Flow
    grid: Grid
    lines: list[Line]
    labels: dict[Line, Box]
    inner: "dict[str, Drawing]"


def drawing(flow: Flow) -> Drawing:
    inner = {name: drawing(state.inner) for name, state in flow.states.items() if state.inner}
    laid = grid(placed(flow), _sizes(flow, inner), GAP)
    drawn = lines(routes(laid, flow.arrows))
    return Drawing(flow, laid, drawn, label_boxes(drawn, list(laid.boxes.values())), inner)


def _sizes(flow: Flow, inner: dict[str, Drawing]) -> dict[str, Size]:
    plain = [state for state in flow.states.values() if state.kind not in (START, END)]
    words = [max(len(state.name) * BOLD, *(len(line) * LETTER for line in state.captions)) for state in plain]
    width = 2 * round((max(words) + 56) / 2)
    sizes: dict[str, Size] = {state.name: (width, 34.0 + 14 * len(state.captions)) for state in plain}
    sizes |= {name: (part.grid.width, part.grid.height + 44) for name, part in inner.items()}
    return sizes | {state.name: MARK for state in flow.states.values() if state.kind in (START, END)}


def picture(name: str, comment: str, flow: Flow) -> str:
    """The SVG document."""
    whole = drawing(flow)
    width, height = max(whole.grid.width, 460.0), whole.grid.height + HEADING
    heading = [text(24, 34, name, size=17, fill=INK, bold=True), text(24, 54, comment, size=12)]
    shift = (width - whole.grid.width) / 2
    moved = f'<g transform="translate({shift:g} {HEADING:g})">'
    return document(width, height, f"{name}: {comment}", [*heading, moved, *parts(whole), "</g>"])


def parts(whole: Drawing) -> list[str]:
    """Boxes, then arrows, then their words, so that no line runs through a word."""
    found = [_line(line) for line in whole.lines]
    for name, box in whole.grid.boxes.items():
        found += _map(box, whole.flow.states[name], whole.inner[name]) if name in whole.inner else [_box(box, whole.flow.states[name])]
    for line, place in whole.labels.items():
        found.append(rectangle(place))
        found.append(text(place.x, place.y + 4, line.arrow.label, fill=FAULT if line.arrow.dashed else INK, at="middle"))
    return found


def _line(line: Line) -> str:
    colour, head = (FAULT, "error") if line.arrow.dashed else (RULE, "next")
    dashes = ' stroke-dasharray="5 4"' if line.arrow.dashed else ""
    end = f' marker-end="url(#{head})"' if line.arrives else ""
    return f'<path d="{curve(line.corners)}" fill="none" stroke="{colour}" stroke-width="1.5"{dashes}{end}/>'


def _box(box: Box, state: State) -> str:
    if state.kind in (START, END):
        return rectangle(box, fill="#eef1f5", stroke=RULE, radius=13) + text(
            box.x, box.y + 4, state.name, size=12, fill=INK, at="middle"
        )
    colour = COLOURS[state.kind]
    left, top = box.x - box.width / 2, box.y - box.height / 2
    words = [text(left + 42, top + 21, state.name, size=13, fill=INK, bold=True)]
    words += [text(left + 42, top + 36 + 14 * i, line, fill=FAINT) for i, line in enumerate(state.captions)]
    return "".join([rectangle(box, stroke=colour, radius=6), glyph(state.kind, left + 21, box.y, colour), *words])


def _map(box: Box, state: State, inner: Drawing) -> list[str]:
    colour = COLOURS[state.kind]
    left, top = box.x - box.width / 2, box.y - box.height / 2
    head = [
        rectangle(box, fill="#f4fafb", stroke=colour, radius=6),
        glyph(state.kind, left + 21, top + 23, colour),
        text(left + 42, top + 21, state.name, size=13, fill=INK, bold=True),
        text(left + 42, top + 36, state.captions[0], fill=FAINT),
    ]
    return [*head, f'<g transform="translate({left:g} {top + 44:g})">', *parts(inner), "</g>"]
