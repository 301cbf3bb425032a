"""The commands on docs/polling.md are there with the options that they are shown with, and so are its words."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from wfm.cli import load
from wfm.client.results.results import AMBIGUOUS, AVAILABLE, NONE, PENDING

PAGE = (Path(__file__).parents[2] / "docs" / "polling.md").read_text("utf-8")
COMMANDS = [line.partition("#")[0].strip() for line in PAGE.splitlines() if line.startswith("wfm ")]


def find(words: list[str]) -> tuple[Any, list[str]]:
    """The command, and the words that come after its name."""
    command: Any = typer.main.get_command(load(words[0]))
    words = words[1:]
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_takes_what_the_page_gives_it(line: str) -> None:
    command, words = find(shlex.split(line)[1:])

    context = command.make_context("wfm", words, resilient_parsing=False)

    assert not hasattr(command, "commands")
    assert context.params


def test_options_that_are_only_named_are_there() -> None:
    command, _ = find(["executions", "list"])
    known = {option for parameter in command.params for option in parameter.opts}
    (line,) = [line for line in PAGE.splitlines() if line.startswith("wfm executions list")]

    assert set(re.findall(r"--[a-z-]+", line)) <= known


def test_every_state_of_a_result_is_explained() -> None:
    assert all(state in PAGE for state in (AVAILABLE, PENDING, AMBIGUOUS, NONE))
