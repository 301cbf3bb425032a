import json
import runpy
from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from infra import asset
from infra.asset import ROOT
from infra.node import CDK_CLI_VERSION
from infra.synthesis import SynthesisError, synthesize
from tests.infra.template import Template, as_list, readable

CONNECTION = "arn:aws:codeconnections:eu-west-1:123456789012:connection/aEXAMPLE-8aad-4d5d-8878-dfcab0bc441f"
STREAM = "arn:aws:dynamodb:eu-west-1:111122223333:table/tps-CustomerConfig/stream/2026-01-01T00:00:00.000"
THREE_ENVIRONMENTS = {
    "connection_arn": CONNECTION,
    "repository": "acme/wfm",
    "pipeline_account": "111122223333",
    "pipeline_region": "eu-west-1",
    "environments": [
        {
            "name": "dev",
            "account": "111122223333",
            "region": "eu-west-1",
            "dataset": "amcdev",
            "removal": "destroy",
            "tps_table_stream_arn": STREAM,
            "alarm_address": "ops@example.com",
        },
        {"name": "test", "account": "111122223333", "region": "eu-west-1", "dataset": "amctest"},
        {"name": "prod", "account": "444455556666", "region": "us-east-1", "approval": True},
    ],
}


def test_a_bad_parameter_ends_the_app_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDK_CONTEXT_JSON", json.dumps({"wfm_parameters": {"datset": "clean-room"}}))

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "app.py"), run_name="__main__")

    (sentence,) = str(ended.value.code).splitlines()
    assert sentence.startswith("wfm_parameters in cdk.json has the unknown key 'datset' (did you mean 'dataset'?)")


def test_missing_wheels_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asset, "BUILD", tmp_path)

    with pytest.raises(SynthesisError, match="run `make setup`"):
        _synthesize(monkeypatch, tmp_path / "cdk.out", {})


@pytest.fixture(scope="module")
def pipeline_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("pipeline")
    with pytest.MonkeyPatch.context() as monkeypatch:
        _synthesize(
            monkeypatch, directory, {"connection_arn": CONNECTION, "repository": "acme/wfm", "pipeline": "line.one"}
        )
    return directory


def test_with_a_connection_there_is_the_pipeline_alone_and_it_deploys_the_stack(
    pipeline_assembly: Path, template: Template
) -> None:
    (pipeline,) = _resources(pipeline_assembly / "CicdPipeline.template.json", "AWS::CodePipeline::Pipeline")
    assert pipeline["Name"] == "line.one"
    assert list(_actions(pipeline)) == ["Source", "Build", "UpdatePipeline", "Assets", "microservices"]
    assert _actions(pipeline)["microservices"] == ["Difference", "Prepare", "Deploy"]
    assert _stack_names(pipeline_assembly) == {"wfm-demoteam-amcdataset-pipeline"}
    stage = pipeline_assembly / "assembly-CicdPipeline-microservices"
    assert _stack_names(stage) == {"wfm-demoteam-amcdataset"}
    assert _uses_of_connection(pipeline_assembly / "CicdPipeline.template.json") >= {
        *("codestar-connections:UseConnection", "codeconnections:UseConnection")
    }
    (deployed,) = stage.glob("*.template.json")
    assert _without_metadata(Template.read(deployed)) == _without_metadata(template)


def test_a_pipeline_checks_before_it_builds_and_shows_each_change_before_it_is_made(pipeline_assembly: Path) -> None:
    builds = _commands(pipeline_assembly / "CicdPipeline.template.json")

    assert builds["make test"] == ["make test", "make rehearsals", "make synth"]
    sizes = [
        project["Environment"]["ComputeType"]
        for project in _resources(pipeline_assembly / "CicdPipeline.template.json", "AWS::CodeBuild::Project")
    ]
    assert sizes.count("BUILD_GENERAL1_MEDIUM") == 1
    (difference,) = [line for line in builds if "diff" in line]
    assert f"aws-cdk@{CDK_CLI_VERSION} diff --app . --method template 'CicdPipeline/microservices/*'" in difference


@pytest.fixture(scope="module")
def environments_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("environments")
    with pytest.MonkeyPatch.context() as monkeypatch:
        _synthesize(monkeypatch, directory, THREE_ENVIRONMENTS)
    return directory


