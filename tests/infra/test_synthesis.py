import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra import asset
from infra.asset import ROOT
from infra.synthesis import SynthesisError, synthesize
from tests.infra.template import as_list

CONNECTION = "arn:aws:codeconnections:eu-west-1:123456789012:connection/aEXAMPLE-8aad-4d5d-8878-dfcab0bc441f"
STREAM = "arn:aws:dynamodb:eu-west-1:123456789012:table/tps-CustomerConfig/stream/2026-01-01T00:00:00.000"


def test_a_bad_parameter_ends_the_app_with_one_sentence() -> None:
    context = json.dumps({"wfm_parameters": {"datset": "clean-room"}})

    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "CDK_CONTEXT_JSON": context},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("wfm_parameters in cdk.json has the unknown key 'datset' (did you mean 'dataset'?)")
    assert len(done.stderr.splitlines()) == 1


def test_missing_wheels_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asset, "BUILD", tmp_path)

    with pytest.raises(SynthesisError, match="run `make setup`"):
        _synthesize(monkeypatch, tmp_path / "cdk.out", {})


def test_a_table_of_the_tenant_provisioning_service_is_used_instead_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _synthesize(monkeypatch, tmp_path, {"tps_table_stream_arn": STREAM})

    template = json.loads((tmp_path / "WorkflowManagementServices.template.json").read_text())
    assert not [name for name in template["Resources"] if name.startswith("TablesCustomerConfig")]
    assert template["Outputs"]["CustomerConfigTable"]["Value"] == "tps-CustomerConfig"


def test_a_connection_adds_the_pipeline_that_deploys_the_same_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _synthesize(monkeypatch, tmp_path, {"connection_arn": CONNECTION, "repository": "acme/wfm", "pipeline": "line.one"})

    (pipeline,) = _resources(tmp_path / "CicdPipeline.template.json", "AWS::CodePipeline::Pipeline")
    actions = {action["Name"] for stage in pipeline["Stages"] for action in stage["Actions"]}
    assert pipeline["Name"] == "line.one"
    assert [stage["Name"] for stage in pipeline["Stages"]] == ["Source", "Build", "UpdatePipeline", "Assets", "Deploy"]
    assert {"acme_wfm", "Synth", "SelfMutate"} <= actions
    assert _stack_names(tmp_path / "assembly-CicdPipeline-Deploy") == {"wfm-demoteam-amcdataset"}
    assert _uses_of_connection(tmp_path / "CicdPipeline.template.json") >= {
        *("codestar-connections:UseConnection", "codeconnections:UseConnection")
    }


def test_without_a_connection_there_is_only_the_stack(assembly: Path) -> None:
    assert _stack_names(assembly) == {"wfm-demoteam-amcdataset"}


def _synthesize(monkeypatch: pytest.MonkeyPatch, directory: Path, parameters: dict[str, str]) -> None:
    monkeypatch.setenv("CDK_OUTDIR", str(directory))
    monkeypatch.setenv("CDK_CONTEXT_JSON", json.dumps({"wfm_parameters": parameters}))
    synthesize()


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
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"].values()
    return {a["properties"]["stackName"] for a in artifacts if a["type"] == "aws:cloudformation:stack"}
