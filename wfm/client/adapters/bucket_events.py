"""Whether a bucket sends its events to EventBridge, and who listens to them there."""

import json
from typing import TYPE_CHECKING, Any

from wfm.model.rows import list_in, object_in

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client

SOURCE = "aws.s3"
EVENT_BRIDGE = "EventBridgeConfiguration"


class BucketEvents:
    """The buckets that the caller's own rights let it change."""

    def __init__(
        self, s3: "S3Client", events: "EventBridgeClient", cloudformation: "CloudFormationClient", stack: str
    ) -> None:
        self._s3 = s3
        self._events = events
        self._cloudformation = cloudformation
        self._stack = stack

    def are_sent(self, bucket: str) -> bool:
        """False also for a bucket that is gone."""
        try:
            return EVENT_BRIDGE in self._s3.get_bucket_notification_configuration(Bucket=bucket)
        except self._s3.exceptions.NoSuchBucket:
            return False

    def listeners(self, bucket: str) -> list[str]:
        """The rules of the account's bus to which the bucket's events may go, without the stack's own."""
        own = self._own_rules()
        rules = [rule for page in self._events.get_paginator("list_rules").paginate() for rule in page["Rules"]]
        return [
            rule["Name"]
            for rule in rules
            if rule["Name"] not in own and may_match(json.loads(rule.get("EventPattern") or "null"), bucket)
        ]

    def _own_rules(self) -> set[str]:
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=self._stack)
        return {
            resource["PhysicalResourceId"].rpartition("|")[2]
            for page in pages
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == "AWS::Events::Rule" and "PhysicalResourceId" in resource
        }

    def stop(self, bucket: str) -> None:
        """Take EventBridge out of the bucket's notifications; all others stay."""
        known: Any = self._s3.get_bucket_notification_configuration(Bucket=bucket)
        kept: Any = {name: value for name, value in known.items() if name.endswith("Configurations")}
        self._s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=kept, SkipDestinationValidation=True
        )


def may_match(pattern: object, bucket: str) -> bool:
    """Whether a rule's pattern may match an event of the bucket; in doubt it may. One without a pattern has a timer."""
    if pattern is None:
        return False
    given = object_in(pattern)
    names = object_in(object_in(given.get("detail")).get("bucket")).get("name")
    return _may_be(given.get("source"), SOURCE) and _may_be(names, bucket)


def _may_be(allowed: object, value: str) -> bool:
    """Texts are exact; what else EventBridge compares by (prefix, wildcard, anything-but) is taken to match."""
    return allowed is None or any(each == value or isinstance(each, dict) for each in list_in(allowed))
