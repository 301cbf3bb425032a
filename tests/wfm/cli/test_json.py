"""Every command that answers has `--json`, and its answer is one JSON document."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import wfm.cli
from tests.wfm.commands import Run

# They serve or draw, write files of their own, or print JSON alone.
NO_ANSWER = {"console", "demo", "executions timeline", "mcp", "report", "tenants export"}


def commands(path: str, command: Any) -> Iterator[tuple[str, set[str]]]:
    """The commands below that one with their options."""
    below = getattr(command, "commands", {})
    if not below:
        yield path, {option for param in command.params for option in param.opts}
    for name, one in below.items():
        yield from commands(f"{path} {name}", one)


def test_every_command_that_answers_has_json() -> None:
    without = {
        path
        for name in wfm.cli.COMMANDS
        for path, options in commands(name, wfm.cli.load(name))
        if "--json" not in options
    }

    assert without == NO_ANSWER


@pytest.mark.parametrize(
    "words",
    [
        ["context", "add", "production"],
        ["context", "use", "staging"],
        ["context", "remove", "staging", "--yes"],
        ["local", "down"],
    ],
    ids=" ".join,
)
def test_a_change_is_answered_with_one_document(
    aws_settings: None, command: Run, words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("local.background.holder", lambda _directory: None)
    command("context", "add", "staging")

    ended = command(*words, "--json")

    assert ended.code == 0
    assert isinstance(json.loads(ended.out), dict)
