"""Where events go that a rule of EventBridge could not deliver."""

import aws_cdk as cdk
import aws_cdk.aws_events as events
import aws_cdk.aws_iam as iam
import aws_cdk.aws_sqs as sqs
from constructs import Construct

from infra.foundation import Foundation
from infra.nag_suppressions import acknowledge


class EventFailures(Construct):
    """The queue `{prefix}-event-failures`.

    SQS's own key encrypts it, not the key of the stack: a delivery that fails since EventBridge may not use that key is
    not retried, and would fail here too.
    """

    def __init__(self, scope: Construct, construct_id: str, *, foundation: Foundation) -> None:
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=f"{foundation.prefix}-event-failures",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        acknowledge(self.queue, "AwsSolutions-SQS3", "It is itself where failures end.")

    def of_target(self) -> events.CfnRule.DeadLetterConfigProperty:
        """The dead letter queue for a target of a rule. The rule needs `allow` as well."""
        return events.CfnRule.DeadLetterConfigProperty(arn=self.queue.queue_arn)

    def allow(self, rule_arn: str) -> None:
        """Let the rule send what it could not deliver."""
        allow_rule(self.queue, rule_arn)


def allow_rule(queue: sqs.Queue, rule_arn: str) -> None:
    """Let one rule send to the queue (EventBridge user guide, "Amazon SQS permissions")."""
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": rule_arn}},
        )
    )
