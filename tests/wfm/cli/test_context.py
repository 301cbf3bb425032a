"""`wfm context`, and the line that names the target."""

import io
import json
import os
import pty
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.wfm.commands import Run
from wfm.cli.targets import changed, terminal_of


def test_contexts_are_added_used_listed_shown_and_removed(aws_settings: None, command: Run) -> None:
    none = command("context", "list")
    added = command("context", "add", "production", "--profile", "agency", "--region", "eu-west-1", "--team", "media")
    also = command("context", "add", "staging", "--use")
    used = command("context", "use", "production")
    listed = json.loads(command("context", "list", "--json").out)
    shown = command("context", "show")
    removed = command("context", "remove", "staging", "--yes")

    assert "there are none yet" in none.out
    assert added.out.startswith("added: context production, AWS, profile agency, region eu-west-1, team media. Use it")
    assert also.out == "added: context staging, AWS by its usual settings. It is in use.\n"
    assert used.out == "in use: context production, AWS, profile agency, region eu-west-1, team media\n"
    assert [(one["name"], one["inUse"]) for one in listed] == [("production", True), ("staging", False)]
    assert dict(line.split(maxsplit=1) for line in shown.out.splitlines()[:3]) == {
        "name": "production",
        "profile": "agency",
        "region": "eu-west-1",
    }
    assert removed.out == "removed: context staging\n"
    assert [one["name"] for one in json.loads(command("context", "list", "--json").out)] == ["production"]


def test_the_table_of_contexts_names_what_each_has(aws_settings: None, command: Run, tmp_path: Path) -> None:
    command("context", "add", "mine", "--local", str(tmp_path), "--use")

    heading, line = command("context", "list").out.splitlines()

    assert heading.split() == ["NAME", "USE", "PROFILE", "REGION", "TEAM", "DATASET", "LOCAL"]
    assert line.split() == ["mine", "in", "use", str(tmp_path)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["use", "prod"], "NAME: there is no context 'prod'; there is only production"),
        (["add", "production"], "NAME: context production is there already (AWS by its usual settings)"),
        (["add", "a b"], "NAME: 'a b' is no name of a context"),
        (["add", "x", "--local", "/nowhere"], "--local: there is no folder '/nowhere'"),
        (["add", "x", "--local", ".", "--team", "t"], "--local: a runtime on this machine has no profile"),
        (["remove", "production"], "--yes is missing"),
        (["show"], "no context is in use; allowed: the name of one"),
    ],
)
def test_a_mistake_changes_nothing(aws_settings: None, command: Run, words: list[str], sentence: str) -> None:
    command("context", "add", "production")
    before = command("context", "list", "--json").out

    ended = command("context", *words)

    assert ended.code == 2
    assert sentence in ended.err
    assert command("context", "list", "--json").out == before


def test_a_config_folder_that_cannot_be_written_is_named(
    aws_settings: None, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", os.devnull)

    ended = command("context", "add", "production")

    assert ended.code == 2
    assert f"{os.devnull}/wfm/contexts.json cannot be written" in ended.err


def test_status_names_what_it_shows_in_a_pipe_too(deployed: Any, command: Run) -> None:
    deployed.put_tenant()

    loud, quiet = command("status"), command("--quiet", "status")

    assert loud.err == "no context: AWS by its usual settings, stack wfm-demoteam-amcdataset\n"
    assert (quiet.err, quiet.out) == ("", loud.out)


def test_a_context_chooses_the_stack_and_an_option_goes_before_it(
    aws_settings: None, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("context", "add", "production", "--team", "media", "--dataset", "amc", "--use")
    asked: list[str] = []
    monkeypatch.setattr("wfm.client.wfm.Aws", lambda _connection, stack: asked.append(stack))
    monkeypatch.setenv("WFM_TEAM", "media")

    for words in ([], ["--team", "other"]):
        with pytest.raises(AttributeError):
            command(*words, "tenants", "list")

    assert asked == ["wfm-media-amc", "wfm-other-amc"]


def test_a_terminal_is_told_of_its_target_once_and_when_that_changes(tmp_path: Path) -> None:
    here = {"XDG_STATE_HOME": str(tmp_path)}
    lines = [("pts-1 7", "a"), ("pts-1 7", "a"), ("pts-2 8", "a"), ("pts-1 7", "b"), ("pts-1 7", "a"), ("pts-1 9", "a")]

    assert [changed(here, terminal, line) for terminal, line in lines] == [True, False, True, True, True, True]


def test_a_terminal_that_cannot_be_remembered_is_told_each_time() -> None:
    assert [changed({"XDG_STATE_HOME": os.devnull}, "pts-1 7", "a") for _ in range(2)] == [True, True]


@pytest.fixture
def terminal() -> Iterator[int]:
    """A terminal of this test's own."""
    outer, inner = pty.openpty()
    yield inner
    for descriptor in (outer, inner):
        os.close(descriptor)


def test_a_terminal_has_a_name_and_a_shell(terminal: int) -> None:
    assert terminal_of(terminal) == f"{os.ttyname(terminal).strip('/').replace('/', '-')} {os.getsid(0)}"


class Terminal(io.StringIO):
    """Standard error of a person."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor


def test_on_a_terminal_the_first_line_names_a_target_that_is_new(
    deployed: Any, command: Run, terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = Terminal(terminal)
    monkeypatch.setattr("wfm.cli.session.sys", SimpleNamespace(stderr=stderr))

    for _ in range(2):
        command("tenants", "list")

    assert stderr.getvalue() == "no context: AWS by its usual settings, stack wfm-demoteam-amcdataset\n"
