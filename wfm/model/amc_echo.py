"""What AMC shows of a workflow beside what it was given: what it leaves out or changes, and what it changes later.

AMC does not promise to show a definition as it was sent. It leaves out what it does not know (`column_type` in
Amazon's own sample), and may put SQL on one line. So a difference right after a write is AMC's own way, and is shown as
a warning; only what changes afterwards was done by somebody.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wfm.model.amc_values import as_text, canonical_sql, is_same_value
from wfm.model.rows import Document, object_in
from wfm.model.workflows import AMC_FIELDS, definition, differences, is_default

SQL: Final = "sqlQuery"
Echo = Document
"""A short hash of each field that AMC shows, by its name."""


@dataclass(frozen=True)
class Unlike:
    """A place of a definition (`inputParameters.brand.column_type`) where AMC shows nothing, or another value."""

    path: str
    is_left_out: bool

    def __str__(self) -> str:
        return f"{self.path} is left out" if self.is_left_out else f"{self.path} is another one"


def echo_of(shown: Document) -> dict[str, str]:
    """The part of a workflow, as AMC shows it, that its row remembers."""
    return {name: _digest(name, value) for name, value in definition(shown).items() if not is_default(value)}


def digest_of(echo: Echo) -> str:
    """A short hash of all that it remembers."""
    return _digest("", sorted(echo.items()))


def changed_since(echo: Echo, shown: Document) -> list[str]:
    """The fields that AMC shows otherwise than in `echo`."""
    now = echo_of(shown)
    return [name for name in AMC_FIELDS if now.get(name) != echo.get(name)]


def unlike(given: Document, shown: Document) -> list[Unlike]:
    """Where AMC does not show what it was given. Layout of SQL, and what AMC adds by itself, do not count."""
    wanted = definition(given)
    found = [each for name in wanted if name != SQL for each in _unlike(name, wanted[name], shown.get(name))]
    if not _is_same_sql(given, shown):
        found.insert(0, Unlike(SQL, is_left_out=not shown.get(SQL)))
    return found


def drifted(row: Document, shown: Document) -> list[str]:
    """The fields that were changed in AMC since the row was synced (`amcEcho`), and are not as the row has them.

    A row of before `amcEcho` was synced when AMC showed just what it was given, and `amcAdds` beyond that.
    """
    known = row.get("amcAdds")
    fields = differences(row, shown, known if isinstance(known, Collection) else ())
    if "amcEcho" in row:
        changed = changed_since(object_in(row["amcEcho"]), shown)
        fields = [name for name in fields if name in changed]
    return [name for name in fields if name != SQL or not _is_same_sql(row, shown)]


def _is_same_sql(given: Document, shown: Document) -> bool:
    ours, theirs = given.get(SQL), shown.get(SQL)
    if isinstance(ours, str) and isinstance(theirs, str):
        return canonical_sql(ours) == canonical_sql(theirs)
    return is_default(ours) and is_default(theirs)


def warning(differences: list[Unlike]) -> str:
    """A sentence for the row; "" if AMC shows all that it was given."""
    if not differences:
        return ""
    return "AMC took the workflow, and shows it otherwise than asked: " + ", ".join(map(str, differences))


def _unlike(path: str, given: object, shown: object) -> Iterator[Unlike]:
    if given is None or (is_default(given) and is_default(shown)):
        return
    if shown is None:
        yield Unlike(path, is_left_out=True)
    elif isinstance(given, Mapping) and isinstance(shown, Mapping):
        for key, value in given.items():
            yield from _unlike(f"{path}.{key}", value, shown.get(key))
    elif isinstance(given, list) and isinstance(shown, list):
        yield from _unlike_items(path, given, shown)
    elif not is_same_value(given, shown):
        yield Unlike(path, is_left_out=False)


def _unlike_items(path: str, given: list[object], shown: list[object]) -> Iterator[Unlike]:
    """Parameters and columns go by their names; the order of columns counts, that of parameters does not."""
    theirs = _by_name(shown)
    ours = _by_name(given)
    for name, item in ours.items():
        yield from _unlike(f"{path}.{name}", item, theirs.get(name))
    if theirs.keys() - ours.keys() or (path == "outputColumns" and list(theirs) != list(ours)):
        yield Unlike(path, is_left_out=False)


def _by_name(items: list[object]) -> dict[str, object]:
    named = [str(item["name"]) if isinstance(item, Mapping) and item.get("name") else None for item in items]
    if None in named or len(set(named)) < len(named):
        return {str(number): item for number, item in enumerate(items)}
    return {str(name): item for name, item in zip(named, items, strict=True)}


def _digest(name: str, value: object) -> str:
    text = canonical_sql(value) if name == SQL and isinstance(value, str) else as_text(value)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
