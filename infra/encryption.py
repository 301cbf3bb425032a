"""The one customer-managed key of the stack, and the AWS services that may use it for WFM."""

from collections.abc import Mapping

import aws_cdk as cdk
import aws_cdk.aws_iam as iam
import aws_cdk.aws_kms as kms
from constructs import Construct

from infra.parameters import Parameters

ENCRYPT_AND_DECRYPT = ["kms:Decrypt", "kms:GenerateDataKey"]
LOG_GROUPS = ("/aws/lambda", "/aws/vendedlogs/states")


class Encryption(Construct):
    """A rotated key that outlives the stack, as the tables it encrypts do, unless `parameters` have them destroyed.

    AWS services may use it only for resources of this stack, as far as they say for which: each grant carries the
    conditions that the service is documented to send.
    """

    def __init__(self, scope: Construct, construct_id: str, *, parameters: Parameters) -> None:
        super().__init__(scope, construct_id)
        prefix = parameters.prefix
        self.key = kms.Key(
            self,
            "Key",
            alias=f"alias/{prefix}",
            description=f"Encrypts the tables, logs, topic and secret of {prefix}",
            enable_key_rotation=True,
            removal_policy=parameters.removal_policy,
            pending_window=cdk.Duration.days(7) if parameters.removal == "destroy" else None,
        )
        self._let_logs_encrypt(prefix)
        # EventBridge is not known to name its rule to KMS: a condition on that would lose every event (EventBridge user
        # guide, "Troubleshooting"; SNS developer guide, "Encrypting a topic"). The queues' policies name the rules.
        self._allow("events.amazonaws.com", ENCRYPT_AND_DECRYPT, {})
        self._let_service_encrypt("cloudwatch.amazonaws.com", f"cloudwatch:{_here()}:alarm:{prefix}-*")
        self._let_service_encrypt("sns.amazonaws.com", f"sns:{_here()}:{prefix}-*")

    def _let_logs_encrypt(self, prefix: str) -> None:
        """Logs names the group in the encryption context (CloudWatch Logs user guide, "Encrypt log data")."""
        groups = [_arn(f"logs:{_here()}:log-group:{parent}/{prefix}-*") for parent in LOG_GROUPS]
        self._allow(
            f"logs.{cdk.Aws.REGION}.amazonaws.com",
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        )

    def _let_service_encrypt(self, service: str, source: str) -> None:
        self._allow(
            service,
            ENCRYPT_AND_DECRYPT,
            {
                "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
                "ArnLike": {"aws:SourceArn": _arn(source)},
            },
        )

    def _allow(self, service: str, actions: list[str], conditions: Mapping[str, object]) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(service)],
                actions=actions,
                resources=["*"],  # in a key policy: this key
                conditions=conditions,
            )
        )


def _here() -> str:
    return f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"


def _arn(rest: str) -> str:
    return f"arn:{cdk.Aws.PARTITION}:{rest}"
