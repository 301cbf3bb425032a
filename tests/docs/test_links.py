"""No page links to what is not there, and no text of the code names a page or a section that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from docs.site.pages import DeadLinkError, read_site

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK: Final = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING: Final = re.compile(r"^#+ (.+?)\s*$", re.MULTILINE)
NAMED: Final = re.compile(r"\bdocs/([\w/-]+\.md)(?:#([\w-]+))?(?:, ([A-Z][\w ]+?)(?=[\"';.]))?")
KINDS: Final = frozenset({".html", ".json", ".py", ".sql", ".toml", ".yaml"})


def anchors(page: Path) -> set[str]:
    """The names of its headings, as GitHub and the site make them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    made = set[str]()
    for heading in HEADING.findall(text):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        made.add(re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-"))
    return made


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    sentences = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    dead = []
    for target, anchor in LINK.findall(sentences):
        path = (page.parent / target).resolve() if target else page
        is_there = path.exists() and (not anchor or anchor in anchors(path))
        dead += [] if is_there else [f"{target}#{anchor}"]

    assert dead == []


def test_every_page_that_the_code_names_is_there() -> None:
    named = [
        (source.name, *found) for source in sources() for found in NAMED.findall(source.read_text(encoding="utf-8"))
    ]

    dead = [one for one in named if not is_there(*one[1:])]

    assert len(named) > 20
    assert dead == []


def sources() -> Iterator[Path]:
    """The files of the code, and what goes with it."""
    folders = (
        "acceptance",
        "bench",
        "docs",
        "examples",
        "functions",
        "infra",
        "library",
        "local",
        "schemas",
        "state_machines",
        "tests",
        "wfm",
    )
    yield from (ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "app.py")
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in KINDS)


def is_there(page: str, anchor: str, heading: str) -> bool:
    path = ROOT / "docs" / page
    return path.exists() and (anchor or heading.strip().lower().replace(" ", "-") or "") in {"", *anchors(path)}


@pytest.mark.parametrize(
    ("text", "is_dead"),
    [
        ("[a](b.md)", True),
        ("[a](../README.md)", False),
        ("`[a](b.md)`", True),
        ("```sh\n[a](b.md)\n```", False),
    ],
    ids=["a page that is not there", "a page that is there", "in a sentence", "in a block"],
)
def test_the_site_takes_no_page_with_a_dead_link(text: str, is_dead: bool, tmp_path: Path) -> None:
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "README.md"):
        (tmp_path / name).write_text("# One\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text(f"# Page\n\n{text}\n")

    if is_dead:
        with pytest.raises(DeadLinkError, match=r"docs/page\.md"):
            read_site(tmp_path)
    else:
        assert "page.md" in read_site(tmp_path).pages
