"""What Library shows: the workflows kept for many tenants, and one with its versions and its rollout by tenant."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final

from wfm.client.library.entries import LibraryEntries, LibraryEntry
from wfm.client.library.plan import Known
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.model.execution_names import name_of
from wfm.model.rows import Document, text_or_none, whole_number

PAGE_SIZE: Final = 100  # workflows, and tenants of one
DIFF: Final = "diff"


@dataclass(frozen=True, slots=True)
class LibraryList:
    """A page of the library's workflows, each with the version in force."""

    workflows: Sequence[tuple[str, Known]]
    number: int
    last: int


@dataclass(frozen=True, slots=True)
class LibraryView:
    """One workflow. `difference` is None unless the address asks for it: it is SQL.

    `rollout` is the execution that brought the version in force to tenants last, "" where none has begun.
    """

    entry: LibraryEntry
    versions: Sequence[Document]
    tenants: Sequence[Document]
    number: int
    last: int
    difference: Sequence[str] | None
    rollout: str


def read_library(wfm: Wfm, given: Given) -> LibraryList:
    """The workflows of the library: a scan of its records, however many tenants have them."""
    number = given.number("page", 1)
    known = [(name, Known.of(records)) for name, records in LibraryEntries(wfm.aws).by_id().items()]
    page = known[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return LibraryList(page, number, _last(len(known)))


def read_library_workflow(wfm: Wfm, given: Given) -> LibraryView:
    """One workflow of the library: two queries, and one more for each megabyte of its tenants' rows."""
    workflow_id, number = given.needed("workflow"), given.number("page", 1)
    entry = wfm.library.get(workflow_id)
    versions = wfm.aws.tables.library.versions(workflow_id)
    rows = sorted(entry.rows, key=lambda row: (row.get("syncStatus") == "SYNCED", str(row["customerId"])))
    shown = given.one_of("show", (DIFF,))
    return LibraryView(
        entry,
        versions,
        rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        number,
        _last(len(rows)),
        difference(versions) if shown == DIFF else None,
        name_of(text_or_none(entry.known.record.get("rolloutExecution")) or ""),
    )


def _version(record: Document) -> int:
    return whole_number(record.get("version"), 0)


def _last(count: int) -> int:
    return max((count + PAGE_SIZE - 1) // PAGE_SIZE, 1)


def difference(versions: Sequence[Document]) -> list[str]:
    """The lines of SQL by which the newest version differs from the one before it."""
    if len(versions) < 2:
        return []
    new, old = versions[0], versions[1]
    before, after = (str(record.get("sqlQuery", "")).splitlines() for record in (old, new))
    names = f"version {_version(old)}", f"version {_version(new)}"
    return list(unified_diff(before, after, *names, lineterm=""))
