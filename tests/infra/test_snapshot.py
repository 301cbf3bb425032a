"""What is deployed is what somebody has reviewed: `tests/infra/snapshots/`, in the words of `tests/infra/review/`."""

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.infra.review.pages import pages
from tests.infra.review.stack import Stack

SNAPSHOTS = Path(__file__).parent / "snapshots"
HOW = "What is deployed would change. Review it; `make snapshot` accepts it:"


def test_what_is_deployed_is_what_was_reviewed(assembly: Path) -> None:
    now = {f"{name}.txt": text for name, text in pages(Stack.read(assembly)).items()}
    if os.environ.get("WFM_ACCEPT_SNAPSHOT"):
        _accept(now)

    accepted = {file.name: file.read_text(encoding="utf-8") for file in SNAPSHOTS.iterdir()}

    if accepted != now:
        pytest.fail("\n".join([HOW, *_changes(accepted, now)]), pytrace=False)


def _accept(now: Mapping[str, str]) -> None:
    for file in SNAPSHOTS.iterdir():
        file.unlink()
    for name, text in now.items():
        (SNAPSHOTS / name).write_text(text, encoding="utf-8")


def _changes(accepted: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(accepted.keys() | now.keys()):
        old, new = (texts.get(name, "").splitlines() for texts in (accepted, now))
        yield from difflib.unified_diff(old, new, f"accepted/{name}", f"now/{name}", n=3, lineterm="")


def test_a_change_is_shown_as_lines_of_its_file() -> None:
    accepted = {"tables.txt": "a table\n    a key\n", "gone.txt": "a queue\n"}
    now = {"tables.txt": "a table\n    another key\n"}

    changes = list(_changes(accepted, now))

    assert changes[:3] == ["--- accepted/gone.txt", "+++ now/gone.txt", "@@ -1 +0,0 @@"]
    assert changes[3] == "-a queue"
    assert changes[-2:] == ["-    a key", "+    another key"]
