"""A function behind a table's stream: in order, each record until it succeeds, none lost without a trace."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
import aws_cdk.aws_dynamodb as dynamodb
import aws_cdk.aws_lambda as lambda_
import aws_cdk.aws_lambda_event_sources as sources
import aws_cdk.aws_sqs as sqs
from constructs import Construct

from infra.access import allow_stream
from infra.acknowledge import acknowledge
from infra.foundation import Foundation
from infra.service_function import ServiceFunction


class StreamConsumer(Construct):
    """Records reach the function in batches; what still fails after a day is noted in `dead_letters`.

    The handler answers with `batchItemFailures`: the first record named there, and all after it, come again.
    `filters` are event filter patterns (Lambda developer guide, "Event filtering"): a record passes by any.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        table: dynamodb.ITable,
        function: ServiceFunction,
        filters: Sequence[Mapping[str, object]] = (),
        batch_size: int = 100,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = self._dead_letters(f"{foundation.prefix}-{construct_id}-DLQ")
        self.mapping = lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=function,
            event_source_arn=table.table_stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=batch_size,
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            max_record_age=cdk.Duration.days(1),
            on_failure=sources.SqsDlq(self.dead_letters),
            filters=[dict(pattern) for pattern in filters] or None,
        )
        allow_stream(function, table)

    def _dead_letters(self, name: str) -> sqs.Queue:
        """Its messages hold the records' places in the stream, not the records: SQS's own key will do."""
        queue = sqs.Queue(
            self,
            "DeadLetters",
            queue_name=name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        acknowledge(queue, "AwsSolutions-SQS3", "This is a dead-letter queue, of an event source mapping.")
        return queue
