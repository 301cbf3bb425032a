"""Every field of the predecessors' rows: what it becomes here, or why it has no counterpart.

docs/migration.md has these tables, and what is read is held against them, so that no field goes in silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.model.rows import Document
from wfm.model.tenants import TOGGLES
from wfm.model.workflows import AMC_FIELDS

UNKNOWN: Final = "no field of the predecessors, and nothing reads it here"


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is its place in the old row, dotted; `becomes` is "" where it has no counterpart, and `why` says why."""

    name: str
    becomes: str = ""
    why: str = ""


def _same(*names: str) -> list[Field]:
    return [Field(name, name) for name in names]


def _each(within: str, names: Iterable[str], why: str) -> list[Field]:
    return [Field(f"{within}.{name}" if within else name, "", why) for name in names]


_READ_BY_NOBODY: Final = "nothing read it"
_OF_THE_LAKE: Final = "the data lake's; WFM has none"
_OF_THE_OLD_API: Final = "of the API that Amazon retired; the three ids of the Ads API stand in its place"
_CAMPAIGNS: Final = "runs for each campaign are not offered; a backfill with parameterSets does it"
_TOPIC: Final = "WFM announces on its own topic ExecutionEvents (docs/notifications.md)"
_SYNC: Final = "WFM's tracker decides by itself when to ask AMC"
_BUCKET: Final = "WFM makes no bucket; it takes the one to which AMC writes"
_ALL_TOGGLES: Final = ("enableWorkflowLibrary", *TOGGLES)
PAYLOAD_WITHOUT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("workflow_executed_date", "workflowExecutedDate"), "AMC has no such field and ignored it"),
    "useAsyncValidation": "AMC has no such field and ignored it",
    "MessageGroupId": "WFM's queue gives each request its turn",
    **dict.fromkeys(("workflowName", "description", "metadata"), "for people; AMC has no such field"),
    "automaticDeploySchedule": "of a schedule, and not of a run",
    "customerId": "the schedule's own",
}

TENANT_FIELDS: Final[Sequence[Field]] = (
    *_same("customerId", "customerName", "customerPrefix", "endemicType", "authId", "BucketName", "tags"),
    *_same("amcInstanceId", "amcAmazonAdsAdvertiserId", "amcAmazonAdsMarketplaceId", "retentionDays"),
    Field("advertiser", "amcAmazonAdsAdvertiserId"),
    Field("marketplace", "amcAmazonAdsMarketplaceId"),
    *_same("maximumConcurrentWorkflowExecutions", *_ALL_TOGGLES),
    Field("AMC.amcS3BucketName", "BucketName"),
    Field("AMC.maximumConcurrentWorkflowExecutions", "maximumConcurrentWorkflowExecutions"),
    *(Field(f"AMC.WFM.{name}", name) for name in _ALL_TOGGLES),
    Field("AMC.WFM.syncWorkflowStatuses.WorkflowStatusRecordRetentionDays", "retentionDays"),
    *_each(
        "AMC.WFM",
        ("amcWorkflowExecutionSQSQueueName", "amcWorkflowExecutionDLQSQSQueueName"),
        "WFM names its queues itself",
    ),
    Field("AMC.WFM.runWorkflowByCampaign", "", _CAMPAIGNS),
    *_each("", ("outputSNSTopicArn", "AMC.WFM.snsTopicArn"), _TOPIC),
    Field("AMC.WFM.syncWorkflowStatuses", "", _SYNC),
    *_each("AMC", ("amcApiEndpoint", "amcInstanceRegion", "amcRegion"), _OF_THE_OLD_API),
    *_each("AMC", ("amcAccessCategory", "amcWorkflowPackages"), _READ_BY_NOBODY),
    *_each("AMC", ("amcDatasetName", "amcTeamName"), _OF_THE_LAKE),
    *_each("", ("customer_hash_key", "amcDatasetName", "amcTeamName"), _OF_THE_LAKE),
    *_each(
        "",
        ("AMC.amcOrangeAwsAccount", "amcOrangeAwsAccount"),
        "AMC's account, which writes to the bucket by the bucket's policy",
    ),
    *_each("", ("bucketExists", "bucketAccount", "bucketRegion"), _BUCKET),
)

