"""What overlaps is drawn in lanes, one above the other."""

from collections.abc import Sequence


def lanes(spans: Sequence[tuple[float, float]], gap: float, most: int) -> list[int | None]:
    """The first lane that is free for each span, given by their starts; None for one that finds no room in `most`.

    A lane is free again `gap` after the end of what is in it.
    """
    free: list[float] = []
    placed: list[int | None] = []
    for start, end in spans:
        lane = next((number for number, since in enumerate(free) if since <= start), len(free))
        if lane == most:
            placed.append(None)
            continue
        free[lane:] = [end + gap, *free[lane + 1 :]]
        placed.append(lane)
    return placed
