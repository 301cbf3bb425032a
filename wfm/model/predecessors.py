"""What the predecessors' documents ask for beyond one run in today's shape.

The first one's producer took lists of customers and payloads, and `Input: {payload}` around a payload, as its schedules
have it; its AMC interface was asked by `method` (`predecessor_methods.py`). The later one asked by `requestType` to
cancel a run or for its status, and by `workflowRequest` to create, update, get or delete a workflow. Here each becomes
a request of today, or a `Command`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wfm.errors import InvalidRequest
from wfm.model.field_names import meant, refuse_packed, unknown_fields
from wfm.model.predecessor_lambdas import refuse_other_lambdas
from wfm.model.predecessor_methods import METHOD, without_method
from wfm.model.requests import ExecutionRequest, customer_id_of
from wfm.model.resubmissions import fitting_id
from wfm.model.rows import Document, object_in

MAX_PARTS: Final = 1_000
MAX_CANCELLED: Final = 20  # runs in one request; each is up to three calls
_CAMPAIGN_FIELDS: Final = ("custom_parameters", "additionalWhereClause", "runWorkflowByCampaign")
_CREATE: Final = "createExecution"
_PAYLOADS: Final = ("payload", "createExecutionRequest")
_EXECUTION_ID: Final = "the workflowExecutionId of a run in AMC"


class CommandKind(StrEnum):
    """The kinds of commands, in the later predecessor's words."""

    CANCEL = "cancelExecution"
    STATUS = "getExecutionStatus"
    CREATE = "createWorkflow"
    UPDATE = "updateWorkflow"
    GET = "getWorkflow"
    DELETE = "deleteWorkflow"


_FIELDS: Final = frozenset({"customerId", "requestType", "workflowId", "workflowDefinition"})
OF_EXECUTIONS: Final = (CommandKind.CANCEL, CommandKind.STATUS)
OF_WORKFLOWS: Final = (CommandKind.CREATE, CommandKind.UPDATE, CommandKind.GET, CommandKind.DELETE)


@dataclass(frozen=True)
class Command:
    """A request for something else than a run. `definition` is a workflow's, in AMC's field names.

    `execution_ids` are those of runs: one, or several to cancel.
    """

    kind: CommandKind
    customer_id: str
    execution_ids: Sequence[str] = ()
    workflow_id: str = ""
    definition: Document | None = None


def unwrapped(document: object) -> object:
    """The request without what a predecessor's schedule or state machine put around it, and without empty fields.

    A field that is null is as good as none, in the payload too; a parameter's value is not touched.

    InvalidRequest, with the way to do it here, for a run for each campaign and for events of other Lambdas.
    """
    if not isinstance(document, Mapping):
        return document
    found = _without_nulls(_inner(document))
    return {name: _payload(value) if name in _PAYLOADS else value for name, value in found.items()}


def _without_nulls(document: Document) -> dict[str, object]:
    return {name: value for name, value in document.items() if value is not None}


def _payload(value: object) -> object:
    if isinstance(value, list):
        return [_payload(each) for each in value]
    return _without_nulls(value) if isinstance(value, Mapping) else value


def _inner(document: Document) -> Document:
    if METHOD in document:
        return without_method(document)
    if document.get("runBy") or any(name in document for name in _CAMPAIGN_FIELDS):
        problem = "runs for each campaign are not offered"
        raise InvalidRequest("runBy", problem, "a backfill with parameterSets: a set of values for each campaign")
    refuse_other_lambdas(document)
    for name in ("executionRequest", "Input", "workflowRequest"):
        refuse_packed(document.get(name), name)
    inner = document.get("executionRequest")
    if isinstance(inner, Mapping):
        return {"customerId": document.get("customerId"), **inner}
    around = document.get("Input")
    if isinstance(around, Mapping) and "payload" in around and "payload" not in document:
        rest = {name: value for name, value in document.items() if name != "Input"}
        return {"customerId": around.get("customerId"), **rest, "payload": around["payload"]}
    return document


def read_special(document: object, default_id: str) -> ExecutionRequest | None:
    """A request that stands for a command or for many runs; None for every other document."""
    if not isinstance(document, Mapping):
        return None
    command = read_command(document)
    if command is None and not _is_list(document):
        return None
    payload = {"workflowId": command.workflow_id} if command else {}
    customer_id = command.customer_id if command else customers_of(document)[0]
    request_id = document.get("requestId")
    named = request_id if isinstance(request_id, str) and request_id else default_id
    return ExecutionRequest(customer_id, named, payload, source=_source(document), original=document)


def _source(document: Document) -> str:
    return str(document.get("source") or "StartExecution")[:200]


def _is_list(document: Document) -> bool:
    return isinstance(document.get("customerId"), list) or isinstance(document.get("payload"), list)


