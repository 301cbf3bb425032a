"""An order to deliver a run's result: made of the rows of run, request and workflow, and sent as a message."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypedDict

from wfm.calendar.timestamps import iso, parse, parse_timestamp_or_none
from wfm.errors import InvalidRequest
from wfm.model import json_text
from wfm.model.amc_run import AmcRun
from wfm.model.csv_rows import CsvFormat
from wfm.model.labels import labels_in
from wfm.model.predecessors import unwrapped
from wfm.model.publishing import Publication
from wfm.model.result_columns import ColumnFields, column_in, read_columns
from wfm.model.result_deliveries import (
    DeliveryOrder,
    DeliveryRules,
    PublishedFile,
    ResultWindow,
    SchemaChange,
    parameter_set,
)
from wfm.model.result_files import key_of
from wfm.model.rows import Document, object_in
from wfm.model.stored_request import StoredRequest

OUTPUT_FORMAT: Final = "outputFormat"
_MOST_STEPS: Final = 4  # a next try of a run made again, of a next try of the first
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)  # of a run of which nobody knows since when: any other is newer


class OrderFields(TypedDict, total=False):
    """An order as a message of the queue; what is not there has its default."""

    customerId: str
    workflowId: str
    workflowExecutionId: str
    createTime: str
    window: list[str]
    parameterSet: str
    columns: list[ColumnFields]
    labels: dict[str, str]
    schemaChange: str
    format: list[str]
    discriminator: str
    published: list[str]


def first_of(request: Document | None, find: Callable[[str], Document | None]) -> Document | None:
    """The first request that this one stands for: sent in its place, or to make its run again. `find` goes by id."""
    for _ in range(_MOST_STEPS):
        before = StoredRequest(request).stands_for if request else None
        found = find(before) if before else None
        if found is None:
            break
        request = found
    return request


def order_of(
    run: Document,
    rules: DeliveryRules,
    workflow: Document,
    request: Document | None,
    bucket: str,
    *,
    first: Document | None = None,
) -> DeliveryOrder:
    """The order for the run of a row of Executions, with its row of Workflows, and that of its request if it has one.

    `bucket` is the tenant's ("" for none): it is read only for what AMC says it has published there. `first` is the
    request that its own stands for, which has all values, as AMC got them: both results are of one file.
    """
    read, asked = AmcRun(run), StoredRequest(request) if request else None
    by_itself = StoredRequest(first) if first else asked
    key = key_of(run.get("outputS3URI"), bucket) if read.publication == Publication.AVAILABLE and bucket else None
    return DeliveryOrder(
        customer_id=read.customer_id,
        workflow_id=read.workflow_id or "",
        run_id=read.id or "",
        created_at=read.created or read.first_seen or read.recorded or _EPOCH,
        window=_window(read, asked.body if asked else {}),
        parameter_set=parameter_set(
            _asked_values(by_itself.message) if by_itself else object_in(run.get("parameterValues"))
        ),
        columns=read_columns(run.get("outputColumns")) or read_columns(workflow.get("outputColumns")),
        labels=labels_in(run.get("labels")),
        rules=rules,
        format=read_format(workflow.get(OUTPUT_FORMAT)),
        discriminator=str(workflow.get("filteredMetricsDiscriminatorColumn") or ""),
        published=PublishedFile(bucket, key) if key else None,
    )


def _window(run: AmcRun, body: Document) -> ResultWindow | None:
    """What was asked for, else what AMC says it was asked for, else what AMC says it read."""
    asked = (body.get("timeWindowStart"), body.get("timeWindowEnd"))
    read = (run.fields.get("timeWindowStart"), run.fields.get("timeWindowEnd"))
    for given in (asked, (run.window or ())[:2], read):
        times = [parse_timestamp_or_none(each) for each in given]
        if len(times) == 2 and times[0] and times[1]:
            return ResultWindow(times[0], times[1])
    return None


def _asked_values(message: object) -> Document:
    """The values that a request itself gives, in any of its shapes."""
    try:
        sent = object_in(unwrapped(message))
    except InvalidRequest:
        return {}
    payload = object_in(sent.get("createExecutionRequest") or sent.get("payload"))
    return object_in(payload.get("parameterValues"))


def read_format(given: object) -> CsvFormat:
    """The format in a workflow's `outputFormat`: a sign that is not given is AMC's default."""
    fields, known = object_in(given), CsvFormat()
    quote, escape = str(fields.get("quoteCharacter") or known.quote), str(fields.get("escapeCharacter") or known.escape)
    separator = str(fields.get("separatorCharacter") or known.separator)
    return CsvFormat(separator, quote, "" if escape == quote else escape)


def to_message(order: DeliveryOrder) -> str:
    """The order as a message. It holds no parameter value and no SQL."""
    fields: OrderFields = {
        "customerId": order.customer_id,
        "workflowId": order.workflow_id,
        "workflowExecutionId": order.run_id,
        "createTime": iso(order.created_at),
        "parameterSet": order.parameter_set,
        "columns": [each.as_fields() for each in order.columns],
        "labels": dict(order.labels),
        "schemaChange": order.rules.on_schema_change,
        "format": [order.format.separator, order.format.quote, order.format.escape],
        "discriminator": order.discriminator,
    }
    if order.window:
        fields["window"] = [iso(each) for each in order.window]
    if order.published:
        fields["published"] = list(order.published)
    return json.dumps(fields, separators=(",", ":"))


def order_in(text: str) -> DeliveryOrder:
    """The order in a message; InvalidRequest for what is none."""
    try:
        return _read(json_text.read(text))  # type: ignore[arg-type]  # what is wrong in it ends in one of these errors
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        allowed = "one that WFM has written; `wfm deliveries send` writes it anew"
        raise InvalidRequest("the message", f"is no order to deliver a result ({exc!r:.100})", allowed) from exc


def _read(fields: OrderFields) -> DeliveryOrder:
    window, published = fields.get("window"), fields.get("published")
    return DeliveryOrder(
        customer_id=fields["customerId"],
        workflow_id=fields["workflowId"],
        run_id=fields["workflowExecutionId"],
        created_at=parse(fields["createTime"]),
        window=ResultWindow(*map(parse, window)) if window else None,
        parameter_set=fields["parameterSet"],
        columns=tuple(map(column_in, fields["columns"])),
        labels=dict(fields["labels"]),
        rules=DeliveryRules(SchemaChange(fields["schemaChange"])),
        format=CsvFormat(*fields["format"]),
        discriminator=fields["discriminator"],
        published=PublishedFile(*published) if published else None,
    )
