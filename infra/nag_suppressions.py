"""Suppressions of cdk-nag's and CDK's findings, each with its reason."""

import re
from typing import Any

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept `rule` on `construct` and everything below it, for `reason`.

    `rule` is the id as the failed synth prints it: `AwsSolutions-SF1`, or with the finding where a rule
    reports several, `AwsSolutions-IAM5[Resource::*]`; `CloudFormation-Validate::W9999` for CDK's own rules.
    Put it on the narrowest construct there is. The reason ends up in the template's metadata (`cdk_nag`).
    """
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=rule, reason=reason))


def as_reported(construct: IConstruct, value: str) -> str:
    """A text with CloudFormation references as cdk-nag's findings show it: `arn:<AWS::Partition>:...:*`."""
    return _flat(cdk.Stack.of(construct).resolve(value))


def _flat(value: Any) -> str:
    match value:
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(_flat(part) for part in parts)
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": name}:
            return f"<{name}>"
    return re.sub(r"\$\{([^}]*)}", r"<\1>", str(value))  # IAM's own policy variables are shown as references, too
