import json
from dataclasses import fields
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from wfm.client.credentials.amc_access import AmcAccess, Hosts, find_amc_access
from wfm.client.deployment import Deployment
from wfm.errors import UnreachableError, UsageError

STACK = "wfm-demoteam-amcdataset"
NAMES = [field.name.title().replace("_", "") for field in fields(Deployment) if field.name != "stack"]
ENDPOINTS = {
    "NA": {"api": "https://advertising-api.amazon.com", "token": "https://api.amazon.com/auth/o2/token"},
    "EU": {"api": "https://advertising-api-eu.amazon.com", "token": "https://api.amazon.co.uk/auth/o2/token"},
}


def find(**changes: Any) -> AmcAccess:
    """In a stack with all outputs and parameters, or those that are given."""
    outputs = dict.fromkeys(NAMES, "x") | {"AmcCredentialsSecretArn": "arn:secret", "AccessTokensTable": "Tokens"}
    content: dict[str, Any] = {"outputs": outputs, "parameters": {"AmcEndpoints": json.dumps(ENDPOINTS)}} | changes
    client = boto3.client("cloudformation", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    described = {
        "StackName": STACK,
        "CreationTime": "2026-11-23T14:00:00Z",
        "StackStatus": "CREATE_COMPLETE",
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in content["outputs"].items()],
        "Parameters": [{"ParameterKey": key, "ParameterValue": each} for key, each in content["parameters"].items()],
    }
    with Stubber(client) as stubber:
        for _ in range(2):
            stubber.add_response("describe_stacks", {"Stacks": [described]})
        return find_amc_access(client, STACK)


def test_the_hosts_are_those_of_the_deployment() -> None:
    access = find()

    assert (access.secret_arn, access.access_tokens_table) == ("arn:secret", "Tokens")
    assert access.of_region("eu") == Hosts(
        "https://advertising-api-eu.amazon.com",
        "https://api.amazon.co.uk/auth/o2/token",
        "https://eu.account.amazon.com/ap/oa",
    )


def test_a_region_that_the_deployment_has_no_hosts_for_is_refused() -> None:
    with pytest.raises(UsageError, match="'FE' is unknown; allowed: NA, EU"):
        find().of_region("FE")


@pytest.mark.parametrize("lack", [{"parameters": {}}, {"outputs": dict.fromkeys(NAMES, "x")}])
def test_a_stack_of_another_version_is_reported(lack: Any) -> None:
    with pytest.raises(UnreachableError, match="it is of another version; deploy"):
        find(**lack)


@pytest.mark.parametrize(
    ("token", "is_amazons"),
    [
        ("https://api.amazon.co.uk/auth/o2/token", True),
        ("http://127.0.0.1:9/auth/o2/token", False),
        ("https://amazon.com.evil.example/token", False),
    ],
)
def test_the_simulator_is_not_taken_for_amazon(token: str, is_amazons: bool) -> None:
    assert Hosts("", token, "").are_amazons is is_amazons
