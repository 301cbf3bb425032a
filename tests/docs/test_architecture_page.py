"""docs/architecture.md names calls of the client that there are."""

import re
from operator import attrgetter
from pathlib import Path

import pytest

from wfm import Connection, Wfm

PAGE = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMESPACES = re.findall(r"^\| `wfm\.(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("namespace", "calls"), NAMESPACES, ids=[name for name, _ in NAMESPACES])
def test_each_call_of_the_client_that_is_named_can_be_made(namespace: str, calls: str) -> None:
    wfm = Wfm(connection=Connection())

    for call in re.findall(r"`([\w.]+)`", calls):
        assert callable(attrgetter(f"{namespace}.{call}")(wfm)), call


def test_every_namespace_is_named() -> None:
    namespaces = {name for name in vars(Wfm(connection=Connection())) if name not in {"connection", "stack", "aws"}}

    assert {name for name, _ in NAMESPACES} == namespaces
