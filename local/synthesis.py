"""The assembly for this machine: written anew when it is missing or older than what it is made of."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from wfm.errors import LocalRuntimeError

REPOSITORY: Final = Path(__file__).resolve().parents[1]
ASSEMBLY: Final = REPOSITORY / "build" / "cdk.out.local"
SOURCES: Final = (
    *("app.py", "cdk.json", "functions", "infra", "requirements/lambda.txt", "schemas", "state_machines"),
    *("wfm/errors.py", "wfm/calendar", "wfm/model", "wfm/store"),
)
# CDK's validation of templates is half of a synthesis. But for the asset, that of AWS is the same, and is validated.
UNVALIDATED: Final = {"CDK_VALIDATION": "false"}


def newest(paths: list[Path]) -> float:
    """The latest change (epoch seconds) of any file below the paths; 0 if there is none."""
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path])]
    kept = [file for file in files if file.is_file() and "__pycache__" not in file.parts]
    return max((file.stat().st_mtime for file in kept), default=0.0)


def is_current(assembly: Path, repository: Path) -> bool:
    """Whether the assembly is there and nothing that it is made of has changed since."""
    manifest = assembly / "manifest.json"
    sources = [repository / name for name in SOURCES]
    return manifest.is_file() and manifest.stat().st_mtime >= newest(sources)


def current_assembly(assembly: Path = ASSEMBLY, repository: Path = REPOSITORY) -> Path:
    """The assembly, synthesized first if need be; LocalRuntimeError with the reason if that fails."""
    if is_current(assembly, repository):
        return assembly
    environment = os.environ | {"CDK_CONTEXT_JSON": '{"platform":"local"}', "CDK_OUTDIR": str(assembly)} | UNVALIDATED
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=repository, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise LocalRuntimeError(f"the assembly could not be synthesized: {lines[-1]}")
    return assembly
