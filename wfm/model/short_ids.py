"""Ids that are too long for a screen: shown by their beginning, or by both ends, and found by what is shown."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

CUT: Final = "…"
SHORT: Final = 13  # characters; an id of so many stays whole
_DRAWN: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BEGINNING: Final = 8
_END: Final = 6
LEAST: Final = 4  # characters of a beginning by which something may be found


def shorten(ids: Sequence[str]) -> list[str]:
    """Each id by its beginning or its ends; whole if that is short, or would be that of another of them too.

    Ids that AMC and WFM draw begin with chance; those that WFM makes of names end with a digest.
    """
    taken = Counter(map(_short, set(ids)))
    return [short if taken[short] == 1 else one for one, short in zip(ids, map(_short, ids), strict=True)]


def _short(whole: str) -> str:
    if len(whole) <= SHORT:
        return whole
    return whole[:_BEGINNING] if _DRAWN.fullmatch(whole) else f"{whole[:_END]}{CUT}{whole[-_END:]}"


def beginning_of(short: str) -> str:
    """What an id begins with that is written so; "" if that is too little to search by."""
    beginning = short.replace("...", CUT).partition(CUT)[0]
    return beginning if len(beginning) >= LEAST else ""


def matching(short: str, ids: Iterable[str]) -> list[str]:
    """Which of the ids may be meant, in order."""
    beginning, _, end = short.replace("...", CUT).partition(CUT)
    longest = len(beginning) + len(end)
    return sorted(one for one in set(ids) if len(one) > longest and one.startswith(beginning) and one.endswith(end))
