"""Deploys a stack of a synthesized assembly by boto3, without the CDK command and without Node.

To the emulator, or to an account (`python -m acceptance`).

What the stack's template expects of a bucket is uploaded there first.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from local.emulator.assembly import Asset, Stack
from local.emulator.errors import DeploymentError

CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
GONE: Final = ("DELETE_COMPLETE", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")


def deploy_stack(
    stack: Stack,
    session: boto3.Session,
    *,
    parameters: Mapping[str, str] | None = None,
    timeout: float = 300.0,
    poll: float = 0.05,
) -> dict[str, str]:
    """Create the stack, or update it in place; returns its outputs by their keys.

    `parameters` are CloudFormation parameters; `timeout` and `poll`, the time between two looks, are in seconds.
    Raises DeploymentError, which names the first resource that failed and why.
    """
    s3 = session.client("s3")
    _upload(s3, stack.assets)
    cloudformation = session.client("cloudformation")
    started = _submit(cloudformation, stack, _template_url(s3, stack), parameters or {})
    status = _wait(cloudformation, stack.name, timeout, poll) if started else "UPDATE_COMPLETE"
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeploymentError(f"{stack.name} is {status}: {_failure(cloudformation, stack.name)}")
    return _outputs(_describe(cloudformation, stack.name))


def delete_stack(name: str, session: boto3.Session, *, timeout: float, poll: float) -> None:
    """Delete the stack if there is one, and wait; DeploymentError names the first resource that could not be."""
    cloudformation = session.client("cloudformation")
    existing = _describe(cloudformation, name)
    if existing is None or existing["StackStatus"] == "DELETE_COMPLETE":
        return
    cloudformation.delete_stack(StackName=name)
    status = _wait(cloudformation, str(existing["StackId"]), timeout, poll)
    if status not in ("DELETE_COMPLETE", "MISSING"):
        raise DeploymentError(f"{name} is {status}: {_failure(cloudformation, str(existing['StackId']))}")


def _upload(s3: Any, assets: tuple[Asset, ...]) -> None:
    """Keys are hashes of the content, so what is there already need not be sent again."""
    for asset in assets:
        if not _exists(s3, asset):
            s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=asset.content())


def _exists(s3: Any, asset: Asset) -> bool:
    return bool(s3.list_objects_v2(Bucket=asset.bucket, Prefix=asset.key, MaxKeys=1).get("KeyCount"))


def _submit(cloudformation: Any, stack: Stack, template_url: str, parameters: Mapping[str, str]) -> bool:
    """Start the creation or the update; False if there is nothing to update."""
    request = {
        "StackName": stack.name,
        "TemplateURL": template_url,
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


def _template_url(s3: Any, stack: Stack) -> str:
    """A template may be too large for a request, so it is read from the bucket it was uploaded to."""
    for asset in stack.assets:
        if asset.source == stack.template:
            return f"{s3.meta.endpoint_url}/{asset.bucket}/{asset.key}"
    raise DeploymentError(f"The template of {stack.name} is not among its assets: use the default synthesizer.")


def _wait(cloudformation: Any, name: str, timeout: float, poll: float) -> str:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        status = str((_describe(cloudformation, name) or {}).get("StackStatus", "MISSING"))
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(poll)
    raise DeploymentError(f"{name} has not come to an end within {timeout:.0f} seconds.")


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
