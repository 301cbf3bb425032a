"""What files name and no tenant has, in `targeting` or as a value that may be lacking: nothing else says so."""

import sys
from collections.abc import Collection, Mapping
from typing import Final

from wfm.client.suggestions import suggest
from wfm.client.wfm import Wfm
from wfm.client.workflow_files.documents import targeting
from wfm.client.workflow_files.folder import Folder
from wfm.client.workflow_files.tenant_values import unknown_values
from wfm.model.library_workflows import folded
from wfm.model.rows import Document, list_in, object_in
from wfm.model.tenants import VALUES_COLUMN

_NOUNS: Final[Mapping[str, str]] = {
    "customerIds": "no customer",
    "endemicType": "no tenant has the type",
    "customerPrefix": "no tenant has the prefix",
    "tags": "no tenant has the tag",
}


def warn_of_unmatched(wfm: Wfm, found: Folder) -> None:
    """Warn of each, with file and line; tenants may still be to come."""
    wanted = [(file, targeting(file.workflow)) for file in found.workflows]
    asks = any(chosen or [*unknown_values(file, ())] for file, chosen in wanted)
    rows = [tenant.row for tenant in wfm.tenants.list()] if asks else []
    for file, chosen in wanted:
        for field, values in chosen.items():
            known = _known(field, rows)
            for value in values:
                if not _is_known(field, value, known):
                    problem = f"{_NOUNS[field]} {value!r}; {suggest(value, known)}"
                    print(f"warning: {file.at('targeting', field)}: targeting.{field}: {problem}", file=sys.stderr)
        for warning in unknown_values(file, {name for row in rows for name in object_in(row.get(VALUES_COLUMN))}):
            print(f"warning: {warning}", file=sys.stderr)


def _known(field: str, rows: Collection[Document]) -> set[str]:
    if field == "tags":
        return {str(tag) for row in rows for tag in list_in(row.get("tags"))}
    name = "customerId" if field == "customerIds" else field
    return {str(row[name]) for row in rows if row.get(name)}


def _is_known(field: str, value: str, known: Collection[str]) -> bool:
    return folded(value) in map(folded, known) if field == "endemicType" else value in known
