"""How commands end that follow something."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from wfm.client.many import OneOfMany, Tally
from wfm.errors import ExitCode


@contextmanager
def interruptible(console: Console, command: str) -> Iterator[None]:
    """Ctrl-C ends only the watching: `command` shows how it continues."""
    try:
        yield
    except KeyboardInterrupt:
        console.print(f"stopped watching; it continues: {command}")
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def print_tally(results: Iterable[OneOfMany], done: str, again: str = "the same command again") -> None:
    """Sum up what became of many, on stderr; it ends with PARTLY, FAILED (all of them) or NOT_ENDED if some are so.

    `done` says what was done with them, such as `sent`; `again` does what is left.
    """
    tally = Tally.of(results)
    left = f"; {again} does only what is left" if tally.failed else ""
    print(f"{tally.sentence(done)}{left}", file=sys.stderr)
    missed = tally.failed + (tally.cancelled if tally.all_failed else 0)
    fail_by(missed, of_all=tally.all_failed)
    if tally.not_ended:
        raise typer.Exit(ExitCode.NOT_ENDED)


def fail_by(failed: int, *, of_all: bool) -> None:
    """FAILED if something failed and that was all there was, PARTLY if the rest was done."""
    if failed:
        raise typer.Exit(ExitCode.FAILED if of_all else ExitCode.PARTLY)


def fail_unless(*, succeeded: bool) -> None:
    """ExitCode.FAILED unless what was waited for succeeded."""
    if not succeeded:
        raise typer.Exit(ExitCode.FAILED)
