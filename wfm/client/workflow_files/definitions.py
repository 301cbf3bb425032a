"""A tenant's own workflow, held to the rules of a workflow from files."""

from dataclasses import replace
from datetime import datetime

from wfm.client.workflow_files import yaml_text
from wfm.client.workflow_files.checks import check
from wfm.client.workflow_files.sql_check import check_sql
from wfm.errors import InvalidRecord, Problem
from wfm.model import sql_text
from wfm.model.rows import Document
from wfm.model.workflows import definition, definition_hash


def check_definition(given: Document, now: datetime) -> list[str]:
    """Warnings, a sentence each; InvalidRecord names all for which a push to the library would refuse it.

    Judged are AMC's fields and `defaultPayload`, whose dates are tried at `now`; the rest is nobody's concern.
    """
    asked = {**definition(given), "defaultPayload": given.get("defaultPayload")}
    record = {name: value for name, value in asked.items() if value is not None}
    refused, doubtful = check(record, yaml_text.Document(record, {}), now)
    sql = str(record["sqlQuery"])
    whole = [("sql", line, str(replace(problem, field=""))) for line, problem in sql_text.problems(sql)]
    found = [] if whole else check_sql(sql)
    refused = whole + [("sql", one.line, one.text) for one in found if one.is_error] + refused
    doubtful = [("sql", one.line, one.text) for one in found if not one.is_error] + doubtful
    if refused:
        raise InvalidRecord(dict.fromkeys(Problem("", _sentence(*one)) for one in refused))
    return [_sentence(*one) for one in doubtful]


def _sentence(kind: str, line: int, text: str) -> str:
    """JSON has its own lines, which say nothing: only those of the SQL are told."""
    return f"line {line} of sqlQuery: {text}" if kind == "sql" else text


def content(of: Document) -> str:
    """A hash of what a workflow says to AMC under its id, whatever stands around its SQL."""
    return definition_hash({**of, "sqlQuery": sql_text.tidy(str(of.get("sqlQuery", "")))})
