"""`docs/client-reference.md` is what the code says, and names all that people may use."""

import re

import wfm
from docs.client_reference import PAGE, page
from wfm import Connection, Wfm


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m docs.client_reference"


def test_every_namespace_and_every_exported_name_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    headings = set(re.findall(r"^##+ ([\w.]+)$", text, re.MULTILINE))
    namespaces = set(vars(Wfm(connection=Connection()))) - {"connection", "stack", "aws"}
    named = {name for name in wfm.__all__ if not name.endswith("Error")}

    assert namespaces <= headings
    assert {name for name in named if not issubclass_of_exception(name)} <= headings
    assert {name for name in wfm.__all__ if name not in text} == set()


def issubclass_of_exception(name: str) -> bool:
    found = getattr(wfm, name)
    return isinstance(found, type) and issubclass(found, Exception)
