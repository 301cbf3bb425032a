"""What Amazon's OpenAPI of the AMC reporting API (version 3.0) says, in short: operations, fields and their types.

Where Amazon's own samples and guides go beyond it, `BEYOND` names the field with where it was seen. Bodies are flat, as
in the samples; the OpenAPI wraps some of them.
"""

import re
from collections.abc import Mapping
from typing import Any

TEXT, INTEGER, BOOLEAN = "text", "integer", "boolean"
Kind = Any
"""TEXT and so on; a set is an enumeration, a list holds the kind of its items, an object has a kind for each field."""

SIMPLE_TYPES = {
    "BINARY", "BOOLEAN", "BYTE", "CALENDAR_INTERVAL", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INTEGER", "LONG", "SHORT",
    "STRING", "TIMESTAMP",
}  # fmt: skip
COLUMN_TYPES = {"DIMENSION", "METRIC"}
DAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
ADVERTISER = {"id": TEXT, "marketplaceId": TEXT, "type": {"DISPLAY", "SAS", "SPONSORED_ADS"}}
CHANNEL: Kind = {
    "channel": {"type": {"ACR", "DOWNLOAD", "PUBLISH"}, "acrMemberId": TEXT, "acrMembershipId": TEXT},
    "status": {"AVAILABLE", "FAILED", "PENDING", "UNAVAILABLE"},
    "statusReason": TEXT,
    "acrDetailPageUrl": TEXT,
}

WORKFLOW: Kind = {
    "workflowId": TEXT,
    "sqlQuery": TEXT,
    "query": [TEXT],
    "inputSchema": TEXT,
    "filteredMetricsDiscriminatorColumn": TEXT,
    "privacyFilteringBehavior": {"REMOVE_ROWS", "REMOVE_VALUES"},
    "inputParameters": [
        {
            "name": TEXT,
            "dataType": SIMPLE_TYPES,
            "columnType": COLUMN_TYPES,
            "defaultValue": TEXT,
            "description": TEXT,
            "displayName": TEXT,
        }
    ],
    "outputColumns": [
        {
            "name": TEXT,
            "dataType": SIMPLE_TYPES,
            "columnType": COLUMN_TYPES,
            "dataTypePrecision": INTEGER,
            "dataTypeScale": INTEGER,
            "description": TEXT,
        }
    ],
    "outputFormat": {"separatorCharacter": TEXT, "quoteCharacter": TEXT, "escapeCharacter": TEXT},
}
EXECUTION_REQUEST: Kind = {
    "workflowId": TEXT,
    "workflow": WORKFLOW,
    "parameterValues": {"*": TEXT},
    "timeWindowType": {
        "ALL", "CURRENT_MONTH", "EXPLICIT", "MOST_RECENT_DAY", "MOST_RECENT_WEEK", "PREVIOUS_MONTH",
    },
    "timeWindowStart": TEXT,
    "timeWindowEnd": TEXT,
    "timeWindowTimeZone": TEXT,
    "workflowExecutionTimeoutSeconds": INTEGER,
    "dryRun": BOOLEAN,
    "skipPublish": BOOLEAN,
    "disableAggregationControls": BOOLEAN,
    "requireSyntheticData": BOOLEAN,
    "advertisers": [ADVERTISER],
    "maxCertifiedTime": TEXT,
    "maxDimensionTime": TEXT,
    "additionalAcrResultsReceivers": [TEXT],
}  # fmt: skip
_TEXTS_OF_EXECUTION = (
    "workflowExecutionId", "workflowId", "createTime", "lastUpdatedTime", "expireTime", "waitUntil", "sqlQuery",
    "timeWindowStart", "timeWindowEnd", "timeWindowStartOriginal", "timeWindowEndOriginal", "outputS3URI",
    "timeWindowTimeZoneOriginal", "acrCollaborationId", "acrCustomerMembershipId", "acrDetailPageUrl",
    "acrProtectedQueryId",
)  # fmt: skip
EXECUTION: Kind = {
    **dict.fromkeys(_TEXTS_OF_EXECUTION, TEXT),
    "status": {"CANCELLED", "FAILED", "PENDING", "RUNNING", "SUCCEEDED"},
    "workflowExecutionTimeoutSeconds": INTEGER,
    "invalidationOffsetSecs": INTEGER,
    "disableAggregationControls": BOOLEAN,
    "requireSyntheticData": BOOLEAN,
    "advertisers": [ADVERTISER],
    "outputChannels": [CHANNEL],
}
SCHEDULE: Kind = {
    "scheduleId": TEXT,
    "workflowId": TEXT,
    "aggregationPeriod": {"Daily", "Weekly"},
    "aggregationStartDay": DAYS,
    "aggregationHourUtc": INTEGER,
    "scheduleEnabled": BOOLEAN,
    "disableAggregationControls": BOOLEAN,
    "requireSyntheticData": BOOLEAN,
    "marketplaceId": TEXT,
}
DATA_SOURCE: Kind = {
    "dataSourceId": TEXT,
    "description": TEXT,
    "owner": {"AMAZON", "CUSTOMER"},
    "provider": {"ADVERTISER_DATA_UPLOAD", "AMAZON"},
    "columns": [{"name": TEXT, "description": TEXT, "columnType": COLUMN_TYPES}],
    "tags": [{"title": TEXT, "subtext": TEXT, "description": TEXT, "type": {"DEPRECATED", "NEW", "RENAMED"}}],
    "outputChannels": [
        {
            "channel": {"type": {"ACR", "DOWNLOAD", "PUBLISH"}},
            "outputAvailable": BOOLEAN,
            "outputUnavailableReason": TEXT,
        }
    ],
}
ERROR: Kind = {"code": TEXT, "details": TEXT}
NOTHING: Kind = {}


