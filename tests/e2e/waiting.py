"""How long tests wait between two looks at an emulator, which has no time for anything else while it answers them."""

from collections.abc import Iterator

GROWTH = 1.2


def pauses(first: float, longest: float) -> Iterator[float]:
    """Seconds: short at first, so that what comes at once is seen at once."""
    pause = first
    while True:
        yield pause
        pause = min(pause * GROWTH, longest)
