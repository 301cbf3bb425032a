import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from functions.adapters.announcer import EventsAndTopic
from functions.domain.errors import NotAnnounced, TransientError
from functions.domain.outcomes import Outcome
from functions.domain.requests import ExecutionRequest
from tests.adapters.builders import CUSTOMER, a_request_row, an_execution_row

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

Subscribe = Callable[..., Callable[[], list[dict[str, Any]]]]


@pytest.fixture(scope="session")
def sns(session: boto3.Session) -> "SNSClient":
    return session.client("sns")


@pytest.fixture(scope="session")
def events(session: boto3.Session) -> "EventBridgeClient":
    return session.client("events")


@pytest.fixture
def topic(sns: "SNSClient") -> str:
    return sns.create_topic(Name="execution-events")["TopicArn"]


@pytest.fixture
def announcer(events: "EventBridgeClient", sns: "SNSClient", topic: str) -> EventsAndTopic:
    return EventsAndTopic(events, sns, topic)


@pytest.fixture
def subscribe(sqs: "SQSClient", sns: "SNSClient", topic: str) -> Subscribe:
    """A subscription with a filter; what it returns reads the notifications."""

    def make(name: str, **accepted: list[str]) -> Callable[[], list[dict[str, Any]]]:
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {"FilterPolicy": json.dumps(accepted)} if accepted else {}
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=policy)

        def read() -> list[dict[str, Any]]:
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            return [json.loads(message["Body"]) for message in messages]

        return read

    return make


@pytest.fixture
def told(events: "EventBridgeClient") -> Iterator[list[dict[str, Any]]]:
    """The entries that were put on the default bus, `Detail` read."""
    entries: list[dict[str, Any]] = []

    def keep(params: dict[str, Any], **_: Any) -> None:
        entries.extend(entry | {"Detail": json.loads(entry["Detail"])} for entry in params["Entries"])

    event = "before-parameter-build.eventbridge.PutEvents"
    events.meta.events.register(event, keep)
    yield entries
    events.meta.events.unregister(event, keep)


@pytest.fixture
def deaf_bus(events: "EventBridgeClient") -> Iterator[None]:
    """EventBridge answers 200 and takes nothing."""
    entries = [{"ErrorCode": "InternalFailure", "ErrorMessage": "try later"}]
    with Stubber(events) as stub:
        stub.add_response("put_events", {"FailedEntryCount": 1, "Entries": entries})
        yield


def test_a_change_is_an_event_for_rules(announcer: EventsAndTopic, told: list[dict[str, Any]]) -> None:
    row = an_execution_row(status="SUCCEEDED", outputS3URI="s3://b/k", executionTime=55)

    announcer.execution(row | {"requestId": "r1", "source": "wfm"}, "RUNNING")

    (entry,) = told
    assert (entry["Source"], entry["DetailType"]) == ("wfm", "Execution Status Change")
    assert "EventBusName" not in entry
    assert entry["Detail"] == {
        "customerId": CUSTOMER,
        "workflowExecutionId": "x1",
        "workflowId": "reach",
        "executionStatus": "SUCCEEDED",
        "previousStatus": "RUNNING",
        "source": "wfm",
        "requestId": "r1",
        "createTime": "2026-11-23T14:20:00Z",
        "lastUpdatedTime": "2026-11-23T14:20:10Z",
        "outputS3URI": "s3://b/k",
    }


def test_a_change_is_a_message_for_subscribers(
    announcer: EventsAndTopic, subscribe: Subscribe, told: list[dict[str, Any]]
) -> None:
    read = subscribe("all")

    announcer.execution(an_execution_row(status="FAILED"), None)

    (message,), (entry,) = read(), told
    assert json.loads(message["Message"]) == entry["Detail"]
    assert message["Subject"] == "WFM: reach FAILED"
    assert {name: value["Value"] for name, value in message["MessageAttributes"].items()} == {
        "customerId": CUSTOMER,
        "workflowId": "reach",
        "executionStatus": "FAILED",
    }


