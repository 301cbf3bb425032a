"""A queue of executions that were stopped, for their clean-up."""

from collections.abc import Sequence

import aws_cdk as cdk
import aws_cdk.aws_events as events
import aws_cdk.aws_lambda as lambda_
import aws_cdk.aws_sqs as sqs
from constructs import Construct

from infra.event_failures import allow_rule
from infra.grants import allow, allow_key
from infra.service_function import ServiceFunction
from infra.stack_context import StackContext

MAX_RECEIVES = 400  # at least twelve minutes apart: more than three days, as long as a sync waits for AMC
MAX_CONCURRENCY = 20  # a cancelled backfill stops thousands: leaves room for the account's other Lambdas


class StoppedExecutions(Construct):
    """The queue `{prefix}-{name}-stopped`: an event for each execution that was aborted, timed out or failed.

    Of the machine of that name, or of all `machines`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: StackContext,
        machine: str,
        function: ServiceFunction,
        machines: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        name = f"{context.foundation.prefix}-{machine}-stopped"
        arns = [context.machine_arn(each) for each in machines or [machine]]
        queue = sqs.Queue(
            self,
            "Queue",
            queue_name=name,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=context.foundation.key,
            enforce_ssl=True,
            visibility_timeout=cdk.Duration.minutes(12),  # six times the function's own time-out, as Lambda advises
            retention_period=cdk.Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=context.stream_failures.queue, max_receive_count=MAX_RECEIVES),
        )
        pattern = {
            "source": ["aws.states"],
            "detail-type": ["Step Functions Execution Status Change"],
            "detail": {"stateMachineArn": arns, "status": ["ABORTED", "TIMED_OUT", "FAILED"]},
        }
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
            "Stopped",
            target=function,
            event_source_arn=queue.queue_arn,
            batch_size=1,  # each may call AMC, and has the whole time-out for it
            max_concurrency=MAX_CONCURRENCY,
            report_batch_item_failures=True,
        )
