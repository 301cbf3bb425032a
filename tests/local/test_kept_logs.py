"""The logs of an emulator outlive it, however it ended."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from local import background
from local.emulator import workspace
from wfm.client.local_state import SUPERVISOR_LOG


def test_logs_of_an_emulator_that_was_stopped_stay_beside_its_folder(tmp_path: Path) -> None:
    space = workspace.create("runtime", 1, tmp_path, needed_bytes=1)
    space.log.write_text("the last word\n")

    space.remove()

    assert not space.path.exists()
    assert (tmp_path / "emulator.log").read_text() == "the last word\n"


def test_logs_of_an_emulator_that_was_killed_stay_when_the_next_one_sweeps(tmp_path: Path) -> None:
    folder = tmp_path / "runtime-1-2"
    folder.mkdir()
    (folder / workspace.LOCK_NAME).touch()
    for name in ("emulator.log", "amc_simulator.log"):
        (folder / name).write_text(name)

    assert workspace.sweep(tmp_path) == [folder]

    assert not folder.exists()
    assert [(tmp_path / name).read_text() for name in ("emulator.log", "amc_simulator.log")] == [
        "emulator.log", "amc_simulator.log",
    ]  # fmt: skip


def test_the_next_supervisor_leaves_the_log_of_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / SUPERVISOR_LOG).write_text("why it ended\n")
    nothing = SimpleNamespace(Popen=lambda *_args, **_options: None, DEVNULL=None)
    monkeypatch.setattr("local.background.subprocess", nothing)

    background._spawn(tmp_path, [])

    assert (tmp_path / f"previous-{SUPERVISOR_LOG}").read_text() == "why it ended\n"
    assert (tmp_path / SUPERVISOR_LOG).read_text() == ""
