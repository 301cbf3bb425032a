"""`make deploy`: what `cdk deploy` needs is checked first, then the pinned CDK command deploys the assembly.

The AWS CDK command is a Node program: npx, of the machine's own Node, takes it from npm.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.asset import ROOT
from infra.cicd_pipeline import CDK_CLI_VERSION
from infra.synthesis import OUTPUT

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

OLDEST_BOOTSTRAP: Final = 6  # CDK v2's assemblies ask for it (AWS CDK developer guide, "Bootstrapping")
COMMAND: Final = ("npx", "--yes", f"aws-cdk@{CDK_CLI_VERSION}")


class DeployError(Exception):
    """Nothing was deployed; the message says what is missing and how to get it."""


def main(arguments: Sequence[str]) -> int:
    """Deploy build/cdk.out; `arguments` are passed on to `cdk deploy`. The exit code is the CDK command's."""
    assembly = ROOT / OUTPUT["aws"]
    try:
        name, stack = top_stack(assembly)
        require_node()
        sys.stdout.write(f"{stack} will be deployed to {place(boto3.Session())}.\n")
    except DeployError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.flush()
    command = [*COMMAND, "deploy", "--app", str(assembly), name, *arguments]
    return subprocess.run(command, check=False).returncode  # noqa: S603 (arguments are the developer's own)


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


def require_node() -> None:
    """Raises DeployError without npx."""
    if shutil.which(COMMAND[0]) is None:
        raise DeployError(
            "npx is missing: the AWS CDK command is a Node program. Install Node.js 22 or later with npm,"
            " or deploy by the pipeline (docs/deploy.md)."
        )


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
            f" `{' '.join(COMMAND)} bootstrap aws://{account}/{region}` once."
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
