import re
from typing import Any

import pytest

from tests.infra.template import Resource, Template, arn_of

KEYS = {
    "CustomerConfig": ("customerId",),
    "Tenants": ("customerId",),
    "WorkflowLibrary": ("workflowId", "version"),
    "Workflows": ("customerId", "workflowId"),
    "Schedules": ("customerId", "Name"),
    "ExecutionRequests": ("customerId", "requestId"),
    "Executions": ("customerId", "workflowExecutionId"),
    "Gate": ("customerId", "sk"),
    "AccessTokens": ("authId",),
}
STREAMED = {"CustomerConfig", "WorkflowLibrary", "Workflows", "Schedules", "Executions"}
EXPIRING = {"ExecutionRequests", "Executions", "AccessTokens"}
INDEXES = {
    ("Tenants", "status-nextPollAt"): (("status", "nextPollAt"), "ALL"),
    ("Tenants", "pollDueAt"): (("polled", "pollDueAt"), "KEYS_ONLY"),
    ("Tenants", "bucketName"): (("bucketName",), "KEYS_ONLY"),
    ("Executions", "unsettled"): (("customerId", "unsettledSince"), "ALL"),
    ("Executions", "createTime"): (("customerId", "createTime"), "INCLUDE"),
    ("Executions", "unannounced"): (("unannounced", "unannouncedSince"), "KEYS_ONLY"),
    ("ExecutionRequests", "requestedAt"): (("customerId", "requestedAt"), "ALL"),
    ("ExecutionRequests", "backfillId"): (("backfillId", "status"), "KEYS_ONLY"),
    ("ExecutionRequests", "openSince"): (("customerId", "openSince"), "INCLUDE"),
    ("Workflows", "workflowId"): (("workflowId", "customerId"), "INCLUDE"),
    ("Workflows", "resultStatus"): (("resultStatus", "resultCheckAt"), "INCLUDE"),
    ("Schedules", "catchUp"): (("catchUp",), "KEYS_ONLY"),
    ("Schedules", "checkAt"): (("watched", "checkAt"), "KEYS_ONLY"),
}


@pytest.fixture(scope="session")
def tables(template: Template) -> dict[str, Resource]:
    """Tables by the name they have in the code: logical ids are `Tables` + name + eight hexadecimal digits."""
    found = template.of_type("AWS::DynamoDB::Table")
    return {re.sub(r"^Tables|[0-9A-F]{8}$", "", name): resource for name, resource in found.items()}


def test_the_tables_are_those_of_the_design_under_their_keys(tables: dict[str, Resource]) -> None:
    assert {name: _key_names(table["Properties"]) for name, table in tables.items()} == KEYS


def test_every_table_is_encrypted_with_the_stacks_own_key(template: Template, tables: dict[str, Resource]) -> None:
    (key,) = template.of_type("AWS::KMS::Key")

    for table in tables.values():
        encryption = table["Properties"]["SSESpecification"]
        assert encryption == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": arn_of(key)}


def test_every_table_can_be_restored_and_outlives_the_stack(tables: dict[str, Resource]) -> None:
    for table in tables.values():
        assert table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_a_table_is_not_protected_before_the_stack_is_there_or_a_failed_deployment_would_leave_it(
    template: Template, tables: dict[str, Resource]
) -> None:
    assert not any("DeletionProtectionEnabled" in table["Properties"] for table in tables.values())
    assert last_of_all(template) == template.content["Resources"].keys() - {protection(template)}


def test_every_table_is_protected_at_last(template: Template) -> None:
    properties = template.content["Resources"][protection(template)]["Properties"]

    assert properties["IsProtected"] is True
    assert {each["Ref"] for each in properties["Tables"]} == template.of_type("AWS::DynamoDB::Table").keys()


def protection(template: Template) -> str:
    """The resource at which CloudFormation calls ProtectTables."""
    (name,) = template.of_type("Custom::TableProtection")
    return name


def last_of_all(template: Template) -> set[str]:
    """What has to be there before the tables are protected."""
    return set(template.content["Resources"][protection(template)]["DependsOn"])


def test_every_table_is_paid_by_use(tables: dict[str, Resource]) -> None:
    assert {table["Properties"]["BillingMode"] for table in tables.values()} == {"PAY_PER_REQUEST"}


def test_streams_carry_both_images_and_only_where_something_is_driven(tables: dict[str, Resource]) -> None:
    streams = {
        name: table["Properties"]["StreamSpecification"]["StreamViewType"]
        for name, table in tables.items()
        if "StreamSpecification" in table["Properties"]
    }

    assert streams == dict.fromkeys(STREAMED, "NEW_AND_OLD_IMAGES")


def test_history_ages_and_nothing_else_does(tables: dict[str, Resource]) -> None:
    expiring = {
        name: table["Properties"]["TimeToLiveSpecification"]
        for name, table in tables.items()
        if "TimeToLiveSpecification" in table["Properties"]
    }

    assert expiring == {name: {"AttributeName": "expireTimestamp", "Enabled": True} for name in EXPIRING}


def test_the_indexes_are_those_of_the_design(tables: dict[str, Resource]) -> None:
    indexes = {
        (name, index["IndexName"]): (_key_names(index), index["Projection"]["ProjectionType"])
        for name, table in tables.items()
        for index in table["Properties"].get("GlobalSecondaryIndexes", [])
    }

    assert indexes == INDEXES


def _key_names(properties: dict[str, Any]) -> tuple[str, ...]:
    assert [key["KeyType"] for key in properties["KeySchema"]] == ["HASH", "RANGE"][: len(properties["KeySchema"])]
    return tuple(key["AttributeName"] for key in properties["KeySchema"])
