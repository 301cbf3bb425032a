"""Chunks of bytes, as a network hands them over, as a file to read."""

import io
from collections.abc import Iterator
from itertools import chain


class ByteStream(io.RawIOBase):
    """Chunks as a file to read. Its last line has an end."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chain(chunks, (b"",))
        self._rest, self._last = memoryview(b""), b"\n"

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]  # what io gives
        """Fill the beginning of `target`; 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk or (b"" if self._last == b"\n" else b"\n"))
            self._last = bytes(self._rest[-1:]) or self._last
        size = min(len(target), len(self._rest))
        target[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
