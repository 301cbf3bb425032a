"""What every construct of the stack is built on."""

from dataclasses import dataclass

import aws_cdk.aws_kms as kms
import aws_cdk.aws_lambda as lambda_


@dataclass(frozen=True)
class Foundation:
    """What all constructs share. `prefix` begins every name, `wfm-{team}-{dataset}`; `code` is the one Lambda asset."""

    prefix: str
    key: kms.Key
    code: lambda_.Code
    log_retention_days: int
