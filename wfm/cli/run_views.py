"""Runs as lines of a table, and one run as a list of what is known of it."""

import json
from datetime import UTC, datetime
from typing import Final

from wfm.cli.output import short
from wfm.client.deliveries.deliveries import delivery_facts
from wfm.client.records import Request
from wfm.client.runs.run import Run
from wfm.client.times import duration
from wfm.model.labels import LABELS, as_pairs, labels_in
from wfm.model.result_changes import change_in_words
from wfm.model.rows import list_in, object_in, text_or_none
from wfm.model.stored_request import StoredRequest
from wfm.report.spans import line_of

OF_REQUEST: Final = {"error": "errorName", "attempts": "attempts", "state machine run": "executionArn"}
OF_AMC: Final = {
    "result": "outputS3URI",
    "published": "resultDelivery",
    "created in AMC": "createTime",
    "recorded": "recordedAt",
}


def headings(*, alone: bool) -> list[str]:
    """The headings of a table of runs; without the customer if all runs are one customer's."""
    columns = ["ID", "STATUS", "WORKFLOW", "WINDOW", "SOURCE", "STARTED", "ENDED", "REASON"]
    return columns if alone else ["CUSTOMER", *columns]


def row(run: Run, *, alone: bool) -> list[str]:
    """The cells of a run."""
    head = [run.run_id, run.status, run.either.workflow_id, run.window.shown() if run.window else ""]
    cells = [*head, run.source, short(run.started), short(run.ended), run.remark]
    return cells if alone else [run.either.customer_id, *cells]


def details(run: Run, wait_reason: str = "", successor: Request | None = None, page: str = "") -> list[tuple[str, str]]:
    """Names and values of what a person wants to know first, without what is not known."""
    request, execution = run.request, run.execution
    lines: list[tuple[str, str | None]] = [("status", run.status), ("reason", run.reason), ("waits for", wait_reason)]
    lines += [("successor", f"{successor.request_id} is {successor.status}" if successor else "")]
    lines += [("workflow", run.either.workflow_id), ("window", _window(run)), ("source", run.source)]
    lines += [("labels", ", ".join(as_pairs(labels_in(run.either.row.get(LABELS)))))]
    lines += [("supersedes", run.supersedes), ("superseded by", run.superseded_by)]
    lines += [("changed", change_in_words(execution.row) if execution else "")]
    lines += [(f"at {one.age}", one.shown()) for one in run.refreshes]
    lines += _made_by(run)
    lines += [("parameters", _parameters(request) if request else "")]
    if request:
        lines += [("request", request.request_id), ("priority", request.priority)]
        lines += [(status.lower(), at) for status, at in request.reached()]
        lines += [(name, text_or_none(request.row.get(field))) for name, field in OF_REQUEST.items()]
        lines += [("did not run", ", ".join(map(str, list_in(request.row.get("notRun")))))]
        lines += [("chain", text_or_none(request.row.get("chainProblem")))]
        lines += [("warning", str(warning)) for warning in list_in(request.row.get("warnings"))]
        if request.row.get("refusedMessage"):
            lines.append(
                ("dead letter", f"wfm queue peek --customer {request.customer_id} --dead; redrive sends it corrected")
            )
    if execution:
        lines += [("AMC run", execution.workflow_execution_id), ("AMC status", execution.status)]
        lines += [(name, text_or_none(execution.row.get(field))) for name, field in OF_AMC.items()]
        lines += delivery_facts(execution.row)
    lines += [("time", where_the_time_went(run)), ("page", page)]
    return [(name, value) for name, value in lines if value]


def _made_by(run: Run) -> list[tuple[str, str | None]]:
    """Which definition made it: of the run, or of a request that has none yet."""
    row = {**(run.execution.row if run.execution else {}), **(run.request.row if run.request else {})}
    used = labels_in(row.get("valuesUsed"))
    lines = [("library version", text_or_none(row.get("libraryVersion")))]
    return [*lines, ("definition", text_or_none(row.get("definitionHash"))), ("values used", ", ".join(as_pairs(used)))]


def _window(run: Run) -> str:
    if run.window:
        return f"{run.window.start} to {run.window.end} {run.window.zone}"
    body = object_in(run.request.row.get("execution")) if run.request else {}
    start = text_or_none(run.execution.row.get("timeWindowStart")) if run.execution else None
    return str(body.get("timeWindowType") or (f"from {start}" if start else ""))


def _parameters(request: Request) -> str:
    """As AMC got them, or else as they were asked for."""
    stored = StoredRequest(request.row)
    payload = stored.body or object_in((stored.readable_message or {}).get("payload"))
    values = object_in(payload.get("parameterValues"))
    return ", ".join(
        f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in values.items()
    )


def page_of(run: Run, *, is_local: bool) -> str:
    """Where a browser shows it: AWS's console, or on this machine that of WFM."""
    arn = text_or_none(run.request.row.get("executionArn")) if run.request else None
    if is_local:
        return "wfm console"
    if arn is None:
        return ""
    _, partition, _, region, *_ = arn.split(":")
    host = f"{region}.console.{'amazonaws.cn' if partition == 'aws-cn' else 'aws.amazon.com'}"
    return f"https://{host}/states/home?region={region}#/v2/executions/details/{arn}"


def where_the_time_went(run: Run) -> str:
    """How long a run waited and ran, part by part; "" if nothing is known of it."""
    line = line_of(run, datetime.now(UTC).timestamp())
    parts = line.spans if line else []
    return ", ".join(f"{part.kind} {duration(part.end - part.start)}" for part in parts)
