"""One grammar for the whole command: noun, verb, ids first; a customer is `--customer` or stands before the id."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest

import wfm.cli
from tests.wfm.commands import Run

DESTRUCTIVE = ("remove", "cancel", "purge", "push", "pull")  # pull overwrites files, and asks by --force
BEFORE_ID = "[CUSTOMER/]"


class Leaf(NamedTuple):
    """A command that does something, by its words."""

    name: str
    command: Any

    @property
    def arguments(self) -> list[str]:
        """The names that the help has for them."""
        shown = [one for one in self.command.params if one.param_type_name == "argument" and not one.hidden]
        return [one.metavar or one.name.upper() for one in shown]

    @property
    def options(self) -> set[str]:
        shown = [one for one in self.command.params if one.param_type_name == "option" and not one.hidden]
        return {name for option in shown for name in option.opts}


def walk(name: str, command: Any) -> Iterator[Leaf]:
    for verb, below in getattr(command, "commands", {}).items():
        yield from walk(f"{name} {verb}", below)
    if not hasattr(command, "commands"):
        yield Leaf(name, command)


@cache
def leaves() -> list[Leaf]:
    return [leaf for name in wfm.cli.COMMANDS for leaf in walk(name, wfm.cli.load(name))]


def test_a_customer_is_never_the_first_word_but_where_tenants_are_the_noun() -> None:
    bare = [leaf.name for leaf in leaves() for one in leaf.arguments if re.match(r"\[?CUSTOMER(?!/)", one)]

    assert bare
    assert {name.split()[0] for name in bare} == {"tenants"}


def test_what_is_a_customers_takes_both_forms() -> None:
    alone = [
        leaf.name
        for leaf in leaves()
        if any(BEFORE_ID in one for one in leaf.arguments) != ("--customer" in leaf.options)
    ]
    without_ids = [leaf for leaf in leaves() if leaf.name in alone and not leaf.arguments]
    others = {leaf.name for leaf in leaves() if leaf.name in alone and leaf.arguments}

    assert all("--customer" in leaf.options for leaf in without_ids)
    outside = {name for name in others if name.split()[0] not in ("tenants", "local")}  # AMC's ids are nobody's in WFM
    assert outside == {"workflows put"}  # its file names the id
    assert len([leaf for leaf in leaves() if "--customer" in leaf.options]) > 20


def test_what_destroys_asks_first() -> None:
    verbs = [leaf for leaf in leaves() if leaf.name.split()[-1] in DESTRUCTIVE]

    assert len(verbs) > 7
    assert [leaf.name for leaf in verbs if not leaf.options & {"--yes", "--force"}] == []


# They read, or what they do is undone by the same noun: who adds a command that does more gives it `--yes`.
UNASKED = {
    *("auth", "console", "cost", "demo", "doctor", "mcp", "report", "status", "window"),
    *("backfill list", "backfill show", "backfill watch", "chains links", "chains list", "chains show"),
    *("deliveries list", "deliveries show"),
    *("context add", "context list", "context show", "context use"),
    *("executions failed", "executions list", "executions logs", "executions show", "executions timeline"),
    *("executions watch", "library check", "library list", "library pull", "library show"),
    *("local amc clock", "local amc durations", "local amc echo", "local amc fault", "local amc faults"),
    *("local amc mend", "local amc start", "local down", "local status", "local tenant add", "local up"),
    *("queue peek", "queue show", "results get", "results compare", "results list"),
    *("schedules add", "schedules list", "schedules next", "schedules run", "schedules show"),
    *("tenants discover", "tenants export", "tenants import", "tenants list", "tenants show"),
    *("workflows drift", "workflows list", "workflows put", "workflows show", "workflows sync"),
}


def test_every_command_asks_or_is_known_to_need_no_question() -> None:
    assert {leaf.name for leaf in leaves() if "--yes" not in leaf.options} == UNASKED
    assert [leaf.name for leaf in leaves() if "--yes" in leaf.options and "-y" not in leaf.options] == []


def test_who_can_wait_says_for_how_long() -> None:
    waiting = [leaf for leaf in leaves() if "--wait" in leaf.options]

    assert len(waiting) > 10
    assert [leaf.name for leaf in waiting if "--timeout" not in leaf.options] == []


def test_options_that_come_everywhere_mean_the_same_everywhere() -> None:
    meanings: dict[str, set[str]] = {}
    for leaf in leaves():
        for one in leaf.command.params:
            if one.opts[0] in ("--yes", "--timeout", "--fresh", "--window-from", "--window-to", "--backfill"):
                meanings.setdefault(one.opts[0], set()).add(one.help)

    assert len(meanings) == 6
    assert {option: said for option, said in meanings.items() if len(said) > 1} == {}


def test_every_help_text_is_a_sentence_with_a_capital_and_a_full_stop() -> None:
    texts = [(leaf.name, leaf.command.help.split("\n\n")[0]) for leaf in leaves()]
    for leaf in leaves():
        shown = [one for one in leaf.command.params if not one.hidden and one.name != "help"]
        texts += [(f"{leaf.name} {one.opts[0]}", one.help) for one in shown]

    assert len(texts) > 400
    assert [where for where, text in texts if not re.match(r"[A-Z0-9]", text) or not text.rstrip().endswith(".")] == []


def test_every_argument_and_option_says_what_it_is() -> None:
    silent = [
        f"{leaf.name} {one.name}"
        for leaf in leaves()
        for one in leaf.command.params
        if not one.hidden and one.name != "help" and not getattr(one, "help", None)
    ]

    assert silent == []
    assert [leaf.name for leaf in leaves() if not leaf.command.help] == []


def test_ids_have_one_name_each_for_help_and_errors() -> None:
    named = {one.split(BEFORE_ID)[1] for leaf in leaves() for one in leaf.arguments if BEFORE_ID in one}

    assert {re.match(r"\w+", name)[0] for name in named} == {"ID", "NAME", "WORKFLOW"}  # type: ignore[index]


@pytest.fixture
def world(deployed: Any, post: Any) -> Any:
    deployed.put_workflow()
    deployed.put_request("r1", "FAILED", endedAt="2026-11-23T15:00:00.000Z")
    row = {"customerId": "acme", "Name": "daily", "ScheduleExpression": "daily 08:00"}
    deployed.table("Schedules").put_item(Item=row | {"Input": {"payload": {"workflowId": "reach"}}})
    return deployed


@pytest.mark.parametrize(
    ("noun", "verb", "name"),
    [
        ("executions", "show", "r1"),
        ("schedules", "show", "daily"),
        ("schedules", "pause", "daily"),
        ("workflows", "show", "reach"),
        ("results", "get", "r1"),
        ("executions", "resubmit", "r1"),
    ],
)
def test_both_forms_do_the_same_and_the_old_one_with_a_note(
    world: Any, command: Run, noun: str, verb: str, name: str
) -> None:
    yes = ["--yes"] if verb == "resubmit" else []
    option = command(noun, verb, name, "--customer", "acme", *yes)
    world.put_request("r1", "FAILED", endedAt="2026-11-23T15:00:00.000Z")

    before_id = command(noun, verb, f"acme/{name}", *yes)
    old = command(noun, verb, "acme", name, *yes)

    assert option == before_id
    assert "Usage" not in option.err
    assert (old.code, old.out) == (option.code, option.out)
    assert old.err.startswith(f"note: acme {name} is an old spelling, which goes with version 0.3; write acme/{name}\n")


@pytest.mark.parametrize(
    "words",
    [
        ("queue", "show"),
        ("queue", "peek"),
        ("workflows", "list"),
        ("schedules", "list"),
        ("results", "list"),
        ("executions", "failed"),
    ],
)
def test_a_customer_in_the_old_place_is_taken_with_a_note(world: Any, command: Run, words: tuple[str, ...]) -> None:
    new = command(*words, "--customer", "acme", "--json")

    old = command(*words, "acme", "--json")

    assert old.code == new.code == 0
    assert old.err.startswith("note: acme is an old spelling, which goes with version 0.3; write --customer acme\n")


def test_an_id_without_its_customer_is_refused_with_both_forms(world: Any, command: Run) -> None:
    ended = command("executions", "show", "r1")

    assert ended.code == 2
    assert ended.err == "error: ID: 'r1' is without its customer; allowed: CUSTOMER/r1, or --customer CUSTOMER\n"
