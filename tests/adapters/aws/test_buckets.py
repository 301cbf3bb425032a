from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.buckets import Buckets
from wfm.errors import InvalidRecord

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

QUEUE = {
    "Id": "somebody-elses",
    "QueueArn": "arn:aws:sqs:us-east-1:123456789012:arrivals",
    "Events": ["s3:ObjectCreated:*"],
    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
}


def nobody_notes() -> None:
    """Nothing is to be done before the change."""


@pytest.fixture
def s3(session: boto3.Session) -> "S3Client":
    client = session.client("s3")
    client.create_bucket(Bucket="results")
    session.client("sqs").create_queue(QueueName="arrivals")
    return client


def notifications(s3: "S3Client") -> dict[str, Any]:
    found: Any = s3.get_bucket_notification_configuration(Bucket="results")
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def notify(s3: "S3Client", **configuration: Any) -> None:
    known: Any = configuration
    s3.put_bucket_notification_configuration(Bucket="results", NotificationConfiguration=known)


@pytest.fixture
def asked(s3: "S3Client") -> list[Any]:
    """The notifications that were put onto the bucket; moto does not show those for EventBridge."""
    asked: list[Any] = []
    s3.meta.events.register(
        "provide-client-params.s3.PutBucketNotificationConfiguration",
        lambda params, **_: asked.append(params["NotificationConfiguration"]),
    )
    return asked


def test_a_bucket_tells_eventbridge(s3: "S3Client", asked: list[Any]) -> None:
    before: list[int] = []

    assert Buckets(s3).watch("results", lambda: before.append(len(asked))) is True

    assert asked == [{"EventBridgeConfiguration": {}}]
    assert before == [0], "who is killed in between has noted it"


def test_other_notifications_of_a_bucket_stay(s3: "S3Client", asked: list[Any]) -> None:
    notify(s3, QueueConfigurations=[QUEUE])
    before = notifications(s3)
    asked.clear()

    Buckets(s3).watch("results", nobody_notes)

    assert before["QueueConfigurations"][0]["Id"] == "somebody-elses"
    assert asked == [before | {"EventBridgeConfiguration": {}}]
    assert notifications(s3) == before


def test_a_bucket_that_tells_eventbridge_already_is_left_alone(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_bucket_location", {})
        stub.add_response("get_bucket_notification_configuration", {"EventBridgeConfiguration": {}})
        noted: list[bool] = []

        assert Buckets(s3).watch("results", lambda: noted.append(True)) is True
        assert noted == []


def test_a_bucket_that_is_not_there_is_a_mistake_of_the_record(s3: "S3Client") -> None:
    with pytest.raises(InvalidRecord, match=r"^BucketName: there is no bucket 'resluts'; allowed: the instance's"):
        Buckets(s3).watch("resluts", nobody_notes)


@pytest.mark.parametrize("code", ["AccessDenied", "403"])
@pytest.mark.parametrize("readable", [True, False])
def test_a_bucket_of_another_account_may_forbid_it(s3: "S3Client", code: str, readable: bool) -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_bucket_location", {"LocationConstraint": ""})
        if readable:
            stub.add_response("get_bucket_notification_configuration", {})
        refused = "put_bucket_notification_configuration" if readable else "get_bucket_notification_configuration"
        stub.add_client_error(refused, code, http_status_code=403)

        assert Buckets(s3).watch("results", nobody_notes) is False
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("location", ["eu-central-1", "EU"])
def test_a_bucket_of_another_region_cannot_tell_our_eventbridge(s3: "S3Client", location: Any) -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_bucket_location", {"LocationConstraint": location})

        assert Buckets(s3).watch("results", nobody_notes) is False
        stub.assert_no_pending_responses()


def test_another_fault_is_no_answer(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_bucket_location", {})
        stub.add_client_error("get_bucket_notification_configuration", "SlowDown", http_status_code=503)

        with pytest.raises(ClientError, match="SlowDown"):
            Buckets(s3).watch("results", nobody_notes)
