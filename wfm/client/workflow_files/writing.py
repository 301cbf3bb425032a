"""Workflows written into a folder: what says the same already stays as it is, to the last comment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wfm.client.workflow_files.folder import SQL, YAML, WorkflowFile, read_folder, texts
from wfm.client.workflow_files.names import file_names
from wfm.errors import UsageError
from wfm.model.library_workflows import LibraryWorkflow


@dataclass(frozen=True, slots=True)
class Plan:
    """What writing would do: each workflow with its two files."""

    to_write: Sequence[tuple[LibraryWorkflow, Path, Path]]
    unchanged: Sequence[LibraryWorkflow]


def plan(workflows: Sequence[LibraryWorkflow], folder: Path, *, force: bool) -> Plan:
    """Unless `force`, UsageError names the files that say something else.

    InvalidFilesError if the folder holds files that cannot be read: their ids are not known.
    """
    stems = {path.stem for path in _files(folder)}
    there = {file.workflow_id: file for file in read_folder(folder, datetime.now(UTC)).workflows} if stems else {}
    unchanged = [one for one in workflows if _is_same(one, there.get(one.workflow_id))]
    other = [one for one in workflows if one not in unchanged]
    differing = [str(there[one.workflow_id].sql) for one in other if one.workflow_id in there]
    if differing and not force:
        raise UsageError(f"{', '.join(differing)}: says something else than WFM; allowed: --force, to overwrite it")
    new = file_names([one.workflow_id for one in other if one.workflow_id not in there], stems)
    return Plan([(one, *_paths(one, folder, there, new)) for one in other], unchanged)


def write(planned: Plan) -> None:
    """Write the files; UsageError where the folder cannot be written."""
    for workflow, sql, yaml in planned.to_write:
        try:
            sql.parent.mkdir(parents=True, exist_ok=True)
            sql.write_bytes(_as_it_is(workflow).encode())
            yaml.write_bytes(texts(workflow, sql.stem)[1].encode())
        except OSError as exc:
            raise UsageError(f"DIR: {str(sql.parent)!r} cannot be written ({exc}); allowed: a folder of yours") from exc


def _as_it_is(workflow: LibraryWorkflow) -> str:
    """The SQL to the last byte, with a line's end after it."""
    sql = str(workflow.definition.get("sqlQuery", ""))
    return sql if sql.endswith("\n") else sql + "\n"


def _files(folder: Path) -> Sequence[Path]:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"DIR: {str(folder)!r} is a file; allowed: a folder, which is made if it is not there")
    found = folder.iterdir() if folder.is_dir() else ()
    return [path for path in found if path.suffix.lower() in (SQL, *YAML)]


def _is_same(workflow: LibraryWorkflow, file: WorkflowFile | None) -> bool:
    return file is not None and texts(workflow) == texts(file.workflow)


def _paths(
    workflow: LibraryWorkflow, folder: Path, there: Mapping[str, WorkflowFile], new: Mapping[str, str]
) -> tuple[Path, Path]:
    file = there.get(workflow.workflow_id)
    if file is not None:
        return file.sql, file.yaml
    return folder / f"{new[workflow.workflow_id]}{SQL}", folder / f"{new[workflow.workflow_id]}{YAML[0]}"
