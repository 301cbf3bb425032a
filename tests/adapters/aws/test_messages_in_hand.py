"""A message that somebody has in hand is put off."""

from typing import TYPE_CHECKING

from functions.aws.messages_in_hand import MessagesInHand

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NAME = "wfm-demoteam-amcdataset-result-superseded"


def test_a_message_that_is_put_off_for_no_time_is_there_again(sqs: "SQSClient") -> None:
    url = sqs.create_queue(QueueName=NAME, Attributes={"VisibilityTimeout": "5400"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    hidden = sqs.receive_message(QueueUrl=url).get("Messages", [])

    MessagesInHand(sqs).postpone(f"arn:aws:sqs:us-east-1:123456789012:{NAME}", message["ReceiptHandle"], 0)

    (again,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert (hidden, again["MessageId"]) == ([], message["MessageId"])
