"""Grants without wildcards: the operations that a function needs, on the one table, index or key."""

import aws_cdk as cdk
import aws_cdk.aws_dynamodb as dynamodb
import aws_cdk.aws_iam as iam
import aws_cdk.aws_kms as kms
import aws_cdk.aws_secretsmanager as secretsmanager
import aws_cdk.aws_sns as sns

from infra.nag_suppressions import acknowledge, as_reported
from wfm.store.schema import Index

# DynamoDB and Secrets Manager use a customer-managed key with the rights of the caller. CDK's own grants name
# action families (kms:ReEncrypt*, kms:GenerateDataKey*) and every index (index/*); these do not.
_KEY_ACTIONS = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
]


def allow_table(grantee: iam.IGrantable, table: dynamodb.ITable, *operations: str) -> None:
    """Let `grantee` call these operations on the table's own items, e.g. "GetItem", "PutItem"."""
    allow(grantee, [f"dynamodb:{operation}" for operation in operations], table.table_arn)
    _allow_table_key(grantee, table)


def allow_index(grantee: iam.IGrantable, table: dynamodb.ITable, index: Index) -> None:
    """Let `grantee` query one index of the table."""
    allow(grantee, ["dynamodb:Query"], f"{table.table_arn}/index/{index.name}")
    _allow_table_key(grantee, table)


def allow_key(grantee: iam.IGrantable, key: kms.IKey, service: str) -> None:
    """Let `grantee` encrypt and decrypt with the key in calls of one service, e.g. "sqs"; never by a call of KMS."""
    via = {"StringEquals": {"kms:ViaService": f"{service}.{cdk.Aws.REGION}.amazonaws.com"}}
    grant = iam.Grant.add_to_principal(
        grantee=grantee, actions=_KEY_ACTIONS, resource_arns=[key.key_arn], conditions=via
    )
    grant.assert_success()


def allow_stream(grantee: iam.IGrantable, table: dynamodb.ITable) -> None:
    """Let Lambda poll the table's stream with the rights of `grantee`."""
    if table.table_stream_arn is None:
        raise ValueError(f"{table.node.path} has no stream")
    actions = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]
    allow(grantee, [f"dynamodb:{action}" for action in actions], table.table_stream_arn)
    _allow_table_key(grantee, table)


def allow_publish(grantee: iam.IGrantable, topic: sns.ITopic, key: kms.IKey) -> None:
    """Let `grantee` publish to the topic, which `key` encrypts."""
    allow(grantee, ["sns:Publish"], topic.topic_arn)
    allow_key(grantee, key, "sns")


def allow_secret(grantee: iam.IGrantable, secret: secretsmanager.ISecret, key: kms.IKey) -> None:
    """Let `grantee` read the secret, which `key` encrypts."""
    allow(grantee, ["secretsmanager:GetSecretValue"], secret.secret_arn)
    allow_key(grantee, key, "secretsmanager")


def _allow_table_key(grantee: iam.IGrantable, table: dynamodb.ITable) -> None:
    if table.encryption_key is not None:
        allow_key(grantee, table.encryption_key, "dynamodb")


def allow(grantee: iam.IGrantable, actions: list[str], resource: str) -> None:
    """Let `grantee` do these actions on one resource, by its ARN."""
    grant = iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=[resource])
    grant.assert_success()


def allow_matching(grantee: iam.IGrantable, actions: list[str], pattern: str, reason: str) -> None:
    """Let `grantee` do these actions on all resources that match `pattern`, an ARN with wildcards; `reason` is kept."""
    allow(grantee, actions, pattern)
    role = grantee.grant_principal
    if not isinstance(role, iam.Role):
        raise TypeError(f"{role} is not a role of this stack")
    acknowledge(role, f"AwsSolutions-IAM5[Resource::{as_reported(role, pattern)}]", reason)


def account_condition() -> dict[str, dict[str, str]]:
    """Condition for a trust policy: AWS assumes the role for this account only (the confused deputy)."""
    return {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
