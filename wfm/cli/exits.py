"""How commands end that follow something."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console

FAILED: Final = 1
INTERRUPTED: Final = 130  # what shells use for SIGINT


@contextmanager
def interruptible(console: Console, command: str) -> Iterator[None]:
    """Ctrl-C ends only the watching: `command` shows how it continues."""
    try:
        yield
    except KeyboardInterrupt:
        console.print(f"stopped watching; it continues: {command}")
        raise typer.Exit(INTERRUPTED) from None


def fail_unless(*, succeeded: bool) -> None:
    """Exit code 1 unless what was waited for succeeded."""
    if not succeeded:
        raise typer.Exit(FAILED)
