"""The console in a real Chromium: Debian's, driven by Playwright, against a console over moto or of a local runtime.

Without the extra `browser` there are none of these tests, and without Chromium they are skipped; CI has both.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.wfm.conftest import aws, aws_settings, deployed, machine, moto  # noqa: F401 (fixtures)
from tests.wfm.console.conftest import executions, simulated  # noqa: F401 (fixtures)
from tests.wfm.console.simulated import FakeAmc
from tests.wfm.deployed import Deployed
from wfm.client.clients import Clients
from wfm.console.app import Settings, console
from wfm.console.door import ENTRANCE, Door, entrance
from wfm.console.place import Place
from wfm.console.serving import Serving, open_sockets

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HAS_EXTRA: Final = find_spec("playwright") is not None
collect_ignore_glob = [] if HAS_EXTRA or os.environ.get("WFM_BROWSER_NEEDED") else ["test_*.py"]

KEY: Final = b"of the browser tests"
SECONDS: Final = 240  # for what a busy machine takes; all else is waited for, not slept through
# As in a container without a display, a GPU or a keyring; nothing is fetched.
WORDS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    from playwright.sync_api import expect, sync_playwright

    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("WFM_BROWSER_NEEDED"):
            pytest.fail("no Chromium here: .ci/run installs it")
        pytest.skip("no Chromium here")
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*WORDS])
        yield browser
        browser.close()


@pytest.fixture
def served(deployed: Deployed, simulated: FakeAmc) -> Iterator[Serving]:  # noqa: F811
    """A console of the deployment in moto, as `wfm local up` serves one."""
    sockets, ready = open_sockets(0), Event()
    port = int(sockets[0].getsockname()[1])
    clients, place = Clients(deployed.wfm, lambda: deployed.wfm), replace(Place.of(deployed.wfm), is_local=True)
    app = console(clients, place, Door(KEY), Settings(port), lambda _: simulated)
    serving = Serving(app, sockets, ready.set)
    thread = Thread(target=serving.run)
    thread.start()
    assert ready.wait(SECONDS)
    yield serving
    serving.stop()
    thread.join()


class Seen:
    """A page of a browser that has been let in, and what it should not have done."""

    def __init__(self, page: "Page", address: str) -> None:
        """`address` is the one that lets a browser in."""
        self.page = page
        self.problems: list[str] = []
        page.set_default_timeout(SECONDS * 1000)
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("request", lambda request: self._asked(request.url))
        self.here = address.partition(ENTRANCE)[0]
        page.goto(address)

    def _dialog(self, dialog: Any) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.problems.append(f"console: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith(self.here):
            self.problems.append(f"asked for {url}")

    def open(self, path: str) -> "Page":
        self.page.goto(self.here + path)
        return self.page


@contextmanager
def looking(chromium: "Browser", address: str) -> Iterator[Seen]:
    """Somebody in Berlin looks at a console; it has no problem of its own meanwhile."""
    with chromium.new_context(timezone_id="Europe/Berlin", locale="en-GB") as context:
        looks = Seen(context.new_page(), address)
        yield looks
        assert looks.problems == []


@pytest.fixture
def seen(chromium: "Browser", served: Serving) -> Iterator[Seen]:
    with looking(chromium, entrance(served.port, KEY)) as looks:
        yield looks
