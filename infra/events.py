"""The topic that announces changes of a run's status."""

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
