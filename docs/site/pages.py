"""The pages of the site: where each comes from, and its text with links that hold within the site."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from docs.site.fences import outside_fences

ROOT: Final = Path(__file__).parents[2]
DECISIONS: Final = "decisions/index.md"
_OF_THE_ROOT: Final = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_LINK: Final = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)#\s]+)((?:#[^)\s]*)?)(?=\))")
_FENCE: Final = re.compile(r"^(```[a-z]+) .*$", re.MULTILINE)


class DeadLinkError(Exception):
    """A page of the repository names a file that is not there."""


@dataclass(frozen=True)
class Site:
    """The Markdown of each page, and the other files that pages show or link to, by their place in the site."""

    pages: Mapping[str, str]
    files: Mapping[str, Path] = field(default_factory=dict)


def read_site(root: Path = ROOT) -> Site:
    """All pages of the repository; `DeadLinkError` if one links to what is not there."""
    places = {source: _place(source) for source in _sources(root)}
    files: dict[str, Path] = {}
    pages = {}
    for source, place in places.items():
        text = (root / source).read_text(encoding="utf-8")
        pages[place] = _FENCE.sub(r"\1", _with_links(text, source, places, files, root))
    pages[DECISIONS] = decisions(pages)
    return Site(pages, files)


def title(text: str) -> str:
    """The first heading."""
    return re.search(r"^# (.+)$", text, re.MULTILINE)[1]  # type: ignore[index]


def decisions(pages: Mapping[str, str]) -> str:
    """The page that lists the decisions, by number."""
    found = sorted(place for place in pages if re.match(r"decisions/\d{4}-", place))
    lines = [f"- [{title(pages[place])}]({place.removeprefix('decisions/')})" for place in found]
    return "# Decisions\n\nWhat somebody may question, and why it is so.\n\n" + "\n".join(lines) + "\n"


def _sources(root: Path) -> Iterator[str]:
    yield from _OF_THE_ROOT
    for path in sorted((root / "docs").rglob("*.md")):
        yield path.relative_to(root).as_posix()


def _place(source: str) -> str:
    """Where a file of the repository stands in the site."""
    return source.lower() if source in _OF_THE_ROOT else source.removeprefix("docs/")


def _with_links(text: str, source: str, places: Mapping[str, str], files: dict[str, Path], root: Path) -> str:
    """The page's text; `files` gets what it links to and what is no page."""

    def replaced(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[1]))
        place = places.get(target) or _other(target, files, root)
        if place is None:
            raise DeadLinkError(f"{source}: {link[0]}")
        return posixpath.relpath(place, posixpath.dirname(_place(source)) or ".") + link[2]

    return outside_fences(text, lambda part: _LINK.sub(replaced, part))


def _other(target: str, files: dict[str, Path], root: Path) -> str | None:
    if target == "docs/decisions":
        return DECISIONS
    if target == "README.md":
        return "index.md"
    if not (root / target).is_file():
        return None
    place = target.removeprefix("docs/")
    files[place] = root / target
    return place
