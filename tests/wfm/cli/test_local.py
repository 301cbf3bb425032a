"""`wfm local up`, with a runtime that is not there."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local import background
from local.background import RunningRuntime
from local.console import KEY_FILE
from tests.wfm.commands import Run
from wfm.client.local_state import LocalState
from wfm.console.door import Door

STATE = LocalState("http://127.0.0.1:1", "http://127.0.0.1:2", "us-east-1", "wfm-a-b", 1, "2026-11-23T14:00:00+00:00")


@pytest.fixture
def runtime(aws_settings: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a runtime that `up` finds."""
    monkeypatch.setattr("local.background.up", lambda *_args, **_options: (STATE, False))
    monkeypatch.setattr("local.background.describe", lambda: RunningRuntime(tmp_path / "local", STATE, []))
    return tmp_path / "local"


def test_a_runtime_that_comes_up_is_the_context_local(runtime: Path, command: Run) -> None:
    ended = command("local", "up")

    assert "context local is in use: every command speaks to this runtime, in each folder" in ended.out
    assert json.loads(command("context", "show", "--json").out) == {
        "name": "local",
        "local": str(runtime),
        "inUse": True,
    }


def test_it_prints_an_address_of_its_console_for_one_browser(
    runtime: Path, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.mkdir()
    (runtime / KEY_FILE).write_bytes(b"key")
    monkeypatch.setattr("local.background.describe", lambda: RunningRuntime(runtime, replace(STATE, console=8321), []))

    first, second = (json.loads(command("local", "status", "--json").out)["console"] for _ in range(2))

    assert first.startswith("http://127.0.0.1:8321/enter?ticket=")
    assert Door(b"key").enter(first.partition("=")[2])
    assert first != second
    assert "\nconsole     http://127.0.0.1:8321/enter" in command("local", "status").out


def test_a_runtime_that_comes_up_takes_no_other_context_out_of_use(runtime: Path, command: Run) -> None:
    command("context", "add", "production", "--use")

    ended = command("local", "up", "--json")

    assert json.loads(ended.out)["stack"] == "wfm-a-b"
    assert json.loads(command("context", "show", "--json").out)["name"] == "production"
    assert "context production stays in use: `wfm context use local`" in command("local", "up").out


def test_a_runtime_comes_up_where_contexts_cannot_be_kept(
    runtime: Path, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", os.devnull)

    ended = command("local", "up")

    assert ended.code == 0
    assert "contexts.json cannot be written" in ended.out


@pytest.fixture
def started(aws_settings: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The supervisors that `up` starts: processes that never get a runtime up, and Ctrl-C comes meanwhile."""
    processes: list[Any] = []

    def spawn(_directory: Path, _options: list[str]) -> Any:
        processes.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]))
        return processes[-1]

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    real = background.up
    monkeypatch.setattr("local.background._spawn", spawn)
    monkeypatch.setattr("local.background.up", lambda *args, **options: real(*args, **options, directory=tmp_path))
    monkeypatch.setattr("local.background.time", SimpleNamespace(sleep=interrupt, monotonic=time.monotonic))
    return processes


def test_ctrl_c_leaves_nothing_of_a_runtime_that_was_starting(started: list[Any], command: Run) -> None:
    ended = command("local", "up")

    assert (ended.code, ended.err) == (130, "stopped: nothing is left of it\n")
    assert [process.poll() is None for process in started] == [False]
