"""Runs as lines of a table, and one run as a list of what is known of it."""

from datetime import UTC, datetime

from wfm.cli.output import short
from wfm.client.runs.run import Run
from wfm.client.times import duration
from wfm.report.spans import line_of


def headings(*, alone: bool) -> list[str]:
    """Of a table of runs; without the customer where it is one customer's."""
    columns = ["ID", "STATUS", "WORKFLOW", "SOURCE", "STARTED", "ENDED", "REASON"]
    return columns if alone else ["CUSTOMER", *columns]


def row(run: Run, *, alone: bool) -> list[str]:
    """Its cells."""
    cells = [run.run_id, run.status, run.either.workflow_id, run.source, short(run.started), short(run.ended)]
    return [*([] if alone else [run.either.customer_id]), *cells, run.reason or ""]


def details(run: Run, wait_reason: str = "") -> list[tuple[str, str]]:
    """Names and values of what a person wants to know first, without what is not known."""
    request, execution = run.request, run.execution
    lines: list[tuple[str, str | None]] = [("status", run.status), ("reason", run.reason), ("waits for", wait_reason)]
    lines.append(("workflow", run.either.workflow_id))
    lines.append(("source", run.source))
    if request:
        lines += [("request", request.request_id), ("priority", request.priority)]
        lines += [(status.lower(), at) for status, at in request.reached()]
        lines += [("error", request.row.get("errorName")), ("attempts", str(request.row.get("attempts", "")))]
        lines.append(("state machine run", request.row.get("executionArn")))
    if execution:
        window = execution.row
        lines += [("AMC run", execution.workflow_execution_id), ("AMC status", execution.status)]
        lines += [
            ("window start", window.get("timeWindowStart")),
            ("window end", window.get("timeWindowEnd")),
        ]
        lines += [("result", window.get("outputS3URI"))]
        lines += [("created in AMC", window.get("createTime")), ("recorded", window.get("recordedAt"))]
    lines.append(("time", where_the_time_went(run)))
    return [(name, value) for name, value in lines if value]


def where_the_time_went(run: Run) -> str:
    """Each part of its time; "" when nothing is known of it."""
    line = line_of(run, datetime.now(UTC).timestamp())
    parts = line.spans if line else []
    return ", ".join(f"{part.kind} {duration(part.end - part.start)}" for part in parts)
