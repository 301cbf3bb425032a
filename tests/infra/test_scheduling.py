"""Who makes tenants' schedules, and what a schedule may do."""

from typing import Any

import pytest

from tests.infra.policies import ACCOUNT, REGION, Request, allows, resolved
from tests.infra.template import Template, as_list

PREFIX = "wfm-demoteam-amcdataset"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/wfm/{PREFIX}-Scheduler"
MAKERS = {"ApplySchedule", "ApplySchedules", "StopSchedules"}


@pytest.fixture(scope="session")
def role(template: Template) -> tuple[str, dict[str, Any]]:
    """The role with which schedules send: logical id and properties."""
    ((name, properties),) = (
        (name, properties)
        for name, properties in template.properties("AWS::IAM::Role").items()
        if properties.get("RoleName") == f"{PREFIX}-Scheduler"
    )
    return name, properties


def statements_of(template: Template, function: str) -> list[dict[str, Any]]:
    """What the role of a function may do."""
    return [statement for name, _, statement in template.statements() if f"{function}Role" in name]


def test_only_schedules_of_this_group_send_with_the_role(role: tuple[str, dict[str, Any]]) -> None:
    (statement,) = resolved(role[1]["AssumeRolePolicyDocument"])["Statement"]

    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": ACCOUNT,
            "aws:SourceArn": f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{PREFIX}",
        }
    }


def test_a_schedule_sends_to_tenants_queues_and_does_nothing_else(
    template: Template, role: tuple[str, dict[str, Any]]
) -> None:
    documents = [
        properties["PolicyDocument"]
        for properties in template.properties("AWS::IAM::Policy").values()
        if {"Ref": role[0]} in properties["Roles"]
    ]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{PREFIX}-acme.fifo"
    actions = {action for document in documents for each in document["Statement"] for action in as_list(each["Action"])}

    assert allows(documents, Request("sqs:SendMessage", queue))
    assert not allows(documents, Request("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:other-acme.fifo"))
    assert {action for action in actions if not action.startswith("kms:")} == {"sqs:SendMessage"}


def test_who_makes_schedules_passes_on_that_role_alone_and_to_eventbridge_alone(template: Template) -> None:
    passing = [
        (name, resolved(statement))
        for name, _, statement in template.statements()
        if "iam:PassRole" in as_list(statement["Action"])
    ]

    assert {function for function in MAKERS for name, _ in passing if f"{function}Role" in name} == MAKERS
    assert len(passing) == len(MAKERS)
    for _, statement in passing:
        assert statement["Resource"] == ROLE
        assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def test_only_schedules_of_this_group_are_made_changed_or_deleted(template: Template) -> None:
    making = [
        resolved(statement)
        for _, _, statement in template.statements()
        if any(action.startswith("scheduler:") for action in as_list(statement["Action"]))
    ]

    assert len(making) == len(MAKERS)
    for statement in making:
        assert set(statement["Action"]) == {f"scheduler:{verb}Schedule" for verb in ("Create", "Update", "Delete")}
        assert statement["Resource"] == f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{PREFIX}/*"


def test_lost_firings_end_in_an_encrypted_standard_queue(template: Template) -> None:
    (queue,) = (
        properties
        for properties in template.properties("AWS::SQS::Queue").values()
        if properties["QueueName"] == f"{PREFIX}-schedule-failures"
    )

    assert "FifoQueue" not in queue
    assert "KmsMasterKeyId" in queue


def test_what_was_missed_is_looked_for_every_hour(template: Template) -> None:
    (schedule,) = (
        properties
        for properties in template.properties("AWS::Scheduler::Schedule").values()
        if properties["Name"] == f"{PREFIX}-catch-up"
    )

    assert (schedule["ScheduleExpression"], schedule["State"]) == ("rate(1 hour)", "ENABLED")


def test_the_consumer_may_note_a_schedules_last_run(template: Template) -> None:
    noting = [
        statement
        for statement in statements_of(template, "StartExecution")
        if "dynamodb:UpdateItem" in as_list(statement["Action"]) and "Schedules" in str(statement["Resource"])
    ]

    assert len(noting) == 1
