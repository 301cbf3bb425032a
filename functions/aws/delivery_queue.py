"""The queue of results that are to be delivered."""

from functools import cached_property
from typing import TYPE_CHECKING

from wfm.model.delivery_orders import to_message
from wfm.model.result_deliveries import DeliveryOrder

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class DeliveryQueue:
    """Implements `functions.ports.DeliveryOrders`. Without a name the deployment delivers no results."""

    def __init__(self, sqs: "SQSClient", name: str) -> None:
        self._sqs = sqs
        self._name = name

    @property
    def is_there(self) -> bool:
        """Whether the deployment delivers results."""
        return bool(self._name)

    @cached_property
    def _url(self) -> str:
        return self._sqs.get_queue_url(QueueName=self._name)["QueueUrl"]

    def send(self, order: DeliveryOrder) -> None:
        """Have a result delivered. What is sent twice is delivered once."""
        self._sqs.send_message(QueueUrl=self._url, MessageBody=to_message(order))
