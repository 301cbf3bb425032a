"""How commands end that follow something."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from wfm.errors import ExitCode


@contextmanager
def interruptible(console: Console, command: str) -> Iterator[None]:
    """Ctrl-C ends only the watching: `command` shows how it continues."""
    try:
        yield
    except KeyboardInterrupt:
        console.print(f"stopped watching; it continues: {command}")
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def fail_unless(*, succeeded: bool) -> None:
    """ExitCode.FAILED unless what was waited for succeeded."""
    if not succeeded:
        raise typer.Exit(ExitCode.FAILED)
