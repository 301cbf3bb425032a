"""The synthesized assemblies: made once for the same sources, whichever session asks first. Nobody writes to them."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from local.synthesis import SOURCES

ROOT: Final = Path(__file__).resolve().parent.parent
KEPT: Final = ROOT / "build" / "cache" / "assemblies"
SURELY_OVER: Final = 3600.0  # seconds; no session takes so long


class SynthesisFailed(Exception):
    """What `app.py` said."""


def synthesized(platform: str, kept: Path = KEPT, repository: Path = ROOT) -> Path:
    """The assembly of the sources as they are: `platform` is `aws` or `local`."""
    kept.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(kept / f".{platform}.lock"):
        while not (assembly := kept / _name(platform, repository)).is_dir():
            _synthesize(platform, assembly, repository)
        assembly.touch()
        _sweep(kept)
    return assembly


def _name(platform: str, repository: Path) -> str:
    return f"{platform}-{digest_of(repository)}"


def digest_of(repository: Path) -> str:
    """Changes with every file that an assembly is made of, and with the versions of what makes it."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sorted((*SOURCES, "requirements/dev.txt")):
        path = repository / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                content = file.read_bytes()
                digest.update(f"{file.relative_to(repository)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _synthesize(platform: str, assembly: Path, repository: Path) -> None:
    """Whoever changes a source meanwhile gets nothing: what was read may be of before or of after."""
    with tempfile.TemporaryDirectory(dir=assembly.parent, prefix=".incoming-") as directory:
        incoming = Path(directory) / "assembly"
        context = {"CDK_OUTDIR": str(incoming), "CDK_CONTEXT_JSON": json.dumps({"platform": platform})}
        command = [sys.executable, "app.py"]
        done = subprocess.run(
            command, cwd=repository, env=os.environ | context, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SynthesisFailed(f"app.py failed:\n{done.stderr[-8000:]}")
        if assembly.name == _name(platform, repository):
            incoming.rename(assembly)


def _sweep(kept: Path) -> None:
    """Away with those that no session can be using any more."""
    for assembly in kept.glob("[!.]*"):
        if time.time() - assembly.stat().st_mtime > SURELY_OVER:
            shutil.rmtree(assembly)


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
