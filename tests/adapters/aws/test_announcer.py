import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.announcer import EventsAndTopics
from tests.adapters.builders import CUSTOMER, NOW, a_request_row, a_tenant_row, an_execution_row
from wfm.errors import NotAnnounced, TransientError
from wfm.model.events import ResultNews, ScheduleNews, ScheduleNewsStatus
from wfm.model.json_schema import problems
from wfm.model.outcomes import Outcome
from wfm.model.requests import ExecutionRequest
from wfm.model.statuses import RequestStatus, ResultStatus

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
    return sns.create_topic(Name="wfm-demoteam-amcdataset-ExecutionEvents")["TopicArn"]


@pytest.fixture
def own_topic(sns: "SNSClient") -> str:
    return sns.create_topic(Name=f"wfm-demoteam-amcdataset-tenant-{CUSTOMER}")["TopicArn"]


@pytest.fixture
def tenant() -> dict[str, Any]:
    """The customer's row in Tenants, as a test changes it."""
    return a_tenant_row(ignoreStatusList=[])


@pytest.fixture
def announcer(events: "EventBridgeClient", sns: "SNSClient", topic: str, tenant: dict[str, Any]) -> EventsAndTopics:
    return EventsAndTopics(events, sns, topic, {CUSTOMER: tenant}.get, lambda: NOW)


@pytest.fixture
def subscribe(sqs: "SQSClient", sns: "SNSClient", topic: str) -> Subscribe:
    """A subscription with a filter; what it returns reads the notifications."""

    def make(name: str, to: str = topic, **accepted: list[Any]) -> Callable[[], list[dict[str, Any]]]:
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {"FilterPolicy": json.dumps(accepted)} if accepted else {}
        sns.subscribe(TopicArn=to, Protocol="sqs", Endpoint=arn, Attributes=policy)

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


def published(message: dict[str, Any]) -> dict[str, str]:
    """The attributes of a notification."""
    return {name: value["Value"] for name, value in message["MessageAttributes"].items()}


def test_a_failed_delivery_is_an_event_of_its_own_and_announced_whatever_is_ignored(
    announcer: EventsAndTopics, subscribe: Subscribe, tenant: dict[str, Any], told: list[dict[str, Any]]
) -> None:
    read = subscribe("undelivered", resultDelivery=["FAILED"])
    tenant["ignoreStatusList"] = ["SUCCEEDED"]
    row = an_execution_row(status="SUCCEEDED") | {"resultDelivery": "FAILED", "resultDeliveryReason": "no policy"}

    announcer.publishing_failure(row | {"source": "wfm"})

    (entry,), (message,) = told, read()
    assert (entry["DetailType"], entry["Detail"]["resultDeliveryReason"]) == ("Result Delivery Failed", "no policy")
    assert problems("delivery_event", entry["Detail"]) == []
    assert published(message)["resultDelivery"] == "FAILED"


@pytest.mark.parametrize(
    ("status", "name"),
    [
        pytest.param("DELIVERED", "Result Delivered", id="delivered"),
        pytest.param("REFUSED", "Result Not Delivered", id="refused"),
    ],
)
def test_how_a_delivery_came_out_is_an_event_of_its_own(
    announcer: EventsAndTopics, subscribe: Subscribe, told: list[dict[str, Any]], status: str, name: str
) -> None:
    read = subscribe("results", deliveryStatus=[status])

    announcer.delivery(an_execution_row(status="SUCCEEDED") | {"source": "wfm"}, status, {"location": "s3://b/k"})

    (entry,), (message,) = told, read()
    assert (entry["DetailType"], entry["Detail"]["location"]) == (name, "s3://b/k")
    assert problems("delivered_event", entry["Detail"]) == []
    assert published(message)["deliveryStatus"] == status


