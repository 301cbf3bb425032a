"""The list of checks that an account gets, on the emulator: all of it passes, is paid for, and is gone afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from acceptance.checks import CHECKS
from acceptance.conduct import Report, conduct
from acceptance.cost import HOURS, LAMBDA_CALLS_PER_HOUR, TRANSITIONS, Counted, counted
from acceptance.deployed import Deployed
from acceptance.executions import states_of
from acceptance.rehearsal import rehearsal
from acceptance.teardown import Teardown
from acceptance.verdicts import Verdict
from acceptance.world import World
from tests.assemblies import ACCEPTANCE as NAME
from tests.e2e.acceptance_outages import OUTAGES, after_an_outage


@dataclass
class Rehearsed:
    """What came of it: the report, what was counted before it was taken down, the names that were there after, and what
    checks said amid an outage.
    """

    report: Report
    resources: Counted
    transitions: int
    lambda_calls: int
    after: dict[str, list[str]]
    amid_outages: dict[str, str]


@pytest.fixture(scope="module")
def rehearsed(acceptance_assembly: Path) -> Iterator[Rehearsed]:
    counts: list[tuple[int, int]] = []
    seen: dict[str, str] = {}
    checks = [after_an_outage(check, seen) for check in CHECKS]
    with rehearsal(NAME, lambda: acceptance_assembly) as target:
        teardown = Teardown(NAME, target.session, target.account, target.pace.look, lambda _: None)

        def take_down() -> dict[str, str]:
            counts.append((transitions(target), lambda_calls(target)))
            return teardown.run()

        report = conduct(target, checks, take_down, lambda _: None)
        ((entered, called),) = counts
        yield Rehearsed(report, counted(acceptance_assembly), entered, called, names_that_are_left(target), seen)


def transitions(target: Deployed) -> int:
    """Of all executions of the standard machines."""
    states, world = target.session.client("stepfunctions"), World(target)
    machines = [each for each in states.list_state_machines()["stateMachines"] if each["type"] == "STANDARD"]
    pages = [
        page
        for machine in machines
        for page in states.get_paginator("list_executions").paginate(stateMachineArn=machine["stateMachineArn"])
    ]
    arns = [execution["executionArn"] for page in pages for execution in page["executions"]]
    return sum(len(states_of(world, arn)) for arn in arns)


def lambda_calls(target: Deployed) -> int:
    """By the line that begins each in its log."""
    logs: Any = target.session.client("logs")
    groups = items(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=f"/aws/lambda/{NAME.text}-")
    return sum(
        len(items(logs, "filter_log_events", "events", logGroupName=group["logGroupName"], filterPattern="START"))
        for group in groups
    )


def names_that_are_left(target: Deployed) -> dict[str, list[str]]:
    """Of all kinds of things, those that bear the name."""

    def client(service: str) -> Any:
        return target.session.client(service)  # type: ignore[call-overload]

    found = {
        "tables": client("dynamodb").list_tables()["TableNames"],
        "queues": client("sqs").list_queues().get("QueueUrls", []),
        "buckets": [each["Name"] for each in client("s3").list_buckets()["Buckets"]],
        "topics": [each["TopicArn"] for each in client("sns").list_topics()["Topics"]],
        "functions": [each["FunctionName"] for each in items(client("lambda"), "list_functions", "Functions")],
        "machines": [each["name"] for each in client("stepfunctions").list_state_machines()["stateMachines"]],
        "rules": [each["Name"] for each in client("events").list_rules()["Rules"]],
        "groups": [each["Name"] for each in client("scheduler").list_schedule_groups()["ScheduleGroups"]],
        "logs": [each["logGroupName"] for each in items(client("logs"), "describe_log_groups", "logGroups")],
        "roles": [each["RoleName"] for each in items(client("iam"), "list_roles", "Roles")],
        "secrets": [each["Name"] for each in client("secretsmanager").list_secrets()["SecretList"]],
        "alarms": [each["AlarmName"] for each in items(client("cloudwatch"), "describe_alarms", "MetricAlarms")],
        "mappings": [
            each["EventSourceArn"]
            for each in items(client("lambda"), "list_event_source_mappings", "EventSourceMappings")
        ],
    }
    return {kind: kept for kind, names in found.items() if (kept := [name for name in names if NAME.dataset in name])}


def items(client: Any, operation: str, field: str, **arguments: Any) -> list[Any]:
    return [item for page in client.get_paginator(operation).paginate(**arguments) for item in page[field]]


def test_every_check_passes_and_what_only_an_account_can_show_is_said_to_be_that(rehearsed: Rehearsed) -> None:
    wanted = [
        (check.name, proves, verdict)
        for check in CHECKS
        for proves, verdict in ((check.proves, Verdict.PASSED), (check.on_account, Verdict.ACCOUNT_ONLY))
        if proves
    ]

    assert [(line.check, line.proves, line.verdict) for line in rehearsed.report.lines] == wanted, rehearsed.report


def test_nothing_is_left_of_it(rehearsed: Rehearsed) -> None:
    assert rehearsed.report.left == {}
    assert rehearsed.after == {}


def test_it_does_less_than_what_is_said_to_be_paid_for(rehearsed: Rehearsed) -> None:
    assert 0 < rehearsed.transitions < TRANSITIONS
    assert 0 < rehearsed.lambda_calls < LAMBDA_CALLS_PER_HOUR * HOURS
    assert rehearsed.resources.types["AWS::CloudWatch::Alarm"] > 40


@pytest.mark.parametrize("check", OUTAGES)
def test_a_check_fails_and_says_why_amid_an_outage(rehearsed: Rehearsed, check: str) -> None:
    assert OUTAGES[check].told in rehearsed.amid_outages[check]
