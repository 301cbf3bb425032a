"""What is deployed, and the drawings of it."""

from pathlib import Path

import pytest

from docs.pictures import pictures
from docs.pictures.pipeline import pipeline_drawing
from docs.pictures.template import Template
from wfm.graph.drawing import Drawing
from wfm.graph.flow import Flow
from wfm.graph.machine import machine_drawing


@pytest.fixture(scope="session")
def deployed(assembly: Path) -> Template:
    return Template.read(assembly)


@pytest.fixture(scope="session")
def drawings(deployed: Template) -> list[Drawing]:
    machines = [machine_drawing(Flow.of(definition)) for definition in deployed.definitions().values()]
    return [part for whole in [*machines, pipeline_drawing(deployed)] for part in (whole, *whole.inner.values())]


@pytest.fixture(scope="session")
def drawn(deployed: Template) -> dict[str, str]:
    """The SVG documents by file name, drawn once for all tests."""
    return pictures(deployed)