def test_a_result_that_changed_is_an_event_of_its_own(
    announcer: EventsAndTopics, subscribe: Subscribe, tenant: dict[str, Any], told: list[dict[str, Any]]
) -> None:
    read = subscribe("changes", changeStatus=["CHANGED"])
    large, larger = (subscribe(f"over-{bound}", largestPercent=[{"numeric": [">", bound]}]) for bound in (5, 50))
    tenant["ignoreStatusList"] = ["SUCCEEDED"]
    row = an_execution_row(status="SUCCEEDED") | {"source": "wfm", "supersedes": "x0"}

    announcer.result_change(
        row, {"at": "now", "rowsBefore": 20, "rowsAfter": 22, "columns": [], "largestPercent": 10.0}
    )

    (entry,), (message,) = told, read()
    assert (entry["DetailType"], entry["Detail"]["rowsAfter"]) == ("Result Changed", 22)
    assert problems("changed_event", entry["Detail"]) == []
    assert published(message)["changeStatus"] == "CHANGED"
    assert message["MessageAttributes"]["largestPercent"] == {"Type": "Number", "Value": "10.000000"}
    assert (len(large()), len(larger())) == (1, 0)


def test_a_change_is_an_event_for_rules(announcer: EventsAndTopics, told: list[dict[str, Any]]) -> None:
    row = an_execution_row(status="SUCCEEDED", outputS3URI="s3://b/k", executionTime=4)

    announcer.execution(row | {"requestId": "r1", "source": "wfm", "requestedBy": "schedule:daily"}, "RUNNING")

    (entry,) = told
    assert (entry["Source"], entry["DetailType"]) == ("wfm", "Execution Status Change")
    assert "EventBusName" not in entry
    assert problems("execution_event", entry["Detail"]) == []
    assert entry["Detail"] == {
        "schemaVersion": "1",
        "eventId": entry["Detail"]["eventId"],
        "customerId": CUSTOMER,
        "workflowExecutionId": "x1",
        "workflowId": "reach",
        "executionStatus": "SUCCEEDED",
        "previousStatus": "RUNNING",
        "source": "wfm",
        "requestId": "r1",
        "requestedBy": "schedule:daily",
        "schedule": "daily",
        "createTime": "2026-11-23T14:20:00Z",
        "lastUpdatedTime": "2026-11-23T14:20:10.000Z",
        "outputS3URI": "s3://b/k",
        "executionTime": 4,
        "waits": {"amcQueueTime": 6.0, "runTime": 4.0},
    }


def test_a_change_is_a_message_for_subscribers(
    announcer: EventsAndTopics, subscribe: Subscribe, told: list[dict[str, Any]]
) -> None:
    read = subscribe("all")

    announcer.execution(an_execution_row(status="FAILED") | {"source": "wfm", "backfillId": "q1"}, None)

    (message,), (entry,) = read(), told
    assert json.loads(message["Message"]) == entry["Detail"]
    assert message["Subject"] == "WFM: reach FAILED"
    assert published(message) == {
        "customerId": CUSTOMER,
        "workflowId": "reach",
        "executionStatus": "FAILED",
        "source": "wfm",
        "backfillId": "q1",
    }


def test_a_tenants_status_is_announced_too(
    announcer: EventsAndTopics, subscribe: Subscribe, told: list[dict[str, Any]]
) -> None:
    read = subscribe("all")

    announcer.tenant(CUSTOMER, "DEGRADED", "AMC refused with 403", NOW)

    (message,), (entry,) = read(), told
    assert entry["DetailType"] == "Tenant Status Change"
    assert problems("tenant_event", entry["Detail"]) == []
    assert json.loads(message["Message"]) == entry["Detail"]
    assert message["Subject"] == f"WFM: {CUSTOMER} is DEGRADED"
    assert published(message)["tenantStatus"] == "DEGRADED"


