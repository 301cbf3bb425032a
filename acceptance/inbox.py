"""A queue that gets what a topic of the deployment says."""

import json
from typing import Any

from acceptance.world import World


class Inbox:
    """The queue `{name}-inbox`, made when it is first needed. SQS's own key encrypts it, which SNS may use."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sqs = world.client("sqs")
        self._url = str(self._sqs.create_queue(QueueName=world.name.inbox)["QueueUrl"])

    def subscribe(self, topic_arn: str) -> None:
        """Get what the topic says from now on."""
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = found["Attributes"]["QueueArn"]
        account = topic_arn.split(":")[4]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        self._world.client("sns").subscribe(
            TopicArn=topic_arn, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )

    def wait_for(self, what: str, **fields: object) -> dict[str, Any]:
        """The first message with these fields. Others are dropped."""
        return self._world.until(lambda: self._find(fields), f"{what} is in the inbox") or {}

    def _find(self, fields: dict[str, object]) -> dict[str, Any] | None:
        got = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", [])
        found = None
        for message in got:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            body: dict[str, Any] = json.loads(message["Body"])
            if body.items() >= fields.items():
                found = body
        return found
