"""Every alarm that the stack makes has its line in docs/operations.md, and no other."""

import re
from pathlib import Path

import pytest

from tests.infra.template import Template

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
PREFIX = "wfm-demoteam-amcdataset"


@pytest.fixture(scope="module")
def template(whole_assembly: Path) -> Template:
    return Template.read(whole_assembly / "WorkflowManagementServices.template.json")


def test_every_alarm_is_explained(template: Template) -> None:
    made = {alarm["AlarmName"] for alarm in template.properties("AWS::CloudWatch::Alarm").values()}
    kinds = "WFM|NotEmpty|Failed|FailedInvocations|TimedOut|Errors|Throttles|IteratorAge"
    told = re.findall(rf"`\{{prefix\}}(-(?:{kinds})-[\w-]+)`", PAGE.read_text("utf-8"))

    assert made
    assert sorted(told) == sorted(name.removeprefix(PREFIX) for name in made)


def test_every_alarm_tells_the_topic_and_says_when_it_is_over(template: Template) -> None:
    for alarm in template.properties("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == alarm["OKActions"] != []


def test_nothing_written_is_nothing_wrong_but_where_something_is_written_all_the_time(template: Template) -> None:
    """The tick writes each minute: silence is an outage. The sweep writes less often than an alarm looks."""
    alarms = template.properties("AWS::CloudWatch::Alarm").values()
    missing = {alarm["AlarmName"].removeprefix(PREFIX): alarm["TreatMissingData"] for alarm in alarms}

    assert {name: how for name, how in missing.items() if how != "notBreaching"} == {
        "-WFM-TrackerLag-High": "breaching",
        "-WFM-OldestMessage-High": "ignore",
        "-WFM-DeadLetters-High": "ignore",
    }


def test_a_lambda_that_no_machine_and_no_deployment_calls_has_an_alarm_on_its_errors(template: Template) -> None:
    called = str([*template.definitions().values(), *template.properties("Custom::TableProtection").values()])
    functions = template.properties("AWS::Lambda::Function")
    alone = {one["FunctionName"] for name, one in functions.items() if "FunctionName" in one and name not in called}

    alarms = template.properties("AWS::CloudWatch::Alarm").values()
    watched = {
        dimension["Value"]
        for alarm in alarms
        if alarm.get("MetricName") == "Errors"
        for dimension in alarm["Dimensions"]
    }

    assert watched == alone