def customers_of(document: Document) -> list[str]:
    """The customers that a document is for, each once; InvalidRequest if it names none."""
    given = document.get("customerId")
    each = given if isinstance(given, list) else [given]
    found = list(dict.fromkeys(customer_id_of({"customerId": one}) for one in each))
    if not found:
        raise InvalidRequest("customerId", "a list with nothing in it names nobody", "customer ids")
    return found


def parts(document: Document, request_id: str) -> list[Document]:
    """The requests that a document with lists stands for, each with an id that follows from its place."""
    given = document.get("payload")
    payloads = given if isinstance(given, list) else [given]
    customers = customers_of(document)
    if not 1 <= len(payloads) * len(customers) <= MAX_PARTS:
        problem = f"{len(customers)} customers x {len(payloads)} payloads are not usable"
        raise InvalidRequest("payload", problem, f"1 to {MAX_PARTS} requests; a backfill for more")
    for index, payload in enumerate(payloads):
        if not isinstance(payload, Mapping):
            raise InvalidRequest(f"payload[{index}]", "is no object", "an object with the workflow and its window")
    pairs = [(customer_id, payload) for payload in payloads for customer_id in customers]
    shared = {name: document[name] for name in ("priority", "scheduledTime") if name in document}
    return [
        {
            **shared,
            "customerId": customer_id,
            "requestId": fitting_id(request_id, f"-{number}"),
            "source": _source(document),
            "payload": payload,
        }
        for number, (customer_id, payload) in enumerate(pairs, 1)
    ]


def read_command(document: Document) -> Command | None:
    """The command in a document; None when it asks for a run. InvalidRequest names what is missing."""
    if isinstance(document.get("workflowRequest"), Mapping):
        return _of_workflow(document, object_in(document["workflowRequest"]))
    kind = _request_type(document.get("requestType", _CREATE))
    if kind is None:
        return None
    found = _execution_ids(document.get("workflowExecutionId"))
    return Command(kind, customer_id_of(document), execution_ids=found)


def _request_type(given: object) -> CommandKind | None:
    """The command of runs; None for a run, and for what is none. InvalidRequest for a command elsewhere or misspelt."""
    if given in OF_WORKFLOWS:
        raise InvalidRequest("requestType", f"{given} is asked for in a workflowRequest", "workflowRequest.requestType")
    names = (_CREATE, *OF_EXECUTIONS)
    near = meant(given, names) if isinstance(given, str) and given not in names else None
    if near:
        raise InvalidRequest("requestType", f"{given!r:.60} is unknown (did you mean {near}?)", ", ".join(names))
    return CommandKind(str(given)) if given in OF_EXECUTIONS else None


def _execution_ids(given: object) -> list[str]:
    """The ids of runs, each once."""
    each = given if isinstance(given, list) else [given]
    found = [one.strip() for one in each if isinstance(one, str) and one.strip()]
    if not found or len(found) < len(each):
        problem = "is missing" if given in (None, "", []) else f"{given!r:.80} is no id"
        raise InvalidRequest("workflowExecutionId", problem, _EXECUTION_ID)
    if len(found) > MAX_CANCELLED:
        raise InvalidRequest("workflowExecutionId", f"has {len(found)} ids", f"at most {MAX_CANCELLED} in one request")
    return list(dict.fromkeys(found))


def _of_workflow(document: Document, request: Document) -> Command:
    """The document's own customer counts, as it did with the predecessor."""
    kind, place = request.get("requestType"), "workflowRequest"
    if kind not in OF_WORKFLOWS:
        problem = "is missing" if kind is None else f"{kind!r:.60} is unknown"
        raise InvalidRequest(f"{place}.requestType", problem, ", ".join(OF_WORKFLOWS))
    slips = unknown_fields(request, _FIELDS, place, "a workflowRequest")[0]
    if slips:
        raise InvalidRequest(slips[0].field, slips[0].text)
    refuse_packed(request.get("workflowDefinition"), f"{place}.workflowDefinition")
    definition = object_in(request.get("workflowDefinition"))
    workflow_id = request.get("workflowId") or definition.get("workflowId")
    if not isinstance(workflow_id, str):
        raise InvalidRequest(f"{place}.workflowId", "is missing", "the workflow's id")
    customer_id = customer_id_of(document)
    if kind in (CommandKind.GET, CommandKind.DELETE):
        return Command(CommandKind(str(kind)), customer_id, workflow_id=workflow_id)
    if not isinstance(definition.get("sqlQuery"), str):
        raise InvalidRequest(f"{place}.workflowDefinition.sqlQuery", "is missing", "AMC SQL")
    wanted = {**definition, "workflowId": workflow_id}
    return Command(CommandKind(str(kind)), customer_id, workflow_id=workflow_id, definition=wanted)
