"""What `python -m acceptance` deploys: a stack that leaves nothing behind, and the simulator of AMC beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.amc_simulator import STATE_KEY
from tests.assemblies import ACCEPTANCE


def resources(assembly: Path, stack: str) -> dict[str, Any]:
    text = (assembly / f"{stack}.template.json").read_text()
    found: dict[str, Any] = json.loads(text)["Resources"]
    return found


def test_nothing_of_the_stack_outlives_it(acceptance_assembly: Path) -> None:
    made = resources(acceptance_assembly, "WorkflowManagementServices")

    kept = [name for name, each in made.items() if each.get("DeletionPolicy", "Delete") != "Delete"]
    tables = [each["Properties"] for each in made.values() if each["Type"] == "AWS::DynamoDB::Table"]
    (key,) = [each["Properties"] for each in made.values() if each["Type"] == "AWS::KMS::Key"]
    assert kept == []
    assert len(tables) == 9
    (protection,) = [each["Properties"] for each in made.values() if each["Type"] == "Custom::TableProtection"]
    assert protection["IsProtected"] is False
    assert key["PendingWindowInDays"] == 7


def test_a_stack_of_people_keeps_its_tables_key_and_secret(assembly: Path) -> None:
    made = resources(assembly, "WorkflowManagementServices").values()
    stateful = [
        each
        for each in made
        if each["Type"] in ("AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::SecretsManager::Secret")
    ]

    assert {each["DeletionPolicy"] for each in stateful} == {"RetainExceptOnCreate"}
    assert [each["Properties"].get("PendingWindowInDays") for each in stateful] == [None] * 11


@pytest.mark.parametrize("stack", ["WorkflowManagementServices", "AmcSimulator"])
def test_nothing_of_cdk_bootstrap_is_needed(acceptance_assembly: Path, stack: str) -> None:
    template = json.loads((acceptance_assembly / f"{stack}.template.json").read_text())
    buckets = {
        place["bucketName"]
        for each in json.loads((acceptance_assembly / f"{stack}.assets.json").read_text())["files"].values()
        for place in each["destinations"].values()
    }

    assert "BootstrapVersion" not in template.get("Parameters", {})
    assert buckets == {f"{ACCEPTANCE.text}-${{AWS::AccountId}}-${{AWS::Region}}"}


def test_the_simulator_may_write_its_state_and_results_of_its_own_tenants_and_nothing_else(
    acceptance_assembly: Path,
) -> None:
    made = resources(acceptance_assembly, "AmcSimulator")
    policies = [each["Properties"] for each in made.values() if each["Type"] == "AWS::IAM::Policy"]
    statements = [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]

    allowed = {str(action): json.dumps(each["Resource"]) for each in statements for action in _listed(each["Action"])}
    assert allowed.keys() == {
        *("s3:GetObject", "s3:PutObject", "s3:ListBucket"),
        *("logs:CreateLogStream", "logs:PutLogEvents"),
    }
    written = [json.dumps(each["Resource"]) for each in statements if "s3:PutObject" in _listed(each["Action"])]
    assert all(STATE_KEY in each or f"{ACCEPTANCE.text}-results-*/*" in each for each in written)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_simulators_url_is_open_to_calls_by_url_alone(acceptance_assembly: Path) -> None:
    made = resources(acceptance_assembly, "AmcSimulator")
    permissions = [each["Properties"] for each in made.values() if each["Type"] == "AWS::Lambda::Permission"]

    assert {each["Action"] for each in permissions} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    (plain,) = [each for each in permissions if each["Action"] == "lambda:InvokeFunction"]
    assert plain["InvokedViaFunctionUrl"] is True
