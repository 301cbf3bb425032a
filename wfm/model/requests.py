"""An execution request: its shapes at the border, and the one that WFM works with."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Required, TypedDict

from wfm.calendar.spans import REFRESH, read_ages
from wfm.calendar.timestamps import iso, parse
from wfm.calendar.windows import WINDOW_FIELDS, functions_zone, resolve_value, resolve_window
from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.execution_names import event_execution_name
from wfm.model.labels import LABELS, Labels, read_labels
from wfm.model.retry_policy import RESUBMIT, TRY, RetryPolicyField, read_retry_policy
from wfm.model.rows import LINEAGE, Document, Lineage, object_in, text_or_none
from wfm.model.statuses import RequestStatus
from wfm.model.tenant_values import TenantValues, is_reference
from wfm.model.timeouts import DRY_RUN_SECONDS, TIMEOUT, read_timeout

_NAME: Final = "letters, digits, '-' and '_'"
SCHEDULE_SOURCE: Final = "schedule:"
_FIRST_YEAR: Final = 1970  # of times: what is reckoned back from one of them is a time as well
RULES: Final = "scheduleRules"  # of a schedule's message: which of its rules are looked up on its row
MAX_BODY_BYTES: Final = 200_000  # a DynamoDB item holds 400 KB, and the request is kept in one beside its resolved form

# The body fields of POST /workflowExecutions (Amazon's OpenAPI, createWorkflowExecution). Nothing else goes to AMC.
AMC_FIELDS: Final = frozenset(
    {
        "workflowId", "workflow", "parameterValues", "timeWindowTimeZone", "workflowExecutionTimeoutSeconds", "dryRun",
        "skipPublish", "disableAggregationControls", "requireSyntheticData", "advertisers", "maxCertifiedTime",
        "maxDimensionTime", "additionalAcrResultsReceivers", "ignoreDataGaps",
    }
)  # fmt: skip


_CLOCKS_APART: Final = timedelta(hours=1)
_FLAGS: Final = ("dryRun", "skipPublish", "disableAggregationControls", "requireSyntheticData", "ignoreDataGaps")
_TRUTHS: Final[Mapping[str | None, bool]] = {"true": True, "false": False}


class RequestDocument(Lineage, TypedDict, total=False):
    """A request as it is sent to a tenant's queue; `payload` asks for a workflow, its window and parameters."""

    customerId: Required[str]
    requestId: str
    priority: str
    source: str
    scheduledTime: str
    backfillId: str
    resubmits: str
    resubmit: RetryPolicyField
    scheduleRules: list[str]
    tryNumber: int
    after: dict[str, str]
    inLineSince: str
    chain: bool
    labels: dict[str, str]
    refresh: list[str]
    payload: Required[Document]


@dataclass(frozen=True)
class ExecutionRequest:
    """One request for one AMC run. `payload` is what was asked, in AMC's and the predecessors' field names.

    `warnings` name what is in it and means nothing.
    """

    customer_id: str
    request_id: str
    payload: Document
    priority: str = "interactive"
    source: str = "StartExecution"
    scheduled_time: str | None = None
    backfill_id: str | None = None
    labels: Labels = field(default_factory=dict)
    original: Document = field(default_factory=dict, repr=False)
    warnings: Sequence[str] = ()

    @property
    def workflow_id(self) -> str:
        """The saved workflow, or the name of an ad hoc one ("" when it has none)."""
        workflow = object_in(self.payload.get("workflow"))
        return str(self.payload.get("workflowId") or workflow.get("workflowId") or "")

    @property
    def is_ad_hoc(self) -> bool:
        """Whether the request brings its own SQL."""
        return "workflow" in self.payload


def scheduled_request_id(schedule: str, scheduled_time: str) -> str:
    """The id of what a schedule asks for at a time: the same however often and by whom it is sent.

    Readable as far as 39 characters go: `daily-sale-20261123T0800-a1811fc3e2a272`. Its digest is long enough for a run
    never to be taken for that of another schedule.
    """
    moment = parse(scheduled_time)
    digest = hashlib.sha256(f"{schedule}@{iso(moment)}".encode()).hexdigest()[:14]
    return f"{re.sub(r'[^A-Za-z0-9_-]', '_', schedule)[:10]}-{moment:%Y%m%dT%H%M}-{digest}"


