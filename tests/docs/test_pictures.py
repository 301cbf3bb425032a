"""The committed pictures show what is deployed, all of it and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from docs.pictures import IMAGES
from docs.pictures.pipeline import pipeline_picture
from docs.pictures.template import NotInTemplateError, Template

SVG = "http://www.w3.org/2000/svg"


def test_the_committed_pictures_are_up_to_date(drawn: dict[str, str]) -> None:
    committed = {file.name: file.read_text(encoding="utf-8") for file in IMAGES.glob("*.svg")}

    assert set(committed) == set(drawn)
    stale = [name for name in drawn if committed[name] != drawn[name]]
    assert not stale, "`make pictures` draws them anew"


def test_every_picture_stands_on_its_own(drawn: dict[str, str]) -> None:
    """GitHub shows an SVG as an image: no scripts, no styles or fonts from elsewhere."""
    shapes = {"svg", "title", "defs", "marker", "g", "rect", "path", "text"}

    for picture in drawn.values():
        document = ET.fromstring(picture)  # noqa: S314 (of our own making)
        assert {element.tag for element in document.iter()} == {f"{{{SVG}}}{shape}" for shape in shapes}
        assert "http" not in picture.replace(SVG, "")


def test_there_is_a_picture_of_every_machine(deployed: Template, drawn: dict[str, str]) -> None:
    machines = {"execution_lifecycle", "execution_tracking", "tenant_offboarding", "tenant_onboarding", "workflow_sync"}

    assert set(drawn) >= {f"{name}.svg" for name in machines | set(deployed.definitions())}


def test_every_state_is_in_its_machines_picture(deployed: Template, drawn: dict[str, str]) -> None:
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


def _state_names(definition: dict[str, Any]) -> Iterator[str]:
    for name, state in definition["States"].items():
        yield name
        if "ItemProcessor" in state:
            yield from _state_names(state["ItemProcessor"])


def _words(svg: str) -> set[str]:
    document = ET.fromstring(svg)  # noqa: S314 (of our own making)
    return {element.text or "" for element in document.iter(f"{{{SVG}}}text")}
