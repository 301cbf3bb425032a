"""The right to send traces to X-Ray."""

import aws_cdk.aws_iam as iam
from constructs import Construct

from infra.nag_suppressions import acknowledge


def allow_tracing(scope: Construct, role: iam.IRole) -> None:
    """Grant it in a separate policy, so that the accepted wildcard covers nothing else."""
    statement = iam.PolicyStatement(
        actions=[
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
        ],
        resources=["*"],
    )
    policy = iam.Policy(scope, "Tracing", roles=[role], statements=[statement])
    acknowledge(policy, "AwsSolutions-IAM5[Resource::*]", "X-Ray knows no resource-level permissions.")
