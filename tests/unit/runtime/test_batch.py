"""A batch: every record is handled, and those that failed are named to Lambda."""

from functions.runtime.batch import StreamRecord, each_change
from functions.runtime.queue_events import each_message
from wfm.model.messages import SqsRecord


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

    answer = each_change({"Records": [*map(stream_record, "123")]}, lambda change: handle(change.key["customerId"]))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert done == ["tenant-1", "tenant-3"]


def test_a_record_that_cannot_be_read_is_a_failed_one() -> None:
    answer = each_change(
        {"Records": [{"dynamodb": {"SequenceNumber": "1", "Keys": {"id": {}}, "NewImage": {"a": 1}}}]}, print
    )

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_failed_messages_of_a_queue_are_named_by_their_ids() -> None:
    def fail(record: SqsRecord) -> None:
        raise KeyError(record["body"])

    assert each_message({"Records": [*map(message, "12")]}, fail) == {
        "batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]
    }
    assert each_message({"Records": []}, fail) == {"batchItemFailures": []}
