from typing import Any

import pytest

from functions.handlers.protect_tables import handler
from tests.fakes import World

IDS = {"StackId": "arn:stack", "RequestId": "r1", "LogicalResourceId": "Protection"}


def asked(kind: str, tables: dict[str, bool], *, protected: bool = True, stuck: str = "") -> tuple[World, Any]:
    """The tables afterwards, and what CloudFormation was answered."""
    world = World()
    world.table_protection.tables = dict(tables)
    world.table_protection.stuck = {stuck}
    properties = {"Tables": [*tables], "IsProtected": str(protected).lower(), "ServiceToken": "arn:function"}
    event = {"RequestType": kind, "ResponseURL": "https://answer", **IDS, "ResourceProperties": properties}
    if kind != "Create":
        event["PhysicalResourceId"] = "known"

    handler(event, ports=lambda: world)

    ((url, answer),) = world.stack_answers.sent
    assert url == "https://answer"
    return world, answer


def test_a_first_deployment_ends_with_protected_tables() -> None:
    world, answer = asked("Create", {"Tenants": False, "Gate": False})

    assert world.table_protection.tables == {"Tenants": True, "Gate": True}
    assert answer == {**IDS, "Status": "SUCCESS", "Reason": "", "PhysicalResourceId": "Protection"}


def test_an_update_keeps_the_resource_and_protects_what_is_not_protected_yet() -> None:
    world, answer = asked("Update", {"Tenants": True, "New": False})

    assert world.table_protection.tables == {"Tenants": True, "New": True}
    assert answer["PhysicalResourceId"] == "known", "another id would delete the resource of before"


def test_an_update_to_removal_destroy_takes_protection_off() -> None:
    world, _ = asked("Update", {"Tenants": True, "Gate": False}, protected=False)

    assert world.table_protection.tables == {"Tenants": False, "Gate": False}


@pytest.mark.parametrize("protected", [True, False])
def test_the_deletion_of_the_stack_leaves_the_tables_as_they_are(protected: bool) -> None:
    world, answer = asked("Delete", {"Tenants": True, "Gate": False}, protected=protected)

    assert world.table_protection.tables == {"Tenants": True, "Gate": False}
    assert answer["Status"] == "SUCCESS"


def test_a_deployment_that_fails_here_leaves_no_table_that_could_not_be_taken_back() -> None:
    world, answer = asked("Create", {"Tenants": False, "Gate": False, "Workflows": False}, stuck="Workflows")

    assert set(world.table_protection.tables.values()) == {False}
    assert (answer["Status"], answer["Reason"]) == (
        "FAILED",
        "deletion protection of the tables: Workflows is being updated",
    )
