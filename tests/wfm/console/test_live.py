"""Live parts: read once for all who look, and for nobody never."""

import asyncio
from contextlib import aclosing

from tests.wfm.console.browser import Browser
from tests.wfm.deployed import Deployed
from wfm.console.live import MOST_PARTS, LiveParts, event


class Reading:
    def __init__(self, *texts: str) -> None:
        self.texts, self.count = list(texts), 0

    async def __call__(self) -> str:
        self.count += 1
        await asyncio.sleep(0)
        return self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def test_who_looks_at_once_gets_one_reading() -> None:
    read, parts = Reading("text"), LiveParts()

    async def look() -> list[str]:
        return await asyncio.gather(*(parts.latest("runs", 5, read) for _ in range(20)))

    assert asyncio.run(look()) == ["text"] * 20
    assert read.count == 1


def test_a_part_is_read_again_when_it_is_old() -> None:
    read, clock = Reading("one", "two"), Clock()
    parts = LiveParts(clock)

    async def look(seconds: float) -> str:
        await clock.sleep(seconds)
        return await parts.latest("runs", 5, read)

    assert [asyncio.run(look(seconds)) for seconds in (0, 4.9, 0.1)] == ["one", "one", "two"]
    assert read.count == 2


def test_a_stream_tells_changes_and_signs_of_life_and_ends_with_who_looks() -> None:
    read, clock = Reading("one", "one", "two\nlines"), Clock()

    async def look() -> list[str]:
        seen: list[str] = []
        async with aclosing(LiveParts(clock).events("run", 5, read, clock.sleep)) as events:
            async for text in events:
                seen.append(text)
                if len(seen) == 3:
                    break
        await clock.sleep(60)
        return seen

    assert asyncio.run(look()) == ["data: one\n\n", ": as before\n\n", "data: two\ndata: lines\n\n"]
    assert read.count == 3


def test_parts_that_nobody_looks_at_are_forgotten() -> None:
    parts = LiveParts()

    async def look() -> None:
        for number in range(3 * MOST_PARTS):
            await parts.latest(str(number), 5, Reading("x"))

    asyncio.run(look())
    assert len(parts._parts) == MOST_PARTS


def test_no_line_of_a_text_ends_an_event() -> None:
    assert event("a\r\n\rb\n\n: c\ndata: d") == "data: a\ndata: \ndata: b\ndata: \ndata: : c\ndata: data: d\n\n"
    assert event("") == "data: \n\n"


def test_a_stream_shows_what_polling_shows(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant("acme")

    polled = browser.open("/part/fleet?order=name")
    streamed = asyncio.run(first_event(browser, "/live/fleet", "order=name"))

    assert '<tr id="tenant-acme">' in polled
    assert "<html" not in polled
    assert streamed == event(polled)


async def first_event(browser: Browser, path: str, query: str) -> str:
    """The first event of a stream, after which the browser goes away."""
    host = browser.http.base_url.netloc
    cookie = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items()).encode()
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "root_path": "",
        "query_string": query.encode(), "headers": [(b"host", host), (b"cookie", cookie)], "state": {},
    }  # fmt: skip
    gone, sent = asyncio.Event(), list[bytes]()

    async def receive() -> dict[str, object]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        body = message.get("body")
        if body:
            assert isinstance(body, bytes)
            sent.append(body)
            gone.set()

    await browser.app(scope, receive, send)  # type: ignore[arg-type]
    return sent[0].decode()


def test_a_problem_stands_in_the_place_of_the_live_part(deployed: Deployed, browser: Browser) -> None:
    deployed.table("Tenants").delete()

    part = browser.open("/part/fleet")

    assert 'role="alert"' in part
    assert "AWS: " in part
