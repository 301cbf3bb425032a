"""What mypy leaves out of aws_cdk, for time, is nothing that is used: what it does not follow, it takes for Any."""

import ast
import tomllib
from collections.abc import Iterator

from infra.asset import ROOT

CDK = "aws_cdk"
FOLDERS = ("bench", "infra", "state_machines", "tests")


def _checked() -> set[str]:
    (followed,) = [
        override["module"]
        for override in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
        if override.get("follow_imports") == "normal"
    ]
    return set(followed)


def _imported(source: str) -> Iterator[str]:
    """The modules that it imports, and the names that it takes out of aws_cdk."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == CDK:
            yield from (f"{CDK}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _is_module(name: str) -> bool:
    return name.partition(".")[0] == CDK and name.rpartition(".")[2].islower()


def test_every_module_of_cdk_that_is_imported_is_checked() -> None:
    files = [ROOT / "app.py", *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))]
    sources = [source for file in files if CDK in (source := file.read_text(encoding="utf-8"))]

    imported = {name for source in sources for name in _imported(source) if _is_module(name)}

    assert len(imported) > 10
    assert imported - _checked() == set()
