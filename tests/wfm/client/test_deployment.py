import io
import json
import tarfile
from collections.abc import Iterator
from importlib.metadata import version

import boto3
import pytest
from botocore.stub import Stubber

from tests.e2e.upgrade.assemblies import RELEASED
from wfm.client.deployment import find_deployment
from wfm.client.stack_names import SAME_VERSION
from wfm.errors import UnreachableError

STACK = "wfm-demoteam-amcdataset"
KEYS = (
    "CustomerConfigTable",
    "TenantsTable",
    "WorkflowLibraryTable",
    "WorkflowsTable",
    "SchedulesTable",
    "ExecutionRequestsTable",
    "ExecutionsTable",
    "GateTable",
    "ExecutionLifecycleArn",
    "ExecutionTrackingArn",
    "TenantOnboardingArn",
    "TenantOffboardingArn",
    "BackfillArn",
    "WorkflowSyncArn",
    "LibraryRolloutArn",
    "AmcCredentialsSecretArn",
    "SomethingNewer",
)


class Stacks:
    """CloudFormation with answers that were laid out before."""

    def __init__(self) -> None:
        self.client = boto3.client("cloudformation", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        self.stubber = Stubber(self.client)

    def answer(self, *names: str, outputs: tuple[str, ...] = ()) -> None:
        described = [{"OutputKey": key, "OutputValue": f"the-{key}"} for key in outputs]
        stacks = [
            {"StackName": name, "CreationTime": "2026-11-23T14:00:00Z", "StackStatus": "CREATE_COMPLETE"}
            | {"Outputs": described}
            for name in names
        ]
        self.stubber.add_response("describe_stacks", {"Stacks": stacks})

    def refuse(self, message: str) -> None:
        self.stubber.add_client_error("describe_stacks", "ValidationError", message)


@pytest.fixture
def stacks() -> Iterator[Stacks]:
    stacks = Stacks()
    with stacks.stubber:
        yield stacks


def test_the_names_come_from_the_outputs_of_the_stack(stacks: Stacks) -> None:
    stacks.answer(STACK, outputs=KEYS)

    deployment = find_deployment(stacks.client, STACK)

    assert deployment.stack == STACK
    assert deployment.execution_requests_table == "the-ExecutionRequestsTable"
    assert deployment.amc_credentials_secret_arn == "the-AmcCredentialsSecretArn"


def test_a_stack_of_another_version_is_reported_by_the_outputs_it_lacks(stacks: Stacks) -> None:
    stacks.answer(STACK, outputs=tuple(key for key in KEYS if key != "GateTable"))

    with pytest.raises(UnreachableError, match=r"another version of WFM than this .* has no output GateTable"):
        find_deployment(stacks.client, STACK)


def test_the_stack_of_the_release_before_is_named_as_older_with_what_to_do(stacks: Stacks) -> None:
    with tarfile.open(RELEASED) as archive:
        (member,) = [one for one in archive.getmembers() if one.name.endswith(".template.json")]
        template = json.load(archive.extractfile(member) or io.BytesIO())
    stacks.answer(STACK, outputs=tuple(template["Outputs"]))

    with pytest.raises(UnreachableError) as refused:
        find_deployment(stacks.client, STACK)

    assert str(refused.value) == (
        f"stack {STACK} was deployed by an older WFM than this command ({version('wfm')}): it has no output"
        f" TenantOffboardingArn; {SAME_VERSION}"
    )


def test_a_stack_that_is_not_there_is_reported_with_those_that_are(stacks: Stacks) -> None:
    stacks.refuse(f"Stack with id {STACK} does not exist")
    stacks.answer("wfm-sales-us", "unrelated")

    with pytest.raises(UnreachableError, match=f"no stack {STACK} in eu-west-1: there is wfm-sales-us;"):
        find_deployment(stacks.client, STACK)


def test_any_other_refusal_is_not_taken_for_a_missing_stack(stacks: Stacks) -> None:
    stacks.refuse("Rate exceeded")

    with pytest.raises(stacks.client.exceptions.ClientError, match="Rate exceeded"):
        find_deployment(stacks.client, STACK)
