"""Deploys a synthesized CDK assembly to the emulator.

What `cdk bootstrap` would have left (asset bucket, version parameter) is made on the way; the bootstrap roles
that the default synthesizer names are not assumed and need not exist.
"""

from collections.abc import Mapping
from pathlib import Path

from local.emulator.assembly import Asset, read_stack
from local.emulator.session import EndpointSession
from local.emulator.stacks import deploy_stack

BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_VERSION = "30"


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
    return deploy_stack(stack, session, parameters=parameters, timeout=timeout)


def _bootstrap(session: EndpointSession, assets: tuple[Asset, ...]) -> None:
    session.client("ssm").put_parameter(
        Name=BOOTSTRAP_PARAMETER, Value=BOOTSTRAP_VERSION, Type="String", Overwrite=True
    )
    s3 = session.client("s3")
    for bucket in sorted({asset.bucket for asset in assets}):
        s3.create_bucket(Bucket=bucket)
