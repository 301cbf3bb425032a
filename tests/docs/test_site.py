"""The site has every page once, no dead link, and nothing that is fetched from elsewhere."""

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest

from docs.site.build import build, write
from docs.site.navigation import CONFIG, sections
from docs.site.pages import Site, read_site, title

CONFIGURATION: Final = CONFIG.read_text(encoding="utf-8")
# What a browser fetches by itself; a link is followed by a person.
FETCHED: Final = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("use", "href"),
}
# What the theme's script would fetch from a host of others, by the class of the element that makes it do so.
FETCHES: Final = frozenset({"mermaid", "glightbox", "arithmatex"})


@pytest.fixture(scope="module")
def site() -> Site:
    return read_site()


class Page(HTMLParser):
    """The links, the names and the classes of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.names: set[str] = set()
        self.classes: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (tag, name) in FETCHED:
                self.fetched.append(value)
            if value and (tag, name) == ("a", "href"):
                self.links.append(value)
            if value and name in ("id", "name"):
                self.names.add(value)
            if value and name == "class":
                self.classes |= set(value.split())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("zensical") is None:
        if os.environ.get("WFM_SITE_NEEDED"):
            pytest.fail("no Zensical here: .ci/run installs it by `make site`")
        pytest.skip("no extra `site` here")
    return build(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(built.rglob("*.html"))}


def test_each_page_has_one_place_in_the_navigation_and_a_decision_has_its_line(site: Site) -> None:
    places = [place for section in sections(CONFIGURATION) for place in section.places]
    decisions = {place for place in site.pages if re.match(r"decisions/\d", place)}

    assert sorted(places) == sorted({*site.pages} - decisions)
    assert {
        f"decisions/{name}" for name in re.findall(r"\]\((\d[^)]*)\)", site.pages["decisions/index.md"])
    } == decisions
    assert len(decisions) > 30


def test_the_index_leads_to_every_page_that_people_read(site: Site) -> None:
    linked = set(re.findall(r"\]\(([^)#]+\.md)", site.pages["index.md"]))
    missing = {*site.pages} - linked - {"index.md", "changelog.md", "contributing.md", "security.md"}

    assert {place for place in missing if not place.startswith("decisions/")} == set()


def test_llms_txt_has_each_page_with_a_sentence_of_its_own(site: Site, tmp_path: Path) -> None:
    write(site, tmp_path)

    text = (tmp_path / "llms.txt").read_text(encoding="utf-8")
    lines = re.findall(r"^- \[(.+)\]\((.+\.md)\): (.{20,})$", text, re.MULTILINE)
    assert {place: name for name, place, _ in lines} == {
        place: title(site.pages[place]) for section in sections(CONFIGURATION) for place in section.places
    }
    assert len(lines) == text.count("\n- ")
    assert text.startswith("# Workflow Management Service (WFM)\n\n> ")


def test_the_markdown_of_each_page_is_beside_it(built: Path, site: Site) -> None:
    assert {path.relative_to(built).as_posix() for path in built.rglob("*.md")} == {*site.pages}
    assert all((built / place).with_suffix(".html").exists() for place in site.pages)
    assert (built / "llms.txt").exists()


def test_nothing_is_fetched_from_elsewhere(built: Path, pages: dict[Path, Page]) -> None:
    elsewhere = [(path.name, one) for path, page in pages.items() for one in page.fetched if urlsplit(one).netloc]
    styles = [
        found
        for path in built.rglob("*.css")
        for found in re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//\S+", path.read_text())
    ]

    assert sum(len(page.fetched) for page in pages.values()) > len(pages)
    assert (elsewhere, styles) == ([], [])
    assert {one for page in pages.values() for one in page.classes & FETCHES} == set()


def test_no_link_is_dead(built: Path, pages: dict[Path, Page]) -> None:
    assert list(dead(built, pages)) == []


def dead(built: Path, pages: dict[Path, Page]) -> Iterator[tuple[str, str]]:
    """Links within the site that lead to no file, or to no name on a page."""
    for path, page in pages.items():
        for link in [*page.links, *page.fetched]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (
                parts.fragment and target in pages and parts.fragment not in pages[target].names
            ):
                yield path.relative_to(built).as_posix(), link
