"""The page about the console shows each of its pages, and no picture is left that nobody takes anew."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.browser.addresses import ADDRESSES, IMAGES
from wfm.console.pages import PAGES

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "console.md"


def test_each_page_is_looked_at() -> None:
    looked_at = {urlsplit(address).path for address in ADDRESSES.values()}

    assert {page.path for page in PAGES} - looked_at == set()
    assert "/simulator" in looked_at


def test_each_picture_is_taken_by_the_tests_and_shown_once() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(images/console/([\w-]+)\.png\)", PAGE.read_text(encoding="utf-8"))

    assert sorted(shown) == sorted(path.stem for path in IMAGES.glob("*.png")) == sorted(ADDRESSES)
