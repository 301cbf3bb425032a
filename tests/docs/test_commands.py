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


@pytest.mark.parametrize(
    "shown", [one for one in SHOWN if one.is_whole], ids=lambda shown: f"{shown.page}: {shown.line}"
)
def test_a_command_of_a_page_is_spelt_as_now(shown: Shown) -> None:
    params = parse(shown).params
    words = params.get("words") or params.get("ids") or params.get("run_id") or params.get("name") or []
    words = words if isinstance(words, list) else []
    is_old = len(words) > 1 and "/" not in words[0] and not (params.get("customer") or params.get("tenants"))

    assert not params.get("old_customer")
    assert not is_old or shown.line.startswith("wfm tenants set ")


@pytest.mark.parametrize(
    "words",
    [
        "run", "backfill start", "schedules add", "tenants add", "tenants set", "executions resubmit", "results get",
    ],
)  # fmt: skip
def test_the_help_of_a_command_with_many_options_has_an_example(words: str) -> None:
    examples = [one.line for one in SHOWN if one.page == "commands.md" and not one.is_whole]

    assert [line for line in examples if line.startswith(f"wfm {words} ")]


def test_a_command_that_chooses_among_runs_says_of_which_tenants() -> None:
    choosing = [one for one in SHOWN if " --state " in one.line]
    of = ("tenants", "backfill", "ids")

    assert choosing
    assert [one for one in choosing if not any(parse(one).params.get(name) for name in of)] == []


def test_commands_are_found_in_blocks_and_in_sentences() -> None:
    assert ("deliveries.md", "wfm deliveries send CUSTOMER/ID") in {(shown.page, shown.line) for shown in SHOWN}
    assert {(shown.page, shown.is_whole) for shown in SHOWN} >= {("README.md", True), ("polling.md", False)}


@pytest.mark.parametrize(
    "wrong", ["wfm runs", "wfm run reach --custommer a", "wfm executions show", "wfm executions", "wfm --contxt a"]
)
def test_a_command_that_is_wrong_is_found(wrong: str) -> None:
    with pytest.raises((typer.TyperException, AssertionError)):
        test_a_command_takes_what_a_page_gives_it(Shown("page.md", wrong, is_whole=True))
