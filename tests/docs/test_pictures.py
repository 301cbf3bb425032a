"""The committed pictures show what is deployed, all of it, and can be read."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docs.pictures import IMAGES, pictures
from docs.pictures.drawing import Drawing
from docs.pictures.flow import Flow
from docs.pictures.grid import Box
from docs.pictures.labels import crosses
from docs.pictures.machine import machine_drawing
from docs.pictures.pipeline import pipeline_drawing, pipeline_picture
from docs.pictures.template import NotInTemplateError, Template

NAMES = [f"State{number}" for number in range(6)]


@pytest.fixture(scope="session")
def deployed(assembly: Path) -> Template:
    return Template.read(assembly)


@pytest.fixture(scope="session")
def drawings(deployed: Template) -> list[Drawing]:
    machines = [machine_drawing(Flow.of(definition)) for definition in deployed.definitions().values()]
    return [part for whole in [*machines, pipeline_drawing(deployed)] for part in (whole, *whole.inner.values())]


def test_the_committed_pictures_are_up_to_date(deployed: Template) -> None:
    committed = {file.name: file.read_text(encoding="utf-8") for file in IMAGES.glob("*.svg")}

    drawn = pictures(deployed)

    assert set(committed) == set(drawn)
    stale = [name for name in drawn if committed[name] != drawn[name]]
    assert not stale, "`make pictures` draws them anew"


def test_there_is_a_picture_of_every_machine(deployed: Template) -> None:
    machines = {"execution_lifecycle", "execution_tracking", "tenant_onboarding", "workflow_sync"}

    assert set(pictures(deployed)) >= {f"{name}.svg" for name in machines | set(deployed.definitions())}


def test_every_state_is_in_its_machines_picture(deployed: Template) -> None:
    drawn = pictures(deployed)

    for name, definition in deployed.definitions().items():
        assert set(_state_names(definition)) <= _words(drawn[f"{name}.svg"])


def test_the_tasks_of_a_run_are_in_the_picture_of_the_whole(deployed: Template) -> None:
    tasks = {"PrepareExecution", "WaitForSlot", "SubmitExecution", "WaitForOutcome", "ReleaseSlot"}

    assert tasks <= _words(pipeline_picture(deployed))


@pytest.mark.parametrize(
    "name",
    [
        "AnnounceExecution",
        "CustomerConfig",
        "ExecutionEvents",
        "ExecutionRequests",
        "Executions",
        "Gate",
        "RouteTpsEvent",
        "RouteWorkflowEvent",
        "StartExecution",
        "WaitForSlot",
        "Workflows",
        "execution_lifecycle",
        "execution_tracking",
        "result-landed",
        "tenant_onboarding",
        "workflow_sync",
    ],
)
def test_a_name_that_is_no_longer_deployed_is_not_drawn(deployed: Template, name: str) -> None:
    renamed = json.loads(json.dumps(deployed.content).replace(name, f"{name}Renamed"))

    with pytest.raises(NotInTemplateError, match=rf"\b{name}\b.*\b(there are|it has)\b"):
        pipeline_picture(Template(renamed))


def test_an_arrow_of_a_stream_that_feeds_nobody_is_not_drawn(deployed: Template) -> None:
    resources = deployed.content["Resources"].items()
    unfed = {name: resource for name, resource in resources if resource["Type"] != "AWS::Lambda::EventSourceMapping"}

    with pytest.raises(NotInTemplateError, match="RouteTpsEvent is not in the template"):
        pipeline_picture(replace(deployed, content={**deployed.content, "Resources": unfed}))


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


def _state_names(definition: dict[str, Any]) -> Iterator[str]:
    for name, state in definition["States"].items():
        yield name
        if "ItemProcessor" in state:
            yield from _state_names(state["ItemProcessor"])


def _words(svg: str) -> set[str]:
    return {element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")}
