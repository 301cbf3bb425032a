"""Traces in X-Ray: the right to send them, and how many of the executions have one."""

import aws_cdk.aws_iam as iam
import aws_cdk.aws_xray as xray
from constructs import Construct

from infra.nag_suppressions import acknowledge

PRIORITY = 1000  # of 1 to 9999, the least first; X-Ray's own rule comes after all


def sampling_rule(scope: Construct, construct_id: str, *, prefix: str, percent: int) -> xray.CfnSamplingRule:
    """Trace `percent` of the executions of the machines named `prefix`, however few there are.

    X-Ray's own rule takes the first one of each second and so, of what comes each minute, all.
    """
    return xray.CfnSamplingRule(
        scope,
        construct_id,
        sampling_rule=xray.CfnSamplingRule.SamplingRuleProperty(
            rule_name=prefix,
            priority=PRIORITY,
            fixed_rate=percent / 100,
            reservoir_size=0,
            service_name=f"{prefix}-*",
            service_type="*",
            host="*",
            http_method="*",
            url_path="*",
            resource_arn="*",
            version=1,
        ),
    )


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
