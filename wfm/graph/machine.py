"""The picture of one state machine, in the manner of the Step Functions console."""

from wfm.graph.drawing import Drawing, drawing, line_of, parts
from wfm.graph.flow import Arrow, Flow
from wfm.graph.grid import Size
from wfm.graph.lines import Line
from wfm.graph.placement import placed
from wfm.graph.svg import document, group, heading, text

GAP: Size = (130, 60)  # across, the words of an arrow between two boxes have room
HEADING = 84.0  # above the drawing
NARROWEST = 460.0


def machine_drawing(flow: Flow) -> Drawing:
    inner = {name: machine_drawing(state.inner) for name, state in flow.states.items() if state.inner}
    return drawing(flow, placed(flow), GAP, inner)


def picture(name: str, comment: str, flow: Flow) -> str:
    """The SVG document."""
    whole = machine_drawing(flow)
    length = whole.grid.across.length
    width, height = max(length, NARROWEST), whole.grid.down.length + HEADING
    content = [*heading(name, comment), *_key(), *group((width - length) / 2, HEADING, parts(whole))]
    return document(width, height, f"{name}: {comment}", content)


def _key() -> list[str]:
    dashed = Line(Arrow("", "", dashed=True), ((24, 71), (56, 71)), arrives=True)
    return [line_of(dashed), text(64, 75, "any error that retries do not cure")]
