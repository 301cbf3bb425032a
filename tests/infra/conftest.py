"""The template of the stack, as `python app.py` writes it."""

from pathlib import Path

import pytest

from tests.infra.review.pages import pages
from tests.infra.review.stack import Stack
from tests.infra.template import Template


@pytest.fixture(scope="session")
def template_file(assembly: Path) -> Path:
    return assembly / "WorkflowManagementServices.template.json"


@pytest.fixture(scope="session")
def template(template_file: Path) -> Template:
    return Template.read(template_file)


@pytest.fixture(scope="session")
def whole_template(whole_assembly: Path) -> Template:
    """With all that is off by default."""
    return Template.read(whole_assembly / "WorkflowManagementServices.template.json")


@pytest.fixture(scope="session")
def local_template(local_assembly: Path) -> Template:
    return Template.read(local_assembly / "WorkflowManagementServices.template.json")


@pytest.fixture(scope="session")
def stack(assembly: Path) -> Stack:
    return Stack.read(assembly)


@pytest.fixture(scope="session")
def accepted(stack: Stack) -> dict[str, str]:
    """The text of each file that a person reviews, as the template is now."""
    return pages(stack)
