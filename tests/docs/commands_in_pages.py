"""The commands that README.md and the pages of docs/ show, found in their text."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer

import wfm.cli

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_BLOCK: Final = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE: Final = re.compile(r"`((?:[A-Z_]+=\S+ )*wfm [^`]+)`")
_END: Final = frozenset({"|", "&&", ">", ";", "..."})


@dataclass(frozen=True)
class Shown:
    """A command with the page that shows it. In a sentence it may be without what it needs, in a block it is whole."""

    page: str
    line: str
    is_whole: bool

    @property
    def words(self) -> list[str]:
        """What comes after `wfm`, up to where another command begins."""
        words = shlex.split(self.line, comments=True)
        words = words[words.index("wfm") + 1 :]
        return words[: next((place for place, word in enumerate(words) if word in _END), None)]


def shown_commands() -> Iterator[Shown]:
    """All of them, page by page."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for language, block in _BLOCK.findall(text):
            if language in {"", "sh", "console"}:
                for line in block.replace("\\\n", " ").splitlines():
                    if re.match(r"(\$ )?([A-Z_]+=\S+ )*wfm ", line):
                        yield Shown(page.name, line.removeprefix("$ ").strip(), is_whole=True)
        for line in _INLINE.findall(_BLOCK.sub("", text)):
            yield Shown(page.name, " ".join(line.split()), is_whole=False)


def parse(shown: Shown) -> Any:
    """The context of the command that is called; a typer exception if the command line does not take it.

    What is not whole may lack arguments, but its command and options are there. Options before the command's name that
    do something at once (`--install-completion`) are only looked at.
    """
    command, words = typer.main.get_command(wfm.cli.app), shown.words
    name, parent, known = "wfm", None, {"--help"}
    while True:
        is_whole = shown.is_whole and parent is not None
        context: Any = command.make_context(name, words, parent=parent, resilient_parsing=not is_whole)
        known |= {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
        words = [*context._protected_args, *context.args]
        if not hasattr(command, "resolve_command") or not words:
            break
        name, command, words = context.command.resolve_command(context, words)
        parent = context
        if command is None:
            raise typer.BadParameter(f"there is no such command: {shown.line}")
    if unknown := {word for word in shown.words if word.startswith("--")} - known:
        raise typer.BadParameter(f"there is no option {unknown}: {shown.line}")
    return context
