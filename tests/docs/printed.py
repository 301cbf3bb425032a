"""A command line of a page, and what the page says that it prints."""

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

import wfm.cli

DOCS: Final = Path(__file__).parents[2] / "docs"


def page(name: str) -> str:
    """The text of `docs/<name>.md`."""
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def blocks(text: str, kind: str) -> list[str]:
    """The code blocks of that kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Printed:
    """`...` in what is printed stands for anything. Notes on stderr are not part of it."""

    command: str
    text: str

    def __str__(self) -> str:
        return self.command

    def check(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        """An error is on stderr and has exit code 2; all else is on stdout."""
        monkeypatch.setattr(sys, "argv", shlex.split(self.command))
        with pytest.raises(SystemExit) as left:
            wfm.cli.main()
        ended = capsys.readouterr()
        is_error = self.text.startswith("error")
        printed = ended.err if is_error else ended.out
        assert re.fullmatch(re.escape(self.text).replace(r"\.\.\.", ".+"), printed), printed
        assert left.value.code == (2 if is_error else 0)


def commands(text: str) -> list[Printed]:
    """Those in the blocks of a console, `$ COMMAND` with the lines below it."""
    found = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks(text, "console")), re.MULTILINE)
    return [Printed(*shown) for shown in found]
