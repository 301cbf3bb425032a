"""Spellings of version 0.1, which work for one more version and name the new one on stderr."""

import sys
from typing import Final

GONE_WITH: Final = "0.3"


def note_old(old: str, new: str) -> None:
    """Say that `old` was typed, and what is to be typed instead."""
    print(f"note: {old} is an old spelling, which goes with version {GONE_WITH}; write {new}", file=sys.stderr)
