"""A page as somebody would type it: its files and its `wfm` commands in their order, and what these print there."""

import contextlib
import io
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

import wfm.cli

ROOT: Final = Path(__file__).parents[2]
_BLOCK: Final = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND: Final = re.compile(r"^(?:[A-Z_]+=\S+ )*wfm ")
_SHOWN: Final = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_FILES: Final = frozenset({"sql", "yaml", "json"})
_PROGRESS: Final = r"^ *(?:\d\d:\d\d:\d\d|\d+\.\d s)  "
# What is another one each time, by what stands for it when two texts are compared. Of progress the last line counts.
_MASKS: Final = (
    (_PROGRESS + r".*\n(?=" + _PROGRESS[1:] + ")", ""),
    (r"^[A-Z]\w+ \d+(?:\.\d+)? (?:s|min|h)\b.*", "DURATIONS"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "ID"),
    (r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?", "TIME"),
    (r"\b\d\d:\d\d(?::\d\d)?\b", "TIME"),
    (r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b", "DAY"),
    (r"\b\d+(?:\.\d+)? (?:s|min|h)\b", "DURATION"),
    (r"\b\d+(?: of \d+)? (lines|runs|tenants|not in the folder|requests can be sent)\b", r"N \1"),
    (r"(reaches|is taken from) N tenants: .*", r"\1 N tenants"),
    (r" {2,}", "  "),
    (r" +$", ""),
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file that the page shows."""

    name: str
    text: str


@dataclass(frozen=True)
class Typed:
    """A command of the page; `shown` is what it prints, None if the page does not say it."""

    line: str
    shown: str | None = None

    @property
    def command(self) -> str:
        """Without the page's remark."""
        return shlex.join(shlex.split(self.line, comments=True))


class Keyboard(io.StringIO):
    """Of somebody who says yes to every question."""

    def __init__(self) -> None:
        super().__init__("y\n" * 9)

    def isatty(self) -> bool:
        """A person can be asked."""
        return True


def steps(text: str) -> Iterator[File | Typed]:
    """Of a page, from top to bottom."""
    for kind, name, block in _BLOCK.findall(text):
        if name and kind in _FILES and "." in name:
            yield File(name, block)
        elif kind == "console":
            yield from (Typed(line, shown) for line, shown in _SHOWN.findall(block))
        elif kind in {"sh", ""}:
            lines = block.replace("\\\n", " ").splitlines()
            yield from (Typed(line.strip()) for line in lines if _COMMAND.match(line))


def typed(line: str) -> tuple[int, str]:
    """The exit code, and what it prints: the answer, or the error in its place."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr(sys, "argv", shlex.split(line, comments=True))
        patch.setattr(sys, "stdin", Keyboard())
        with pytest.raises(SystemExit) as left:
            wfm.cli.main()
    errors = "".join(one for one in err.getvalue().splitlines(keepends=True) if one.startswith("error"))
    return int(left.value.code or 0), out.getvalue() or errors


def says(printed: str, shown: str) -> bool:
    """Whether it prints these lines in this order; there may be more, of tenants and runs that others have made."""
    lines = iter(masked(printed).splitlines())
    return all(any(line == one for one in lines) for line in masked(shown).splitlines())


def masked(text: str) -> str:
    """The text without what is another one each time."""
    for pattern, stands_for in _MASKS:
        text = re.sub(pattern, stands_for, text, flags=re.MULTILINE)
    return text.strip()