@pytest.mark.parametrize(
    ("status", "told_as"),
    [
        (ScheduleNewsStatus.PAUSED, ("Schedule Paused", "is paused")),
        (ScheduleNewsStatus.LATE, ("Run Late", "is late")),
        (ScheduleNewsStatus.AT_RISK, ("Run At Risk", "is at risk to be late")),
    ],
    ids=["paused", "late", "at risk"],
)
def test_what_becomes_of_a_schedule_is_announced_too(
    announcer: EventsAndTopics,
    subscribe: Subscribe,
    told: list[dict[str, Any]],
    status: ScheduleNewsStatus,
    told_as: tuple[str, str],
) -> None:
    read = subscribe("all")

    announcer.schedule(ScheduleNews(CUSTOMER, "daily", status, "3 failed", "one"))

    (message,), (entry,) = read(), told
    assert entry["DetailType"] == told_as[0]
    assert problems("schedule_event", entry["Detail"]) == []
    assert json.loads(message["Message"]) == entry["Detail"]
    assert message["Subject"] == f"WFM: daily of {CUSTOMER} {told_as[1]}"
    assert published(message)["scheduleStatus"] == status


@pytest.mark.parametrize(
    ("status", "told_as"),
    [
        (ResultStatus.STALE, ("Result Stale", "stale")),
        (ResultStatus.FRESH, ("Result Fresh Again", "fresh again")),
    ],
    ids=["stale", "fresh again"],
)
def test_what_becomes_of_a_result_is_announced_too(
    announcer: EventsAndTopics,
    subscribe: Subscribe,
    told: list[dict[str, Any]],
    status: ResultStatus,
    told_as: tuple[str, str],
) -> None:
    read = subscribe("all")

    announcer.result(ResultNews(CUSTOMER, "reach", status, "too old", "one", {"freshness": "36h"}))

    (message,), (entry,) = read(), told
    assert entry["DetailType"] == told_as[0]
    assert problems("result_event", entry["Detail"]) == []
    assert json.loads(message["Message"]) == entry["Detail"]
    assert message["Subject"] == f"WFM: the result of reach of {CUSTOMER} is {told_as[1]}"
    assert published(message)["resultStatus"] == status


def test_subscribers_choose_by_attributes(announcer: EventsAndTopics, subscribe: Subscribe) -> None:
    failures = subscribe("failures", executionStatus=["FAILED", "REJECTED"], customerId=[CUSTOMER])
    outsiders = subscribe("outsiders", source=["external"])

    announcer.execution(an_execution_row("x1", "FAILED") | {"source": "wfm"}, "RUNNING")
    announcer.execution(an_execution_row("x2", "SUCCEEDED") | {"source": "external"}, "RUNNING")

    assert [json.loads(found["Message"])["workflowExecutionId"] for found in failures()] == ["x1"]
    assert [json.loads(found["Message"])["workflowExecutionId"] for found in outsiders()] == ["x2"]


def test_labels_are_one_attribute_of_pairs(announcer: EventsAndTopics, sns: "SNSClient") -> None:
    sent: list[dict[str, Any]] = []

    def keep(params: dict[str, Any], **_: Any) -> None:  # moto's topics drop what is an array
        sent.append(params)

    sns.meta.events.register("before-parameter-build.sns.Publish", keep)
    announcer.execution(an_execution_row() | {"labels": {"team": "emea", "cost": "12"}}, None)
    sns.meta.events.unregister("before-parameter-build.sns.Publish", keep)

    (message,) = sent
    array = {"DataType": "String.Array", "StringValue": '["cost=12", "team=emea"]'}
    assert message["MessageAttributes"]["labels"] == array
    assert json.loads(message["Message"])["labels"] == {"team": "emea", "cost": "12"}


