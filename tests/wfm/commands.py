"""Running the `wfm` command in a test."""

import io
from collections.abc import Callable
from typing import NamedTuple


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


class Terminal(io.StringIO):
    """A person who answers."""

    def isatty(self) -> bool:
        return True
