"""What the first predecessor's AMC interface was asked by `method`, as the later predecessor's or today's request.

`{"customerId", "method", "payload"}`: a run, and what cancels or reads one, or changes a workflow. What WFM does by
itself, or shows by its command, is refused with that.
"""

from collections.abc import Mapping
from typing import Final

from wfm.errors import InvalidRequest, kind_of
from wfm.model.field_names import meant, refuse_packed
from wfm.model.rows import Document, object_in

METHOD: Final = "method"
_RUN: Final = "executeWorkflow"
_OF_DEFINITIONS: Final = ("createWorkflow", "updateWorkflow")
_OF_IDS: Final = ("getWorkflow", "deleteWorkflow")
_STATUS: Final = "getExecutionStatus"
_CANCELS: Final[Mapping[str, str]] = {
    "deleteWorkflowExecution": "workflowExecutionId",
    "deleteWorkflowExecutions": "workflowExecutionIds",
}
_RUNS: Final = "wfm executions list"
_QUEUES: Final = "nothing: WFM reads its queues by itself"
_INSTEAD: Final[Mapping[str, str]] = {
    "getWorkflows": "wfm workflows list",
    "getSchedules": "wfm schedules list; AMC's own schedules are not WFM's",
    "deleteSchedules": "wfm schedules remove; AMC's own schedules are not WFM's",
    **dict.fromkeys(("getNumberOfRunningExecutions", "getRunningExecutions", "getExecutionsByStatus"), _RUNS),
    "getRunningAndPendingExecutions": _RUNS,
    "syncExecutionStatuses": "nothing: WFM tracks all runs by itself",
    **dict.fromkeys(("getExecutionsAvailable", "getAllExecutionsAvailable"), "wfm status"),
    "consumeQueue": _QUEUES,
}
METHODS: Final = (_RUN, *_OF_DEFINITIONS, *_OF_IDS, _STATUS, *_CANCELS)
_NAMES: Final[Mapping[str, str]] = {name.casefold(): name for name in (*METHODS, *_INSTEAD)}


def without_method(document: Document) -> Document:
    """The request that a document with `method` stands for; InvalidRequest for a method that is none, or not here."""
    method = _method(document[METHOD])
    rest = {name: value for name, value in document.items() if name not in (METHOD, "payload")}
    refuse_packed(document.get("payload"), "payload")
    payload = object_in(document.get("payload"))
    if method == _RUN:
        return {name: value for name, value in document.items() if name != METHOD}
    if method == _STATUS:
        return {**rest, "requestType": _STATUS, "workflowExecutionId": _run_id(document, payload)}
    if method in _CANCELS:
        return {**rest, "requestType": "cancelExecution", "workflowExecutionId": payload.get(_CANCELS[method])}
    workflow_id = payload.get("workflowId")
    if not isinstance(workflow_id, str) or not workflow_id:
        raise InvalidRequest("payload.workflowId", "is missing", "the workflow's id")
    if method in _OF_IDS:
        return {**rest, "workflowRequest": {"requestType": method, "workflowId": workflow_id}}
    if not isinstance(payload.get("sqlQuery"), str):
        raise InvalidRequest("payload.sqlQuery", f"{kind_of(payload.get('sqlQuery'))} is no query", "AMC SQL")
    return {**rest, "workflowRequest": {"requestType": method, "workflowDefinition": dict(payload)}}


def _method(given: object) -> str:
    """The method as it is spelt; their consumer did not care for case."""
    name = _NAMES.get(given.casefold()) if isinstance(given, str) else None
    if name is None:
        near = meant(given, [*METHODS, *_INSTEAD]) if isinstance(given, str) else None
        hint = f" (did you mean {near}?)" if near else ""
        raise InvalidRequest(METHOD, f"{given!r:.60} is unknown{hint}", ", ".join(METHODS))
    if name in _INSTEAD:
        raise InvalidRequest(METHOD, f"{name} is none of WFM's", _INSTEAD[name])
    return name


def _run_id(document: Document, payload: Document) -> object:
    """The id of the run, beside the payload or in it."""
    found = document.get("workflowExecutionId") or payload.get("workflowExecutionId")
    if not found and (document.get("workflowId") or payload.get("workflowId")):
        raise InvalidRequest("workflowId", "has many runs", f"workflowExecutionId, or {_RUNS} --workflow")
    return found
