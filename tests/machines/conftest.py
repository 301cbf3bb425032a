"""The definitions of the synthesized stack, by the names that users know."""

from pathlib import Path

import pytest

from tests.infra.template import Template
from tests.machines.walk import Definition


@pytest.fixture(scope="session")
def template(assembly: Path) -> Template:
    return Template.read(assembly / "WorkflowManagementServices.template.json")


@pytest.fixture(scope="session")
def definitions(template: Template) -> dict[str, Definition]:
    """References are shown as `<LogicalId.Arn>`."""
    return template.definitions()


@pytest.fixture(scope="session")
def handlers(template: Template) -> dict[str, str]:
    """The module of the handler by the text that stands for the Lambda's ARN."""
    functions = template.properties("AWS::Lambda::Function")
    return {f"<{name}.Arn>": function["Handler"].split(".")[-2] for name, function in functions.items()}


@pytest.fixture(scope="session")
def limits(template: Template) -> dict[str, int]:
    """The time-out in seconds of each Lambda, by the same text."""
    functions = template.properties("AWS::Lambda::Function")
    return {f"<{name}.Arn>": function["Timeout"] for name, function in functions.items() if "Timeout" in function}
