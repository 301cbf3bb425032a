"""What belongs to one tenant is refused to every other: the synthesized policies, evaluated as IAM does."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.infra.policies import ACCOUNT, REGION, Request, allows, resolved
from tests.infra.template import Template, as_list

PREFIX = "wfm-demoteam-amcdataset"
API = "arn:aws:execute-api:{region}:999988887777:{api}/prod/GET/workflows"
QUEUE_ACTIONS = ("SendMessage", "GetQueueUrl", "GetQueueAttributes")
ROW_ACTIONS = ("GetItem", "BatchGetItem", "Query")
OWN_TABLES = ("Executions", "ExecutionRequests", "Workflows", "Schedules")
OTHER_TABLES = ("Tenants", "CustomerConfig", "WorkflowLibrary", "Gate", "AccessTokens")
LONGEST_ARN = len(f"arn:aws:iam::{ACCOUNT}:role/") + 64 + len('"",')
LONGEST_TRUST = 2048  # characters without white space (IAM quotas, "Role trust policy length")

Allowed = Callable[[Request], bool]


@pytest.fixture(scope="session")
def people(template: Template) -> Allowed:
    """What the policy for a tenant's people allows by itself."""
    document = _policy(template, "TenantAccess")
    return lambda request: allows([document], request)


@pytest.fixture(scope="session")
def role(template: Template) -> dict[str, Any]:
    (found,) = (
        properties
        for properties in template.properties("AWS::IAM::Role").values()
        if properties.get("RoleName") == f"{PREFIX}-TenantAmcAccess"
    )
    return found


@pytest.fixture(scope="session")
def session(template: Template, role: dict[str, Any]) -> Allowed:
    """What a session of the role may do: what its policy and its boundary both allow."""
    documents = [policy["PolicyDocument"] for policy in role["Policies"]]
    boundary = _policy(template, "TenantAmcAccessBoundary")
    return lambda request: allows(documents, request) and allows([boundary], request)


def person_of(customer_id: str | None, **more: Any) -> dict[str, Any]:
    return more | ({} if customer_id is None else {"aws:PrincipalTag/wfm-customerId": customer_id})