def test_each_environment_has_its_stage_in_its_account_under_its_name(environments_assembly: Path) -> None:
    (pipeline,) = _resources(environments_assembly / "CicdPipeline.template.json", "AWS::CodePipeline::Pipeline")
    stages = _actions(pipeline)
    assert list(stages)[4:] == ["microservices-dev", "microservices-test", "microservices-prod"]
    assert stages["microservices-dev"] == ["Difference", "Prepare", "Deploy"]
    assert stages["microservices-prod"] == ["Difference", "Approve", "Prepare", "Deploy"]
    deployed = {
        name: _stacks(environments_assembly / f"assembly-CicdPipeline-microservices-{name}")
        for name in ("dev", "test", "prod")
    }
    assert deployed == {
        "dev": {("wfm-demoteam-amcdev", "aws://111122223333/eu-west-1")},
        "test": {("wfm-demoteam-amctest", "aws://111122223333/eu-west-1")},
        "prod": {("wfm-demoteam-amcdataset", "aws://444455556666/us-east-1")},
    }
    assert "arn:<AWS::Partition>:iam::444455556666:role/cdk-hnb659fds-lookup-role-444455556666-us-east-1" in {
        readable(statement["Resource"])
        for _, _, statement in Template.read(environments_assembly / "CicdPipeline.template.json").statements()
        if statement["Action"] == "sts:AssumeRole" and not isinstance(statement["Resource"], list)
    }


def test_a_table_of_the_tenant_provisioning_service_and_an_address_for_alarms_are_used(
    environments_assembly: Path,
) -> None:
    (deployed,) = (environments_assembly / "assembly-CicdPipeline-microservices-dev").glob("*.template.json")

    template = json.loads(deployed.read_text())
    assert not [name for name in template["Resources"] if name.startswith("TablesCustomerConfig")]
    assert template["Outputs"]["CustomerConfigTable"]["Value"] == "tps-CustomerConfig"
    (subscription,) = _resources(deployed, "AWS::SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.com")


def test_without_a_connection_there_is_only_the_stack(assembly: Path) -> None:
    assert _stack_names(assembly) == {"wfm-demoteam-amcdataset"}


def _synthesize(monkeypatch: pytest.MonkeyPatch, directory: Path, parameters: Mapping[str, object]) -> None:
    monkeypatch.setenv("CDK_OUTDIR", str(directory))
    monkeypatch.setenv("CDK_CONTEXT_JSON", json.dumps({"wfm_parameters": parameters}))
    synthesize()


def _without_metadata(template: Template) -> dict[str, Any]:
    """Resources and outputs; cdk-nag writes its reasons into the app's own stacks alone."""
    content = template.without_asset_hashes()
    resources = {
        name: {key: value for key, value in resource.items() if key != "Metadata"}
        for name, resource in content["Resources"].items()
    }
    return {"Resources": resources, "Outputs": content["Outputs"]}


def _actions(pipeline: dict[str, Any]) -> dict[str, list[str]]:
    """The names of the actions in each stage, in the order in which they run."""
    ordered = {stage["Name"]: sorted(stage["Actions"], key=itemgetter("RunOrder")) for stage in pipeline["Stages"]}
    return {name: [action["Name"].rpartition(".")[2] for action in actions] for name, actions in ordered.items()}


def _commands(template: Path) -> dict[str, list[str]]:
    """What each build of the pipeline runs, by its first command."""
    specs = [
        json.loads(project["Source"]["BuildSpec"])
        for project in _resources(template, "AWS::CodeBuild::Project")
        if isinstance(project["Source"]["BuildSpec"], str)
    ]
    commands = [spec["phases"]["build"]["commands"] for spec in specs]
    return {lines[0]: lines for lines in commands}


def _stacks(assembly: Path) -> set[tuple[str, str]]:
    """Name and environment of each stack."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"].values()
    stacks = [artifact for artifact in artifacts if artifact["type"] == "aws:cloudformation:stack"]
    return {(stack["properties"]["stackName"], stack["environment"]) for stack in stacks}


def _uses_of_connection(template: Path) -> set[str]:
    policies = (policy["PolicyDocument"] for policy in _resources(template, "AWS::IAM::Policy"))
    statements = [statement for policy in policies for statement in policy["Statement"]]
    return {
        action
        for statement in statements
        for action in as_list(statement["Action"])
        if statement["Resource"] == CONNECTION
    }


def _resources(template: Path, kind: str) -> list[dict[str, Any]]:
    resources = json.loads(template.read_text())["Resources"].values()
    return [resource["Properties"] for resource in resources if resource["Type"] == kind]


def _stack_names(assembly: Path) -> set[str]:
    return {name for name, _ in _stacks(assembly)}
