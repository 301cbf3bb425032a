"""The queue of results that are to be delivered, of a deployment that does so."""

from functools import cached_property
from typing import TYPE_CHECKING

from wfm.model.delivery_orders import to_message
from wfm.model.delivery_rules import QUEUE
from wfm.model.result_deliveries import DeliveryOrder

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class DeliveryOrders:
    """Sends to the queue `{stack}-deliveries`."""

    def __init__(self, sqs: "SQSClient", stack: str) -> None:
        self._sqs = sqs
        self._stack = stack

    @cached_property
    def _url(self) -> str:
        return self._sqs.get_queue_url(QueueName=f"{self._stack}-{QUEUE}")["QueueUrl"]

    def send(self, order: DeliveryOrder) -> None:
        """Have a result delivered. What is sent twice is delivered once."""
        self._sqs.send_message(QueueUrl=self._url, MessageBody=to_message(order))
