"""docs/deploy.md shows the pinned CDK command, and an example that is deployed."""

import json
import re
from pathlib import Path

from infra.node import CDK_CLI_VERSION
from infra.parameters import Parameters, environments

PAGE = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text("utf-8")


def test_the_example_is_a_pipeline_of_two_environments() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)

    parameters = Parameters.from_context(json.loads(f"{{{example}}}")["wfm_parameters"])

    assert [each.parameters.prefix for each in environments(parameters)] == ["wfm-ads-amcdev", "wfm-ads-amcprod"]


def test_the_page_names_the_pinned_cdk_command() -> None:
    assert f"({CDK_CLI_VERSION}) from npm" in PAGE
