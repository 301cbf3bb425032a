"""A deployment over another one, with its parameters."""

from pathlib import Path

from local.emulator import deploy
from tests.e2e.deployment import Deployment


def update(before: Deployment, assembly: Path) -> Deployment:
    """Another assembly over the one that is there; DeploymentError if it went back."""
    cloudformation = before.client("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName=before.runtime.stack)["Stacks"]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    parameters = {"AmcEndpoints": given["AmcEndpoints"]}
    before.runtime.outputs = deploy(assembly, before.runtime.emulator.session(), parameters=parameters)
    return Deployment(before.runtime)
