"""Round times and round numbers for the edges of pictures."""

from datetime import UTC, datetime
from typing import Final

MINUTE, HOUR, DAY = 60, 3_600, 86_400
STEPS: Final = (
    1, 2, 5, 10, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
    DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 365 * DAY,
)  # fmt: skip
DURATIONS: Final = (
    1, 2, 5, 10, 20, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR, DAY, 2 * DAY,
)  # fmt: skip
MOST_MARKS: Final = 10


def marks(start: float, end: float) -> list[tuple[float, str]]:
    """At most ten round times (epoch seconds) of a period, each with its label, in UTC."""
    step = next((step for step in STEPS if (end - start) / step <= MOST_MARKS), STEPS[-1])
    first = int(-(-start // step)) * step
    shape = (
        "%d %b" if step >= DAY else "%d %b %H:%M" if end - start > DAY else "%H:%M" if step >= MINUTE else "%H:%M:%S"
    )
    return [(at, f"{datetime.fromtimestamp(at, UTC):{shape}}") for at in range(first, int(end) + 1, step)]


def top(longest: float) -> float:
    """A round duration (seconds) that is not shorter, for the upper end of an axis."""
    return next((step for step in DURATIONS if step >= longest), longest)
