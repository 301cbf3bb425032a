"""Which tables and machines a deployed WFM consists of: the outputs of its stack."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, Self

from botocore.exceptions import ClientError

from wfm.client.stack_names import SAME_VERSION, StackOutput
from wfm.errors import UnreachableError
from wfm.store.schema import TableNames

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

EXPRESS: Final = "execution_tracking"  # the machine of whose executions Step Functions keeps neither list nor history


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment(TableNames):
    """Names and ARNs of one deployed WFM. Each field is the output of its name; "" for a part that it is without."""

    stack: str
    execution_lifecycle_arn: str
    execution_tracking_arn: str
    tenant_onboarding_arn: str
    tenant_offboarding_arn: str
    workflow_sync_arn: str
    backfill_arn: str
    library_rollout_arn: str
    amc_credentials_secret_arn: str
    delivery_bucket: str = ""
    delivery_database: str = ""

    @property
    def machines(self) -> Mapping[str, str]:
        """The ARNs of the state machines, by their names without the stack's."""
        return {
            "tenant_onboarding": self.tenant_onboarding_arn,
            "tenant_offboarding": self.tenant_offboarding_arn,
            "library_rollout": self.library_rollout_arn,
            "workflow_sync": self.workflow_sync_arn,
            "execution_lifecycle": self.execution_lifecycle_arn,
            EXPRESS: self.execution_tracking_arn,
            "backfill": self.backfill_arn,
        }

    @classmethod
    def from_outputs(cls, stack: str, outputs: dict[str, str]) -> Self:
        """Read the stack's outputs, which are named as these fields; others are ignored."""
        keys = {field.name: StackOutput[field.name.upper()] for field in fields(cls) if field.name != "stack"}
        needed = [keys[field.name] for field in fields(cls) if field.default is MISSING and field.name in keys]
        missing = sorted(key for key in needed if key not in outputs)
        if missing:
            raise UnreachableError(_other_version(stack, missing, set(outputs) - {*StackOutput}))
        return cls(stack=stack, **{name: outputs[key] for name, key in keys.items() if key in outputs})


def _other_version(stack: str, missing: Sequence[str], unknown: Collection[str]) -> str:
    """What is wrong, and what to do: outputs come with versions, so that a stack which only lacks some is older."""
    what = "is of another version of WFM" if unknown else "was deployed by an older WFM"
    lack = ", ".join(missing)
    return f"stack {stack} {what} than this command ({version('wfm')}): it has no output {lack}; {SAME_VERSION}"


def find_deployment(cloudformation: "CloudFormationClient", stack: str) -> Deployment:
    """The deployment of `stack`; UnreachableError, with the stacks that there are, if there is none."""
    try:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as exc:
        if "does not exist" not in str(exc):
            raise
        raise UnreachableError(_no_stack(cloudformation, stack)) from exc
    outputs = {item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])}
    return Deployment.from_outputs(stack, outputs)


def _no_stack(cloudformation: "CloudFormationClient", stack: str) -> str:
    names = [
        found["StackName"]
        for page in cloudformation.get_paginator("describe_stacks").paginate()
        for found in page["Stacks"]
        if found["StackName"].startswith("wfm-")
    ]
    there = f"there is {', '.join(sorted(names))}" if names else "there is no stack named wfm-*"
    region = cloudformation.meta.region_name
    return f"no stack {stack} in {region}: {there}; --team and --dataset choose it (WFM_TEAM, WFM_DATASET)"
