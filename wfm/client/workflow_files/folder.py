"""A folder of workflows: `name.sql` beside `name.yaml`, for each record of the library."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from wfm.client import text_files
from wfm.client.plain_values import plain_document
from wfm.client.workflow_files import yaml_text
from wfm.client.workflow_files.checks import Finding, check
from wfm.client.workflow_files.documents import to_document, to_record
from wfm.client.workflow_files.links import WrittenLink, circle_problems, replace_problems
from wfm.client.workflow_files.sql_check import check_sql
from wfm.errors import InvalidFilesError, InvalidRequest, UsageError, kind_of
from wfm.model import sql_text
from wfm.model.chain_links import Link
from wfm.model.data_sources import DataSources
from wfm.model.library_workflows import LibraryWorkflow, read_library_record
from wfm.model.rows import Document, whole_number

SQL: Final = ".sql"
YAML: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """A workflow from its two files. `record` is the library's, with `version` only if the file says one.

    `settings` is what the YAML says, with its lines; it may have been written by nobody: `folder_of`.
    """

    workflow: LibraryWorkflow
    record: Document
    sql: Path
    yaml: Path
    settings: yaml_text.Document

    @property
    def workflow_id(self) -> str:
        """The library's key of it."""
        return self.workflow.workflow_id

    @property
    def version(self) -> int | None:
        """The version that the file asks for."""
        return whole_number(self.record.get("version"), 0) or None

    def at(self, *path: str) -> str:
        """`reach.yaml:4`: the file, and the line of the field, or of the nearest one around it."""
        return f"{self.yaml}:{self.settings.line(path)}"


@dataclass(slots=True)
class Folder:
    """The content of a folder. `warnings` are about what may be meant so."""

    workflows: list[WorkflowFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def links(self) -> list[WrittenLink]:
        """What its workflows run after, those that say so."""
        return [
            WrittenLink(file.workflow_id, file.workflow.after, file)
            for file in self.workflows
            if file.workflow.after is not None
        ]

    def unlinkable(self, others: Mapping[str, Link]) -> list[str]:
        """A problem for each link that cannot be; `others` are those of workflows that are in no file."""
        schedules = [(file, file.workflow.schedule) for file in self.workflows]
        return [*circle_problems(self.links, others), *replace_problems(schedules, self.links, others)]


def read_folder(folder: Path, now: datetime, sources: DataSources | None = None) -> Folder:
    """All workflows, by id; InvalidFilesError names every problem of every file, with its line where that is known.

    `now` is what date expressions are tried at, and after which a schedule must still fire. `sources` are the
    tables of an AMC instance, where they are known.
    """
    found, problems = Folder(), []
    for name, sql, documents in _pairs(folder):
        problems += _lonely(folder / name, sql, documents)
        if sql and len(documents) == 1:
            wrong = _read((sql, documents[0]), now, found, sources)
            problems += dict.fromkeys(wrong)
    if not found.workflows and not problems:
        raise UsageError(
            f"DIR: {str(folder)!r} holds no workflow; allowed: a folder with name{SQL} beside name{YAML[0]}"
        )
    return _whole(found, problems)


def folder_of(workflows: Mapping[str, tuple[str, Mapping[str, object]]], now: datetime) -> Folder:
    """The same of workflows that are in no files: by id their SQL, and their settings as the YAML file has them.

    Problems name the files that they would be in; lines are those of the settings as YAML.
    """
    found, problems = Folder(), list[str]()
    for name, (query, settings) in sorted(workflows.items()):
        files = (Path(f"{name}{SQL}"), Path(f"{name}{YAML[0]}"))
        wrong = _no_texts(files, query, settings)
        as_texts = (query, "" if wrong else yaml_text.write(plain_document(settings)))
        problems += wrong or dict.fromkeys(_judge(files, as_texts, now, found, None))
    return _whole(found, problems)


def _no_texts(files: tuple[Path, Path], query: object, settings: object) -> list[str]:
    """What keeps values of Python from being an SQL file and a YAML file."""
    sql, yaml = files
    wrong = [] if isinstance(query, str) else [f"{sql}:1: sqlQuery: {kind_of(query)} is no text; allowed: AMC SQL"]
    if not isinstance(settings, Mapping):
        return [
            *wrong,
            f"{yaml}:1: {kind_of(settings)} is no object; allowed: one from a field to its value, such as {{}}",
        ]
    try:
        plain_document(settings)
    except InvalidRequest as exc:
        wrong.append(f"{yaml}:1: {exc.problem}")
    return wrong


def _whole(found: Folder, problems: list[str]) -> Folder:
    found.workflows.sort(key=lambda one: one.workflow_id)
    problems += [*_twice(found.workflows), *found.unlinkable({})]
    if problems:
        raise InvalidFilesError(problems)
    return found


def _pairs(folder: Path) -> Iterator[tuple[str, Path | None, list[Path]]]:
    if not folder.is_dir():
        raise UsageError(f"DIR: there is no folder {str(folder)!r}; allowed: one with name{SQL} beside name{YAML[0]}")
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in (SQL, *YAML) and path.is_file()]
    for name in sorted({path.stem for path in files}):
        same = [path for path in files if path.stem == name]
        yield (
            name,
            next((path for path in same if path.suffix.lower() == SQL), None),
            [p for p in same if p.suffix.lower() in YAML],
        )


