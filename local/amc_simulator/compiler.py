"""A very small part of AMC's SQL compiler: the mistakes that people make and that a client must report well.

AMC compiles after accepting an execution and then shows REJECTED with a `statusReason` [practitioners]; older logs show
the same texts as a 400 on POST. The configuration says which.
"""

import re
from typing import Any

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


def compile_problem(workflow_id: str, definition: dict[str, Any], values: dict[str, Any] | None = None) -> str | None:
    """Why AMC would not compile it, None if it would.

    `values` are an execution's parameters, None when only saving.
    """
    sql = definition.get("sqlQuery")
    if not isinstance(sql, str):
        return None
    invalid = _undeclared(sql, definition) or _missing_value(definition, values) or _unsupported(sql)
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
    """Names match by case. [practitioners]"""
    declared = {item["name"] for item in definition.get("inputParameters") or []}
    for name in _PARAMETERS.findall(_COMMENTS.sub(" ", sql)):
        if name not in declared:
            return f"Filter operation filter_operation referenced an undeclared parameter {name}."
    return None


def _missing_value(definition: dict[str, Any], values: dict[str, Any] | None) -> str | None:
    """A parameter without a default must be given. [guide; text: ours]"""
    if values is None:
        return None
    for item in definition.get("inputParameters") or []:
        if item.get("defaultValue") is None and item["name"] not in values:
            return f"No value was provided for the parameter {item['name']}."
    return None


def _unsupported(sql: str) -> str | None:
    """Missing pieces of AMC SQL, and the rule that a query aggregates. [guide: SQL limitations]"""
    bare = _STRINGS.sub("''", _COMMENTS.sub(" ", sql))
    for pattern, text in _UNSUPPORTED.items():
        if re.search(pattern, bare, re.IGNORECASE):
            return text
    return None if _AGGREGATES.search(bare) else "The query must contain at least one aggregation."
