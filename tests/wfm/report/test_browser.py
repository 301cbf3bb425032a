"""The report in a real browser, where this machine has one."""

import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.wfm.report.invented import DAY, MONDAY, many_lines
from wfm.report.page import report_page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As in a container without a display, a GPU or a keyring; nothing is fetched.
WORDS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--no-first-run", "--hide-scrollbars", "--enable-logging=stderr",
)  # fmt: skip


@pytest.fixture
def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser here: none of {', '.join(BROWSERS)}")
    return found


class Seen(HTMLParser):
    """The elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def test_the_report_renders_without_errors(browser: str, tmp_path: Path) -> None:
    page, picture = tmp_path / "report.html", tmp_path / "report.png"
    lines = list(many_lines(160))
    page.write_text(report_page(lines, MONDAY, MONDAY + 2 * DAY, MONDAY + 2 * DAY), encoding="utf-8")
    own = f"--user-data-dir={tmp_path / 'profile'}"

    words = [browser, *WORDS, own, "--window-size=1080,1800", f"--screenshot={picture}", "--dump-dom", page.as_uri()]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=100, check=True)

    shown = Seen()
    shown.feed(ended.stdout)
    assert shown.tags.count("svg") >= 8
    assert shown.tags.count("table") >= 4
    assert shown.tags.count("g") >= 300
    assert "CONSOLE" not in ended.stderr
    assert picture.read_bytes()[:4] == b"\x89PNG"
