from pathlib import Path
from typing import Any

import pytest

from tests.wfm.library_world import FakeRollouts, at_a_pace, write


@pytest.fixture
def rollouts(deployed: Any) -> FakeRollouts:
    return FakeRollouts(deployed)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One workflow, as files."""
    return write(tmp_path / "workflows")


@pytest.fixture
def refused(folder: Path, rollouts: FakeRollouts, monkeypatch: pytest.MonkeyPatch) -> str:
    """Once its push is waited for, AMC of acme refuses the workflow of the folder: in these words."""
    reason = "AMC refused with 400: no"

    def end() -> None:
        rollouts.mark("reach", 1, "DONE", 1, 1)
        rollouts.row("acme", "reach", 1, "FAILED", reason)

    at_a_pace(monkeypatch, [end])
    return reason
