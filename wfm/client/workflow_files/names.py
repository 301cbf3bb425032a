"""Names of files for workflows' ids, which every file system takes and tells apart."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

_LONGEST: Final = 100  # letters; file systems take 255 bytes, with the suffix
# Windows keeps these for devices, whatever follows their first dot.
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_HASH: Final = 8


def file_names(workflow_ids: Iterable[str], taken: Collection[str] = ()) -> Mapping[str, str]:
    """The name without its suffix for each id: the id itself, or one with a hash of it where that will not do.

    It will not do where it hides the file or is too long, and where it differs from another only in case: macOS and
    Windows would take both for one file. `taken` are names of other files in the folder.
    """
    used = {name.casefold() for name in taken}
    found = {}
    for workflow_id in sorted(workflow_ids):
        name = workflow_id if is_usable(workflow_id) and workflow_id.casefold() not in used else _hashed(workflow_id)
        used.add(name.casefold())
        found[workflow_id] = name
    return found


def is_usable(name: str) -> bool:
    """Whether a file may be named so everywhere."""
    return len(name) <= _LONGEST and not name.startswith((".", "-")) and _RESERVED.fullmatch(name) is None


def _hashed(workflow_id: str) -> str:
    digest = hashlib.sha256(workflow_id.encode()).hexdigest()[:_HASH]
    return f"{workflow_id[: _LONGEST - _HASH - 1].lstrip('.-').replace('.', '_') or 'workflow'}-{digest}"
