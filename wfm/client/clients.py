"""Clients for the threads that read pages: boto3's resources may not be shared, so each has one at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue

from wfm.client.wfm import Wfm


class Clients:
    """As many as were ever needed at once; `make` makes one more than the `first`."""

    def __init__(self, first: Wfm, make: Callable[[], Wfm]) -> None:
        self._make = make
        self._free: LifoQueue[Wfm] = LifoQueue()
        self._free.put(first)

    @contextmanager
    def borrowed(self) -> Iterator[Wfm]:
        """A client that nobody else has meanwhile."""
        try:
            wfm = self._free.get_nowait()
        except Empty:
            wfm = self._make()
        try:
            yield wfm
        finally:
            self._free.put(wfm)
