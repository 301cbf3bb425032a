"""What is said in a request by a slip: fields that nobody reads there, and ends beside a window that has none.

The fields of the predecessors pass, and so does what they could not leave out.
"""

from collections.abc import Mapping
from typing import Final

from wfm.calendar.windows import WINDOW_FIELDS, idle_ends, idle_zone
from wfm.errors import InvalidRecord, InvalidRequest, Problem
from wfm.model import other_words, sql_text
from wfm.model.field_names import refuse_packed, unknown_fields
from wfm.model.labels import LABELS, label_problems
from wfm.model.parameter_declarations import declaration_problems
from wfm.model.requests import AMC_FIELDS, SCHEDULE_SOURCE
from wfm.model.rows import Document, object_in
from wfm.model.workflows import AMC_FIELDS as WORKFLOW_FIELDS

# What WFM's own senders write and no predecessor did: a document with one of these is in WFM's shape.
_OURS: Final = frozenset(
    {
        "requestId", "priority", "source", "scheduledTime", "backfillId", "resubmit", "resubmits", "tryNumber",
        "scheduleRules", "after", "inLineSince", "chain", "labels",
        "refresh", "refreshOf", "refreshAge", "supersedes",
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
_OF_PAYLOAD: Final[Mapping[str, str]] = {**other_words.OF_PAYLOAD, **other_words.ELSEWHERE}
_OF_A_PAYLOAD: Final = (AMC_FIELDS | WINDOW_FIELDS) - REQUEST_FIELDS
# Of a request's own fields those that change what is run, or how often.
_TELLING: Final = frozenset({"requestId", "scheduledTime"})
_ENVELOPES: Final[Mapping[tuple[str, ...], str]] = {
    ("Type", "Message"): "raw message delivery of the subscription",
    ("detail-type", "detail"): "InputPath $.detail of the rule's target",
    ("Records",): "each record's body",
    ("body",): "the body",
}
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
    slips, warnings = unknown_fields(payload, PAYLOAD_FIELDS, place, "a request", _OF_PAYLOAD)
    _refuse(slips)
    return warnings


def check_request(given: object, *, strict: bool | None = None) -> list[str]:
    """Warnings of a whole request; InvalidRequest or InvalidRecord names its slips.

    Ends beside a window of AMC's own are refused where WFM's own shape (or `strict`) says that nobody had to write
    them, and warned of elsewhere: the first predecessor could not leave them out. A field in the wrong place is refused
    where it would change what is run.
    """
    document = read_object(given, "the message")
    _refuse_envelope(document)
    shape = next((one for one in _SHAPES if document.get(one)), _SHAPES[0])
    moved = other_words.moved((), other_words.OF_PAYLOAD, shape, REQUEST_FIELDS)
    words = {**moved, **other_words.OF_REQUEST, **other_words.ELSEWHERE}
    slips, warnings = unknown_fields(_without(document, _OF_A_PAYLOAD), REQUEST_FIELDS, "", "a request", words)
    is_strict = _is_ours(document) if strict is None else strict
    payload = read_object(document.get(shape), shape)
    more, odd = unknown_fields(_without(payload, _OURS), PAYLOAD_FIELDS, shape, "a request", _OF_PAYLOAD)
    ad_hoc = object_in(payload.get("workflow"))
    more += unknown_fields(ad_hoc, AD_HOC_FIELDS, f"{shape}.workflow", "an ad hoc workflow", other_words.OF_WORKFLOW)[0]
    wrong = [*sql_text.given_problems(ad_hoc.get("sqlQuery")), *declaration_problems(ad_hoc)]
    more += [problem.within(f"{shape}.workflow") for problem in wrong]
    more += [*_other_customer(document, payload, shape), *label_problems(document.get(LABELS))]
    telling, idle = _misplaced(document, payload, shape)
    idle += [*idle_ends(payload, shape), *idle_zone(payload, shape)]
    slips += more + telling + (idle if is_strict else [])
    warnings += odd + ([] if is_strict else [str(problem) for problem in idle])
    if all(document.get(one) is not None for one in _SHAPES):
        slips.append(Problem("createExecutionRequest", "stands beside payload", "one of the two"))
    _refuse(slips)
    return warnings


def _refuse_envelope(document: Document) -> None:
    """InvalidRequest for what SNS, EventBridge or SQS puts around a message, with the setting that leaves it out."""
    if "customerId" in document:
        return
    for names, setting in _ENVELOPES.items():
        if all(name in document for name in names):
            field = names[-1]
            raise InvalidRequest(
                field, "has the request in it, and nobody reads it there", f"the request alone: {setting}"
            )


def _without(names: Document, others: frozenset[str]) -> list[str]:
    return [name for name in names if name not in others]


def _misplaced(document: Document, payload: Document, shape: str) -> tuple[list[Problem], list[Problem]]:
    """The payload's fields that stand beside it, and the request's own that stand in it: nobody reads them there.

    First those that would change what is run.
    """
    telling: list[Problem] = []
    others: list[Problem] = []
    where = f"beside {shape}" if shape in document else f"outside of {shape}, which is missing"
    for name in sorted(_OF_A_PAYLOAD & document.keys()) if _asks_for_a_run(document) else ():
        is_said = payload.get(name) == document[name]
        (others if is_said else telling).append(Problem(name, f"nobody reads it {where}", f"{shape}.{name}"))
    for name in sorted(_OURS & payload.keys()):
        problem = Problem(f"{shape}.{name}", f"nobody reads it in {shape}", f"{name}, beside {shape}")
        (telling if name in _TELLING else others).append(problem)
    return telling, others


def _asks_for_a_run(document: Document) -> bool:
    return "workflowRequest" not in document and document.get("requestType", "createExecution") == "createExecution"


def _other_customer(document: Document, payload: Document, shape: str) -> list[Problem]:
    """The customer in a payload, if it is not the one that the request is for."""
    inner, outer = payload.get("customerId"), document.get("customerId")
    if inner is None or inner == outer or (isinstance(outer, list) and inner in outer):
        return []
    return [Problem(f"{shape}.customerId", f"{inner!r:.60} is another customer", "that of the request, or none")]


def _is_ours(document: Document) -> bool:
    """Whether nobody else can have written it. What a schedule sends is as its row has it, of whatever origin."""
    return bool(_OURS & document.keys()) and not str(document.get("source", "")).startswith(SCHEDULE_SOURCE)


def _refuse(slips: list[Problem]) -> None:
    if len(slips) == 1:
        raise InvalidRequest(slips[0].field, slips[0].text, slips[0].allowed)
    if slips:
        raise InvalidRecord(slips)
