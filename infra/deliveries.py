"""Deliveries: results as Parquet files in a bucket of the stack's own, with tables of them; only where asked for."""

from dataclasses import replace
from typing import Final

import aws_cdk as cdk
import aws_cdk.aws_glue as glue
import aws_cdk.aws_lambda as lambda_
import aws_cdk.aws_s3 as s3
import aws_cdk.aws_sqs as sqs
from constructs import Construct

from infra.grants import allow, allow_key, allow_matching, allow_table
from infra.nag_suppressions import acknowledge
from infra.service_function import ServiceFunction
from infra.stack_context import StackContext
from wfm.model.delivery_rules import QUEUE

SECONDS: Final = 900  # Lambda's longest: a result of gigabytes is read in one go
MEMORY_MB: Final = 1024
VISIBILITY: Final = cdk.Duration.seconds(6 * SECONDS)  # as Lambda's guide advises
MAX_RECEIVES: Final = 200  # a quarter of an hour apart: an outage of two days puts nothing aside
MAX_CONCURRENCY: Final = 20  # a backfill ends thousands of runs: leaves room for the account's other Lambdas


class Deliveries(Construct):
    """The bucket, the database `{prefix}` (with _ for -), the queue `{prefix}-deliveries` and the Lambda DeliverResult.

    The bucket outlives the stack, as DynamoDB's tables do. The database does not: it is known by its name, so that one
    that stayed would be in the way of the next stack, and its tables say where the files of the old bucket are.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: StackContext,
        code: lambda_.Code,
        removal: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        self.bucket = self._make_bucket(removal)
        self.database = database_name(context.foundation.prefix)
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database, description=f"Results that {context.foundation.prefix} has delivered"
            ),
        )
        database.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        self.failures = self._make_queue(f"{QUEUE}-DLQ")
        acknowledge(self.failures, "AwsSolutions-SQS3", "It is itself where failures end.")
        self.queue = self._make_queue(QUEUE, sqs.DeadLetterQueue(queue=self.failures, max_receive_count=MAX_RECEIVES))
        self._deliver_result(code)

    def _make_bucket(self, removal: cdk.RemovalPolicy) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self._context.foundation.key,
            bucket_key_enabled=True,  # a call of KMS a day for each reader, instead of one for each file
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=removal,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
                    noncurrent_version_expiration=cdk.Duration.days(30),
                    expired_object_delete_marker=True,
                )
            ],
        )
        acknowledge(bucket, "AwsSolutions-S1", "Who reads results is CloudTrail's to record, where people want it.")
        return bucket

    def _make_queue(self, name: str, dead_letters: sqs.DeadLetterQueue | None = None) -> sqs.Queue:
        foundation = self._context.foundation
        return sqs.Queue(
            self,
            "Queue" if dead_letters else "DeadLetters",
            queue_name=f"{foundation.prefix}-{name}",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=foundation.key,
            data_key_reuse=cdk.Duration.days(1),
            enforce_ssl=True,
            visibility_timeout=VISIBILITY if dead_letters else None,
            retention_period=cdk.Duration.days(14),
            dead_letter_queue=dead_letters,
        )

    def _deliver_result(self, code: lambda_.Code) -> None:
        context = self._context
        function = context.function(
            self,
            "DeliverResult",
            "Delivers a run's result as a Parquet file",
            seconds=SECONDS,
            memory_mb=MEMORY_MB,
            code=code,
            settings=replace(
                context.settings(), delivery_bucket=self.bucket.bucket_name, delivery_database=self.database
            ),
        )
        context.allow_amc(function)
        allow_table(function, context.tables.executions, "GetItem", "UpdateItem")
        context.allow_announce(function)
        self._allow_files(function)
        self._allow_tables(function)
        actions = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes"]
        allow(function, [f"sqs:{action}" for action in actions], self.queue.queue_arn)
        allow(function, ["sqs:ChangeMessageVisibility", "sqs:GetQueueUrl"], context.queue_arn(QUEUE))
        allow_key(function, context.foundation.key, "sqs")
        lambda_.EventSourceMapping(
            function,
            "Orders",
            target=function,
            event_source_arn=self.queue.queue_arn,
            batch_size=1,
            max_concurrency=MAX_CONCURRENCY,
            report_batch_item_failures=True,
        )

    def _allow_files(self, function: ServiceFunction) -> None:
        """Read what AMC has published, and write the bucket's own files."""
        self._context.allow_results(function)
        allow(function, ["s3:ListBucket"], self.bucket.bucket_arn)  # without it a missing file reads as a refusal
        files = [f"s3:{action}" for action in ("AbortMultipartUpload", "GetObject", "PutObject")]
        allow_matching(function, files, f"{self.bucket.bucket_arn}/*", "Each result is a file of its own.")

    def _allow_tables(self, function: ServiceFunction) -> None:
        """The catalog and the database are named beside each table that is read or changed."""
        here = f"arn:{cdk.Aws.PARTITION}:glue:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
        actions = [f"glue:{action}" for action in ("CreateTable", "GetTable", "UpdateTable")]
        for resource in (f"{here}:catalog", f"{here}:database/{self.database}"):
            allow(function, actions, resource)
        reason = "Each workflow that is delivered has a table of its own."
        allow_matching(function, actions, f"{here}:table/{self.database}/*", reason)


def database_name(prefix: str) -> str:
    """Glue's name of the database: Athena takes letters of one case, digits and _."""
    return prefix.replace("-", "_").lower()
