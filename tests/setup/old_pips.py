"""Old releases of pip, and the installer's wheel, kept below build/ so that the tests of the set-up need no network.

`python -m tests.setup.old_pips` fetches them, by hash; `make test` does that once.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LOCK: Final = Path(__file__).with_suffix(".txt")
INSTALLER: Final = ROOT / "requirements" / "installer.txt"
FOLDER: Final = ROOT / "build" / "old-pips"
WHEELS: Final = FOLDER / "wheels"
ENTRIES: Final = {
    version: line for line in LOCK.read_text().splitlines() for version in re.findall(r"^pip==(\S+)", line)
}
BY_HASH: Final = ("--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:")


def folder(version: str) -> Path:
    """Where that pip can be imported from."""
    return FOLDER / f"pip-{version}"


def fetch() -> None:
    for version, entry in ENTRIES.items():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as lock:
            lock.write(entry)
            lock.flush()
            _run("uv", "pip", "install", "--system-certs", *BY_HASH, "--target", str(folder(version)), "-r", lock.name)
    _run("pip", "download", "--disable-pip-version-check", *BY_HASH, "-d", str(WHEELS), "-r", str(INSTALLER))


def _run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], check=True)


if __name__ == "__main__":
    fetch()