_SCHEDULE: Final = {
    "Name": "schedule.name",
    "Description": "schedule.description",
    "ScheduleExpression": "schedule.every",
    "State": "schedule.enabled",
    "Input.payload": "schedule.payload",
    "metadata": "schedule.metadata",
    "automaticDeploySchedule": "a schedule, or none where it is false",
}
_NOT_SCHEDULED: Final = {
    "EventBusName": "EventBridge Scheduler has no bus",
    "runBy": _CAMPAIGNS,
    "Input.customerId": "each tenant that the workflow reaches",
}
LIBRARY_FIELDS: Final[Sequence[Field]] = (
    Field("workflowId", "the files' name"),
    Field("sqlQuery", "the .sql file"),
    *(Field(name, name) for name in AMC_FIELDS if name not in ("workflowId", "sqlQuery")),
    *_same("defaultPayload", "metadata", "automaticDeployWorkflow"),
    Field("workflowMetaData.automaticDeployWorkflow", "automaticDeployWorkflow"),
    *(Field(name, f"targeting.{name}") for name in ("endemicType", "customerPrefix", "customerIds", "tags")),
    *(Field(f"workflowMetaData.{name}", f"targeting.{name}") for name in ("endemicType", "customerPrefix")),
    *(
        Field(f"{place}.{name}", becomes)
        for place in ("defaultSchedule", "schedule")
        for name, becomes in _SCHEDULE.items()
    ),
    *(
        Field(f"{place}.{name}", "", why)
        for place in ("defaultSchedule", "schedule")
        for name, why in _NOT_SCHEDULED.items()
    ),
    Field("version", "", "a push counts its versions by itself; the highest is taken"),
    Field("workflowType", "", _READ_BY_NOBODY),
)

_OF_A_REQUEST: Final = "what became of a request; the workflow's status in AMC is WFM's to find"
WORKFLOW_FIELDS: Final[Sequence[Field]] = (
    *_same("customerId", *AMC_FIELDS, "defaultPayload"),
    Field("workflowRequest.workflowId", "workflowId"),
    *(Field(f"workflowRequest.workflowDefinition.{name}", name) for name in AMC_FIELDS),
    *_each("workflowRequest", ("customerId", "requestType"), _OF_A_REQUEST),
    *_each("", ("workflowMetaData", "defaultSchedule", "schedule", "version", "workflowType"), "the library's"),
    *_each("", ("endemicType", "customerPrefix", "metadata", "automaticDeployWorkflow"), "the library's"),
    *_each(
        "",
        (
            "customerConfig", "responseStatus", "statusCode", "requestURL", "responseMessage", "responseReceivedTime",
            "workflowStateMachineArn", "executionCreatedDate",
        ),
        _OF_A_REQUEST,
    ),
)  # fmt: skip

SCHEDULE_FIELDS: Final[Sequence[Field]] = (
    *_same("customerId", "Name", "ScheduleExpression", "State", "Description", "Input.payload"),
    Field("Input.customerId", "customerId"),
    Field("runBy", "", _CAMPAIGNS),
    Field("EventBusName", "", _NOT_SCHEDULED["EventBusName"]),
    *_each("", ("automaticDeploySchedule", "metadata"), _READ_BY_NOBODY),
)
RULE_FIELDS: Final[Sequence[Field]] = (
    Field("Name", "Name, without the stack's prefix"),
    *_same("ScheduleExpression", "State", "Description"),
    Field("Targets", "customerId and Input.payload, of the one target's Input"),
    Field("EventBusName", "", _NOT_SCHEDULED["EventBusName"]),
    Field("Arn", "", "WFM makes a schedule of EventBridge Scheduler"),
)


def without_counterpart(document: Document, fields: Sequence[Field]) -> dict[str, str]:
    """Each field of a row that becomes nothing, by its dotted place, with the reason."""
    known = {field.name: field for field in fields}
    parents = {name[:place] for name in known for place, letter in enumerate(name) if letter == "."}
    found: dict[str, str] = {}

    def walk(value: object, path: str) -> None:
        field = known.get(path)
        if isinstance(value, Mapping) and path in parents:
            for name, inner in value.items():
                walk(inner, f"{path}.{name}" if path else str(name))
        elif field is None:
            parent = next((known[one] for one in _above(path) if one in known), None)
            found[path] = parent.why if parent and parent.why else UNKNOWN
        elif not field.becomes:
            found[path] = field.why

    for name, value in document.items():
        if value not in (None, ""):
            walk(value, str(name))
    return found


def _above(path: str) -> Iterable[str]:
    while "." in path:
        path = path.rpartition(".")[0]
        yield path
