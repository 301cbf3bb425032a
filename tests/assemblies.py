"""The synthesized assemblies: made once for the same sources, whichever session asks first. Nobody writes to them.

One that a living process has asked for stays, however long its tests take: that process holds a lock on it.
"""

import atexit
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from acceptance.naming import Name
from acceptance.synthesis import context_of
from local.synthesis import ASSEMBLY, REPOSITORY, SOURCES, UNVALIDATED, context, is_current, written_alone

ROOT: Final = Path(__file__).resolve().parent.parent
KEPT: Final = ROOT / "build" / "cache" / "assemblies"
ACCEPTANCE: Final = Name("wfm-acceptance-7e577e")
CONTEXTS: Final[dict[str, dict[str, object]]] = {
    "aws": {"platform": "aws"},
    "deliveries": {**context(), "platform": "aws"},
    "local": context(),
    "acceptance": context_of(ACCEPTANCE, "local"),
}
SIMULATOR: Final = ("local/amc_simulator", "wfm")  # what the acceptance deploys besides
LEFT_ALONE: Final = 3600.0  # seconds for which nobody asked for an assembly that nobody uses
_in_use: Final[dict[Path, IO[str]]] = {}  # its locks go with this process


class SynthesisFailed(Exception):
    """What `app.py` said."""


def synthesized(platform: str, kept: Path = KEPT, repository: Path = ROOT) -> Path:
    """The assembly of the sources as they are: `platform` is a key of CONTEXTS."""
    kept.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(kept / f".{platform}.lock"):
        while not (assembly := kept / _name(platform, repository)).is_dir():
            _synthesize(platform, assembly, repository)
        assembly.touch()
        _use(assembly)
        _sweep(kept.glob(f"{platform}-*"), assembly.stat().st_mtime)
    return assembly


def for_this_machine() -> None:
    """Put what `wfm local up` and the demo would synthesize where they look for it, unless it is there."""
    assembly = synthesized("local")
    with written_alone(ASSEMBLY):
        if not is_current(ASSEMBLY, REPOSITORY):
            shutil.rmtree(ASSEMBLY, ignore_errors=True)
            shutil.copytree(assembly, ASSEMBLY, copy_function=shutil.copyfile)


def _name(platform: str, repository: Path) -> str:
    more = SIMULATOR if platform == "acceptance" else ()
    return f"{platform}-{digest_of(repository, more)}"


def digest_of(repository: Path, more: Iterable[str] = ()) -> str:
    """Changes with every file that an assembly is made of, and with the versions of what makes it."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sorted((*SOURCES, "requirements/dev.txt", *more)):
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
        environment = os.environ | {"CDK_OUTDIR": str(incoming), "CDK_CONTEXT_JSON": json.dumps(CONTEXTS[platform])}
        if platform == "local":
            environment |= UNVALIDATED
        command = [sys.executable, "app.py"]
        done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SynthesisFailed(f"app.py failed:\n{done.stderr[-8000:]}")
        if assembly.name == _name(platform, repository):
            incoming.rename(assembly)


def _use(assembly: Path) -> None:
    if assembly not in _in_use:
        _in_use[assembly] = _lock_of(assembly).open("w")
        atexit.register(_in_use[assembly].close)
        fcntl.flock(_in_use[assembly], fcntl.LOCK_SH)


def _lock_of(assembly: Path) -> Path:
    return assembly.with_name(f".{assembly.name}.lock")


def _sweep(assemblies: Iterable[Path], now: float) -> None:
    """Away with those that nobody uses any more. `now` is of the file system's clock: a test may have another."""
    for assembly in assemblies:
        if now - assembly.stat().st_mtime > LEFT_ALONE and not _is_used(assembly):
            shutil.rmtree(assembly)
            _lock_of(assembly).unlink()


def _is_used(assembly: Path) -> bool:
    with _lock_of(assembly).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
