"""A run as AMC shows it, and as the simulator knows it."""

from typing import Any

from local.amc_simulator.columns import output_columns
from local.amc_simulator.configuration import Configuration
from local.amc_simulator.echo import echo_sql, echo_values
from local.amc_simulator.execution_request import window_of
from local.amc_simulator.moments import to_millis_text, to_seconds_text
from local.amc_simulator.results import result_key
from local.amc_simulator.runs import Run, Status

_DAY, _HOUR = 86_400, 3_600
_INVALIDATION_OFFSET_SECONDS = 266_400


def execution_view(run: Run, settings: Configuration, include_workflow: bool = False) -> dict[str, Any]:
    """Flat, with the fields of Amazon's sample responses; `statusReason` is met in practice only.

    [sample collection, practitioners]
    """
    request = run.order.request
    view: dict[str, Any] = {
        "workflowExecutionId": run.execution_id,
        "workflowId": run.order.workflow_id,
        "status": run.status.value,
        "createTime": to_seconds_text(run.created_at),
        "lastUpdatedTime": to_seconds_text(run.updated_at),
        "expireTime": to_seconds_text(run.created_at + _DAY),
        "waitUntil": to_seconds_text(run.created_at - _HOUR),
        "executionCategory": "AD_HOC",
        "dataGaps": [],
        "disableAggregationControls": bool(request.get("disableAggregationControls")),
        "ignoreDataGaps": bool(request.get("ignoreDataGaps")),
        "parameterValues": _values(run, settings),
        "workflowExecutionTimeoutSeconds": run.order.timeout_seconds,
        **_window_view(run),
    }
    if run.validated_at is not None:
        view |= _validated_view(run, run.validated_at, settings)
    if run.reason is not None:
        view["statusReason"] = run.reason
    if run.started_at is not None and run.ended_at is not None:
        view["executionTime"] = round(run.ended_at - run.started_at)
    if include_workflow:
        view["sqlQuery"] = _sql(run, settings)
    return view


def truth_view(run: Run) -> dict[str, Any]:
    """Ground truth for tests, times with milliseconds. `startedAt` is when it got its slot."""
    moments = {
        "createdAt": run.created_at,
        "validatedAt": run.validated_at,
        "startedAt": run.started_at,
        "endedAt": run.ended_at,
    }
    return {
        "sequence": run.sequence,
        "instanceId": run.order.instance_id,
        "workflowExecutionId": run.execution_id,
        "workflowId": run.order.workflow_id,
        "status": run.status.value,
        "statusReason": run.reason,
        "origin": run.order.origin,
        "pool": run.order.pool,
        "clientId": run.order.client_id,
        "request": run.order.request,
        "files": run.files,
        **{name: to_millis_text(moment) if moment is not None else None for name, moment in moments.items()},
    }


def _values(run: Run, settings: Configuration) -> dict[str, Any]:
    given = run.order.request.get("parameterValues") or {}
    return echo_values(given, run.order.definition) if settings.echo == "amc" else given


def _sql(run: Run, settings: Configuration) -> str | None:
    sql = run.order.definition.get("sqlQuery")
    return echo_sql(sql) if isinstance(sql, str) and settings.echo == "amc" else sql


def _window_view(run: Run) -> dict[str, Any]:
    """Only EXPLICIT windows are shown; the sample response of a MOST_RECENT_DAY run has none."""
    window = window_of(run.order.request)
    if window is None:
        return {}
    return {
        "timeWindowStart": to_seconds_text(window.start),
        "timeWindowEnd": to_seconds_text(window.end),
        "timeWindowStartOriginal": window.start_text,
        "timeWindowEndOriginal": window.end_text,
        "timeWindowTimeZoneOriginal": window.time_zone,
    }


def _validated_view(run: Run, validated_at: float, settings: Configuration) -> dict[str, Any]:
    succeeded = run.status is Status.SUCCEEDED and not run.order.dry_run
    return {
        "validatedTime": to_millis_text(validated_at),
        "availableTimeBeforeWindowSecs": 0,
        "invalidationOffsetSecs": _INVALIDATION_OFFSET_SECONDS,
        "outputColumns": [column.as_json() for column in output_columns(run.order.definition)],
        "outputS3URI": _uri(run) if succeeded and settings.result_uri == "own-bucket" else "N/A",
        "outputChannels": _channels(run, succeeded),
    }


def _uri(run: Run) -> str:
    """In AMC's own bucket, which no customer can list."""
    return f"s3://amc-output-simulated/{run.order.instance_id}/{result_key(run)}"


def _channels(run: Run, succeeded: bool) -> list[dict[str, Any]]:
    """A SUCCEEDED run can still fail to PUBLISH, when its bucket refuses the file. [OpenAPI]"""
    without_result = run.status.is_final and not succeeded
    download = "AVAILABLE" if succeeded else "UNAVAILABLE" if without_result else "PENDING"
    publish = "UNAVAILABLE" if without_result else run.publication
    return [
        {"channel": {"type": "DOWNLOAD"}, "status": download, "statusReason": None},
        {"channel": {"type": "PUBLISH"}, "status": publish, "statusReason": run.publication_reason},
    ]
