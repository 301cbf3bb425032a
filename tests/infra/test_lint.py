import subprocess
import sys
from pathlib import Path

import pytest

NEEDLESS_DEPENDENCY = "W3005"  # CDK writes each DependsOn out, also those that a reference implies; both are right


@pytest.mark.parametrize(
    ("made", "stack"),
    [
        ("assembly", "WorkflowManagementServices"),
        ("whole_assembly", "WorkflowManagementServices"),
        ("acceptance_assembly", "AmcSimulator"),
    ],
)
def test_cfn_lint_finds_nothing(made: str, stack: str, request: pytest.FixtureRequest) -> None:
    template = request.getfixturevalue(made) / f"{stack}.template.json"
    cfn_lint = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", NEEDLESS_DEPENDENCY]
    done = subprocess.run([*cfn_lint, "--template", template], capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode) == ("", 0)
