"""Clones whose packages come from an index that offers something newer of everything, and asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.clone import Clone, clone, python_with_pip
from tests.setup.old_pips import ENTRIES, WHEELS
from tests.setup.package_index import Wheel, publish, served

LOCKED = (Wheel("alpha", "1.0", requires=("beta[fast]>=1.0",)), Wheel("beta", "1.0", extras=("fast",)))
NEWER = (
    Wheel("alpha", "2.0", requires=("gamma",)),
    Wheel("beta", "2.0", extras=("fast",), requires=("gamma",)),
    Wheel("gamma", "1.0"),
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    publish(tmp_path / "index", *LOCKED, *NEWER)
    with served(tmp_path / "index") as address:
        yield address


@pytest.fixture
def fresh(tmp_path: Path, index: str) -> Clone:
    """A clone that was never set up, on a machine without a network; its lock names `LOCKED`."""
    hashes = publish(tmp_path / "locked", *LOCKED)
    lock = {f"{wheel.name}=={wheel.version}": hashes[wheel.file] for wheel in LOCKED}
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS), "PIP_CONFIG_FILE": "/dev/null"}
    python = python_with_pip(tmp_path, max(ENTRIES))
    patience = {"UV_HTTP_TIMEOUT": "600", "UV_HTTP_CONNECT_TIMEOUT": "600"}  # seconds; the index shares a busy machine
    return clone(tmp_path / "clone", lock, UV_DEFAULT_INDEX=index, PYTHON=python, **pip, **patience)
