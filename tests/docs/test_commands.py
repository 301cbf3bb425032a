"""Every command that a page shows is there, with the arguments and options that it is shown with."""

import pytest
import typer

from tests.docs.commands_in_pages import Shown, parse, shown_commands

SHOWN = list(dict.fromkeys(shown_commands()))


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown.page}: {shown.line}")
def test_a_command_takes_what_a_page_gives_it(shown: Shown) -> None:
    context = parse(shown)

    verbs = getattr(context.command, "commands", {})
    assert not (shown.is_whole and verbs and context.parent), f"a verb is missing: {', '.join(verbs)}"


def test_commands_are_found_in_blocks_and_in_sentences() -> None:
    assert {(shown.page, shown.is_whole) for shown in SHOWN} >= {("README.md", True), ("polling.md", False)}


@pytest.mark.parametrize(
    "wrong", ["wfm runs", "wfm run reach --custommer a", "wfm run reach", "wfm executions", "wfm --contxt a"]
)
def test_a_command_that_is_wrong_is_found(wrong: str) -> None:
    with pytest.raises((typer.TyperException, AssertionError)):
        test_a_command_takes_what_a_page_gives_it(Shown("page.md", wrong, is_whole=True))
