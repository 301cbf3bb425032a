"""Sending requests to tenants' queues."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, NamedTuple, TypedDict, Unpack

from wfm.calendar.spans import REFRESH
from wfm.calendar.windows import lone_zone
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.many import Did
from wfm.client.plain_values import plain_document, plain_value, window_time
from wfm.client.records import Tenant
from wfm.client.requests.messages import execution_message
from wfm.client.suggestions import suggest
from wfm.client.tenants.tenants import Tenants
from wfm.client.workflows.workflows import Workflows
from wfm.errors import InvalidRecord, InvalidRequest, UnknownCustomer, UsageError
from wfm.model.availability import DEGRADED
from wfm.model.fingerprints import check_repetition, fingerprint
from wfm.model.labels import LABELS
from wfm.model.parameters import fitting
from wfm.model.requests import ExecutionRequest, read_request, resolve, with_defaults, with_values
from wfm.model.rows import Document, object_in, plain_object

SENT: Final = "SENT"
SUCCEEDED: Final = "SUCCEEDED"
SENT_BEFORE: Final = "SENT BEFORE"  # under the same id
NOT_SENT: Final = "NOT SENT"
NOT_ENDED: Final = "NOT ENDED"
_DID: Final = {SENT: Did.DONE, SUCCEEDED: Did.DONE, SENT_BEFORE: Did.NOTHING_LEFT, NOT_ENDED: Did.NOT_ENDED}
QUEUEING: Final = ("ACTIVE", DEGRADED, "PAUSED")  # tenants that requests may be sent to, though they may have to wait


class RunOptions(TypedDict, total=False):
    """The options of a run besides workflow and customer; None means not given.

    `start` and `end` are `yyyy-MM-ddTHH:mm:ss`, a date expression such as `TODAY(-7)`, a date or a datetime (one
    without an offset is by the clocks of the window's zone); `window` is a name such as `last 7 days` instead of both;
    without any window AMC takes the most recent day. `time_zone` is the window's; date expressions go by its calendar
    too, unless `functions_time_zone` is "UTC". `request_id` is the idempotency key: a repetition starts nothing twice,
    another request under it is refused. AMC ends a run that takes longer than `run_timeout` seconds. `unlisted` lets
    through a workflow that WFM has no row of, since somebody may have made it in AMC by hand. `sql` is a query that is
    run in place of a workflow, `definition` such a workflow in AMC's field names; `amc_dry_run` has AMC check and not
    run it. `payload` are further fields of the request, beneath all others. `ignore_data_gaps` lets a window end in the
    future. `alone` starts nothing after it, though other workflows run after this one. `labels` are texts by which
    people group runs, `{"team": "emea"}`. `refresh` are ages of the window, `["3d", "14d"]`, at which it is run again.
    """

    window_type: str | None
    start: date | str | None
    end: date | str | None
    window: str | None
    time_zone: str | None
    functions_time_zone: str | None
    settlement_lag: str | None
    parameters: Mapping[str, object] | None
    priority: str
    source: str
    request_id: str | None
    run_timeout: int | None
    unlisted: bool
    sql: str | None
    definition: Mapping[str, object] | None
    payload: Mapping[str, object] | None
    amc_dry_run: bool
    ignore_data_gaps: bool
    alone: bool
    labels: Mapping[str, str] | None
    refresh: Sequence[str] | None


@dataclass(frozen=True)
class PreparedRequest:
    """A request that WFM would take: the message, and the body that AMC would get if it were prepared now."""

    queue_url: str
    message: str
    request: ExecutionRequest
    body: Document


class WantedRun(NamedTuple):
    """One of many runs: of a workflow, or (None) of the query that the options hold. The id is its idempotency key."""

    customer_id: str
    workflow_id: str | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The result for one of many requests: SENT, SENT BEFORE, or NOT SENT for the reason in `detail`.

    Of one that was waited for, `outcome` is its status at the end, or NOT ENDED.
    """

    customer_id: str
    request_id: str
    outcome: str
    detail: str

    @property
    def did(self) -> Did:
        """One that was sent before under its id is not sent again."""
        return _DID.get(self.outcome, Did.FAILED)

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        ids = {"customerId": self.customer_id, "requestId": self.request_id or None}
        return {**ids, "outcome": self.outcome, "detail": self.detail}


@in_words
class Sender:
    """Sends requests to the tenants' queues of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants, workflows: Workflows) -> None:
        self._aws = aws
        self._tenants = tenants
        self._workflows = workflows

    def prepare(self, workflow_id: str | None, customer_id: str, **options: Unpack[RunOptions]) -> PreparedRequest:
        """Check a request as `submit` would, and resolve its window and parameters as of now; nothing is sent."""
        _refuse_unknown(options)
        tenant = self._tenant(customer_id)
        workflow = self._workflow(customer_id, workflow_id, options)
        now = datetime.now(UTC)
        message = execution_message(_document(workflow_id, customer_id, options), now)
        request = read_request(json.loads(message), "")
        if options.get("request_id"):
            row = self._aws.tables.requests.find(customer_id, request.request_id)
            check_repetition(plain_object(row or {}), request, now)
        defaults = object_in(workflow.get("defaultPayload"))
        if alone := lone_zone(request.payload, defaults, "payload"):
            raise InvalidRecord(alone)
        complete = with_defaults(request, defaults)
        complete = with_values(complete, tenant.own_values)
        body = fitting(resolve(complete, now), object_in(complete.payload.get("workflow")) or workflow)
        return PreparedRequest(str(tenant.queue_url), message, request, body)

    def send(self, prepared: PreparedRequest) -> None:
        """Send what was prepared. Only the same request under the same id is one message to SQS."""
        request_id = prepared.request.request_id
        key = f"{request_id}.{fingerprint(prepared.request)}"
        self._aws.messages.send(prepared.queue_url, prepared.message, request_id, key)

    def _workflow(self, customer_id: str, workflow_id: str | None, options: RunOptions) -> Document:
        """The workflow's row, which is empty for one that WFM does not know."""
        if options.get("sql") or options.get("definition"):
            if workflow_id:
                raise InvalidRequest("sql", f"stands beside the workflow {workflow_id!r:.80}", "one of the two")
            return {}
        if not workflow_id:
            raise InvalidRequest("workflowId", "is missing", "a workflow of the customer, or sql in its place")
        if options.get("unlisted"):
            return dict(plain_object(self._aws.tables.workflows.find(customer_id, workflow_id) or {}))
        return self._workflows.get(customer_id, workflow_id).row

    def _tenant(self, customer_id: str) -> Tenant:
        """The tenant, if requests may be sent to it."""
        tenant = self._tenants.get(customer_id)
        if tenant.status not in QUEUEING or not tenant.queue_url:
            why = f" ({tenant.reason})" if tenant.reason else ""
            raise UnknownCustomer(f"customerId: {customer_id} is {tenant.status}{why}; allowed: {', '.join(QUEUEING)}")
        return tenant


def _document(workflow_id: str | None, customer_id: str, options: RunOptions) -> dict[str, object]:
    zone, parameters, sql = options.get("time_zone"), options.get("parameters"), options.get("sql")
    given = {
        "workflowId": workflow_id,
        "workflow": options.get("definition") or ({"sqlQuery": sql} if sql else None),
        "timeWindowType": options.get("window_type"),
        "timeWindowStart": window_time(options.get("start"), zone, "timeWindowStart"),
        "timeWindowEnd": window_time(options.get("end"), zone, "timeWindowEnd"),
        "timeWindowName": options.get("window"),
        "timeWindowTimeZone": zone,
        "dateFunctionsTimeZone": options.get("functions_time_zone") or ("window" if zone else None),
        "settlementLag": options.get("settlement_lag"),
        "parameterValues": plain_document(parameters, "parameterValues") if parameters else None,
        "workflowExecutionTimeoutSeconds": options.get("run_timeout"),
        "dryRun": options.get("amc_dry_run") or None,
        "ignoreDataGaps": options.get("ignore_data_gaps") or None,
    }
    _refuse_blanks({**given, "requestId": options.get("request_id")})
    payload = plain_document(options.get("payload") or {}, "payload")
    beneath = {name: value for name, value in payload.items() if name != "workflowId"}
    return {
        "customerId": customer_id,
        "requestId": options.get("request_id") or str(uuid.uuid4()),
        "priority": options.get("priority", "interactive"),
        "source": options.get("source", "wfm run"),
        **({"chain": False} if options.get("alone") else {}),
        **_beside(options),
        "payload": {**beneath, **{name: value for name, value in given.items() if value is not None}},
    }


def _beside(options: RunOptions) -> dict[str, object]:
    """Labels and ages as they stand beside the payload; what they are not is refused by what reads the request."""
    given = {LABELS: options.get("labels") or None, REFRESH: options.get("refresh")}
    return {name: plain_value(value, name) for name, value in given.items() if value is not None}


def _refuse_unknown(options: Mapping[str, object]) -> None:
    """An option that nobody reads would run something else than was meant."""
    for name in options:
        if name not in RunOptions.__annotations__:
            raise UsageError(f"{name}: no option of a run; {suggest(name, RunOptions.__annotations__)}")


def _refuse_blanks(given: Document) -> None:
    """A text with nothing in it is what an unset variable leaves; without the field something else would be run."""
    for name, value in given.items():
        if isinstance(value, str) and not value.strip():
            raise InvalidRequest(name, f"{value!r:.60} is empty", "a text, or nothing at all")
