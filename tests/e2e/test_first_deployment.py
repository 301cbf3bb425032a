"""A first deployment that fails leaves nothing; one that succeeds leaves tables that nobody deletes by mistake."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulator import DeploymentError, Emulator, deploy
from local.emulator.stacks import delete_stack

TEMPLATE = "WorkflowManagementServices.template.json"
TABLES = 9
MISSING = {"Fn::Sub": "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:nobody"}


@pytest.fixture
def account() -> Iterator[Emulator]:
    with Emulator("first-deployment") as running:
        yield running


def test_a_failed_one_takes_its_tables_back_and_the_next_one_protects_them(
    account: Emulator, local_assembly: Path, tmp_path: Path
) -> None:
    with pytest.raises(DeploymentError, match="Broken"):
        deploy(broken(local_assembly, tmp_path / "broken"), account.session())
    assert tables(account) == {}

    deploy(local_assembly, account.session())
    assert list(tables(account).values()) == [True] * TABLES

    stack = "wfm-demoteam-amcdataset"
    delete_stack(stack, account.session(), timeout=300, poll=0.05)
    kept = tables(account)
    assert list(kept.values()) == [True] * TABLES
    with pytest.raises(ClientError, match="protected against deletion"):
        account.client("dynamodb").delete_table(TableName=next(iter(kept)))


def test_tables_that_the_template_protects_would_be_left_by_a_failed_one(
    account: Emulator, local_assembly: Path, tmp_path: Path
) -> None:
    with pytest.raises(DeploymentError, match="Broken"):
        deploy(broken(local_assembly, tmp_path / "broken", protected=True), account.session())

    assert len(tables(account)) == TABLES


def broken(assembly: Path, folder: Path, *, protected: bool = False) -> Path:
    """The assembly with one resource more, which fails when all are there but the last.

    The template has another key in the bucket, so that it is uploaded beside the right one.
    """
    shutil.copytree(assembly, folder, ignore=lambda *_: [each.name for each in assembly.glob("asset.*")])
    for asset in assembly.glob("asset.*"):
        (folder / asset.name).symlink_to(asset)
    template = json.loads((assembly / TEMPLATE).read_text())
    resources: dict[str, Any] = template["Resources"]
    last = next(each for each in resources.values() if each["Type"] == "Custom::TableProtection")
    if protected:
        for each in resources.values():
            if each["Type"] == "AWS::DynamoDB::Table":
                each["Properties"]["DeletionProtectionEnabled"] = True
    failing = {"Type": "Custom::Broken", "Properties": {"ServiceToken": MISSING}, "DependsOn": last["DependsOn"]}
    last["DependsOn"] = [*last["DependsOn"], "Broken"]
    (folder / TEMPLATE).write_text(json.dumps({**template, "Resources": {**resources, "Broken": failing}}))
    _rename(folder / TEMPLATE.replace(".template.json", ".assets.json"), f"broken-{protected}")
    return folder


def _rename(assets: Path, prefix: str) -> None:
    listed = json.loads(assets.read_text())
    for each in listed["files"].values():
        if each["source"]["path"] == TEMPLATE:
            for place in each["destinations"].values():
                place["objectKey"] = f"{prefix}-{place['objectKey']}"
    assets.write_text(json.dumps(listed))


def tables(account: Emulator) -> dict[str, bool]:
    """The tables that there are, and whether each is protected."""
    dynamodb = account.client("dynamodb")
    names = dynamodb.list_tables()["TableNames"]
    return {name: dynamodb.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] for name in names}