@pytest.mark.parametrize(("ignored", "messages"), [(None, ["SUCCEEDED"]), (["SUCCEEDED"], ["PENDING", "RUNNING"])])
def test_what_a_tenant_ignores_is_an_event_and_no_message(
    announcer: EventsAndTopics,
    tenant: dict[str, Any],
    subscribe: Subscribe,
    told: list[dict[str, Any]],
    *,
    ignored: list[str] | None,
    messages: list[str],
) -> None:
    tenant["ignoreStatusList"] = ignored
    read, statuses = subscribe("all"), ["PENDING", "RUNNING", "SUCCEEDED"]

    for status in statuses:
        announcer.execution(an_execution_row(status=status), None)

    assert [entry["Detail"]["executionStatus"] for entry in told] == statuses
    assert sorted(published(message)["executionStatus"] for message in read()) == messages


def test_a_tenants_own_topic_gets_its_messages_besides_the_common_one(
    announcer: EventsAndTopics, tenant: dict[str, Any], subscribe: Subscribe, own_topic: str
) -> None:
    tenant["snsTopicArn"] = own_topic
    common, own = subscribe("common"), subscribe("own", to=own_topic)

    announcer.execution(an_execution_row(status="FAILED"), None)
    announcer.execution(an_execution_row(status="FAILED") | {"customerId": "rival"}, None)

    assert [published(message)["customerId"] for message in own()] == [CUSTOMER]
    assert sorted(published(message)["customerId"] for message in common()) == [CUSTOMER, "rival"]


