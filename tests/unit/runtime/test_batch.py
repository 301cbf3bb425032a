"""A batch: every record is handled, and those that failed are named to Lambda."""

import pytest
from botocore.exceptions import ClientError

from functions.runtime.batch import StreamRecord, each_change
from functions.runtime.queue_events import each_message
from tests.fakes import FakeMetrics
from wfm.errors import NotReadyYet
from wfm.model.messages import SqsRecord


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "AnyCall")


def stream_record(number: str) -> StreamRecord:
    return {"dynamodb": {"SequenceNumber": number, "Keys": {"customerId": {"S": f"tenant-{number}"}}}}


def message(number: str) -> SqsRecord:
    attributes = {"SentTimestamp": "0"}
    return {"messageId": number, "body": number, "attributes": attributes, "eventSourceARN": "arn:aws:sqs:::queue"}


def test_a_failed_record_of_a_stream_is_named_and_its_neighbours_are_done() -> None:
    done = []

    def handle(tenant: str) -> None:
        if tenant == "tenant-2":
            raise ValueError(tenant)
        done.append(tenant)

    records = [*map(stream_record, "123")]
    answer = each_change({"Records": records}, lambda change: handle(change.key["customerId"]), FakeMetrics())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert done == ["tenant-1", "tenant-3"]


def test_a_record_that_cannot_be_read_is_a_failed_one() -> None:
    answer = each_change(
        {"Records": [{"dynamodb": {"SequenceNumber": "1", "Keys": {"id": {}}, "NewImage": {"a": 1}}}]},
        print,
        FakeMetrics(),
    )

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_failed_messages_of_a_queue_are_named_by_their_ids() -> None:
    def fail(record: SqsRecord) -> None:
        raise KeyError(record["body"])

    assert each_message({"Records": [*map(message, "12")]}, fail, FakeMetrics()) == {
        "batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]
    }
    assert each_message({"Records": []}, fail, FakeMetrics()) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    ("error", "counted"),
    [
        pytest.param(KeyError("customerId"), 1, id="a-fault-of-the-code"),
        pytest.param(refused("AccessDeniedException"), 1, id="a-missing-permission"),
        pytest.param(refused("ThrottlingException"), 0, id="aws-is-busy"),
        pytest.param(NotReadyYet("AMC has no file yet"), 0, id="what-wfm-waits-for"),
    ],
)
def test_a_record_that_no_retry_mends_is_counted(error: Exception, counted: int) -> None:
    """Lambda's own metric of errors has none of these: the answer names them."""

    def fail(_: SqsRecord) -> None:
        raise error

    metrics = FakeMetrics()
    each_message({"Records": [message("1")]}, fail, metrics)

    assert [name for name, _ in metrics.measured] == ["RecordsFailed"] * counted