def _lonely(name: Path, sql: Path | None, documents: list[Path]) -> list[str]:
    if not documents:
        return [f"{sql}: has no {name.name}{YAML[0]} beside it; allowed: both, the settings may be as short as '{{}}'"]
    if len(documents) > 1:
        return [f"{documents[1]}: is a second one beside {documents[0].name}; allowed: one of them"]
    return [] if sql else [f"{documents[0]}: has no {name.name}{SQL} beside it; allowed: both"]


def _read(files: tuple[Path, Path], now: datetime, found: Folder, sources: DataSources | None) -> list[str]:
    """Add the workflow of an SQL file and a YAML file to `found`, or else say what is wrong with them."""
    try:
        query, settings = (text_files.read(path) for path in files)
    except (OSError, ValueError) as exc:
        return [f"{files[0]}, {files[1].name}: cannot be read ({exc}); allowed: texts in UTF-8"]
    return _judge(files, (query, settings), now, found, sources)


def _judge(
    files: tuple[Path, Path], texts: tuple[str, str], now: datetime, found: Folder, sources: DataSources | None
) -> list[str]:
    """The same of their texts."""
    query, settings = texts
    sql, document = sql_text.tidy(query), yaml_text.read(settings)
    wrong: list[Finding] = [("sql", line, str(problem)) for line, problem in sql_text.problems(sql)]
    checked = [] if wrong else check_sql(sql, sources)
    wrong += [("sql", one.line, f"sqlQuery: {one.text}") for one in checked if one.is_error]
    wrong += [("yaml", line, text) for line, text in document.problems]
    if document.value is None and document.problems:
        return _sentences(files, wrong)
    odd: list[tuple[yaml_text.Path, str]] = []
    record = to_record({} if document.value is None else document.value, files[0].stem, sql, odd)
    wrong += [
        ("yaml", document.line(path), f"{yaml_text.dotted(path)}: {text}".removeprefix(": ")) for path, text in odd
    ]
    refused, warnings = check(record, document, now)
    wrong += refused
    if not wrong:
        doubts = [("sql", one.line, f"sqlQuery: {one.text}") for one in checked if not one.is_error]
        found.warnings += _sentences(files, doubts + warnings)
        workflow = read_library_record({"version": 1, **record})
        found.workflows.append(WorkflowFile(workflow, record, *files, document))
    return _sentences(files, wrong)


def _sentences(files: tuple[Path, Path], findings: list[Finding]) -> list[str]:
    sql, yaml = files
    return [f"{sql if kind == 'sql' else yaml}:{line}: {text}" for kind, line, text in findings]


def _twice(workflows: list[WorkflowFile]) -> Iterator[str]:
    first: dict[str, WorkflowFile] = {}
    for one in workflows:
        other = first.setdefault(one.workflow_id, one)
        if other is not one:
            yield f"{one.yaml}: workflowId {one.workflow_id!r} is that of {other.yaml} too; allowed: one file for each"


def texts(workflow: LibraryWorkflow, name: str | None = None) -> tuple[str, str]:
    """The SQL and the YAML that say this workflow, apart from its version; its id only for files of another name."""
    named = {} if name in (None, workflow.workflow_id) else {"workflowId": workflow.workflow_id}
    document = named | to_document(workflow)
    return sql_text.tidy(str(workflow.definition.get("sqlQuery", ""))) + "\n", yaml_text.write(
        document
    ) if document else "{}\n"