def test_subscribers_choose_by_attributes(announcer: EventsAndTopic, subscribe: Subscribe) -> None:
    failures = subscribe("failures", executionStatus=["FAILED", "REJECTED"], customerId=[CUSTOMER])
    outsiders = subscribe("outsiders", source=["external"])

    announcer.execution(an_execution_row("x1", "FAILED") | {"source": "wfm"}, "RUNNING")
    announcer.execution(an_execution_row("x2", "SUCCEEDED") | {"source": "external"}, "RUNNING")

    assert [json.loads(found["Message"])["workflowExecutionId"] for found in failures()] == ["x1"]
    assert [json.loads(found["Message"])["workflowExecutionId"] for found in outsiders()] == ["x2"]


def test_a_request_without_a_run_is_told_of_too(
    announcer: EventsAndTopic, told: list[dict[str, Any]], subscribe: Subscribe
) -> None:
    read = subscribe("all")

    announcer.request(
        a_request_row(source="schedule:daily"), Outcome("REJECTED", "no such workflow", "UnknownWorkflow")
    )

    (entry,) = told
    assert entry["Detail"] == {
        "customerId": CUSTOMER,
        "requestId": "r1",
        "workflowId": "reach",
        "executionStatus": "REJECTED",
        "statusReason": "no such workflow",
        "errorName": "UnknownWorkflow",
        "source": "wfm",
    }
    assert read()[0]["MessageAttributes"]["source"]["Value"] == "wfm"


def test_a_request_as_the_domain_has_it_is_told_of_by_its_ids(
    announcer: EventsAndTopic, told: list[dict[str, Any]]
) -> None:
    announcer.request(ExecutionRequest(CUSTOMER, "r1", {"workflowId": "reach"}), Outcome("FAILED", "why", "Error"))

    (entry,) = told
    assert (entry["Detail"]["customerId"], entry["Detail"]["requestId"]) == (CUSTOMER, "r1")


def test_no_sql_no_values_and_no_tokens_are_told(
    announcer: EventsAndTopic, told: list[dict[str, Any]], subscribe: Subscribe
) -> None:
    read = subscribe("all")
    row = a_request_row(request={"payload": {"workflow": {"sqlQuery": "SECRET"}}}, outcomeToken="SECRET")

    announcer.request(row, Outcome("FAILED"))
    announcer.execution(an_execution_row(parameterValues={"a": "SECRET"}) | {"sqlQuery": "SECRET"}, None)

    messages = read()
    assert (len(told), len(messages)) == (2, 2)
    assert "SECRET" not in json.dumps([told, messages])


def test_a_subject_is_what_sns_takes(announcer: EventsAndTopic, subscribe: Subscribe) -> None:
    read = subscribe("all")

    announcer.execution(an_execution_row(workflowId="w" * 256), None)
    announcer.execution(an_execution_row(workflowId="größe"), None)
    announcer.request({"customerId": CUSTOMER, "requestId": "r1", "workflowId": ""}, Outcome("REJECTED"))

    subjects = [message["Subject"] for message in read()]
    assert sorted(subjects) == ["WFM: gr??e PENDING", "WFM: request REJECTED", "WFM: " + "w" * 95]


def test_a_subject_is_one_line(announcer: EventsAndTopic, subscribe: Subscribe) -> None:
    read = subscribe("all")

    announcer.execution(an_execution_row(workflowId="reach\n"), None)

    assert read()[0]["Subject"].isprintable()


def test_an_event_that_was_not_taken_comes_again(
    announcer: EventsAndTopic, deaf_bus: None, subscribe: Subscribe
) -> None:
    read = subscribe("all")

    with pytest.raises(NotAnnounced, match="try later") as error:
        announcer.execution(an_execution_row(), None)

    assert isinstance(error.value, TransientError)
    assert read() == []
