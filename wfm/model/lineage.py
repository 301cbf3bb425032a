"""Of a run that is made again at an age of its window: in its message, and on its rows."""

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

LINEAGE: Final[Sequence[Literal["refreshOf", "refreshAge", "supersedes"]]] = ("refreshOf", "refreshAge", "supersedes")


class Lineage(TypedDict, total=False):
    """Which request's run is made again, at which age of its window, and the AMC run before it."""

    refreshOf: str
    refreshAge: str
    supersedes: str
