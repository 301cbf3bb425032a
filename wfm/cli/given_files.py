"""Files that commands are given; `-` is what comes on stdin. UsageError names the argument and what belongs there."""

import sys
from pathlib import Path

from wfm.client import text_files
from wfm.client.workflow_files.sql_check import check_sql
from wfm.errors import InvalidFilesError, UsageError
from wfm.model import json_text, sql_text
from wfm.model.data_sources import DataSources, read_data_sources, tables_in
from wfm.model.field_names import is_packed
from wfm.model.rows import list_in


def read_text(name: str, argument: str, what: str) -> str:
    """The file's text."""
    try:
        return text_files.decode(sys.stdin.buffer.read()) if name == "-" else text_files.read(Path(name))
    except (OSError, ValueError) as exc:
        raise _unreadable(name, argument, what, exc) from exc


def read_sql(name: str) -> str:
    """The one query in the file, without what stands around it; UsageError names the line of what is wrong."""
    sql = sql_text.tidy(read_text(name, "--sql", "a query"))
    wrong = [f"{name}:{line}: {problem}" for line, problem in sql_text.problems(sql)]
    checked = [] if wrong else check_sql(sql)
    wrong += [f"{name}:{one.line}: sqlQuery: {one.text}" for one in checked if one.is_error]
    if wrong:
        raise InvalidFilesError(wrong)
    for one in checked:
        print(f"warning: {name}:{one.line}: sqlQuery: {one.text}", file=sys.stderr)
    return sql


def read_sources(name: str) -> DataSources:
    """The tables in an answer of AMC's `GET /dataSources`, with their columns."""
    document = read_json(name, "--data-sources", "AMC's dataSources")
    given = document.get("dataSources") if isinstance(document, dict) else document
    found = read_data_sources(one for one in list_in(given) if isinstance(one, dict))
    if not found:
        raise UsageError(f"--data-sources: {name!r} has none; allowed: AMC's answer to GET /dataSources, as JSON")
    return tables_in(found)


def read_json(name: str, argument: str, what: str) -> object:
    """The JSON in the file."""
    text = read_text(name, argument, f"{what} as JSON")
    try:
        return json_text.read(text)
    except ValueError as exc:
        raise _unreadable(name, argument, f"{what} as JSON", exc) from exc


def read_object(name: str, argument: str, article: str, noun: str) -> dict[str, object]:
    """The one JSON object in the file."""
    document = read_json(name, argument, f"{article} {noun}")
    if is_packed(document):
        raise UsageError(
            f"{argument}: {name!r} holds a JSON text inside a JSON text; allowed: one {noun}, a JSON object"
        )
    if not isinstance(document, dict):
        raise UsageError(f"{argument}: {name!r} holds {document!r:.80}; allowed: one {noun}, a JSON object")
    return document


def _unreadable(name: str, argument: str, what: str, exc: Exception) -> UsageError:
    return UsageError(f"{argument}: {name!r} cannot be read ({exc}); allowed: a file with {what}")
