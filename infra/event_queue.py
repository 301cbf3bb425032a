"""A queue of events, and the Lambda that reads it."""

from collections.abc import Mapping

import aws_cdk as cdk
import aws_cdk.aws_events as events
import aws_cdk.aws_lambda as lambda_
import aws_cdk.aws_sqs as sqs
from constructs import Construct

from infra.event_failures import allow_rule
from infra.grants import allow, allow_key
from infra.service_function import ServiceFunction
from infra.stack_context import StackContext

MAX_CONCURRENCY = 20  # a backfill ends, or is cancelled, by thousands: leaves room for the account's other Lambdas


class EventQueue(Construct):
    """The queue `{prefix}-{name}`, and the rule of that name that sends it the events of `pattern`.

    What `function` has received `max_receives` times goes to `stream-failures`. `mapping` is the id of what has Lambda
    poll the queue: another one would be made beside it, which Lambda refuses.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: StackContext,
        name: str,
        pattern: Mapping[str, object],
        function: ServiceFunction,
        seconds: int,
        max_receives: int,
        mapping: str,
    ) -> None:
        """`seconds` is the function's longest time-out."""
        super().__init__(scope, construct_id)
        name = f"{context.foundation.prefix}-{name}"
        queue = sqs.Queue(
            self,
            "Queue",
            queue_name=name,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=context.foundation.key,
            enforce_ssl=True,
            visibility_timeout=cdk.Duration.seconds(6 * seconds),  # as Lambda's guide advises
            retention_period=cdk.Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=context.stream_failures.queue, max_receive_count=max_receives),
        )
        # CDK's own target lets every rule of every account send to an encrypted queue, and use its key.
        failures = context.event_failures
        target = events.CfnRule.TargetProperty(id="Queue", arn=queue.queue_arn, dead_letter_config=failures.of_target())
        rule = events.CfnRule(self, "Rule", name=name, event_pattern=pattern, targets=[target])
        allow_rule(queue, rule.attr_arn)
        failures.allow(rule.attr_arn)
        actions = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes"]
        allow(function, [f"sqs:{action}" for action in actions], queue.queue_arn)
        allow_key(function, context.foundation.key, "sqs")
        lambda_.EventSourceMapping(
            function,
            mapping,
            target=function,
            event_source_arn=queue.queue_arn,
            batch_size=1,  # each has the whole time-out
            max_concurrency=MAX_CONCURRENCY,
            report_batch_item_failures=True,
        )
