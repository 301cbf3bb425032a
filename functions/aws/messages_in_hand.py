"""Messages that a Lambda is working on, which would come back once their queue's time-out is over."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class MessagesInHand:
    """Implements `functions.ports.MessagesInHand`."""

    def __init__(self, sqs: "SQSClient") -> None:
        self._sqs = sqs
        self._urls: dict[str, str] = {}

    def postpone(self, queue_arn: str, receipt: str, seconds: int) -> None:
        """Have a message come back after so many seconds, counted from now."""
        self._sqs.change_message_visibility(
            QueueUrl=self._url(queue_arn), ReceiptHandle=receipt, VisibilityTimeout=seconds
        )

    def _url(self, queue_arn: str) -> str:
        if queue_arn not in self._urls:
            name = queue_arn.rpartition(":")[2]
            self._urls[queue_arn] = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return self._urls[queue_arn]
