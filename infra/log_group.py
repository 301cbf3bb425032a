"""Encrypted log groups with a retention."""

import aws_cdk as cdk
import aws_cdk.aws_logs as logs
from constructs import Construct

from infra.foundation import Foundation


def log_group(scope: Construct, construct_id: str, *, name: str, foundation: Foundation) -> logs.LogGroup:
    """A log group under an explicit name, encrypted, with the stack's retention.

    It is deleted with the stack: a group left behind would block the next deployment, since its name is explicit. The
    history that must last is in the tables.
    """
    group = logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        encryption_key=foundation.key,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    resource = group.node.default_child
    if not isinstance(resource, logs.CfnLogGroup):
        raise TypeError(f"{group.node.path} has no CloudFormation resource")
    resource.retention_in_days = foundation.log_retention_days
    return group
