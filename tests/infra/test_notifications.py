"""Who tells the world, and where they may tell it."""

import pytest

from tests.infra.policies import ACCOUNT, REGION, Request, allows
from tests.infra.template import Template

PREFIX = "wfm-demoteam-amcdataset"
TELLERS = ("AnnounceExecution", "ReleaseSlot", "StartExecution", "CleanUpExecution", "SubmitExecution", "SendDigests")


@pytest.mark.parametrize("function", TELLERS)
def test_who_tells_reaches_wfms_topics_and_no_others(template: Template, function: str) -> None:
    statements = [statement for name, _, statement in template.statements() if f"{function}Role" in name]
    here = f"arn:aws:sns:{REGION}:{ACCOUNT}:"

    def may_publish(topic: str) -> bool:
        return allows([{"Statement": statements}], Request("sns:Publish", topic))

    assert may_publish(f"{here}{PREFIX}-tenant-acme")
    assert any("ExecutionEvents" in str(each) or "EventsTopic" in str(each) for each in statements)
    assert not may_publish(f"{here}{PREFIX}-Alarms")
    assert not may_publish(f"{here}other-tenant-acme")
    assert not may_publish(f"arn:aws:sns:eu-west-1:{ACCOUNT}:{PREFIX}-tenant-acme")


def test_digests_go_out_once_a_day(template: Template) -> None:
    (daily,) = (
        properties
        for properties in template.properties("AWS::Scheduler::Schedule").values()
        if properties["Name"] == f"{PREFIX}-digests"
    )

    assert daily["ScheduleExpression"].startswith("cron(1 6 * * ? ")
    assert daily["ScheduleExpressionTimezone"] == "Etc/UTC"
    assert "SendDigests" in str(daily["Target"]["Arn"])