def queue(name: str, *, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:sqs:{region}:{account}:{name}.fifo"


@pytest.mark.parametrize("action", QUEUE_ACTIONS)
def test_a_tenants_people_reach_their_own_queue_and_no_other(people: Allowed, action: str) -> None:
    def may(customer_id: str | None, name: str, **where: str) -> bool:
        return people(Request(f"sqs:{action}", queue(name, **where), person_of(customer_id)))

    assert may("acme", f"{PREFIX}-acme")
    assert not may("acme", f"{PREFIX}-birch")
    assert not may("acme", f"{PREFIX}-acme2")
    assert not may("acme", f"{PREFIX}-acme-DLQ")
    assert not may("acme", "wfm-other-dataset-acme")
    assert not may("acme", f"{PREFIX}-acme", region="eu-west-1")
    assert not may("acme", f"{PREFIX}-acme", account="210987654321")
    assert not may("", f"{PREFIX}-acme")
    assert not may(None, f"{PREFIX}-acme")
    assert not may(None, f"{PREFIX}-")
    assert not may("*", f"{PREFIX}-acme"), "a tag's value is never a pattern"


@pytest.mark.parametrize(
    "action",
    [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:PurgeQueue",
        "sqs:SetQueueAttributes",
        "sqs:ChangeMessageVisibility",
    ],
)
def test_a_tenants_people_may_only_send(people: Allowed, action: str) -> None:
    assert not people(Request(action, queue(f"{PREFIX}-acme"), person_of("acme")))


@pytest.mark.parametrize("action", ROW_ACTIONS)
@pytest.mark.parametrize("table", OWN_TABLES)
def test_a_tenants_people_read_their_own_rows_and_no_others(
    template: Template, people: Allowed, table: str, action: str
) -> None:
    def may(customer_id: str | None, *keys: str) -> bool:
        context = person_of(customer_id, **({"dynamodb:LeadingKeys": list(keys)} if keys else {}))
        return people(Request(f"dynamodb:{action}", _table(template, table), context))

    assert may("acme", "acme")
    assert may("acme", "acme", "acme")
    assert not may("acme", "birch")
    assert not may("acme", "acme", "birch"), "not in one batch with rows of their own either"
    assert not may("acme"), "nor without saying whose"
    assert not may(None, "acme")
    assert not may(None)


@pytest.mark.parametrize(
    ("table", "index"),
    [("Executions", "unsettled"), ("Executions", "createTime"), ("ExecutionRequests", "requestedAt")],
)
def test_an_index_is_no_way_around(template: Template, people: Allowed, table: str, index: str) -> None:
    def may(key: str) -> bool:
        context = person_of("acme", **{"dynamodb:LeadingKeys": [key]})
        return people(Request("dynamodb:Query", f"{_table(template, table)}/index/{index}", context))

    assert (may("acme"), may("birch")) == (True, False)


def test_every_index_that_is_opened_begins_with_the_customer(template: Template) -> None:
    (statement,) = (one for one in _policy(template, "TenantAccess")["Statement"] if one["Sid"] == "OwnRows")
    opened = {str(resource) for resource in resolved(statement["Resource"])}
    keys = {
        f"arn:of:{name}{suffix}": key_schema[0]["AttributeName"]
        for name, properties in template.properties("AWS::DynamoDB::Table").items()
        for suffix, key_schema in (
            ("", properties["KeySchema"]),
            *((f"/index/{one['IndexName']}", one["KeySchema"]) for one in properties.get("GlobalSecondaryIndexes", [])),
        )
    }

    assert len(opened) == 7
    assert {keys[resource] for resource in opened} == {"customerId"}


@pytest.mark.parametrize("table", OTHER_TABLES)
def test_other_tables_are_closed(template: Template, people: Allowed, table: str) -> None:
    context = person_of("acme", **{"dynamodb:LeadingKeys": ["acme"]})

    assert not any(people(Request(f"dynamodb:{action}", _table(template, table), context)) for action in ROW_ACTIONS)


@pytest.mark.parametrize(
    "action", ["Scan", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLSelect", "DescribeTable"]
)
def test_a_tenants_people_only_read(template: Template, people: Allowed, action: str) -> None:
    context = person_of("acme", **{"dynamodb:LeadingKeys": ["acme"]})

    assert not any(people(Request(f"dynamodb:{action}", _table(template, name), context)) for name in OWN_TABLES)


def test_the_key_serves_a_tenants_people_behind_queue_and_tables_alone(template: Template, people: Allowed) -> None:
    (key,) = template.of_type("AWS::KMS::Key")

    def may(via: str | None, customer_id: str | None = "acme", action: str = "kms:Decrypt") -> bool:
        context = person_of(customer_id, **({"kms:ViaService": f"{via}.{REGION}.amazonaws.com"} if via else {}))
        return people(Request(action, f"arn:of:{key}", context))

    assert may("sqs")
    assert may("dynamodb", action="kms:GenerateDataKey")
    assert not may("secretsmanager")
    assert not may(None)
    assert not may("sqs", customer_id=None)
    assert not may("sqs", action="kms:Encrypt")


def test_a_tenants_people_may_do_nothing_else(template: Template) -> None:
    actions = {
        action
        for statement in _policy(template, "TenantAccess")["Statement"]
        for action in as_list(statement["Action"])
    }

    assert actions == {
        *(f"sqs:{action}" for action in QUEUE_ACTIONS),
        *(f"dynamodb:{action}" for action in ROW_ACTIONS),
        *("kms:Decrypt", "kms:GenerateDataKey"),
    }


def a_session_of(api: str | None, region: str | None) -> dict[str, Any]:
    tags = {"aws:PrincipalTag/apiId": api, "aws:PrincipalTag/apiRegion": region}
    return {key: value for key, value in tags.items() if value is not None}


def test_a_session_for_one_tenant_calls_its_api_and_no_other(session: Allowed) -> None:
    def may(api: str, region: str, tags: dict[str, Any]) -> bool:
        context = {"aws:RequestedRegion": region, **tags}
        return session(Request("execute-api:Invoke", API.format(api=api, region=region), context))

    own = a_session_of("aaaaa11111", "us-east-1")
    assert may("aaaaa11111", "us-east-1", own)
    assert not may("bbbbb22222", "us-east-1", own)
    assert not may("aaaaa11111", "eu-west-1", own)
    assert not may("aaaaa11111x", "us-east-1", own)
    assert not may("aaaaa11111", "us-east-1", {})
    assert not may("aaaaa11111", "us-east-1", a_session_of("aaaaa11111", None))
    assert not may("aaaaa11111", "us-east-1", a_session_of(None, "us-east-1"))
    assert not may("aaaaa11111", "us-east-1", a_session_of("*", "*"))


@pytest.mark.parametrize(
    "action", ["sqs:SendMessage", "dynamodb:GetItem", "secretsmanager:GetSecretValue", "sts:AssumeRole", "iam:PassRole"]
)
def test_a_session_may_do_nothing_but_call_the_api(template: Template, session: Allowed, action: str) -> None:
    own = a_session_of("aaaaa11111", "us-east-1")

    assert not session(Request(action, queue(f"{PREFIX}-acme"), own))
    assert not allows([_policy(template, "TenantAmcAccessBoundary")], Request(action, "*", own))


TAGS = {"customerId": "acme", "apiId": "aaaaa11111", "apiRegion": "us-east-1"}


def asking(caller: str, tags: dict[str, str]) -> Request:
    context: dict[str, Any] = {f"aws:RequestTag/{name}": value for name, value in tags.items()}
    return Request("sts:AssumeRole", "", context | {"aws:TagKeys": list(tags)}, principal=caller)


def test_only_functions_that_call_amc_become_the_role(template: Template, role: dict[str, Any]) -> None:
    trust = role["AssumeRolePolicyDocument"]
    roles = template.properties("AWS::IAM::Role")
    trusted = {name for name in roles if allows([trust], asking(f"arn:of:{name}", TAGS))}
    callers = {
        name.partition("DefaultPolicy")[0]
        for name, _, one in template.statements()
        if "sts:AssumeRole" in one["Action"]
    }

    assert trusted
    assert {name[:-8] for name in trusted} == callers
    assert all("Role" in name and roles[name]["AssumeRolePolicyDocument"] != trust for name in trusted)
    assert not allows([trust], asking(f"arn:aws:iam::{ACCOUNT}:root", TAGS))


def test_nobody_becomes_the_role_without_saying_for_whom(role: dict[str, Any]) -> None:
    trust = role["AssumeRolePolicyDocument"]
    (statement,) = resolved(trust)["Statement"]
    caller = statement["Principal"]["AWS"][0]

    assert allows([trust], asking(caller, TAGS))
    for name in TAGS:
        assert not allows([trust], asking(caller, {key: value for key, value in TAGS.items() if key != name}))
        assert not allows([trust], asking(caller, TAGS | {name: ""}))
    assert not allows([trust], asking(caller, TAGS | {"wfm-customerId": "birch"}))


def test_the_role_has_a_path_and_a_boundary_of_its_own(template: Template, role: dict[str, Any]) -> None:
    assert role["Path"] == "/wfm/"
    boundary = role["PermissionsBoundary"]["Ref"]
    assert template.properties("AWS::IAM::ManagedPolicy")[boundary]["ManagedPolicyName"].endswith("Boundary")


def test_the_trust_policy_fits_with_the_longest_names_that_roles_can_have(role: dict[str, Any]) -> None:
    document = resolved(role["AssumeRolePolicyDocument"])
    (statement,) = document["Statement"]
    callers = statement["Principal"].pop("AWS")

    assert len(json.dumps(document, separators=(",", ":"))) + len(callers) * LONGEST_ARN <= LONGEST_TRUST


def test_no_lambda_may_change_iam(template: Template) -> None:
    """All that is allowed is to hand EventBridge Scheduler, and nobody else, the one role that sends to queues."""
    about_iam = [
        statement
        for _, _, statement in template.statements()
        if any(action.startswith("iam:") for action in as_list(statement["Action"]))
    ]

    assert about_iam
    for statement in about_iam:
        assert as_list(statement["Action"]) == ["iam:PassRole"]
        assert json.dumps(statement["Resource"]).count("-Scheduler") == 1
        assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def _policy(template: Template, name: str) -> dict[str, Any]:
    (found,) = (
        properties["PolicyDocument"]
        for properties in template.properties("AWS::IAM::ManagedPolicy").values()
        if properties["ManagedPolicyName"] == f"{PREFIX}-{name}"
    )
    document: dict[str, Any] = found
    return document


def _table(template: Template, name: str) -> str:
    (found,) = (one for one in template.of_type("AWS::DynamoDB::Table") if one[:-8] == f"Tables{name}")
    return f"arn:of:{found}"
