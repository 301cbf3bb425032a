"""The pictures of WFM, drawn from what is deployed: every state machine, and the whole of WFM at a glance."""

from pathlib import Path

from docs.pictures.pipeline import pipeline_picture
from docs.pictures.template import Template
from wfm.graph.flow import Flow
from wfm.graph.machine import picture

IMAGES = Path(__file__).resolve().parents[1] / "images"


def pictures(template: Template) -> dict[str, str]:
    """The SVG documents by file name."""
    machines = {
        f"{name}.svg": picture(name, definition.get("Comment", ""), Flow.of(definition))
        for name, definition in template.definitions().items()
    }
    return {**machines, "wfm_pipeline.svg": pipeline_picture(template)}
