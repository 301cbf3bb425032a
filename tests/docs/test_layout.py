"""The pictures can be read: nothing lies upon anything else."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from wfm.graph.drawing import Drawing
from wfm.graph.flow import Flow
from wfm.graph.grid import Box
from wfm.graph.labels import crosses
from wfm.graph.machine import machine_drawing

NAMES = [f"State{number}" for number in range(6)]


def test_no_arrow_runs_through_a_box(drawings: list[Drawing]) -> None:
    assert [hit for drawing in drawings for hit in _arrows_through_boxes(drawing)] == []


def test_no_word_lies_on_a_box_or_on_another(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        words = list(drawing.labels.values())
        boxes = list(drawing.grid.boxes.values())

        assert not any(word.overlaps(box) for word in words for box in boxes)
        assert not any(one.overlaps(other) for one, other in combinations(words, 2))


def test_no_word_lies_on_the_line_of_another_arrow(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        for labelled, word in drawing.labels.items():
            others = [line for line in drawing.lines if line is not labelled]
            assert not any(crosses(step, word) for line in others for step in pairwise(line.corners))


def test_every_condition_is_beside_its_arrow(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        shown = {(line.arrow.target, line.arrow.label) for line in drawing.labels}
        assert shown == {(arrow.target, arrow.label) for arrow in drawing.flow.arrows if arrow.label}


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Machines with a way to `Done`, and with choices and failures that lead anywhere."""
    anywhere = st.sampled_from([*NAMES, "Done", "Failed"])
    states: dict[str, Any] = {"Done": {"Type": "Succeed"}, "Failed": {"Type": "Fail"}}
    for name, following in pairwise([*NAMES, "Done"]):
        if draw(st.booleans()):
            catch = [{"ErrorEquals": ["States.ALL"], "Next": draw(anywhere)}]
            states[name] = {"Type": "Task", "Resource": "", "Arguments": {}, "Next": following, "Catch": catch}
        else:
            choices = [{"Condition": "{% $retry %}", "Next": target} for target in draw(st.lists(anywhere, max_size=2))]
            states[name] = {"Type": "Choice", "Choices": choices, "Default": following}
    to_failed = [{"Condition": "{% $failed %}", "Next": "Failed"}]
    return {
        "StartAt": "First",
        "States": {"First": {"Type": "Choice", "Choices": to_failed, "Default": NAMES[0]}, **states},
    }


@settings(max_examples=25, deadline=None)
@given(definitions())
def test_no_arrow_runs_through_a_box_however_a_machine_looks(definition: dict[str, Any]) -> None:
    drawing = machine_drawing(Flow.of(definition))

    assert len({(box.x, box.y) for box in drawing.grid.boxes.values()}) == len(definition["States"]) + 1
    assert list(_arrows_through_boxes(drawing)) == []


def _arrows_through_boxes(drawing: Drawing) -> Iterator[str]:
    for line in drawing.lines:
        for name, box in drawing.grid.boxes.items():
            inside = Box(box.x, box.y, box.width - 2, box.height - 2)
            if any(crosses(step, inside) for step in pairwise(line.corners)):
                yield f"{line.arrow.source} -> {line.arrow.target} through {name}"
