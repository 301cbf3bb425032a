from pathlib import Path
from typing import Any

import pytest

from tests.wfm.library_world import FakeRollouts, write


@pytest.fixture
def rollouts(deployed: Any) -> FakeRollouts:
    return FakeRollouts(deployed)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One workflow, as files."""
    return write(tmp_path / "workflows")
