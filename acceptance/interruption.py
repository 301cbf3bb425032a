"""Ctrl-C, a request to end, and a terminal that is closed: each ends the checks, and none the removal by itself."""

import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from rich.console import Console


def listen() -> None:
    """From now on each raises KeyboardInterrupt, also where whoever started this had it ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def removal(take_down: Callable[[], dict[str, str]]) -> Callable[[], dict[str, str]]:
    """`take_down`, which only another Ctrl-C ends: a terminal that goes may send more than one signal."""

    def undisturbed() -> dict[str, str]:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        return take_down()

    return undisturbed


def teller(console: Console) -> Callable[[str], None]:
    """Prints a line, as long as there is somebody to read it."""

    def say(text: str) -> None:
        with suppress(OSError):
            console.print(text)

    return say