def execution_name(customer_id: str, request_id: str) -> str:
    """The name of a request's execution, of characters that CloudWatch can log (StartExecution, API reference)."""
    return event_execution_name(f"{customer_id}.{request_id}", customer_id, request_id)


def execution_name_in(row: Document) -> str:
    """The name under which the execution of a stored request is, or will be, started.

    Rows of version 0.1 have none: theirs is `{customerId}.{requestId}`, also when they are started after an update.
    """
    return str(row.get("executionName") or f"{row['customerId']}.{row['requestId']}")


def _identifier(value: object, name: str, longest: int) -> str:
    if not isinstance(value, str) or not re.fullmatch(rf"[A-Za-z0-9_-]{{1,{longest}}}", value):
        raise InvalidRequest(name, f"{value!r} is not usable", f"1 to {longest} {_NAME}")
    return value


def customer_id_of(document: Document) -> str:
    """The customer that a request or record names; InvalidRequest when it names none."""
    if "customerId" not in document:
        raise InvalidRequest("customerId", "is missing", f"1 to 40 {_NAME}")
    return _identifier(document["customerId"], "customerId", 40)


def read_request(document: Document, default_id: str) -> ExecutionRequest:
    """The request in a document that has passed `execution_request.json`, in any of its shapes.

    `{"customerId", "payload": {...}}` is the first predecessor's and ours, `{"customerId", "requestType",
    "createExecutionRequest": {...}}` the later one's. `default_id` names the request when the document does not.
    """
    payload = document.get("createExecutionRequest", document.get("payload"))
    if not isinstance(payload, Mapping):
        raise InvalidRequest("payload", "is missing", "an object with the workflow and its window")
    if bool(payload.get("workflowId")) == bool(payload.get("workflow")):
        raise InvalidRequest("payload.workflowId", "needs exactly one of workflowId and workflow", "one of the two")
    read_retry_policy(document.get(RESUBMIT))
    _check_ages(document, payload)
    _time(document, "inLineSince")
    return ExecutionRequest(
        customer_id=customer_id_of(document),
        request_id=_identifier(_own_id(document) or default_id, "requestId", 39),
        payload=payload,
        priority=str(document.get("priority", "interactive")),
        source=str(document.get("source", "StartExecution")),
        scheduled_time=_scheduled_time(document),
        backfill_id=text_or_none(document.get("backfillId")),
        labels=read_labels(document.get(LABELS)),
        original=document,
    )


def _check_ages(document: Document, payload: Document) -> None:
    """InvalidRecord or InvalidRequest for ages that are none, or that nobody could count."""
    kind, has_ages = payload.get("timeWindowType"), bool(read_ages(document.get(REFRESH)))
    if has_ages and str(payload.get("dryRun")).lower() == "true":
        raise InvalidRequest(REFRESH, "stands beside dryRun, and no dry run is made again", "one of the two")
    if has_ages and kind not in (None, "", "EXPLICIT"):
        problem = f"stands beside the window {kind!s:.30}, of which AMC alone knows the dates"
        raise InvalidRequest(REFRESH, problem, "a window with an end, such as yesterday or TODAY(-7) to TODAY(0)")


def _scheduled_time(document: Document) -> str | None:
    return _time(document, "scheduledTime")


def _time(document: Document, field: str) -> str | None:
    given = document.get(field)
    time = None if given is None else str(given)
    if time is not None:
        try:
            year = parse(time).year
        except ValueError as exc:
            raise InvalidRequest(field, f"{time!r} is no time ({exc})", "2026-11-23T14:00:00Z") from exc
        if year < _FIRST_YEAR:
            raise InvalidRequest(field, f"{time!r} is out of reach", f"a time since {_FIRST_YEAR}")
    return time


def _own_id(document: Document) -> object:
    """A request names itself, or is named after its schedule and time: EventBridge cannot write ids, and may repeat."""
    source, scheduled_time = str(document.get("source", "")), _scheduled_time(document)
    if "requestId" in document or not (scheduled_time and source.startswith(SCHEDULE_SOURCE)):
        return document.get("requestId")
    return scheduled_request_id(source.removeprefix(SCHEDULE_SOURCE), scheduled_time)


