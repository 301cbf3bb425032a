"""Numbers that an option does not take are refused in words, whichever command it is."""

from collections.abc import Iterator
from typing import Any

import pytest

import wfm.cli
from tests.wfm.commands import Run


def _options(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, one in getattr(command, "commands", {}).items():
        yield from _options((*path, name), one)
    for param in command.params:
        if param.opts[0].startswith("--") and "str" not in str(param.type_descriptor.annotation):
            yield path, param


def _numbers() -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in wfm.cli.COMMANDS:
        for path, param in _options((name,), wfm.cli.load(name)):
            if param.type_descriptor.annotation in (int, float, int | None, float | None):
                yield path, param


NUMBERS = [(*path, param.opts[0], param) for path, param in _numbers()]


@pytest.mark.parametrize("option", NUMBERS, ids=lambda option: " ".join(option[:-1]))
def test_no_number_and_one_out_of_range_is_refused_with_what_is_allowed(
    aws_settings: None, command: Run, option: tuple[Any, ...]
) -> None:
    *words, param = option
    wrong = ["many", "nan"] if param.min is not None else ["many"]
    wrong += [str(param.min - 1)] if param.min is not None else []
    wrong += [str(param.max + 1)] if param.max is not None else []

    for given in wrong:
        ended = command(*words, given)

        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith(f"error: {words[-1]}: {given!r} is not taken; allowed: a ")
        assert "number" in ended.err


def test_the_options_of_all_commands_are_looked_at() -> None:
    assert {("executions", "watch", "--interval"), ("backfill", "list", "--limit"), ("local", "up", "--port")} <= {
        option[:-1] for option in NUMBERS
    }
