"""A very small part of AMC's SQL compiler: the mistakes that people make and that a client must report well.

AMC compiles after accepting an execution and then shows REJECTED with a `statusReason` [practitioners]; older logs show
the same texts as a 400 on POST. The configuration says which.
"""

import re
from functools import lru_cache
from typing import Any

from sqlglot import ParseError, TokenError, exp, parse_one

from local.amc_simulator.names import misspelt
from local.amc_simulator.parameters import parameter_problem
from local.amc_simulator.tables import Table
from wfm.client.workflow_files.sql_check import check_sql
from wfm.client.workflow_files.sql_tables import findings
from wfm.model.data_sources import read_data_sources, tables_in

PRIVACY_MARKER = "simulate_privacy_rejection"
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_STRINGS = re.compile(r"'(?:[^']|'')*'")
_PARAMETERS = re.compile(r"CUSTOM_PARAMETER\s*\(\s*'([^']*)'\s*\)", re.IGNORECASE)
_AGGREGATES = re.compile(
    r"\b(COUNT|SUM|AVG|MIN|MAX|ARRAY_AGG|COLLECT|STDDEV\w*|VAR_\w+|APPROX_\w+|ANY_VALUE|NAMED_ROW|GROUP\s+BY)\b",
    re.IGNORECASE,
)
_UNSUPPORTED = {
    r"\bLIMIT\s+\d": "LIMIT is not supported.",
    r"\bRIGHT\s+(OUTER\s+)?JOIN\b": "RIGHT JOIN is not supported.",
    r"\bGETDATE\s*\(": "No match found for function signature GETDATE().",
    r"\|\|": "Unsupported scalar operation type ||",
}


def compile_problem(
    workflow_id: str, definition: dict[str, Any], tables: tuple[Table, ...], values: dict[str, Any] | None = None
) -> str | None:
    """Why AMC would not compile it, None if it would.

    `tables` are those of the instance, `values` an execution's parameters, None when only saving.
    """
    sql = definition.get("sqlQuery")
    if not isinstance(sql, str):
        return None
    wrong_value = None if values is None else parameter_problem(definition, values)
    wrong_sql = _malformed(sql) or misspelt(_bare(sql)) or _unsupported(sql) or _refused(sql)
    wrong_sql = wrong_sql or _unknown(sql, tables)
    invalid = _undeclared(sql, definition) or wrong_value or wrong_sql
    if invalid is None:
        return None
    return f"Was unable to compile workflow {workflow_id} because it was found to be invalid: {invalid}"


def privacy_problem(execution: str, workflow_id: str, definition: dict[str, Any]) -> str | None:
    """AMC's text for too many overlapping runs, given when the SQL holds the marker, say in a comment. [guide]"""
    if PRIVACY_MARKER not in str(definition.get("sqlQuery")):
        return None
    return (
        f'Execution "{execution}" of workflow "{workflow_id}" could not be run because too many workflows '
        "have already been run against the same input data sources in the same or overlapping time windows."
    )


def _undeclared(sql: str, definition: dict[str, Any]) -> str | None:
    """The parameters in the SQL that are not declared; names match by case. [practitioners]"""
    declared = {item["name"] for item in definition.get("inputParameters") or []}
    for name in _PARAMETERS.findall(_COMMENTS.sub(" ", sql)):
        if name not in declared:
            return f"Filter operation filter_operation referenced an undeclared parameter {name}."
    return None


def _malformed(sql: str) -> str | None:
    """What no parser of SQL takes: another first word than that of a query, or parentheses that do not match."""
    bare = _bare(sql)
    words = bare.split()
    if words and not re.match(r"\(*(SELECT|WITH)\b|\(+$", words[0], re.IGNORECASE):
        return f'Encountered "{words[0]}" at line 1, column 1.'
    if bare.count("(") != bare.count(")"):
        return f'Encountered "<EOF>" at line {sql.count(chr(10)) + 1}, column 1.'
    return None


@lru_cache(maxsize=256)
def _refused(sql: str) -> str | None:
    """The first thing for which WFM's own check is certain that AMC refuses it; remembered, as runs repeat queries."""
    errors = (finding for finding in check_sql(sql) if finding.is_error)
    return next((f"From line {error.line}: {error.text}" for error in errors), None)


@lru_cache(maxsize=256)
def _unknown(sql: str, tables: tuple[Table, ...]) -> str | None:
    """A table or column that is not among the instance's data sources; a query that sqlglot cannot read is not judged.

    A column is judged where it is certain of which table it is, and the instance shows that table's columns.
    """
    try:
        query = parse_one(sql)
    except (ParseError, TokenError, RecursionError):
        return None
    wrong = findings(query, tables_in(read_data_sources(table.as_json() for table in tables)))
    return next((_not_found(node) for node, _, is_error in wrong if is_error), None)


def _not_found(node: exp.Expr) -> str:
    return (
        f"Column '{node.name}' not found in any table"
        if isinstance(node, exp.Column)
        else f"Object '{node.name}' not found"
    )


def _bare(sql: str) -> str:
    """Without comments and texts."""
    return _STRINGS.sub("''", _COMMENTS.sub(" ", sql))


def _unsupported(sql: str) -> str | None:
    """Missing pieces of AMC SQL, and the rule that a query aggregates. [guide: SQL limitations]"""
    bare = _bare(sql)
    for pattern, text in _UNSUPPORTED.items():
        if re.search(pattern, bare, re.IGNORECASE):
            return text
    return None if _AGGREGATES.search(bare) else "The query must contain at least one aggregation."
