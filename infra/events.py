"""The topic that announces to people what has happened to runs, requests and tenants.

Events go to programs on the account's default bus of EventBridge, which nobody makes; the same documents go to people
on this topic, which tenants, digests and subscriptions by mail use. docs/notifications.md shows them.
"""

import aws_cdk.aws_kms as kms
import aws_cdk.aws_sns as sns
from constructs import Construct


class Events(Construct):
    """The SNS topic `{prefix}-ExecutionEvents`: encrypted at rest, reached over TLS alone."""

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, key: kms.Key) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(
            self,
            "Topic",
            topic_name=f"{prefix}-ExecutionEvents",
            display_name="WFM execution events",
            master_key=key,
            enforce_ssl=True,
        )
