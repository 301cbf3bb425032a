"""The site's sections and the pages in them, as docs/site/zensical.toml has them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONFIG: Final = Path(__file__).parent / "zensical.toml"


@dataclass(frozen=True)
class Section:
    """A heading of the navigation, and its pages in their order."""

    name: str
    places: tuple[str, ...]


def sections(text: str) -> list[Section]:
    """Those of a configuration."""
    entries: list[dict[str, list[str | dict[str, str]]]] = tomllib.loads(text)["project"]["nav"]
    return [Section(name, tuple(_place(one) for one in inner)) for entry in entries for name, inner in entry.items()]


def description(text: str) -> str:
    """What the site is about."""
    return str(tomllib.loads(text)["project"]["site_description"])


def _place(entry: str | dict[str, str]) -> str:
    return entry if isinstance(entry, str) else next(iter(entry.values()))
