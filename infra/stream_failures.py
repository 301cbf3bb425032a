"""Table streams that feed functions. Records that cannot be processed go to a queue; none is skipped."""

import aws_cdk as cdk
import aws_cdk.aws_dynamodb as dynamodb
import aws_cdk.aws_lambda as lambda_
import aws_cdk.aws_sqs as sqs
from constructs import Construct

from infra.foundation import Foundation
from infra.grants import allow, allow_key, allow_stream
from infra.nag_suppressions import acknowledge
from infra.service_function import ServiceFunction
from wfm.store.schema import Table
from wfm.store.stream_filters import patterns

RETRIES = 100  # with Lambda's back-off of up to a minute, more than an hour


class StreamFailures(Construct):
    """The queue `{prefix}-stream-failures`: Lambda's messages about records after their last retry."""

    def __init__(self, scope: Construct, construct_id: str, *, foundation: Foundation) -> None:
        super().__init__(scope, construct_id)
        self._key = foundation.key
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=f"{foundation.prefix}-stream-failures",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=foundation.key,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        acknowledge(self.queue, "AwsSolutions-SQS3", "It is itself where failures end.")

    def feed(self, function: ServiceFunction, table: dynamodb.ITable, schema: Table) -> None:
        """Send the table's stream to the function in batches of ten; the failed records of a batch are retried.

        Records of which the `schema` says that they lead to nothing are left out.
        """
        allow_stream(function, table)
        allow(function, ["sqs:SendMessage"], self.queue.queue_arn)
        allow_key(function, self._key, "sqs")
        mapping = lambda_.EventSourceMapping(
            function,
            "Stream",
            target=function,
            event_source_arn=table.table_stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=10,
            parallelization_factor=10,  # the records of one key stay in order
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            retry_attempts=RETRIES,
            filters=[lambda_.FilterCriteria.filter(dict(pattern)) for pattern in patterns(schema)] or None,
        )
        resource = mapping.node.default_child
        if not isinstance(resource, lambda_.CfnEventSourceMapping):
            raise TypeError(f"{mapping.node.path} has no CloudFormation resource")
        # CDK's own way (SqsDlq) grants families of key actions; those needed are granted above.
        resource.destination_config = lambda_.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=self.queue.queue_arn)
        )
