"""A tenant's queue and dead letter queue, and their connection to `start_execution`."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

RETENTION_SECONDS: Final = 14 * 24 * 3600  # SQS's longest
VISIBILITY_SECONDS: Final = 180  # six times the time-out of start_execution, as Lambda's guide asks
LARGEST_MESSAGE_BYTES: Final = 262_144  # what WFM can still keep in a row; SQS refuses more at once
RECEIVES: Final = 10  # only crashes of start_execution count; what cannot work goes to the DLQ at once


class TenantQueues:
    """Makes and repairs queues; names start with `prefix`, and `key_arn` encrypts them."""

    def __init__(
        self, sqs: "SQSClient", lambda_client: "LambdaClient", prefix: str, key_arn: str, function: str
    ) -> None:
        self._sqs = sqs
        self._lambda = lambda_client
        self._prefix = prefix
        self._key_arn = key_arn
        self._function = function

    def ensure(self, customer_id: str) -> tuple[str, str]:
        """`(queue url, dead letter queue url)`, made or brought to today's settings; messages stay."""
        dead_letters, dead_letters_arn = self._ensure(f"{self._prefix}-{customer_id}-DLQ.fifo", {})
        redrive = json.dumps({"deadLetterTargetArn": dead_letters_arn, "maxReceiveCount": RECEIVES})
        queue, _ = self._ensure(f"{self._prefix}-{customer_id}.fifo", {"RedrivePolicy": redrive})
        return queue, dead_letters

    def _ensure(self, name: str, extra: Mapping[str, str]) -> tuple[str, str]:
        settings: Any = {
            "ContentBasedDeduplication": "true",
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
            "KmsMasterKeyId": self._key_arn,
            "MaximumMessageSize": str(LARGEST_MESSAGE_BYTES),
            "MessageRetentionPeriod": str(RETENTION_SECONDS),
            "VisibilityTimeout": str(VISIBILITY_SECONDS),
            **extra,
        }
        try:
            url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        except ClientError as exc:
            if "NonExistentQueue" not in exc.response["Error"]["Code"]:
                raise
            url = self._sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true", **settings})["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self._sqs.set_queue_attributes(QueueUrl=url, Attributes={**settings, "Policy": _tls_only(arn)})
        return url, arn

    def connect(self, queue_url: str) -> str:
        """The event source mapping from the queue to `start_execution`, made if need be; its UUID."""
        arn = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        known = self._lambda.list_event_source_mappings(EventSourceArn=arn, FunctionName=self._function)
        for mapping in known["EventSourceMappings"]:
            return mapping["UUID"]
        made = self._lambda.create_event_source_mapping(
            EventSourceArn=arn,
            FunctionName=self._function,
            BatchSize=10,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            ScalingConfig={"MaximumConcurrency": 2},
        )
        return made["UUID"]

    def mapping_state(self, mapping_id: str) -> str:
        """Creating, Enabling, Enabled, Disabled, ..."""
        return self._lambda.get_event_source_mapping(UUID=mapping_id)["State"]

    def dead_letter(self, queue_arn: str, body: str, reason: Mapping[str, Any], message_id: str) -> None:
        """Put a message that can never work into the DLQ of the queue it came from, with its reason."""
        name = queue_arn.rsplit(":", 1)[1].removesuffix(".fifo") + "-DLQ.fifo"
        self._sqs.send_message(
            QueueUrl=self._sqs.get_queue_url(QueueName=name)["QueueUrl"],
            MessageBody=body,
            MessageGroupId=message_id,
            MessageDeduplicationId=message_id,
            MessageAttributes={
                key: {"DataType": "String", "StringValue": str(value)[:1000]} for key, value in reason.items() if value
            },
        )


def _tls_only(queue_arn: str) -> str:
    deny = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": queue_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [deny]})
