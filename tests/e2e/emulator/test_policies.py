"""What the emulator enforces of the policies between tenants: whose queue it is, and who becomes the role.

It puts no variables into policies and knows no leading keys of DynamoDB, so the tenant's name is put in here, and rows
are left to tests/infra/test_isolation.py.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.tenant_access import CUSTOMER_TAG, SESSION_TAGS
from local.emulator import Emulator, ServerSettings
from tests.infra.policies import ACCOUNT, resolved
from tests.infra.template import Template

PREFIX = "wfm-demoteam-amcdataset"
TAGS = dict(zip(SESSION_TAGS, ("acme", "aaaaa11111", "us-east-1"), strict=True))
ROOT = {
    "aws_access_key_id": ACCOUNT,
    "aws_secret_access_key": "test",
}  # the emulator takes an account's number for its root's key


@pytest.fixture(scope="module")
def enforcing() -> Iterator[Emulator]:
    """An emulator that refuses what IAM's policies do not allow."""
    with Emulator("tests-enforcing", settings=ServerSettings(variables={"AUTH": "true"})) as running:
        yield running


@pytest.fixture(scope="module")
def documents(local_assembly: Path) -> dict[str, Any]:
    """The policy of a tenant's people, and the trust of the role for instance-level APIs."""
    template = Template.read(local_assembly / "WorkflowManagementServices.template.json")
    (people,) = (
        found["PolicyDocument"]
        for found in template.properties("AWS::IAM::ManagedPolicy").values()
        if found["ManagedPolicyName"] == f"{PREFIX}-TenantAccess"
    )
    (role,) = (
        found
        for found in template.properties("AWS::IAM::Role").values()
        if found.get("RoleName") == f"{PREFIX}-TenantAmcAccess"
    )
    return {"people": resolved(people), "trust": resolved(role["AssumeRolePolicyDocument"])}


def a_key_of(enforcing: Emulator, name: str, *statements: Any) -> dict[str, str]:
    """The credentials of a new user who may do what the statements say."""
    iam = enforcing.client("iam", **ROOT)
    iam.create_user(UserName=name)
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def is_allowed(call: Callable[..., Any], **arguments: Any) -> bool:
    try:
        call(**arguments)
    except ClientError as error:
        if "AccessDenied" in error.response["Error"]["Code"]:
            return False
        raise
    return True


def test_a_tenants_people_send_to_their_own_queue_and_to_no_other(
    enforcing: Emulator, documents: dict[str, Any]
) -> None:
    owner = enforcing.client("sqs", **ROOT)
    urls = {
        name: owner.create_queue(QueueName=f"{PREFIX}-{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        for name in ("acme", "birch", "acme2")
    }
    text = json.dumps(documents["people"]["Statement"])
    own = json.loads(text.replace(f"${{aws:PrincipalTag/{CUSTOMER_TAG}}}", "acme"))
    tagged = a_key_of(enforcing, "person-of-acme", *own)
    enforcing.client("iam", **ROOT).tag_user(UserName="person-of-acme", Tags=[{"Key": CUSTOMER_TAG, "Value": "acme"}])
    untagged = a_key_of(enforcing, "nobody", *own)

    def may_send(key: dict[str, str], name: str) -> bool:
        message = {"MessageBody": "{}", "MessageGroupId": "r1", "MessageDeduplicationId": "r1"}
        return is_allowed(enforcing.client("sqs", **key).send_message, QueueUrl=urls[name], **message)

    assert [name for name in urls if may_send(tagged, name)] == ["acme"]
    assert not may_send(untagged, "acme")
    assert not is_allowed(enforcing.client("sqs", **tagged).receive_message, QueueUrl=urls["acme"])


def test_nobody_becomes_the_role_without_saying_for_whom(enforcing: Emulator, documents: dict[str, Any]) -> None:
    iam = enforcing.client("iam", **ROOT)
    assume = {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": "*"}
    caller, stranger = (a_key_of(enforcing, name, assume) for name in ("caller", "stranger"))
    (statement,) = documents["trust"]["Statement"]
    only = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/caller"}}
    trust = {"Version": "2012-10-17", "Statement": [statement | only]}
    role = iam.create_role(RoleName="TenantAmcAccess", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]

    def becomes(key: dict[str, str], tags: dict[str, str]) -> bool:
        given = [{"Key": name, "Value": value} for name, value in tags.items()]
        return is_allowed(enforcing.client("sts", **key).assume_role, RoleArn=role, RoleSessionName="acme", Tags=given)

    assert becomes(caller, TAGS)
    assert not becomes(stranger, TAGS)
    for name in TAGS:
        assert not becomes(caller, {key: value for key, value in TAGS.items() if key != name})
    assert not becomes(caller, TAGS | {CUSTOMER_TAG: "birch"})
