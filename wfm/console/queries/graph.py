"""A machine's drawing with what became of each state in one execution, and the same as a list."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

from wfm.client.machine_history import ExecutionHistory, StateVisits
from wfm.client.wfm import Wfm
from wfm.console.foreign import visible
from wfm.graph.drawing import Drawing, parts
from wfm.graph.flow import END, START, Flow, State
from wfm.graph.machine import machine_drawing
from wfm.graph.svg import FONT, HEADS
from wfm.graph.wording import Asl
from wfm.model.rows import object_in

UNTOUCHED: Final = "not-reached"
DRAWINGS: Final = 16  # whose places are kept
_FUNCTION: Final = re.compile(r"arn:aws[\w-]*:lambda:[^:]*:\d*:function:(?:[^:]*-)?([^:-]+)(?::.*)?")


@dataclass(frozen=True, slots=True)
class StateLine:
    """One state in the list below the drawing. `handler` is the function that a Task calls, "" for others."""

    name: str
    kind: str
    handler: str
    mark: str
    visits: StateVisits | None


@dataclass(frozen=True, slots=True)
class Graph:
    """An execution on its machine. `machine` is the name without the stack's prefix."""

    machine: str
    history: ExecutionHistory
    picture: Markup
    states: Sequence[StateLine]


def read_graph(wfm: Wfm, execution: str) -> Graph:
    """The graph of an execution: two calls and one for each thousand events, and once one for its definition."""
    definition = wfm.aws.machines.definition(execution)
    history = wfm.aws.machines.history(execution)
    marks = {name: mark.value for name, mark in history.marks.items()}
    whole = _drawing(json.dumps(without_arns(definition)))
    return Graph(
        history.machine_arn.rpartition(":")[2].rpartition("-")[2],
        history,
        picture(whole, marks),
        [*_lines(object_in(without_arns(definition)), history)],
    )


def without_arns(document: object) -> object:
    """A definition that names functions as its handlers are named, and not by their ARNs."""
    if isinstance(document, Mapping):
        return {key: without_arns(value) for key, value in document.items()}
    if isinstance(document, list):
        return [without_arns(value) for value in document]
    found = _FUNCTION.fullmatch(document) if isinstance(document, str) else None
    return found[1] if found else document


@lru_cache(DRAWINGS)
def _drawing(definition: str) -> Drawing:
    """To find the places of a machine's states takes longer than everything else; they never change."""
    return machine_drawing(Flow.of(json.loads(definition)))


def anchor(state: str) -> str:
    """The id of a state's line."""
    return f"state-{quote(state, safe='')}"


def picture(whole: Drawing, marks: Mapping[str, str]) -> Markup:
    """The drawing as SVG; each state is a link to its line in the list."""

    def wrap(state: State, drawn: list[str]) -> list[str]:
        if state.kind in (START, END):
            return drawn
        mark = marks.get(state.name, UNTOUCHED)
        words = escape(f"{state.name}: {mark.replace('-', ' ')}")
        return [f'<a class="state {mark}" href="#{anchor(state.name)}" aria-label="{words}">', *drawn, "</a>"]

    width, height = whole.grid.across.length, whole.grid.down.length
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    inner = visible("".join(parts(whole, wrap)))
    return Markup(f'<svg {size} role="group" aria-label="The states" font-family="{FONT}">{HEADS}{inner}</svg>')  # noqa: S704 (all text in it is escaped)


def _lines(definition: Asl, history: ExecutionHistory) -> Sequence[StateLine]:
    """Those that were reached in their order, then the others."""
    states = dict(_states(definition))
    visited = {one.state: one for one in history.visits}
    names = [*(name for name in visited if name in states), *(name for name in states if name not in visited)]
    return [_line(name, states[name], visited.get(name), history) for name in names]


def _line(name: str, state: Asl, visits: StateVisits | None, history: ExecutionHistory) -> StateLine:
    function = state.get("Arguments", {}).get("FunctionName", "") if state["Type"] == "Task" else ""
    mark = history.marks[name].value if visits else UNTOUCHED
    return StateLine(name, state["Type"], str(function), mark, visits)


def _states(definition: Asl) -> Sequence[tuple[str, Asl]]:
    """All states of a machine, those within a Map or Parallel too."""
    found: list[tuple[str, Asl]] = []
    for name, state in definition["States"].items():
        found.append((name, state))
        for inner in (*state.get("Branches", []), *filter(None, [state.get("ItemProcessor")])):
            found += _states(inner)
    return found
