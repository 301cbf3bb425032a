"""The DynamoDB tables: WFM's state, and the stream that drives it."""

import aws_cdk as cdk
import aws_cdk.aws_dynamodb as dynamodb
import aws_cdk.aws_kms as kms
from constructs import Construct

from infra.parameters import Parameters

TTL_ATTRIBUTE = "expireTimestamp"
STATUS_NEXT_POLL_AT = "status-nextPollAt"
BUCKET_NAME = "bucketName"
UNSETTLED = "unsettled"
REQUESTED_AT = "requestedAt"
CREATE_TIME = "createTime"
BY_WORKFLOW = "workflowId"
BY_BACKFILL = "backfillId"
CATCH_UP = "catchUp"
_SHOWN_OF_RUNS = (
    "workflowId", "executionStatus", "source", "requestId", "statusReason", "lastUpdatedTime", "executionTime",
    "timeWindowStart", "timeWindowEnd", "outputS3URI", "firstSeenAt", "recordedAt",
    "requestedBy", "backfillId", "queueWait", "slotWait", "amcQueueTime", "runTime",
)  # fmt: skip
_SYNC_STATE = ("syncStatus", "syncReason", "syncedAt", "definitionHash", "libraryVersion", "libraryHash", "drift")


class Tables(Construct):
    """On-demand tables under the stack's key, with point-in-time recovery, that outlive the stack.

    Their names are CloudFormation's, so that a stack can be made anew beside the tables of a removed one.
    """

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.Key, parameters: Parameters) -> None:
        super().__init__(scope, construct_id)
        self._key = key
        self.customer_config = self._customer_config(parameters)
        self.tenants = self._table("Tenants", "customerId")
        self.workflow_library = self._table("WorkflowLibrary", "workflowId", "version", stream=True, numbered=True)
        self.workflows = self._table("Workflows", "customerId", "workflowId", stream=True)
        self.schedules = self._table("Schedules", "customerId", "Name", stream=True)
        self.execution_requests = self._table("ExecutionRequests", "customerId", "requestId", expires=True)
        self.executions = self._table("Executions", "customerId", "workflowExecutionId", stream=True, expires=True)
        self.gate = self._table("Gate", "customerId", "sk")
        self.access_tokens = self._table("AccessTokens", "authId", expires=True)
        self._indexes()

    def _indexes(self) -> None:
        """Who is due; whose bucket was written to; which runs have not ended (sparse); latest runs and requests.

        Then who has a workflow, and how it stands there; how a backfill stands, which schedules catch up (sparse).
        """
        _index(self.tenants, STATUS_NEXT_POLL_AT, "status", "nextPollAt")
        _index(self.tenants, BUCKET_NAME, "bucketName", only=())
        _index(self.executions, UNSETTLED, "customerId", "unsettledSince")
        _index(self.executions, CREATE_TIME, "customerId", "createTime", only=_SHOWN_OF_RUNS)
        _index(self.execution_requests, REQUESTED_AT, "customerId", "requestedAt")
        _index(self.execution_requests, BY_BACKFILL, "backfillId", "status", only=())
        _index(self.workflows, BY_WORKFLOW, "workflowId", "customerId", only=_SYNC_STATE)
        _index(self.schedules, CATCH_UP, "catchUp", only=())

    def _customer_config(self, parameters: Parameters) -> dynamodb.ITable:
        """The Tenant Provisioning Service's table where it is given, else one of ours in its place."""
        if parameters.tps_table_stream_arn is None:
            return self._table("CustomerConfig", "customerId", stream=True)
        key_arn = parameters.tps_table_key_arn
        return dynamodb.Table.from_table_attributes(
            self,
            "CustomerConfig",
            table_arn=parameters.tps_table_stream_arn.partition("/stream/")[0],
            table_stream_arn=parameters.tps_table_stream_arn,
            encryption_key=kms.Key.from_key_arn(self, "CustomerConfigKey", key_arn) if key_arn else None,
        )

    def _table(
        self,
        name: str,
        partition_key: str,
        sort_key: str | None = None,
        *,
        stream: bool = False,
        expires: bool = False,
        numbered: bool = False,
    ) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            name,
            partition_key=_attribute(partition_key),
            sort_key=_attribute(sort_key, numbered) if sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self._key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if stream else None,
            time_to_live_attribute=TTL_ATTRIBUTE if expires else None,
            deletion_protection=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )


def _index(
    table: dynamodb.Table,
    name: str,
    partition_key: str,
    sort_key: str | None = None,
    *,
    only: tuple[str, ...] | None = None,
) -> None:
    """An index of all attributes, or of the keys and `only` these."""
    kinds = dynamodb.ProjectionType
    table.add_global_secondary_index(
        index_name=name,
        partition_key=_attribute(partition_key),
        sort_key=_attribute(sort_key) if sort_key else None,
        projection_type=kinds.ALL if only is None else kinds.INCLUDE if only else kinds.KEYS_ONLY,
        non_key_attributes=list(only) if only else None,
    )


def _attribute(name: str, numbered: bool = False) -> dynamodb.Attribute:
    return dynamodb.Attribute(
        name=name, type=dynamodb.AttributeType.NUMBER if numbered else dynamodb.AttributeType.STRING
    )
