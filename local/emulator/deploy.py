"""Deploys a synthesized CDK assembly, without the CDK command and without Node.

What `cdk bootstrap` would have left (asset bucket, version parameter) is made on the way; the bootstrap roles
that the default synthesizer names are not assumed and need not exist.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.emulator.assembly import Asset, Stack, read_stack
from local.emulator.errors import DeploymentError
from local.emulator.session import EndpointSession

BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_VERSION = "30"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
GONE = ("DELETE_COMPLETE", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
POLL_SECONDS = 0.05


def deploy(
    assembly: Path,
    session: EndpointSession,
    *,
    parameters: Mapping[str, str] | None = None,
    stack_name: str | None = None,
    timeout: float = 300.0,
) -> dict[str, str]:
    """Create the stack of `assembly`, or update it in place; returns its outputs by their keys.

    `parameters` are CloudFormation parameters; `stack_name` is needed only if there are several stacks;
    `timeout` is in seconds. Raises DeploymentError, which names the first resource that failed and why.
    """
    stack = read_stack(assembly, session.region_name, stack_name)
    _bootstrap(session, stack.assets)
    _upload(session, stack.assets)
    cloudformation = session.client("cloudformation")
    started = _submit(cloudformation, session, stack, parameters or {})
    status = _wait(cloudformation, stack.name, timeout) if started else "UPDATE_COMPLETE"
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeploymentError(f"{stack.name} is {status}: {_failure(cloudformation, stack.name)}")
    return _outputs(_describe(cloudformation, stack.name))


def _bootstrap(session: EndpointSession, assets: tuple[Asset, ...]) -> None:
    session.client("ssm").put_parameter(
        Name=BOOTSTRAP_PARAMETER, Value=BOOTSTRAP_VERSION, Type="String", Overwrite=True
    )
    s3 = session.client("s3")
    for bucket in sorted({asset.bucket for asset in assets}):
        s3.create_bucket(Bucket=bucket)


def _upload(session: EndpointSession, assets: tuple[Asset, ...]) -> None:
    """Keys are hashes of the content, so what is there already need not be sent again."""
    s3 = session.client("s3")
    for asset in assets:
        if not _exists(s3, asset):
            s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=asset.content())


def _exists(s3: Any, asset: Asset) -> bool:
    return bool(s3.list_objects_v2(Bucket=asset.bucket, Prefix=asset.key, MaxKeys=1).get("KeyCount"))


def _submit(
    cloudformation: Any,
    session: EndpointSession,
    stack: Stack,
    parameters: Mapping[str, str],
) -> bool:
    """Start the creation or the update; False if there is nothing to update."""
    request = {
        "StackName": stack.name,
        "TemplateURL": _template_url(session, stack),
        "Capabilities": CAPABILITIES,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    existing = _describe(cloudformation, stack.name)
    try:
        if existing and existing["StackStatus"] not in GONE:
            cloudformation.update_stack(**request)
            return True
        if existing and existing["StackStatus"] != "DELETE_COMPLETE":
            cloudformation.delete_stack(StackName=stack.name)
        cloudformation.create_stack(**request)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        if "No updates are to be performed" in message:
            return False
        raise DeploymentError(f"{stack.name} was refused: {message}") from error
    return True


def _template_url(session: EndpointSession, stack: Stack) -> str:
    """A template may be too large for a request, so it is read from the bucket it was uploaded to."""
    for asset in stack.assets:
        if asset.source == stack.template:
            return f"{session.endpoint}/{asset.bucket}/{asset.key}"
    raise DeploymentError(f"The template of {stack.name} is not among its assets: use the default synthesizer.")


def _wait(cloudformation: Any, name: str, timeout: float) -> str:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        status = str((_describe(cloudformation, name) or {}).get("StackStatus", "MISSING"))
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(POLL_SECONDS)
    raise DeploymentError(f"{name} was not deployed within {timeout:.0f} seconds.")


def _describe(cloudformation: Any, name: str) -> dict[str, Any] | None:
    try:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise
    return stack


def _failure(cloudformation: Any, name: str) -> str:
    """The oldest failed event: the later ones are its consequences."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
    events = [event for page in pages for event in page["StackEvents"]]
    for event in reversed(events):
        if event["ResourceStatus"].endswith("_FAILED"):
            reason = event.get("ResourceStatusReason", "no reason given")
            return f"{event['LogicalResourceId']} ({event['ResourceType']}) failed: {reason}"
    return "no failed resource is on record"


def _outputs(stack: dict[str, Any] | None) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in (stack or {}).get("Outputs", [])}
