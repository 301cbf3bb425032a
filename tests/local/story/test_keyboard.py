"""Commands that need no deployment, typed as the story types them."""

import json
from pathlib import Path

import pytest

from local.story.keyboard import press
from local.story.library import REPORTS


def test_a_command_prints_as_ever_and_its_end_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    typed = press(f"wfm library check {REPORTS}")

    assert (typed.code, typed.errors) == (0, "")
    assert capsys.readouterr().out == "3 workflows: nothing wrong, 0 to look at\n"


def test_what_it_says_is_wrong_is_heard_and_seen(capsys: pytest.CaptureFixture[str]) -> None:
    typed = press("wfm schedules next 'every 7 hours'")

    assert typed.code == 2
    assert "7 hours do not divide a day" in typed.errors
    assert capsys.readouterr().err == typed.errors


def test_what_it_prints_goes_into_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    typed = press(f"wfm library check {REPORTS} --json > found.json")

    assert typed.code == 0
    assert isinstance(json.loads((tmp_path / "found.json").read_text()), dict)
    assert capsys.readouterr().out == ""
