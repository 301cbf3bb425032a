"""The tables of docs/migration.md: each field of the predecessors' rows, and what it becomes.

`python -m bench.migration_page` puts those of now into the page.
"""

import re
from collections.abc import Sequence
from typing import Final

from local.synthesis import REPOSITORY
from wfm.client.migration.fields import (
    LIBRARY_FIELDS,
    RULE_FIELDS,
    SCHEDULE_FIELDS,
    TENANT_FIELDS,
    WORKFLOW_FIELDS,
    Field,
)

PAGE: Final = REPOSITORY / "docs" / "migration.md"
_FIELDS: Final = {
    "a customer's record": TENANT_FIELDS,
    "a library record": LIBRARY_FIELDS,
    "a tenant's workflow": WORKFLOW_FIELDS,
    "a schedule": SCHEDULE_FIELDS,
    "a rule": RULE_FIELDS,
}


def tables() -> list[str]:
    """Of each kind of row first what is taken, then what has no counterpart."""
    return [_table(name, fields) for name, fields in _FIELDS.items()]


def _table(name: str, fields: Sequence[Field]) -> str:
    taken = [f"| `{field.name}` | {_becomes(field)} |" for field in fields if field.becomes]
    reasons: dict[str, list[str]] = {}
    for field in fields:
        if not field.becomes:
            reasons.setdefault(field.why, []).append(f"`{field.name}`")
    left = [f"| {', '.join(names)} | nothing: {why} |" for why, names in reasons.items()]
    return "\n".join([f"| in {name} | becomes |", "|---|---|", *taken, *left])


def _becomes(field: Field) -> str:
    is_name = re.fullmatch(r"[A-Za-z.]+", field.becomes)
    return "the same" if field.becomes == field.name else f"`{field.becomes}`" if is_name else field.becomes


def write() -> None:
    """Put the tables of now into the page."""
    page = PAGE.read_text("utf-8")
    for table in tables():
        heading = re.escape(table.splitlines()[0])
        page, found = re.subn(rf"^{heading}\n(\|.*\n)+", table.replace("\\", "\\\\") + "\n", page, flags=re.MULTILINE)
        if found != 1:
            raise RuntimeError(f"{PAGE.name} has {found} tables that begin with {table.splitlines()[0]}")
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    write()
