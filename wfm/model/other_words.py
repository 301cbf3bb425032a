"""Other words for fields that carry meaning: read by nobody, such a field would be dropped, and the number be wrong.

No predecessor sends any of them. Each is refused with the name that is meant, wherever it stands.
"""

from collections.abc import Collection, Mapping
from typing import Final

_START: Final = ("windowStart", "start", "startDate", "startTime", "from", "fromDate", "dateFrom", "since")
_END: Final = ("windowEnd", "end", "endDate", "endTime", "to", "toDate", "dateTo", "until")
_NAME: Final = (
    "windowName", "window", "timeWindow", "timeRange", "dateRange", "range", "period", "lookback", "lookbackWindow",
    "lookbackDays",
)  # fmt: skip
_VALUES: Final = (
    "parameters", "params", "args", "arguments", "variables", "values", "customParameters", "queryParameters",
    "inputParameters", "paramValues", "filters", "filterValues",
)  # fmt: skip
_SQL: Final = ("sql", "query", "sqlText", "queryText", "statement")
_ZONE: Final = ("timeZone", "windowTimeZone", "tz")
OF_PAYLOAD: Final[Mapping[str, str]] = {
    **dict.fromkeys(_START, "timeWindowStart"),
    **dict.fromkeys(_END, "timeWindowEnd"),
    **dict.fromkeys(_NAME, "timeWindowName"),
    "windowType": "timeWindowType",
    **dict.fromkeys(_ZONE, "timeWindowTimeZone"),
    **dict.fromkeys(_VALUES, "parameterValues"),
    **dict.fromkeys((*_SQL, "sqlQuery"), "workflow.sqlQuery"),
    **dict.fromkeys(("timeout", "timeoutSeconds", "runTimeout"), "workflowExecutionTimeoutSeconds"),
    **dict.fromkeys(("validateOnly", "checkOnly"), "dryRun"),
    **dict.fromkeys(("lag", "attributionLag"), "settlementLag"),
}
OF_REQUEST: Final[Mapping[str, str]] = {
    **dict.fromkeys(("id", "idempotencyKey", "clientToken"), "requestId"),
    **dict.fromkeys(("customer", "tenant", "tenantId"), "customerId"),
    **dict.fromkeys(("scheduledAt", "runAt"), "scheduledTime"),
}
_RULES: Final = ("except", "spread", "overlap", "pauseAfter", "dueBy", "catchUp")
_ON_BOTH: Final = ("priority", "resubmit", "labels", "refresh")  # of a schedule, and of a request beside its payload
_AFTER: Final = ("runAfter", "dependsOn")
# What a schedule or a workflow says, where somebody says it of a request.
ELSEWHERE: Final[Mapping[str, str]] = {
    **{name: f"{name} of a schedule" for name in _RULES},
    **{name: f"{name} of the workflow" for name in ("delivery", "freshness")},
    **dict.fromkeys(_AFTER, "after of the workflow"),
}
OF_DEFAULTS: Final[Mapping[str, str]] = {
    **OF_PAYLOAD,
    **ELSEWHERE,
    **{name: f"{name} of a schedule" for name in _ON_BOTH},
    "after": "after of the workflow",
}
IN_A_SCHEDULE: Final[Mapping[str, str]] = {
    **ELSEWHERE,
    **{name: f"the schedule's own {name}" for name in (*_RULES, *_ON_BOTH)},
    "after": "after of the workflow",
}
# What others call the rules of a schedule.
_OF_RULES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("exceptions", "excluded", "excludedDates", "skipDates"), "except"),
    **dict.fromkeys(("jitter", "flexibleTimeWindow"), "spread"),
    **dict.fromkeys(("concurrencyPolicy", "overlapPolicy"), "overlap"),
    **dict.fromkeys(("maxFailures", "disableAfter"), "pauseAfter"),
    **dict.fromkeys(("deadline", "sla", "dueAt"), "dueBy"),
    **dict.fromkeys(("retry", "retries", "retryPolicy"), "resubmit"),
    **dict.fromkeys(("rerun", "rerunAfter", "restate", "refreshAfter"), "refresh"),
    **dict.fromkeys(("after", *_AFTER), "after of the workflow"),
    **dict.fromkeys(("freshness", "maxAge", "staleAfter"), "freshness of the workflow"),
}
OF_SCHEDULE: Final[Mapping[str, str]] = {
    **_OF_RULES,
    **dict.fromkeys(("schedule", "cron", "expression", "every"), "ScheduleExpression"),
    **dict.fromkeys(_ZONE, "ScheduleExpressionTimezone"),
    **dict.fromkeys(("start", "startTime", "startDate"), "StartDate"),
    **dict.fromkeys(("end", "endTime", "endDate"), "EndDate"),
    **dict.fromkeys(("enabled", "isEnabled", "disabled", "isDisabled"), "State"),
    "payload": "Input.payload",
}
OF_WORKFLOW: Final[Mapping[str, str]] = {
    **dict.fromkeys(_SQL, "sqlQuery"),
    **dict.fromkeys(("parameters", "params"), "inputParameters"),
    **dict.fromkeys(("columns",), "outputColumns"),
    **dict.fromkeys(("payload", "defaults"), "defaultPayload"),
    **dict.fromkeys(("deliver", "deliveries", "parquet", "export"), "delivery"),
    **dict.fromkeys(("freshnessPolicy", "maxAge", "staleAfter", "warnAfter"), "freshness"),
    **dict.fromkeys(_AFTER, "after"),
}
OF_LIBRARY: Final[Mapping[str, str]] = {
    **OF_WORKFLOW,
    **dict.fromkeys(("cron", "ScheduleExpression"), "schedule.ScheduleExpression"),
    **{name: f"schedule.{name}" for name in (*_RULES, *_ON_BOTH)},
}
# Of a workflow's file and its schedule, which have names of their own.
_OF_TIMETABLE: Final = ("cron", "expression", "schedule", "rate", "at")
OF_FILE: Final[Mapping[str, str]] = {
    **{word: right for word, right in OF_WORKFLOW.items() if right != "sqlQuery"},
    **dict.fromkeys(("tags", "customerIds", "endemicType", "customerPrefix"), "it in targeting"),
    **dict.fromkeys(("tenants", "customers"), "targeting.customerIds"),
    **dict.fromkeys(("enabled", "every", *_RULES, *_ON_BOTH), "it in schedule"),
    "cron": "schedule.every",
}
OF_FILES_SCHEDULE: Final[Mapping[str, str]] = {
    **_OF_RULES,
    **dict.fromkeys(_OF_TIMETABLE, "every"),
    **dict.fromkeys(("disabled", "state", "paused"), "enabled"),
    "tz": "timeZone",
    "startDate": "start",
    "endDate": "end",
}
OF_PARAMETER: Final[Mapping[str, str]] = {
    "type": "dataType",
    **dict.fromkeys(("default", "value"), "defaultValue"),
}
OF_CUSTOMER: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "limit",
            "concurrency",
            "maxConcurrency",
            "maxConcurrentWorkflowExecutions",
            "maxConcurrentExecutions",
            "maximumConcurrentExecutions",
        ),
        "maximumConcurrentWorkflowExecutions",
    ),
    **dict.fromkeys(("instance", "instanceId"), "amcInstanceId"),
    **dict.fromkeys(("advertiser", "advertiserId"), "amcAmazonAdsAdvertiserId"),
    **dict.fromkeys(("marketplace", "marketplaceId"), "amcAmazonAdsMarketplaceId"),
    **dict.fromkeys(("bucket", "s3Bucket", "s3BucketName", "amcS3BucketName"), "BucketName"),
    **dict.fromkeys(("retention", "WorkflowStatusRecordRetentionDays"), "retentionDays"),
}


def moved(names: Collection[str], words: Mapping[str, str], place: str, known: Collection[str]) -> dict[str, str]:
    """The words for what belongs into the object at `place`, for one around it that knows other names itself."""
    inside = {**{name: name for name in names}, **words}
    return {word: f"{place}.{right}" for word, right in inside.items() if word not in known}
