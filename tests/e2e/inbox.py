"""What people who subscribe to the common topic get, and programs that have a rule on the event bus."""

import json
from typing import Any

from tests.e2e.deployment import Deployment
from tests.e2e.queue_policies import for_rule


def subscribe(wfm: Deployment, customer_id: str, **accepted: list[str]) -> str:
    """A queue that gets what the topic says of one customer, as far as the attributes are accepted."""
    queue, arn = _queue(wfm, f"inbox-{customer_id}")
    policy = {"customerId": [customer_id], **accepted}
    wfm.client("sns").subscribe(
        TopicArn=wfm.outputs["ExecutionEventsTopicArn"],
        Protocol="sqs",
        Endpoint=arn,
        Attributes={
            "RawMessageDelivery": "true",
            "FilterPolicy": json.dumps(policy),
        },
    )
    return queue


def subscribe_to_bus(wfm: Deployment, customer_id: str) -> str:
    """A queue that gets the details of WFM's events about one customer."""
    queue, arn = _queue(wfm, f"bus-{customer_id}")
    events, pattern = wfm.client("events"), {"source": ["wfm"], "detail": {"customerId": [customer_id]}}
    rule = events.put_rule(Name=f"bus-{customer_id}", EventPattern=json.dumps(pattern))["RuleArn"]
    wfm.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes=for_rule(arn, rule))
    events.put_targets(Rule=f"bus-{customer_id}", Targets=[{"Id": "1", "Arn": arn, "InputPath": "$.detail"}])
    return queue


def _queue(wfm: Deployment, name: str) -> tuple[str, str]:
    sqs = wfm.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def read(wfm: Deployment, queue: str) -> list[dict[str, Any]]:
    """All messages, which stay there; at most ten."""
    found = wfm.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]
