"""Spellings of version 0.1, which work for one more version and name the new one on stderr."""

from typing import Final

from wfm.cli.notes import print_note

GONE_WITH: Final = "0.3"


def note_old(old: str, new: str) -> None:
    """Say that `old` was typed, and what is to be typed instead."""
    print_note(f"{old} is an old spelling, which goes with version {GONE_WITH}; write {new}")
