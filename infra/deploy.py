"""`make deploy`: what `cdk deploy` needs is checked first, then the pinned CDK command deploys the assembly."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.asset import OUTPUT, ROOT
from infra.node import cdk

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

OLDEST_BOOTSTRAP: Final = 6  # CDK v2's assemblies ask for it (AWS CDK developer guide, "Bootstrapping")


class DeployError(Exception):
    """Nothing was deployed; the message says what is missing and how to get it."""


def main(arguments: Sequence[str]) -> int:
    """Deploy build/cdk.out; `arguments` are passed on to `cdk deploy`. The exit code is the CDK command's."""
    assembly = ROOT / OUTPUT["aws"]
    try:
        name, stack = top_stack(assembly)
        sys.stdout.write(f"{stack} will be deployed to {place(boto3.Session())}.\n")
    except DeployError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.flush()
    return cdk("deploy", "--app", str(assembly), name, *arguments)


def top_stack(assembly: Path) -> tuple[str, str]:
    """Which stack to deploy, by its id for the CDK command and by its own name: the pipeline where there is one."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    stacks = {
        artifact["displayName"]: artifact["properties"]["stackName"]
        for artifact in manifest["artifacts"].values()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    name = "CicdPipeline" if "CicdPipeline" in stacks else "WorkflowManagementServices"
    return name, stacks[name]


def place(session: boto3.Session) -> str:
    """The account and region that the session leads to; raises DeployError if one cannot deploy there."""
    region = session.region_name
    if region is None:
        raise DeployError("No region is set: `export AWS_REGION=eu-west-1`, or give the profile one.")
    try:
        account = session.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise DeployError(
            f"No credentials that AWS takes: {error} Choose a profile, `export AWS_PROFILE=...`, and sign in."
        ) from error
    version = bootstrap_version(session.client("cloudformation"))
    if version is None or version < OLDEST_BOOTSTRAP:
        found = "is missing" if version is None else f"has version {version}, {OLDEST_BOOTSTRAP} is needed"
        raise DeployError(
            f"The stack CDKToolkit {found} in account {account}, {region}: run"
            f' `make cdk ARGS="bootstrap aws://{account}/{region}"` once.'
        )
    return f"account {account}, {region}"


def bootstrap_version(cloudformation: "CloudFormationClient") -> int | None:
    """The version of what `cdk bootstrap` made; None if it made nothing."""
    try:
        described = cloudformation.describe_stacks(StackName="CDKToolkit")["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise DeployError(f"CDKToolkit cannot be read: {error}") from error
        return None
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    return int(outputs.get("BootstrapVersion", 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