def _page(field: str, kind: Kind) -> Kind:
    return {field: [kind], "nextToken": TEXT}


PAGING = {"limit", "nextToken"}
LISTING = {"sortAscending", "includeCancelled", "minCreationTime", "maxCreationTime", "timeZone", "workflowId"}
LINKS = {"downloadUrls": [TEXT], "metadataDownloadUrls": [TEXT], "nextToken": TEXT}
CANCEL = {"status": {"CANCELLED"}}
OPERATIONS: dict[tuple[str, str], tuple[set[str], Kind, Kind]] = {
    # method and path below the instance: query, kind of the body that is sent, kind of the answer
    ("GET", "workflows"): (PAGING, None, _page("workflows", WORKFLOW)),
    ("POST", "workflows"): (set(), WORKFLOW, NOTHING),
    ("GET", "workflows/{id}"): (set(), None, WORKFLOW),
    ("PUT", "workflows/{id}"): (set(), WORKFLOW, NOTHING),
    ("DELETE", "workflows/{id}"): (set(), None, NOTHING),
    ("GET", "workflowExecutions"): (PAGING | LISTING | {"includeWorkflow"}, None, _page("executions", EXECUTION)),
    ("POST", "workflowExecutions"): (set(), EXECUTION_REQUEST, EXECUTION),
    ("GET", "workflowExecutions/{id}"): ({"includeWorkflow"}, None, EXECUTION),
    ("PUT", "workflowExecutions/{id}"): (set(), CANCEL, NOTHING),
    ("GET", "workflowExecutions/{id}/downloadUrls"): (set(), None, LINKS),
    ("GET", "schedules"): (PAGING | {"marketplaceId"}, None, _page("schedules", SCHEDULE)),
    ("POST", "schedules"): (set(), SCHEDULE, NOTHING),
    ("GET", "schedules/{id}"): ({"marketplaceId"}, None, SCHEDULE),
    ("PUT", "schedules/{id}"): (set(), SCHEDULE, NOTHING),
    ("DELETE", "schedules/{id}"): ({"marketplaceId"}, None, NOTHING),
    ("GET", "dataSources"): (PAGING, None, _page("dataSources", DATA_SOURCE)),
    ("GET", "dataSources/{id}"): (set(), None, DATA_SOURCE),
}
HEADERS = {
    "authorization", "amazon-advertising-api-clientid", "amazon-advertising-api-advertiserid",
    "amazon-advertising-api-marketplaceid",
}  # fmt: skip

# Fields that the OpenAPI leaves out or has otherwise, as patterns of their paths; and where each was seen.
BEYOND = {
    r"parameterValues(\.\w+)?": "numbers and lists in the guide to running workflows; shown in the Postman collection",
    r"inputParameters\.dataType": "an object for an array, in the guide and the Postman collection",
    r"inputParameters\.defaultValue": "lists and numbers there, too",
    r"inputParameters\.elementNullable": "Postman collection",
    r"distinctUserCountColumn|filteredReasonColumn": "guide to creating workflows, sample notebook",
    r"ignoreDataGaps|executionCategory|dataGaps|executionTime|validatedTime": "Postman collection",
    r"availableTimeBeforeWindowSecs|outputColumns(\.\w+)?": "Postman collection",
    r"status|statusReason": "REJECTED, PUBLISHING, and why, in Insights on AWS",
    r"outputChannels\.statusReason": "null where there is none",
}


def differences(value: Any, kind: Kind, path: str = "") -> list[str]:
    """The paths of what is not as the table has it, but for what Amazon's samples and guides go beyond it."""
    return [each for each in _differences(value, kind, path) if not _is_beyond(each)]


def _is_beyond(path: str) -> bool:
    bare = re.sub(r"^(workflow|workflows|executions)\.", "", path)
    return any(re.fullmatch(pattern, bare) for pattern in BEYOND)


def _differences(value: Any, kind: Kind, path: str) -> list[str]:
    if isinstance(kind, set):
        return [] if isinstance(value, str) and value in kind else [path]
    if isinstance(kind, list):
        if not isinstance(value, list):
            return [path]
        return [found for item in value for found in _differences(item, kind[0], path)]
    if isinstance(kind, Mapping):
        if not isinstance(value, Mapping):
            return [path]
        return [found for name, item in value.items() for found in _field(name, item, kind, path)]
    wanted = {TEXT: str, INTEGER: int, BOOLEAN: bool}[kind]
    return [] if type(value) is wanted else [path]


def _field(name: str, value: Any, kind: Mapping[str, Kind], path: str) -> list[str]:
    inner = f"{path}.{name}" if path else name
    of_field = kind.get(name, kind.get("*"))
    return [inner] if of_field is None else _differences(value, of_field, inner)
