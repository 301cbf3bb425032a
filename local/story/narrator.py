"""Tells the chapters on a terminal, and keeps what was told, typed and claimed for the page and for the exit code."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from local.story.keyboard import Typed, press
from wfm.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Claim:
    """What the story says is so, and what was found."""

    words: str
    holds: bool
    found: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """What was told and typed in it, in its order, and what it claims."""

    title: str
    parts: list[str | Typed] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


class BrokenStory(Exception):
    """It cannot go on: a command ended as none of it should, or what was waited for did not come."""


@dataclass(slots=True)
class Narrator:
    """`keyboard` runs what is typed."""

    console: Console
    keyboard: Callable[[str], Typed] = press
    chapters: list[Chapter] = field(default_factory=list)

    def chapter(self, title: str) -> None:
        """Begin the next one."""
        self.chapters.append(Chapter(title))
        self.console.print()
        self.console.rule(f"[bold]{len(self.chapters)}. {escape(title)}[/]", align="left", style="dim")

    def say(self, text: str) -> None:
        """A paragraph."""
        self.chapters[-1].parts.append(text)
        self.console.print(Padding(escape(text), (1, 0)))

    def type(self, line: str, ends: ExitCode = ExitCode.GOOD) -> Typed:
        """A command; BrokenStory if it ends otherwise."""
        self.console.print(f"[dim]$[/] [bold cyan]{escape(line)}[/]", soft_wrap=True)
        typed = self.keyboard(line)
        self.chapters[-1].parts.append(typed)
        if typed.code != ends:
            raise BrokenStory(f"`{line}` ended with {typed.code}, not with {int(ends)}")
        return typed

    def claim(self, words: str, *, holds: bool, found: object) -> None:
        """Say what is so, and whether it is."""
        claim = Claim(words, holds, str(found))
        self.chapters[-1].claims.append(claim)
        self.console.print(shown(claim))

    def claims(self) -> Sequence[Claim]:
        """All so far."""
        return list(_claims(self.chapters))


def _claims(chapters: Sequence[Chapter]) -> Iterator[Claim]:
    for chapter in chapters:
        yield from chapter.claims


def shown(claim: Claim) -> str:
    """A claim in rich's markup."""
    mark = "[green]holds[/]" if claim.holds else "[bold red]FALSE[/]"
    return f"  {mark}  {escape(claim.words)} [dim]({escape(claim.found)})[/]"
