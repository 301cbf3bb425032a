"""Every exit code of the command is reached, and docs/exit-codes.md lists them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from wfm.errors import ExitCode

PAGE = Path(__file__).parents[3] / "docs" / "exit-codes.md"


def _fail(deployed: Any, _monkeypatch: pytest.MonkeyPatch) -> list[str]:
    deployed.put_execution("e1", "FAILED")
    return ["results", "get", "acme/e1"]


def _interrupt(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    def wait(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    deployed.put_workflow()
    monkeypatch.setattr("wfm.client.requests.requests.Requests.wait", wait)
    return ["run", "reach", "--customer", "acme", "--wait"]


def _wait_too_short(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    deployed.put_workflow()
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)
    return ["run", "reach", "--customer", "acme", "--wait", "--timeout", "0.01"]


def _fail_in_part(deployed: Any, _monkeypatch: pytest.MonkeyPatch) -> list[str]:
    deployed.put_workflow()
    deployed.put_tenant("birch")
    return ["run", "reach", "--tenants", "acme,birch", "--yes"]


WAYS: dict[ExitCode, Callable[[Any, pytest.MonkeyPatch], list[str]]] = {
    ExitCode.GOOD: lambda *_: ["tenants", "list"],
    ExitCode.FAILED: _fail,
    ExitCode.USAGE: lambda *_: ["executions", "list", "--limit", "0"],
    ExitCode.NOT_ENDED: _wait_too_short,
    ExitCode.UNREACHABLE: lambda *_: ["--profile", "nobody", "tenants", "list"],
    ExitCode.PARTLY: _fail_in_part,
    ExitCode.INTERRUPTED: _interrupt,
}


@pytest.mark.parametrize("code", ExitCode)
def test_each_exit_code_is_reached(
    deployed: Any, command: Run, monkeypatch: pytest.MonkeyPatch, code: ExitCode
) -> None:
    deployed.put_tenant()

    ended = command(*WAYS[code](deployed, monkeypatch))

    assert ended.code == code, ended


def test_the_page_lists_each_code_with_its_meaning() -> None:
    listed = re.findall(r"^\| ([0-9]+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert listed == [(str(int(code)), code.meaning) for code in ExitCode]
