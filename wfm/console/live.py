"""Live parts: what a part of a page shows is read at most once an interval, however many look, and never for nobody."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from time import monotonic
from typing import Final

MOST_PARTS: Final = 64  # whose last text is kept
FRESH: Final = 0.9  # of an interval: two who look at the same part share one reading

Read = Callable[[], Awaitable[str]]


class _Part:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.read_at: float | None = None
        self.text = ""


class LiveParts:
    """The last text of each live part that somebody looks at."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._parts: OrderedDict[str, _Part] = OrderedDict()

    async def latest(self, key: str, seconds: float, read: Read) -> str:
        """The text of a part that is younger than `seconds`; who asks meanwhile waits for the same answer."""
        part = self._parts.setdefault(key, _Part())
        self._parts.move_to_end(key)
        while len(self._parts) > MOST_PARTS:
            self._parts.popitem(last=False)
        async with part.lock:
            if part.read_at is None or self._clock() - part.read_at >= seconds:
                part.text = await read()
                part.read_at = self._clock()
            return part.text

    async def events(
        self, key: str, seconds: float, read: Read, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> AsyncGenerator[str, None]:
        """Server-sent events for one who looks: the text whenever it has changed, else a sign of life."""
        before = ""
        while True:
            text = await self.latest(key, seconds * FRESH, read)
            yield ": as before\n\n" if text == before else event(text)
            before = text
            await sleep(seconds)


def event(text: str) -> str:
    """A text as one server-sent event; it may have any kind of line breaks."""
    return "".join(f"data: {line}\n" for line in text.splitlines() or [""]) + "\n"
