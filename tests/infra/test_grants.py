"""What Lambdas and AWS services may do by the template is enough for what they do, and no more than somebody uses."""

import os
import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.infra.deliveries import POLL_QUEUE, Deliveries
from tests.infra.grants import PREFIX, Grants
from tests.infra.template import Template

RECORD_FIRST = """what is granted and not used is not what tests/infra/unused_grants.txt says.
First record what the functions use: WFM_ACCEPT_SNAPSHOT=1 pytest tests/e2e/wfm/test_THEIRS.py adds to used_grants.txt.
Then `make snapshot` accepts the rest. A new function that no such test calls gets its line there by hand."""
QUEUE = "http://queues/1/" + PREFIX
HERE = Path(__file__).parent
# What Lambda does with the rights of a function: its log, its traces, and the polling of its sources.
BY_LAMBDA = ("logs:", "xray:", "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
POLLED = {"dynamodb:ListStreams", *POLL_QUEUE, "sqs:ChangeMessageVisibility"}
REQUESTS, GATE = (f"{PREFIX}-Tables{name}-1" for name in ("ExecutionRequestsF8333113", "Gate399EB8CC"))


@pytest.fixture(scope="module")
def grants(whole_template: Template) -> Grants:
    return Grants(whole_template)


def call(function: str, action: str, **names: str) -> Mapping[str, Any]:
    return {"function": f"{PREFIX}-{function}", "action": action, "names": names}


@pytest.mark.parametrize(
    "made",
    [
        call("CheckBackfill", "dynamodb:Query", TableName=REQUESTS, IndexName="backfillId"),
        call("StartExecution", "sqs:SendMessage", QueueUrl=f"{QUEUE}-acme-DLQ.fifo"),
        call("CheckQueue", "lambda:GetEventSourceMapping", UUID="1"),
        call("WaitForOutcome", "states:SendTaskSuccess"),
    ],
)
def test_a_call_with_a_grant_is_let_through(grants: Grants, made: Mapping[str, Any]) -> None:
    assert grants.missing(made) == []


@pytest.mark.parametrize(
    "made",
    [
        call("CheckBackfill", "dynamodb:Query", TableName=REQUESTS),
        call("CheckBackfill", "dynamodb:Query", TableName=GATE, IndexName="backfillId"),
        call("CheckBackfill", "dynamodb:PutItem", TableName=REQUESTS),
        call("StartExecution", "sqs:SendMessage", QueueUrl="http://queues/1/other-acme-DLQ.fifo"),
        call("CheckQueue", "lambda:GetEventSourceMapping", FunctionName="another"),
        call("CheckQueue", "lambda:DeleteEventSourceMapping", UUID="1"),
        call("CheckQueue", "states:SendTaskSuccess"),
        call("WatchResults", "s3:PutBucketNotificationConfiguration", Bucket="payroll"),
    ],
)
def test_a_call_without_a_grant_is_told(grants: Grants, made: Mapping[str, Any]) -> None:
    assert grants.missing(made)


def test_an_encrypted_resource_needs_its_key_in_calls_of_its_service_alone(grants: Grants) -> None:
    made = call("StartExecution", "sqs:SendMessage", QueueUrl=f"{QUEUE}-acme-DLQ.fifo")

    needed = list(grants.requests(made))

    assert [request.action for request in needed] == ["sqs:SendMessage", "kms:GenerateDataKey", "kms:Decrypt"]
    assert grants.refuses(f"{PREFIX}-StartExecution", "kms:Decrypt", needed[1].resource)


def test_what_services_send_one_another_arrives(whole_template: Template) -> None:
    found = list(Deliveries(whole_template).all())

    assert len(found) > 40
    assert [problem for delivery in found for problem in delivery.refused()] == []


def test_a_key_that_asks_eventbridge_for_its_rule_would_be_told(template: Template) -> None:
    changed = Template(deepcopy(template.content))
    for statement in changed.only("AWS::KMS::Key")["Properties"]["KeyPolicy"]["Statement"]:
        if statement["Principal"] == {"Service": "events.amazonaws.com"}:
            statement["Condition"] = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}

    refused = [problem for delivery in Deliveries(changed).all() for problem in delivery.refused()]
    assert len(refused) == 2 * 4, "both uses of the key for four queues"


def test_a_delivery_that_fails_over_the_key_does_not_fail_again(template: Template) -> None:
    queues = template.of_type("AWS::SQS::Queue")
    targets = [target for rule in template.properties("AWS::Events::Rule").values() for target in rule["Targets"]]

    for target in targets:
        failures = queues[target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]]["Properties"]
        assert failures["SqsManagedSseEnabled"] is True
        assert "KmsMasterKeyId" not in failures


def test_the_grants_that_no_test_of_the_deployment_uses_are_these(grants: Grants) -> None:
    """Some are for an answer that AMC or AWS rarely gives. `make snapshot` writes the list anew, for a review.

    What is used, the tests of the deployment write down (tests/e2e/recorded_calls.py).
    """
    used = {tuple(line.split()) for line in (HERE / "used_grants.txt").read_text().splitlines()}
    granted = {(function.removeprefix(f"{PREFIX}-"), action) for function, action in grants.granted()}
    unused: dict[str, list[str]] = {}
    for function, action in sorted(granted - used):
        if not action.startswith(("kms:", *BY_LAMBDA)) and action not in POLLED:
            unused.setdefault(action, []).append(function)
    text = "".join(f"{action}: {', '.join(functions)}\n" for action, functions in sorted(unused.items()))

    listed = HERE / "unused_grants.txt"
    known = {function for function, _ in used} | {*re.findall(r"\w+(?=[,\n])", listed.read_text())}
    new = {function for functions in unused.values() for function in functions} - known
    assert not new, RECORD_FIRST
    if "WFM_ACCEPT_SNAPSHOT" in os.environ:
        listed.write_text(text)
    assert text == listed.read_text(), RECORD_FIRST
    assert used <= granted, "what is used and not granted was granted once: take it out of used_grants.txt"
