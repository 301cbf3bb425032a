"""Every alarm that the stack makes has its line in docs/operations.md, and no other."""

import re
from pathlib import Path

import pytest

from tests.infra.template import Template

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
PREFIX = "wfm-demoteam-amcdataset"


@pytest.fixture(scope="module")
def template(assembly: Path) -> Template:
    return Template.read(assembly / "WorkflowManagementServices.template.json")


def test_every_alarm_is_explained(template: Template) -> None:
    made = {alarm["AlarmName"] for alarm in template.properties("AWS::CloudWatch::Alarm").values()}
    told = re.findall(
        r"`\{prefix\}(-(?:WFM|NotEmpty|Failed|FailedInvocations|TimedOut)-[\w-]+)`", PAGE.read_text("utf-8")
    )

    assert made
    assert sorted(told) == sorted(name.removeprefix(PREFIX) for name in made)


def test_every_alarm_tells_the_topic_and_says_when_it_is_over(template: Template) -> None:
    for alarm in template.properties("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == alarm["OKActions"] != []
        assert alarm["TreatMissingData"] == "notBreaching"
