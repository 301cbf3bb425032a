"""Deployment of a cloud assembly: create, update in place, parameters, failures."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulator import DeploymentError, Emulator, deploy
from local.emulator.assembly import zipped
from tests.e2e.emulator.account import Account, eventually, unique
from tests.e2e.emulator.assemblies import ROLE, function, write_assembly

GREETS = "import os\nhandler = lambda event, context: os.environ['GREETING'] + ' {}'"
PATIENT_QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 9_999_999}}
TABLE: dict[str, Any] = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    },
}


def test_a_stack_is_created_with_its_code_its_parameters_and_its_outputs(emulator: Emulator, tmp_path: Path) -> None:
    assembly = _greeter(tmp_path, unique("stack"), "world")

    outputs = deploy(assembly, emulator.session(), parameters={"Greeting": "hello"})

    assert set(outputs) == {"FunctionName", "TableName"}
    assert Account(emulator).invoke(outputs["FunctionName"]) == "hello world"


def test_a_second_deployment_updates_the_code_and_keeps_the_data(emulator: Emulator, tmp_path: Path) -> None:
    account, name = Account(emulator), unique("stack")
    before = deploy(_greeter(tmp_path / "1", name, "world"), emulator.session())
    account.invoke(before["FunctionName"])
    account.put(before["TableName"], "kept")

    after = deploy(_greeter(tmp_path / "2", name, "moon"), emulator.session())

    table = emulator.client("dynamodb").scan(TableName=after["TableName"])
    assert after == before
    assert account.invoke(after["FunctionName"]) == "hi moon"
    assert table["Items"] == [{"id": {"S": "kept"}}]


def test_deploying_the_same_again_changes_nothing(emulator: Emulator, tmp_path: Path) -> None:
    assembly = _greeter(tmp_path, unique("stack"), "world")

    assert deploy(assembly, emulator.session()) == deploy(assembly, emulator.session())


def test_a_parameter_can_be_changed_by_an_update(emulator: Emulator, tmp_path: Path) -> None:
    assembly = _greeter(tmp_path, unique("stack"), "world")
    outputs = deploy(assembly, emulator.session(), parameters={"Greeting": "hello"})

    deploy(assembly, emulator.session(), parameters={"Greeting": "good night"})

    assert Account(emulator).invoke(outputs["FunctionName"]) == "good night world"


def test_a_failed_stack_names_the_resource_and_its_reason(emulator: Emulator, tmp_path: Path) -> None:
    assembly = write_assembly(tmp_path, {"Role": ROLE, "Line": PATIENT_QUEUE}, stack=unique("stack"))

    with pytest.raises(DeploymentError, match=r"Line \(AWS::SQS::Queue\) failed: .*VisibilityTimeout"):
        deploy(assembly, emulator.session())


def test_a_failed_stack_can_be_deployed_again(emulator: Emulator, tmp_path: Path) -> None:
    name = unique("stack")
    broken = write_assembly(tmp_path / "1", {"Line": PATIENT_QUEUE}, stack=name)
    with pytest.raises(DeploymentError):
        deploy(broken, emulator.session())

    outputs = deploy(_greeter(tmp_path / "2", name, "world"), emulator.session())

    assert Account(emulator).invoke(outputs["FunctionName"]) == "hi world"


def test_a_resource_type_that_does_not_exist_is_refused(emulator: Emulator, tmp_path: Path) -> None:
    assembly = write_assembly(tmp_path, {"Odd": {"Type": "AWS::No::Such"}}, stack=unique("stack"))

    with pytest.raises(DeploymentError, match="AWS::No::Such"):
        deploy(assembly, emulator.session())


def test_a_folder_without_an_assembly_is_named(emulator: Emulator, tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match=r"manifest\.json does not exist: synthesize the assembly first"):
        deploy(tmp_path, emulator.session())


def test_archives_of_the_same_files_are_the_same_bytes(tmp_path: Path) -> None:
    for name, time in (("one", 1_000_000_000), ("two", 1_500_000_000)):
        (tmp_path / name / "package").mkdir(parents=True)
        for file in ("b.py", "a.py") if name == "one" else ("a.py", "b.py"):
            path = tmp_path / name / "package" / file
            path.write_text(f"# {file}")
            os.utime(path, (time, time))

    assert zipped(tmp_path / "one") == zipped(tmp_path / "two")


def _greeter(folder: Path, stack: str, whom: str) -> Path:
    environment = {"Variables": {"GREETING": {"Ref": "Greeting"}}}
    return write_assembly(
        folder,
        {"Role": ROLE, "Greeter": function(Environment=environment), "Table": TABLE},
        parameters={"Greeting": {"Type": "String", "Default": "hi"}},
        outputs={"FunctionName": {"Ref": "Greeter"}, "TableName": {"Ref": "Table"}},
        code={"index.py": GREETS.format(whom)},
        stack=stack,
    )


def test_a_sampling_rule_is_taken(emulator: Emulator, unpatched: Emulator) -> None:
    rule = {"Type": "AWS::XRay::SamplingRule", "Properties": {"SamplingRule": {"RuleName": "tenth", "FixedRate": 0.1}}}
    template = json.dumps({"Resources": {"Rule": rule}})
    stacks = emulator.client("cloudformation")

    stacks.create_stack(StackName="traces", TemplateBody=template)

    eventually(lambda: _status(stacks) == "CREATE_COMPLETE")
    stacks.update_stack(StackName="traces", TemplateBody=template.replace("0.1", "0.2"))
    eventually(lambda: _status(stacks) == "UPDATE_COMPLETE")
    stacks.delete_stack(StackName="traces")
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        unpatched.client("cloudformation").create_stack(StackName="traces", TemplateBody=template)


@pytest.mark.parametrize("protected", [True, False])
def test_a_stack_cannot_delete_a_protected_table(emulator: Emulator, unpatched: Emulator, protected: bool) -> None:
    left = {"patched": _left_by_a_deleted_stack(emulator, protected), "not": _left_by_a_deleted_stack(unpatched, True)}

    assert left == {"patched": protected, "not": False}


def _left_by_a_deleted_stack(emulator: Emulator, protected: bool) -> bool:
    name, stacks, dynamodb = unique("stack"), emulator.client("cloudformation"), emulator.client("dynamodb")
    table = {**TABLE, "Properties": {**TABLE["Properties"], "TableName": name, "DeletionProtectionEnabled": protected}}
    stacks.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"Table": table}}))
    eventually(lambda: _status(stacks, name) == "CREATE_COMPLETE")
    stack_id = stacks.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    stacks.delete_stack(StackName=name)
    eventually(lambda: _status(stacks, stack_id) in ("DELETE_COMPLETE", "DELETE_FAILED"))
    return name in dynamodb.list_tables()["TableNames"]


def _status(stacks: Any, name: str = "traces") -> str:
    return str(stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
