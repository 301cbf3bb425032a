"""A tenant's queue and dead letter queue, and the mapping to `StartExecution`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from functions.aws.message_batches import send_all
from wfm.errors import InvalidRecord, NotReadyYet, Problem
from wfm.model.messages import SqsRecord
from wfm.model.queue_policy import owner_in, tls_only
from wfm.model.rows import Document
from wfm.model.timeouts import LONGEST_WAIT

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

RETENTION_SECONDS: Final = int(LONGEST_WAIT.total_seconds())
VISIBILITY_SECONDS: Final = 180  # six times the time-out of start_execution, as Lambda's guide asks
MAX_MESSAGE_BYTES: Final = 262_144  # what WFM can still keep in a row; SQS refuses more at once
# A dead letter is a message with its reason beside it: SQS counts both, and takes a megabyte.
MAX_LETTER_BYTES: Final = 1_048_576
MAX_ATTRIBUTE_CHARS: Final = 1000
DATA_KEY_SECONDS: Final = 86_400  # SQS's longest: then a day's messages of a tenant cost two calls of KMS, not each
MAX_RECEIVES: Final = 1000  # SQS's limit: an outage moves nothing to the DLQ; what cannot work goes there at once


class TenantQueues:
    """Creates and repairs queues; their names start with `prefix`, and `key_arn` encrypts them."""

    def __init__(
        self, sqs: "SQSClient", lambda_client: "LambdaClient", prefix: str, key_arn: str, function: str
    ) -> None:
        self._sqs = sqs
        self._lambda = lambda_client
        self._prefix = prefix
        self._key_arn = key_arn
        self._function = function

    def ensure(self, customer_id: str) -> tuple[str, str]:
        """Create the queues, or update their settings; `(queue url, dead letter queue url)`. Messages stay.

        InvalidRecord if another deployment owns one of the names.
        """
        dead_letters, dead_letters_arn = self._ensure(
            f"{self._prefix}-{customer_id}-DLQ.fifo", {"MaximumMessageSize": str(MAX_LETTER_BYTES)}
        )
        redrive = json.dumps({"deadLetterTargetArn": dead_letters_arn, "maxReceiveCount": MAX_RECEIVES})
        queue, _ = self._ensure(f"{self._prefix}-{customer_id}.fifo", {"RedrivePolicy": redrive})
        return queue, dead_letters

    def _ensure(self, name: str, extra: Mapping[str, str]) -> tuple[str, str]:
        settings: Any = {
            "ContentBasedDeduplication": "true",
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
            "KmsDataKeyReusePeriodSeconds": str(DATA_KEY_SECONDS),
            "KmsMasterKeyId": self._key_arn,
            "MaximumMessageSize": str(MAX_MESSAGE_BYTES),
            "MessageRetentionPeriod": str(RETENTION_SECONDS),
            "VisibilityTimeout": str(VISIBILITY_SECONDS),
            **extra,
        }
        url = self._url(name) or self._create(name, settings)
        arn, owner = self._arn(url), self._owner(url)
        if owner not in (None, self._prefix):
            problem = f"its queue {name} belongs to the deployment {owner}, and not to {self._prefix}"
            allowed = f"an id with which {self._prefix} has a queue of its own"
            raise InvalidRecord([Problem("customerId", problem, allowed)])
        self._sqs.set_queue_attributes(QueueUrl=url, Attributes={**settings, "Policy": tls_only(arn, self._prefix)})
        return url, arn

    def _create(self, name: str, settings: Any) -> str:
        try:
            return self._sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true", **settings})["QueueUrl"]
        except ClientError as exc:
            if "QueueDeletedRecently" in exc.response["Error"]["Code"]:
                raise NotReadyYet(f"{name} was deleted less than a minute ago") from exc
            raise

    def connect(self, queue_url: str, *, enabled: bool) -> str:
        """Create the event source mapping to `StartExecution`, or enable or disable it; its UUID.

        Without MaximumConcurrency: with it Lambda polls an idle queue as often as a busy one.
        """
        arn = self._arn(queue_url)
        known = self._mappings(arn)
        if not known:
            made = self._lambda.create_event_source_mapping(
                EventSourceArn=arn,
                FunctionName=self._function,
                BatchSize=10,
                Enabled=enabled,
                FunctionResponseTypes=["ReportBatchItemFailures"],
            )
            return made["UUID"]
        mapping = known[0]
        toward = ("Enabling", "Enabled") if enabled else ("Disabling", "Disabled")
        if mapping["State"] not in (*toward, "Enabled", "Disabled"):  # on its way elsewhere, it takes no change
            raise NotReadyYet(f"the mapping {mapping['UUID']} is {mapping['State']}")
        changes: Any = {} if mapping["State"] in toward else {"Enabled": enabled}
        if mapping.get("ScalingConfig") and not mapping["State"].endswith("ing"):  # as version 0.1 made it
            changes["ScalingConfig"] = {}
        if changes:
            self._lambda.update_event_source_mapping(UUID=mapping["UUID"], **changes)
        return str(mapping["UUID"])

    def _arn(self, queue_url: str) -> str:
        return self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def _mappings(self, queue_arn: str) -> list[Any]:
        found = self._lambda.list_event_source_mappings(EventSourceArn=queue_arn, FunctionName=self._function)
        return list(found["EventSourceMappings"])

    def disconnect(self, customer_id: str) -> None:
        """Delete the mapping, so that Lambda reads no more messages."""
        url = self._own_url(f"{self._prefix}-{customer_id}.fifo")
        for mapping in self._mappings(self._arn(url)) if url else []:
            if mapping["State"] in ("Creating", "Updating", "Enabling", "Disabling"):
                raise NotReadyYet(f"the mapping {mapping['UUID']} is {mapping['State']}")
            if mapping["State"] != "Deleting":
                self._lambda.delete_event_source_mapping(UUID=mapping["UUID"])

    def _url(self, name: str) -> str | None:
        try:
            return self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        except ClientError as exc:
            if "NonExistentQueue" in exc.response["Error"]["Code"]:
                return None
            raise

    def _own_url(self, name: str) -> str | None:
        """The URL of the queue; None if it does not exist or another deployment owns it."""
        url = self._url(name)
        return url if url and self._owner(url) in (None, self._prefix) else None

    def _owner(self, queue_url: str) -> str | None:
        found = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["Policy"])
        return owner_in(found.get("Attributes", {}).get("Policy"))

    def depth(self, queue_url: str) -> int:
        """How many messages wait in the queue, about; 0 for a queue that is gone."""
        wanted: Any = {"QueueUrl": queue_url, "AttributeNames": ["ApproximateNumberOfMessages"]}
        try:
            return int(self._sqs.get_queue_attributes(**wanted)["Attributes"]["ApproximateNumberOfMessages"])
        except ClientError as exc:
            if "NonExistentQueue" in exc.response["Error"]["Code"]:
                return 0
            raise

    def send(self, customer_id: str, documents: Sequence[Document]) -> None:
        """Send each request as a message under its id, in order. Idempotent.

        NotReadyYet if the tenant has no queue, or SQS still refuses some after retries.
        """
        url = self._url(f"{self._prefix}-{customer_id}.fifo")
        if url is None:
            raise NotReadyYet(f"{customer_id} has no queue")
        send_all(self._sqs, url, documents)

    def drain(self, customer_id: str) -> Iterator[SqsRecord]:
        """Each message of the queue, as Lambda would get it; it is deleted when the next one is asked for.

        NotReadyYet while messages are in flight with another reader, or with an attempt that was killed.
        """
        url = self._own_url(f"{self._prefix}-{customer_id}.fifo")
        arn = self._arn(url) if url else ""
        while url:
            found = self._sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                MessageSystemAttributeNames=["SentTimestamp"],
                WaitTimeSeconds=1,  # without it SQS asks some of its servers only
            ).get("Messages", [])
            for message in found:
                yield {
                    "messageId": message["MessageId"],
                    "body": message["Body"],
                    "attributes": {"SentTimestamp": message["Attributes"]["SentTimestamp"]},
                    "eventSourceARN": arn,
                }
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if not found:
                self._require_none_in_flight(url)
                return

    def _require_none_in_flight(self, queue_url: str) -> None:
        wanted: Any = {"QueueUrl": queue_url, "AttributeNames": ["ApproximateNumberOfMessagesNotVisible"]}
        in_flight = self._sqs.get_queue_attributes(**wanted)["Attributes"]["ApproximateNumberOfMessagesNotVisible"]
        if in_flight != "0":
            raise NotReadyYet(f"{in_flight} messages of {queue_url} are in flight")

    def delete(self, customer_id: str) -> None:
        """Delete queue and dead letter queue. Idempotent."""
        for name in (f"{self._prefix}-{customer_id}.fifo", f"{self._prefix}-{customer_id}-DLQ.fifo"):
            url = self._own_url(name)
            if url:
                self._sqs.delete_queue(QueueUrl=url)

    def mapping_state(self, mapping_id: str) -> str:
        """Lambda's state of the mapping: Creating, Enabling, Enabled, Disabled, ..."""
        return self._lambda.get_event_source_mapping(UUID=mapping_id)["State"]

    def dead_letter(self, queue_arn: str, body: str, reason: Mapping[str, str], message_id: str) -> None:
        """Send a message that can never work to the DLQ of its queue, with the reason."""
        name = queue_arn.rsplit(":", 1)[1].removesuffix(".fifo") + "-DLQ.fifo"
        self._sqs.send_message(
            QueueUrl=self._sqs.get_queue_url(QueueName=name)["QueueUrl"],
            MessageBody=body,
            MessageGroupId=message_id,
            MessageDeduplicationId=message_id,
            MessageAttributes={
                key: {"DataType": "String", "StringValue": _attribute(value)} for key, value in reason.items() if value
            },
        )


def _attribute(text: str) -> str:
    """As much as an attribute needs; what is cut off is told."""
    if len(text) <= MAX_ATTRIBUTE_CHARS:
        return text
    return f"{text[:MAX_ATTRIBUTE_CHARS]}... ({len(text) - MAX_ATTRIBUTE_CHARS} more characters were cut off)"
