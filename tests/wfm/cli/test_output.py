"""Tables on terminals of every width."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfm.cli.output import beneath, print_table

HEADINGS = ["ID", "STATUS", "WORKFLOW", "REASON"]
A_ROW = ["monday-reach", "REJECTED", "reach", "Was unable to compile the workflow [here]."]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    return monkeypatch


def shown(terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int) -> list[str]:
    terminal.setenv("COLUMNS", str(width))
    print_table(HEADINGS, [A_ROW, ["r2", "RUNNING", "geo", ""]], status_column=1)
    return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()


def test_what_fits_stands_side_by_side(terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(terminal, capsys, 100) == [
        "ID            STATUS    WORKFLOW  REASON",
        "monday-reach  REJECTED  reach     Was unable to compile the workflow [here].",
        "r2            RUNNING   geo",
    ]


def test_what_does_not_fit_stands_below_with_its_name(
    terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(terminal, capsys, 36) == [
        "ID            STATUS    WORKFLOW",
        "monday-reach  REJECTED  reach",
        "    reason: Was unable to compile",
        "    the workflow [here].",
        "r2            RUNNING   geo",
    ]


def test_ids_and_statuses_stay_in_their_line_on_the_narrowest(
    terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown(terminal, capsys, 18)

    assert lines[:3] == ["ID        STATUS", "mond…ach  REJECTED", "    workflow:"]


@given(st.lists(st.text(st.characters(categories=["L", "N"]), max_size=30), min_size=1, max_size=5))
def test_nothing_that_stands_below_is_lost_or_broken(cells: list[str]) -> None:
    words = " ".join(beneath(["NAME"] * len(cells), cells, 30)).split()

    assert [word for word in words if word != "name:"] == [cell for cell in cells if cell]


@pytest.mark.parametrize(("no_color", "colours"), [("1", False), ("", True)])
def test_colours_are_left_out_for_who_wants_none(
    terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], no_color: str, colours: bool
) -> None:
    terminal.setenv("NO_COLOR", no_color)

    print_table(HEADINGS, [A_ROW], status_column=1)

    assert bool(re.search(r"\x1b\[[0-9;]*3[0-7]m", capsys.readouterr().out)) is colours
