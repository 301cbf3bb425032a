"""The assembly for this machine: written anew when it is missing or older than what it is made of."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from wfm.errors import LocalRuntimeError

REPOSITORY: Final = Path(__file__).resolve().parents[1]
ASSEMBLY: Final = REPOSITORY / "build" / "cdk.out.local"
SOURCES: Final = (
    *("app.py", "cdk.json", "functions", "infra", "requirements/lambda.txt"),
    *("requirements/delivery.txt", "schemas", "state_machines"),
    *("wfm/errors.py", "wfm/calendar", "wfm/model", "wfm/store"),
)
# CDK's validation of templates is half of a synthesis. But for the asset, that of AWS is the same, and is validated.
UNVALIDATED: Final = {"CDK_VALIDATION": "false"}


def context(repository: Path = REPOSITORY) -> dict[str, object]:
    """The context of an assembly for this machine: cdk.json's, with the parts that others may be without."""
    given = json.loads((repository / "cdk.json").read_text(encoding="utf-8"))["context"]["wfm_parameters"]
    return {"platform": "local", "wfm_parameters": {**given, "deliveries": "on"}}


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


@contextmanager
def written_alone(assembly: Path) -> Iterator[None]:
    """Nobody else on this machine writes the assembly meanwhile; who waited finds what the other one has written."""
    assembly.parent.mkdir(parents=True, exist_ok=True)
    with (assembly.parent / f".{assembly.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def current_assembly(assembly: Path = ASSEMBLY, repository: Path = REPOSITORY) -> Path:
    """The assembly, synthesized first if need be; LocalRuntimeError with the reason if that fails."""
    with written_alone(assembly):
        if not is_current(assembly, repository):
            _synthesize(assembly, repository)
    return assembly


def _synthesize(assembly: Path, repository: Path) -> None:
    given = {"CDK_CONTEXT_JSON": json.dumps(context(repository)), "CDK_OUTDIR": str(assembly)}
    environment = os.environ | given | UNVALIDATED
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=repository, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise LocalRuntimeError(f"the assembly could not be synthesized: {lines[-1]}")
