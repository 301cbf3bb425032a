"""The library written back into a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wfm.client.library.entries import LibraryEntry
from wfm.client.workflow_files.writing import plan, write


@dataclass(frozen=True, slots=True)
class Pulled:
    """Ids by what became of them; `unreadable` with the reason."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        unreadable = [{"workflowId": name, "problem": problem} for name, problem in self.unreadable]
        return {"written": list(self.written), "unchanged": list(self.unchanged), "unreadable": unreadable}


def pull(entries: Sequence[LibraryEntry], folder: Path, *, force: bool) -> Pulled:
    """Write the versions in force. Unless `force`, UsageError names the files that say something else, before writing.

    InvalidFilesError if the folder holds files that cannot be read: their ids are not known.
    """
    readable = [entry.known.workflow for entry in entries if entry.known.workflow is not None]
    unreadable = tuple((entry.workflow_id, entry.known.problem) for entry in entries if entry.known.workflow is None)
    planned = plan(readable, folder, force=force)
    folder.mkdir(parents=True, exist_ok=True)
    write(planned)
    written = tuple(workflow.workflow_id for workflow, *_ in planned.to_write)
    return Pulled(written, tuple(workflow.workflow_id for workflow in planned.unchanged), unreadable)