def test_a_topic_that_somebody_deleted_holds_up_no_news(
    announcer: EventsAndTopics,
    tenant: dict[str, Any],
    subscribe: Subscribe,
    sns: "SNSClient",
    *,
    own_topic: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tenant["snsTopicArn"] = own_topic
    sns.delete_topic(TopicArn=own_topic)
    common = subscribe("common")

    announcer.execution(an_execution_row(status="FAILED"), None)

    assert len(common()) == 1
    assert own_topic in caplog.text


@pytest.mark.parametrize("code", ["ThrottledException", "InternalError"])
def test_a_topic_that_falters_is_tried_again(
    events: "EventBridgeClient", sns: "SNSClient", told: list[dict[str, Any]], tenant: dict[str, Any], code: str
) -> None:
    tenant["snsTopicArn"] = "arn:aws:sns:us-east-1:123456789012:wfm-tenant-acme"
    announcer = EventsAndTopics(events, sns, "common", {CUSTOMER: tenant}.get, lambda: NOW)

    with Stubber(sns) as stub:
        stub.add_response("publish", {"MessageId": "1"})
        stub.add_client_error("publish", code)
        with pytest.raises(ClientError):
            announcer.execution(an_execution_row(status="FAILED"), None)


def test_the_common_topic_is_never_given_up(
    events: "EventBridgeClient", sns: "SNSClient", told: list[dict[str, Any]]
) -> None:
    gone = EventsAndTopics(events, sns, "arn:aws:sns:us-east-1:123456789012:gone", lambda _: None, lambda: NOW)

    with pytest.raises(ClientError, match="NotFound"):
        gone.execution(an_execution_row(status="FAILED"), None)


def test_a_digest_is_text_for_mail_and_a_document_for_everything_else(
    announcer: EventsAndTopics, subscribe: Subscribe, sns: "SNSClient", told: list[dict[str, Any]]
) -> None:
    read, failures = subscribe("all", digest=["daily"]), subscribe("failures", executionStatus=["FAILED"])
    document, sent = {"digest": "daily", "statuses": {"FAILED": 1}}, list[dict[str, Any]]()
    keep = lambda params, **_: sent.append(json.loads(params["Message"]))  # noqa: E731
    sns.meta.events.register("before-parameter-build.sns.Publish", keep)

    announcer.digest(CUSTOMER, "1 FAILED\n", document)
    sns.meta.events.unregister("before-parameter-build.sns.Publish", keep)

    (message,) = read()
    assert (json.loads(message["Message"]), message["Subject"]) == (document, f"WFM: daily digest of {CUSTOMER}")
    assert published(message) == {"customerId": CUSTOMER, "digest": "daily"}
    assert sent == [{"default": json.dumps(document), "email": "1 FAILED\n"}]
    assert (failures(), told) == ([], [])


def test_a_request_without_a_run_is_announced_of_too(
    announcer: EventsAndTopics, told: list[dict[str, Any]], subscribe: Subscribe
) -> None:
    read = subscribe("all")

    announcer.request(
        a_request_row(source="schedule:daily"), Outcome(RequestStatus.REJECTED, "no such workflow", "UnknownWorkflow")
    )

    (entry,) = told
    assert problems("execution_event", entry["Detail"]) == []
    assert entry["Detail"] == {
        "schemaVersion": "1",
        "eventId": entry["Detail"]["eventId"],
        "customerId": CUSTOMER,
        "requestId": "r1",
        "requestedBy": "schedule:daily",
        "schedule": "daily",
        "workflowId": "reach",
        "executionStatus": "REJECTED",
        "previousStatus": None,
        "statusReason": "no such workflow",
        "errorName": "UnknownWorkflow",
        "source": "wfm",
    }
    assert published(read()[0])["schedule"] == "daily"


def test_a_request_as_the_domain_has_it_is_announced_by_its_ids(
    announcer: EventsAndTopics, told: list[dict[str, Any]]
) -> None:
    announcer.request(
        ExecutionRequest(CUSTOMER, "r1", {"workflowId": "reach"}), Outcome(RequestStatus.FAILED, "why", "Error")
    )

    (entry,) = told
    assert (entry["Detail"]["customerId"], entry["Detail"]["requestId"]) == (CUSTOMER, "r1")


def test_no_sql_no_values_and_no_tokens_are_announced(
    announcer: EventsAndTopics, told: list[dict[str, Any]], subscribe: Subscribe
) -> None:
    read = subscribe("all")
    row = a_request_row(request={"payload": {"workflow": {"sqlQuery": "SECRET"}}}, outcomeToken="SECRET")

    announcer.request(row, Outcome(RequestStatus.FAILED))
    announcer.execution(an_execution_row(parameterValues={"a": "SECRET"}) | {"sqlQuery": "SECRET"}, None)

    messages = read()
    assert (len(told), len(messages)) == (2, 2)
    assert "SECRET" not in json.dumps([told, messages])


def test_a_subject_is_what_sns_takes(announcer: EventsAndTopics, subscribe: Subscribe) -> None:
    read = subscribe("all")

    announcer.execution(an_execution_row(workflowId="w" * 256), None)
    announcer.execution(an_execution_row(workflowId="größe"), None)
    announcer.request({"customerId": CUSTOMER, "requestId": "r1", "workflowId": ""}, Outcome(RequestStatus.REJECTED))

    subjects = [message["Subject"] for message in read()]
    assert sorted(subjects) == ["WFM: gr??e PENDING", "WFM: request REJECTED", "WFM: " + "w" * 95]


def test_a_subject_is_one_line(announcer: EventsAndTopics, subscribe: Subscribe) -> None:
    read = subscribe("all")

    announcer.execution(an_execution_row(workflowId="reach\n"), None)

    assert read()[0]["Subject"].isprintable()


def test_the_longest_news_is_one_that_aws_takes(announcer: EventsAndTopics, told: list[dict[str, Any]]) -> None:
    row = an_execution_row(workflowId="w" * 256, status="FAILED", statusReason="ü" * 300_000)

    announcer.execution(row | {"requestedBy": "schedule:" + "s" * 191, "source": "wfm"}, None)

    assert len(json.dumps(told[0]["Detail"]).encode()) < 256 * 1024


def test_an_event_that_was_not_taken_comes_again(
    announcer: EventsAndTopics, deaf_bus: None, subscribe: Subscribe
) -> None:
    read = subscribe("all")

    with pytest.raises(NotAnnounced, match="try later") as error:
        announcer.execution(an_execution_row(), None)

    assert isinstance(error.value, TransientError)
    assert read() == []
