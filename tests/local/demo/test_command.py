"""How `make demo` ends when it cannot begin, or when WFM broke a promise."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from local.demo import command
from local.synthesis import REPOSITORY
from wfm.client.local_state import held_lock, holder
from wfm.errors import LocalRuntimeError


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Run the command around another `_demo`; its exit code and what it said."""

    def run(demo: Any) -> tuple[object, str]:
        monkeypatch.setattr(command, "_demo", demo)
        monkeypatch.setattr(command, "OUTPUT", tmp_path)
        monkeypatch.setattr(command, "forget_aws_settings", lambda: None)
        monkeypatch.setattr(command, "own_dispositions", lambda: None)
        monkeypatch.setattr(sys, "argv", ["demo"])
        with pytest.raises(SystemExit) as left:
            command.main()
        out, err = capsys.readouterr()
        return left.value.code, out + err

    return run


def failing(problem: BaseException) -> Any:
    def demo(*_: Any) -> list[str]:
        raise problem

    return demo


def test_kept_promises_end_with_zero(ended: Any) -> None:
    assert ended(lambda *_: []) == (0, "")


def test_a_broken_promise_ends_with_one_and_is_said(ended: Any) -> None:
    assert ended(lambda *_: ["1 of 60 requests were lost."]) == (1, "1 of 60 requests were lost.\n")


def test_a_taken_port_is_one_sentence(ended: Any) -> None:
    taken = LocalRuntimeError("Port 4566 on 127.0.0.1 is taken: stop what uses it, or ask for another port.")

    assert ended(failing(taken)) == (4, f"demo: {taken}\n")


def test_a_disk_that_gets_full_is_one_sentence(ended: Any) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "build/demo/summary.json")

    assert ended(failing(full)) == (4, "demo: the disk is full: build/demo/summary.json\n")


def test_a_disk_that_is_nearly_full_is_noticed_before_anything_starts(
    ended: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "NEEDED_BYTES", 2**80)

    code, said = ended(failing(AssertionError("it began all the same")))

    assert code == 4
    assert said.startswith("demo: the disk is full: ")


def test_a_defect_of_ours_is_not_hidden_behind_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "_demo", failing(OSError(errno.ECONNREFUSED, "refused")))
    monkeypatch.setattr(command, "OUTPUT", tmp_path)
    monkeypatch.setattr(command, "forget_aws_settings", lambda: None)
    monkeypatch.setattr(command, "own_dispositions", lambda: None)
    monkeypatch.setattr(sys, "argv", ["demo"])

    with pytest.raises(ConnectionRefusedError):
        command.main()


def test_an_old_python_is_reported_before_anything_newer_is_loaded() -> None:
    code = "import runpy, sys; sys.version_info = (3, 8, 10); runpy.run_module('local.demo', run_name='__main__')"

    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, "The demo needs Python 3.11 or newer; this is Python 3.8.\n")


def test_a_demo_that_is_kept_takes_the_place_of_the_supervisor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held: list[object] = []

    def show(_console: Any, _port: int, keep: bool, _until_it_ends: Any) -> list[str]:
        held.append((keep, holder(tmp_path)))
        return []

    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "_show", show)
    monkeypatch.setattr(command, "signal", SimpleNamespace(signal=lambda *_: None, SIGTERM=signal.SIGTERM))

    assert command._demo(Console(), 0, True) == []
    assert held == [(True, os.getpid())]
    assert holder(tmp_path) is None


def test_a_demo_is_not_kept_beside_a_runtime_that_is_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "ROOT", tmp_path)

    with held_lock(tmp_path), pytest.raises(LocalRuntimeError, match="stop it with `wfm local down`"):
        command._demo(Console(), 0, True)
