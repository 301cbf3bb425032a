"""What is said in a request by a slip: fields that nobody reads there, and ends beside a window that has none.

The fields of the predecessors pass, and so does what they could not leave out.
"""

from collections.abc import Mapping
from typing import Final

from wfm.calendar.windows import WINDOW_FIELDS, idle_ends, idle_zone
from wfm.errors import InvalidRecord, InvalidRequest, Problem
from wfm.model import sql_text
from wfm.model.field_names import refuse_packed, unknown_fields
from wfm.model.requests import AMC_FIELDS, SCHEDULE_SOURCE
from wfm.model.rows import Document, object_in
from wfm.model.workflows import AMC_FIELDS as WORKFLOW_FIELDS

# What WFM's own senders write and no predecessor did: a document with one of these is in WFM's shape.
_OURS: Final = frozenset(
    {
        "requestId", "priority", "source", "scheduledTime", "backfillId", "resubmit", "resubmits", "tryNumber",
    }
)  # fmt: skip
REQUEST_FIELDS: Final = _OURS | {
    "customerId", "payload", "requestType", "createExecutionRequest", "workflowExecutionId", "includeDetails", "Input",
    "workflowRequest", "executionRequest",
}  # fmt: skip
# Fields of the predecessors' samples that no AMC reads.
_OF_PREDECESSORS: Final = frozenset(
    {
        "MessageGroupId", "workflow_executed_date", "workflowExecutedDate", "useAsyncValidation", "customerId",
        "automaticDeploySchedule", "workflowName", "description", "metadata",
    }
)  # fmt: skip
PAYLOAD_FIELDS: Final = AMC_FIELDS | WINDOW_FIELDS | _OF_PREDECESSORS
OTHER_WORDS: Final = {
    "parameters": "parameterValues",
    "params": "parameterValues",
    "timeZone": "timeWindowTimeZone",
    "windowTimeZone": "timeWindowTimeZone",
    "windowStart": "timeWindowStart",
    "windowEnd": "timeWindowEnd",
    "windowType": "timeWindowType",
    "windowName": "timeWindowName",
    "sqlQuery": "workflow.sqlQuery",
}
_OF_A_PAYLOAD: Final = (AMC_FIELDS | WINDOW_FIELDS) - REQUEST_FIELDS
AD_HOC_FIELDS: Final = frozenset(WORKFLOW_FIELDS)
_SHAPES: Final = ("payload", "createExecutionRequest")


def read_object(document: object, place: str) -> Document:
    """The document as an object with texts for names; InvalidRequest for a JSON text that was packed twice."""
    if isinstance(document, Mapping):
        return document
    refuse_packed(document, place)
    return {}


def check_payload(payload: Document, place: str) -> list[str]:
    """Warnings of a payload; InvalidRequest or InvalidRecord names its slips."""
    slips, warnings = unknown_fields(payload, PAYLOAD_FIELDS, place, "a request", OTHER_WORDS)
    _refuse(slips)
    return warnings


def check_request(given: object, *, strict: bool | None = None) -> list[str]:
    """Warnings of a whole request; InvalidRequest or InvalidRecord names its slips.

    Ends beside a window of AMC's own and fields in the wrong place are refused where WFM's own shape (or `strict`) says
    that nobody had to write them, and warned of elsewhere: the first predecessor could not leave the ends out.
    """
    document = read_object(given, "the message")
    elsewhere = _OF_A_PAYLOAD if any(document.get(shape) for shape in _SHAPES) else frozenset()
    slips, warnings = unknown_fields(_without(document, elsewhere), REQUEST_FIELDS, "", "a request")
    is_strict = _is_ours(document) if strict is None else strict
    for shape in _SHAPES:
        payload = read_object(document.get(shape), shape)
        more, odd = unknown_fields(_without(payload, _OURS), PAYLOAD_FIELDS, shape, "a request", OTHER_WORDS)
        ad_hoc = object_in(payload.get("workflow"))
        more += unknown_fields(ad_hoc, AD_HOC_FIELDS, f"{shape}.workflow", "an ad hoc workflow")[0]
        more += [problem.within(f"{shape}.workflow") for problem in sql_text.given_problems(ad_hoc.get("sqlQuery"))]
        idle = [*idle_ends(payload, shape), *idle_zone(payload, shape), *_misplaced(document, payload, shape)]
        slips += more + (idle if is_strict else [])
        warnings += odd + ([] if is_strict else [str(problem) for problem in idle])
    if all(document.get(shape) is not None for shape in _SHAPES):
        slips.append(Problem("createExecutionRequest", "stands beside payload", "one of the two"))
    _refuse(slips)
    return warnings


def _without(names: Document, others: frozenset[str]) -> list[str]:
    return [name for name in names if name not in others]


def _misplaced(document: Document, payload: Document, shape: str) -> list[Problem]:
    """The payload's fields that stand beside it, and the request's own that stand in it: nobody reads them there."""
    if not payload:
        return []
    beside, inside = sorted(_OF_A_PAYLOAD & document.keys()), sorted(_OURS & payload.keys())
    return [
        *(Problem(name, f"nobody reads it beside {shape}", f"{shape}.{name}") for name in beside),
        *(Problem(f"{shape}.{name}", f"nobody reads it in {shape}", f"{name}, beside {shape}") for name in inside),
    ]


def _is_ours(document: Document) -> bool:
    """Whether nobody else can have written it. What a schedule sends is as its row has it, of whatever origin."""
    return bool(_OURS & document.keys()) and not str(document.get("source", "")).startswith(SCHEDULE_SOURCE)


def _refuse(slips: list[Problem]) -> None:
    if len(slips) == 1:
        raise InvalidRequest(slips[0].field, slips[0].text, slips[0].allowed)
    if slips:
        raise InvalidRecord(slips)
