"""The template of the stack, as `python app.py` writes it."""

from pathlib import Path

import pytest

from tests.infra.template import Template


@pytest.fixture(scope="session")
def template_file(assembly: Path) -> Path:
    return assembly / "WorkflowManagementServices.template.json"


@pytest.fixture(scope="session")
def template(template_file: Path) -> Template:
    return Template.read(template_file)


@pytest.fixture(scope="session")
def local_template(local_assembly: Path) -> Template:
    return Template.read(local_assembly / "WorkflowManagementServices.template.json")
