"""The DynamoDB tables: WFM's state, and the stream that drives it."""

import aws_cdk.aws_dynamodb as dynamodb
import aws_cdk.aws_kms as kms
from constructs import Construct

from infra.parameters import Parameters
from wfm.store import schema


class Tables(Construct):
    """On-demand tables under the stack's key, with point-in-time recovery.

    They outlive the stack, unless `parameters` have them destroyed; a first deployment that fails takes them back, for
    which they must not be protected yet (decision 29). Their names are CloudFormation's, so that a stack can be made
    anew beside the tables of a removed one.
    """

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.Key, parameters: Parameters) -> None:
        super().__init__(scope, construct_id)
        self._key = key
        self._parameters = parameters
        self.own: list[dynamodb.Table] = []
        self.customer_config = self._customer_config(parameters)
        self.tenants = self._table(schema.TENANTS)
        self.workflow_library = self._table(schema.WORKFLOW_LIBRARY)
        self.workflows = self._table(schema.WORKFLOWS)
        self.schedules = self._table(schema.SCHEDULES)
        self.execution_requests = self._table(schema.REQUESTS)
        self.executions = self._table(schema.EXECUTIONS)
        self.gate = self._table(schema.GATE)
        self.access_tokens = self._table(schema.ACCESS_TOKENS)

    def _customer_config(self, parameters: Parameters) -> dynamodb.ITable:
        """The Tenant Provisioning Service's table where it is given, else one of ours in its place."""
        if parameters.tps_table_stream_arn is None:
            return self._table(schema.CUSTOMER_CONFIG)
        key_arn = parameters.tps_table_key_arn
        return dynamodb.Table.from_table_attributes(
            self,
            schema.CUSTOMER_CONFIG.name,
            table_arn=parameters.tps_table_stream_arn.partition("/stream/")[0],
            table_stream_arn=parameters.tps_table_stream_arn,
            encryption_key=kms.Key.from_key_arn(self, "CustomerConfigKey", key_arn) if key_arn else None,
        )

    def _table(self, wanted: schema.Table) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            wanted.name,
            partition_key=_attribute(wanted.partition_key),
            sort_key=_attribute(wanted.sort_key, wanted.sort_key in wanted.numbers) if wanted.sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self._key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if wanted.stream else None,
            time_to_live_attribute=schema.TTL_ATTRIBUTE if wanted.expires else None,
            removal_policy=self._parameters.removal_policy,
        )
        for index in wanted.indexes:
            _add_index(table, index)
        self.own.append(table)
        return table


def _add_index(table: dynamodb.Table, index: schema.Index) -> None:
    kinds = dynamodb.ProjectionType
    table.add_global_secondary_index(
        index_name=index.name,
        partition_key=_attribute(index.partition_key),
        sort_key=_attribute(index.sort_key) if index.sort_key else None,
        projection_type=kinds.ALL if index.only is None else kinds.INCLUDE if index.only else kinds.KEYS_ONLY,
        non_key_attributes=list(index.only) if index.only else None,
    )


def _attribute(name: str, is_number: bool = False) -> dynamodb.Attribute:
    return dynamodb.Attribute(
        name=name, type=dynamodb.AttributeType.NUMBER if is_number else dynamodb.AttributeType.STRING
    )
