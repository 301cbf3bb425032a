"""`make deploy` says what is missing before anything is deployed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra import deploy
from infra.deploy import DeployError, place, top_stack

REGION = "eu-west-1"


class Account(boto3.Session):
    """A session whose calls are answered as AWS answers them."""

    def __init__(self, toolkit: dict[str, str] | None) -> None:
        super().__init__(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        self._toolkit = toolkit

    def client(self, service_name: str) -> Any:  # type: ignore[override]
        client = super().client(service_name)  # type: ignore[call-overload]
        stub = Stubber(client)
        if service_name == "sts":
            stub.add_response("get_caller_identity", {"Account": "123456789012"})
        elif self._toolkit is None:
            stub.add_client_error("describe_stacks", "ValidationError", "Stack with id CDKToolkit does not exist")
        else:
            outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self._toolkit.items()]
            described = {
                "StackName": "CDKToolkit",
                "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
                "StackStatus": "CREATE_COMPLETE",
                "Outputs": outputs,
            }
            stub.add_response("describe_stacks", {"Stacks": [described]})
        stub.activate()
        return client


def test_a_bootstrapped_region_is_named_with_its_account() -> None:
    assert place(Account({"BootstrapVersion": "30"})) == "account 123456789012, eu-west-1"


def test_without_bootstrap_the_command_for_it_is_told() -> None:
    with pytest.raises(DeployError, match="CDKToolkit is missing") as missing:
        place(Account(None))

    assert 'make cdk ARGS="bootstrap aws://123456789012/eu-west-1"` once' in str(missing.value)


@pytest.mark.parametrize(("toolkit", "version"), [({"BootstrapVersion": "4"}, 4), ({}, 0)])
def test_an_old_bootstrap_is_told_with_its_version(toolkit: dict[str, str], version: int) -> None:
    with pytest.raises(DeployError, match=f"has version {version}, 6 is needed"):
        place(Account(toolkit))


def test_without_a_region_it_says_how_to_set_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(DeployError, match="No region is set: `export AWS_REGION"):
        place(boto3.Session())


def test_without_credentials_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))

    with pytest.raises(DeployError, match="No credentials that AWS takes: Unable to locate credentials"):
        place(boto3.Session(region_name=REGION))


def test_a_fault_ends_the_command_before_anything_runs(
    assembly: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(deploy, "OUTPUT", {"aws": str(assembly)})
    monkeypatch.setattr(deploy, "cdk", pytest.fail)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)

    assert deploy.main([]) == 2
    assert capsys.readouterr().err.startswith("No region is set")


def test_the_stack_is_deployed_by_its_id(assembly: Path) -> None:
    assert top_stack(assembly) == ("WorkflowManagementServices", "wfm-demoteam-amcdataset")
