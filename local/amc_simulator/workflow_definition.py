"""A workflow's definition as AMC takes it on POST and PUT: the shape only, the SQL is the compiler's.

[OpenAPI, guide]
"""

import re
from typing import Any

from local.amc_simulator.errors import AmcError
from local.amc_simulator.shapes import check_choice, check_lists_of_texts, check_objects, check_texts

_ID = re.compile(r"[A-Za-z0-9._-]+")
_MAX_ITEMS = 100
_A_TO_I = ("BINARY", "BOOLEAN", "BYTE", "CALENDAR_INTERVAL", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INTEGER")
DATA_TYPES = frozenset((*_A_TO_I, "LONG", "SHORT", "STRING", "TIMESTAMP"))


def read_workflow(body: Any, workflow_id: str | None = None) -> dict[str, Any]:
    """The definition as AMC would store it, else AmcError 400.

    `workflow_id` is the one in the path of a PUT.
    """
    if not isinstance(body, dict):
        raise AmcError(400, "The request body must be a JSON object.")
    named = body.get("workflowId", workflow_id)
    if not isinstance(named, str) or not _ID.fullmatch(named):
        raise AmcError(400, "workflowId may hold letters, digits, '.', '-' and '_' only.")
    if workflow_id is not None and named != workflow_id:
        raise AmcError(400, "workflowId in the body differs from the one in the path.")
    return {**check_definition(body), "workflowId": named}


def check_definition(body: dict[str, Any]) -> dict[str, Any]:
    """The same without the id, as in an ad hoc execution."""
    sql = body.get("sqlQuery")
    if sql is not None and not isinstance(sql, str):
        raise AmcError(400, "sqlQuery must be a string.")
    if not (sql and sql.strip()) and not body.get("query"):
        raise AmcError(400, "One of sqlQuery and query must be provided.")
    check_texts(body, "filteredMetricsDiscriminatorColumn", "inputSchema")
    if not isinstance(body.get("query"), dict):  # as the Postman collection has it
        check_lists_of_texts(body, "query")
    if not isinstance(body.get("outputFormat") or {}, dict):
        raise AmcError(400, "outputFormat must be an object.")
    check_choice(body, "privacyFilteringBehavior", ("REMOVE_ROWS", "REMOVE_VALUES"))
    parameters = [_parameter(item) for item in check_objects(body, "inputParameters", _MAX_ITEMS)]
    if len({parameter["name"] for parameter in parameters}) < len(parameters):
        raise AmcError(400, "inputParameters names must be unique.")
    for column in check_objects(body, "outputColumns", _MAX_ITEMS):
        check_texts(column, "name")
        check_choice(column, "columnType", ("METRIC", "DIMENSION"))
    return {**body, "inputParameters": parameters} if "inputParameters" in body else dict(body)


def _parameter(item: dict[str, Any]) -> dict[str, Any]:
    """One input parameter; an array type comes back with `elementNullable`. [sample collection]"""
    if not isinstance(item.get("name"), str) or not item["name"]:
        raise AmcError(400, "inputParameters: name must be a non-empty string.")
    kind = item.get("dataType")
    if isinstance(kind, dict) and kind.get("type") == "ARRAY" and kind.get("elementDataType") in DATA_TYPES:
        return {**item, "dataType": {"elementNullable": False, **kind}}
    if not isinstance(kind, str) or kind not in DATA_TYPES:
        raise AmcError(400, f"inputParameters: {item['name']} has an unknown dataType.")
    return item
