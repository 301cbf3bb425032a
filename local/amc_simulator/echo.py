"""What AMC shows of what it was given: the fields that it knows, in a form of its own.

It drops what its OpenAPI does not name, and adds `elementNullable` to parameters [Amazon's sample of one workflow, sent
and shown]. Texts for values of other types: OpenAPI. SQL on one line: ours, since AMC promises nothing about it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

_TOP = (
    "workflowId", "sqlQuery", "query", "inputParameters", "outputColumns", "outputFormat", "inputSchema",
    "filteredMetricsDiscriminatorColumn", "privacyFilteringBehavior",
)  # fmt: skip
_PARAMETER = ("name", "dataType", "defaultValue", "description")
_COLUMN = ("name", "dataType", "columnType", "dataTypePrecision", "dataTypeScale", "description")
_FORMAT = ("separatorCharacter", "quoteCharacter", "escapeCharacter")
_PARTS = re.compile(r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|[^\s'"/-]+|.""", re.DOTALL)


def echo_workflow(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A saved workflow in AMC's own form."""
    shown = _only(definition, _TOP)
    if isinstance(shown.get("sqlQuery"), str):
        shown["sqlQuery"] = echo_sql(shown["sqlQuery"])
    if "inputParameters" in shown:
        parameters = (_parameter(item) for item in shown["inputParameters"] or [])
        shown["inputParameters"] = sorted(parameters, key=lambda item: str(item["name"]))
    if "outputColumns" in shown:
        shown["outputColumns"] = [_only(item, _COLUMN) for item in shown["outputColumns"] or []]
    if isinstance(shown.get("outputFormat"), Mapping):
        shown["outputFormat"] = _only(shown["outputFormat"], _FORMAT)
    return shown


def echo_sql(sql: str) -> str:
    """The query on one line, without comments, blank ends and a final `;`. What stands in quotes stays as it is."""
    kept: list[str] = []
    for part in _PARTS.findall(sql):
        if not (part.isspace() or part.startswith(("--", "/*"))):
            kept.append(part)
        elif kept and kept[-1] != " ":
            kept.append(" ")
    return "".join(kept).strip().removesuffix(";").rstrip()


def echo_values(values: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, str]:
    """A run's parameter values as texts, with the workflow's defaults for those that were not given. [OpenAPI]"""
    declared = definition.get("inputParameters") or []
    defaults = {item["name"]: item["defaultValue"] for item in declared if item.get("defaultValue") is not None}
    return {name: as_text(value) for name, value in {**defaults, **values}.items() if value is not None}


def as_text(value: Any) -> str:
    """A value as a text; other types as JSON writes them."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _parameter(item: Mapping[str, Any]) -> dict[str, Any]:
    shown = _only(item, _PARAMETER)
    if shown.get("defaultValue") is not None:
        shown["defaultValue"] = as_text(shown["defaultValue"])
    if not isinstance(shown.get("dataType"), Mapping):
        shown["elementNullable"] = False
    return shown


def _only(document: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: document[name] for name in names if name in document}
