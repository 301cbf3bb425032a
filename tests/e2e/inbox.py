"""What people who subscribe to the common topic get."""

import json
from typing import Any

from tests.e2e.deployment import Deployment


def subscribe(wfm: Deployment, customer_id: str) -> str:
    """A queue that gets what the topic says of one customer."""
    sqs = wfm.client("sqs")
    queue: str = sqs.create_queue(QueueName=f"inbox-{customer_id}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    wfm.client("sns").subscribe(
        TopicArn=wfm.outputs["ExecutionEventsTopicArn"],
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"customerId": [customer_id]})},
    )
    return queue


def read(wfm: Deployment, queue: str) -> list[dict[str, Any]]:
    """All messages, which stay there; at most ten."""
    found = wfm.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]
