import ast
from pathlib import Path
from typing import Any

import pytest

from infra.asset import ROOT
from tests.infra.template import Template, arn_of

Functions = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def functions(whole_template: Template) -> Functions:
    return whole_template.properties("AWS::Lambda::Function")


def test_every_function_runs_a_handler_that_exists_and_bears_its_name(functions: Functions) -> None:
    for properties in functions.values():
        package, _, attribute = properties["Handler"].rpartition(".")
        source = ROOT / Path(*package.split(".")).with_suffix(".py")
        name = "".join(word.title() for word in source.stem.split("_"))

        assert properties["FunctionName"] == f"wfm-demoteam-amcdataset-{name}"
        assert attribute in _names_defined_in(source)


def test_every_handler_is_deployed(functions: Functions) -> None:
    modules = {path.stem for path in (ROOT / "functions" / "handlers").glob("*.py")} - {"__init__"}

    assert {properties["Handler"].split(".")[-2] for properties in functions.values()} == modules


def test_all_functions_share_one_runtime_and_architecture_and_all_but_one_their_asset(functions: Functions) -> None:
    codes = {
        properties["FunctionName"].rpartition("-")[2]: str(properties["Code"]) for properties in functions.values()
    }
    with_its_own = codes.pop("DeliverResult")
    assert len({*codes.values()} | {with_its_own}) == 2
    assert len({*codes.values()}) == 1
    assert {properties["Runtime"] for properties in functions.values()} == {"python3.13"}
    assert {str(properties["Architectures"]) for properties in functions.values()} == {"['arm64']"}


def test_every_function_is_traced_where_who_calls_it_is(functions: Functions) -> None:
    assert {properties["TracingConfig"]["Mode"] for properties in functions.values()} == {"PassThrough"}


def test_every_function_logs_to_an_encrypted_group_of_its_own_that_forgets(
    whole_template: Template, functions: Functions
) -> None:
    (key,) = whole_template.of_type("AWS::KMS::Key")
    groups = whole_template.properties("AWS::Logs::LogGroup")

    for properties in functions.values():
        group = groups[properties["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group == {
            "LogGroupName": f"/aws/lambda/{properties['FunctionName']}",
            "KmsKeyId": arn_of(key),
            "RetentionInDays": 90,
        }


def test_of_lambdas_own_lines_only_those_about_failures_are_kept(functions: Functions) -> None:
    for properties in functions.values():
        wanted = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"}
        assert properties["LoggingConfig"].items() >= wanted.items()


def test_every_function_has_a_role_of_its_own(functions: Functions) -> None:
    roles = [str(properties["Role"]) for properties in functions.values()]

    assert len(set(roles)) == len(roles)


def test_every_function_says_what_it_is_for(functions: Functions) -> None:
    assert all(len(properties["Description"]) > 10 for properties in functions.values())


def _names_defined_in(source: Path) -> set[str]:
    return {node.name for node in ast.parse(source.read_text()).body if isinstance(node, ast.FunctionDef)}
