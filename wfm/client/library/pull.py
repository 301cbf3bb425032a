"""The library written back into a folder: what says the same already stays as it is, to the last comment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wfm.client.library.entries import LibraryEntry
from wfm.client.workflow_files.folder import SQL, YAML, WorkflowFile, read_folder, texts
from wfm.errors import UsageError


@dataclass(frozen=True, slots=True)
class Pulled:
    """Ids by what became of them; `unreadable` with the reason."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]


def pull(entries: Sequence[LibraryEntry], folder: Path, *, force: bool) -> Pulled:
    """Write the versions in force. Unless `force`, UsageError names the files that say something else, before writing.

    InvalidFilesError if the folder holds files that cannot be read: their ids are not known.
    """
    files = read_folder(folder, datetime.now(UTC)).workflows if folder.exists() else []
    there = {file.workflow_id: file for file in files}
    unreadable = [(entry.workflow_id, entry.known.problem) for entry in entries if entry.known.workflow is None]
    readable = [entry for entry in entries if entry.known.workflow is not None]
    unchanged = [entry for entry in readable if _is_same(entry, there.get(entry.workflow_id))]
    other = [entry for entry in readable if entry not in unchanged]
    differing = [str(there[entry.workflow_id].sql) for entry in other if entry.workflow_id in there]
    if differing and not force:
        raise UsageError(f"{', '.join(differing)}: says something else than WFM; allowed: --force, to overwrite it")
    folder.mkdir(parents=True, exist_ok=True)
    for entry in other:
        _write(entry, folder, there.get(entry.workflow_id))
    return Pulled(
        tuple(entry.workflow_id for entry in other), tuple(entry.workflow_id for entry in unchanged), tuple(unreadable)
    )


def _is_same(entry: LibraryEntry, file: WorkflowFile | None) -> bool:
    workflow = entry.known.workflow
    return workflow is not None and file is not None and texts(workflow) == texts(file.workflow)


def _write(entry: LibraryEntry, folder: Path, file: WorkflowFile | None) -> None:
    workflow = entry.known.workflow
    if workflow is None:
        return
    sql = file.sql if file else folder / f"{entry.workflow_id}{SQL}"
    yaml = file.yaml if file else folder / f"{entry.workflow_id}{YAML[0]}"
    for path, text in zip((sql, yaml), texts(workflow, sql.stem), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
