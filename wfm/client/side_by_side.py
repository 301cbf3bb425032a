"""Asking AMC of many tenants at once, paced: AMC throttles whoever asks faster, and WFM's own runs come first."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
AT_ONCE: Final = 4


def each(items: Sequence[Item], ask: Callable[[Item], Result]) -> Iterator[Result]:
    """The answers as they come. At most `AT_ONCE` are asked at a time; after an error no other is."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(ask, item) for item in items]
        try:
            for done in as_completed(asked):
                yield done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