def with_defaults(request: ExecutionRequest, defaults: Document) -> ExecutionRequest:
    """The request with its workflow's `defaultPayload` beneath. A window comes whole from one of the two."""
    has_window = any(request.payload.get(name) for name in WINDOW_FIELDS)
    beneath = {name: value for name, value in defaults.items() if not (has_window and name in WINDOW_FIELDS)}
    values = {**object_in(beneath.get("parameterValues")), **object_in(request.payload.get("parameterValues"))}
    payload = {**beneath, **request.payload, **({"parameterValues": values} if values else {})}
    return replace(request, payload=payload)


def parameters_of(request: ExecutionRequest) -> Document:
    """The parameter values that a request gives."""
    return object_in(request.payload.get("parameterValues"))


def with_values(request: ExecutionRequest, values: TenantValues) -> ExecutionRequest:
    """The request with the tenant's values in place of what refers to them; InvalidRequest for one that it lacks."""
    given = parameters_of(request)
    if not any(is_reference(value) for value in given.values()):
        return request
    return replace(request, payload={**request.payload, "parameterValues": values.resolved(given, "parameterValues")})


def resolve(request: ExecutionRequest, asked_at: datetime) -> dict[str, object]:
    """The body for AMC: windows and parameter values resolved relative to the scheduled time, else to `asked_at`."""
    at = parse(request.scheduled_time) if request.scheduled_time else asked_at
    if at > asked_at + _CLOCKS_APART and not request.source.startswith(SCHEDULE_SOURCE):
        problem = f"{request.scheduled_time!r} is to come: it is asked at {iso(asked_at)}"
        raise InvalidRequest("scheduledTime", problem, "a time that is over; a schedule with at(...) for a later run")
    given = {key: value for key, value in request.payload.items() if key in AMC_FIELDS and value is not None}
    body = given | {name: _flag(name, given[name]) for name in _FLAGS if name in given}
    if TIMEOUT in body:
        body[TIMEOUT] = read_timeout(body[TIMEOUT])
    if body.get("dryRun"):
        body[TIMEOUT] = DRY_RUN_SECONDS
    values = parameters_of(request)
    if values:
        where = functions_zone(request.payload)
        body["parameterValues"] = {
            name: resolve_value(value, at, f"parameterValues.{name}", where) for name, value in values.items()
        }
    return body | resolve_window(request.payload, at)


def _flag(name: str, given: object) -> bool:
    """AMC takes no text for a boolean (OpenAPI); the predecessors' documents have them."""
    read = None if isinstance(given, int | float) and not isinstance(given, bool) else str(given).lower()
    if read not in _TRUTHS:
        raise InvalidRequest(name, f"{given!r:.60} is not right", "true or false")
    return _TRUTHS[read]


def request_row(request: ExecutionRequest, now: datetime, trace_id: str | None = None) -> dict[str, object]:
    """The first state of a request in ExecutionRequests; `trace_id` where something is about to be done for it."""
    return {
        "customerId": request.customer_id,
        "requestId": request.request_id,
        "workflowId": request.workflow_id,
        "status": RequestStatus.QUEUED,
        "priority": request.priority,
        "source": request.source,
        "scheduledTime": request.scheduled_time,
        "backfillId": request.backfill_id,
        LABELS: dict(request.labels) or None,
        TRY: request.original.get(TRY),
        **{name: request.original.get(name) for name in LINEAGE},
        "request": dict(request.original),
        "warnings": list(request.warnings) or None,
        "requestedAt": iso(now),
        "queuedAt": iso(now),
        "openSince": iso(now),
        "executionName": execution_name(request.customer_id, request.request_id),
        "traceId": trace_id,
        "attempts": 0,
    }


def restored_row(document: Document, request_id: str, at: datetime, values: TenantValues) -> dict[str, object] | None:
    """The row of a request that had been taken and has none any more, by what it asked; None for what cannot be read.

    With its window and parameter values as they were resolved then, relative to `at`, as far as it gave them itself.
    """
    try:
        request = read_request(document, request_id)
        row = request_row(request, at)
    except (InvalidRequest, InvalidRecord):
        return None
    try:
        return {**row, "execution": resolve(with_values(request, values), at)}
    except (InvalidRequest, InvalidRecord):
        return row


STOP_REASON: Final = "stopReason"  # of a request's row: why somebody is about to stop its execution
