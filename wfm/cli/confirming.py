"""Asking before something is done that cannot be taken back."""

import sys
from collections.abc import Sequence

import typer

from wfm.errors import UsageError

SHOWN = 20  # lines of a plan


def confirm(plan: Sequence[str], question: str, *, yes: bool) -> None:
    """Say what is going to happen and ask, unless `yes`. UsageError where nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(". ".join(["--yes is missing, and nobody can be asked", *plan[:1]]))
    more = [f"... and {len(plan) - SHOWN} more"] if len(plan) > SHOWN else []
    for line in [*plan[:SHOWN], *more]:
        print(line, file=sys.stderr)
    typer.confirm(question, abort=True, err=True)
