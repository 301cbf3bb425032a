"""Waiting for what goes on in WFM: every handle of the client waits alike."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Step = TypeVar("Step")


def ended(steps: Iterable[Step], on_change: Callable[[Step], object] | None = None) -> Step:
    """The last of the steps, which is how it ended; `on_change` is called with each as it happens.

    Whatever ends the waiting early (NotEndedInTimeError, UnreachableError) comes from the steps.
    """
    last: Step | None = None
    for last in steps:
        if on_change:
            on_change(last)
    if last is None:
        raise ValueError("nothing to wait for")
    return last
