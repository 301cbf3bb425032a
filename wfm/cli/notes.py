"""Notes for people, on stderr: what a command did not refuse and somebody may want to know."""

import sys
from contextvars import ContextVar
from typing import Final

_QUIET: Final = ContextVar("quiet", default=False)


def print_note(text: str) -> None:
    """A line that begins with `note:`, unless `wfm --quiet` wants none."""
    if not _QUIET.get():
        print(f"note: {text}", file=sys.stderr)


def leave_out_notes(*, quiet: bool) -> None:
    """Whether they are left out from now on."""
    _QUIET.set(quiet)
