"""The fields that records may have, ours and the predecessors': a name near one of them is a slip of the pen.

What others keep on a record for themselves passes.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Final

from wfm.errors import Problem
from wfm.model import json_schema
from wfm.model.field_names import unknown_fields
from wfm.model.request_checks import OTHER_WORDS, PAYLOAD_FIELDS
from wfm.model.rows import Document, object_in
from wfm.model.workflows import AMC_FIELDS

# Of the predecessors' rows of Schedules, and what WFM notes there.
SCHEDULE_FIELDS: Final = frozenset(
    {
        "customerId", "Name", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "paused", "Description",
        "Input", "StartDate", "EndDate", "catchUp", "priority", "resubmit", "runBy", "EventBusName",
        "automaticDeploySchedule", "metadata", "libraryVersion", "libraryHash", "scheduleStatus", "scheduleReason",
        "scheduleHash", "appliedAt", "nextRunAt", "lastRunAt", "lastRequestId", "coveredUntil", "coveredCalendar",
    }
)  # fmt: skip
_INPUT_FIELDS: Final = frozenset({"customerId", "payload"})
PARAMETER_FIELDS: Final = frozenset(
    {"name", "dataType", "columnType", "column_type", "defaultValue", "description", "displayName"}
)
# Of the predecessors' records of customers, which WFM does not read.
_OF_CUSTOMERS: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset(
        {
            "customer_hash_key", "amcOrangeAwsAccount", "amcDatasetName", "amcTeamName", "amcRegion", "amcApiEndpoint",
            "amcInstanceRegion", "bucketExists", "bucketAccount", "bucketRegion", "outputSNSTopicArn", "customerType",
        }
    ),
    "AMC": frozenset(
        {
            "amcOrangeAwsAccount", "amcDatasetName", "amcTeamName", "amcRegion", "amcInstanceRegion",
            "amcAccessCategory", "amcWorkflowPackages", "amcInstanceId",
        }
    ),
    "AMC.WFM": frozenset(
        {
            "amcWorkflowExecutionSQSQueueName", "amcWorkflowExecutionDLQSQSQueueName", "runWorkflowByCampaign",
        }
    ),
    "AMC.WFM.syncWorkflowStatuses": frozenset(
        {
            "WorkflowStatusRecordRetentionDays", "WorkflowStatusRecordUpdateBatchSize",
            "WorkflowStatusRecordUpdateBatchDelaySeconds", "amcWorkflowExecutionTrackingDynamoDBTableName",
            "lastSyncedTime", "latestLastUpdatedTime", "workflowExecutionStatusLookBackHours",
            "workflowExeuctionStatusLookBackHours", "workflowStatusExpirationHours",
            "workflowStatusExpirationTimeZone",
        }
    ),
}  # fmt: skip
# Of the predecessors' library records.
_OF_LIBRARY: Final = frozenset(
    {
        "workflowName", "description", "workflow_executed_date", "workflowExecutedDate", "rolloutStatus",
        "rolloutReason", "rolloutTenants", "rolloutDone", "rolledOutAt", "rolloutExecution", "rolloutBatches",
        "rolloutContent", "rolloutContentSince",
    }
)  # fmt: skip


def slips_in_schedule(row: Document) -> Iterator[Problem]:
    """Of a row of Schedules, whose payload is looked at as that of a request."""
    yield from _slips(row, SCHEDULE_FIELDS, "", "a schedule")
    yield from _slips(_inside(row, "Input"), _INPUT_FIELDS, "Input", "a schedule's Input")
    yield from _slips(_inside(row, "Input", "payload"), PAYLOAD_FIELDS, "Input.payload", "a request", OTHER_WORDS)


def slips_in_customer(record: Document) -> Iterator[Problem]:
    """Of a TPS record of either shape."""
    for place, more in _OF_CUSTOMERS.items():
        names = tuple(place.split(".")) if place else ()
        yield from _slips(_inside(record, *names), more | _in_schema("tps_record", *names), place, "a TPS record")


def slips_in_library_record(record: Document) -> Iterator[Problem]:
    """Of a library record with its schedule, default payload and declared parameters."""
    noun = "a library record"
    yield from _slips(record, _in_schema("library_record") | _OF_LIBRARY, "", noun)
    yield from _slips(
        _inside(record, "workflowMetaData"), _in_schema("library_record", "workflowMetaData"), "workflowMetaData", noun
    )
    yield from _slips(_inside(record, "defaultPayload"), PAYLOAD_FIELDS, "defaultPayload", "a request", OTHER_WORDS)
    yield from _in_parameters(record)
    for place in ("schedule", "defaultSchedule"):
        schedule = _inside(record, place)
        if schedule.get("automaticDeploySchedule") is not False:
            yield from (problem.within(place) for problem in slips_in_schedule(schedule))


def slips_in_workflow(row: Document) -> Iterator[Problem]:
    """Of a tenant's workflow: only of what goes to AMC, since others keep much else beside it."""
    yield from _slips(row, frozenset({*AMC_FIELDS, "customerId", "defaultPayload"}), "", "a workflow")
    yield from _slips(_inside(row, "defaultPayload"), PAYLOAD_FIELDS, "defaultPayload", "a request", OTHER_WORDS)
    yield from _in_parameters(row)


def _in_parameters(record: Document) -> Iterator[Problem]:
    given = record.get("inputParameters")
    for index, item in enumerate(given if isinstance(given, list) else ()):
        if isinstance(item, Mapping):
            yield from _slips(item, PARAMETER_FIELDS, f"inputParameters[{index}]", "a parameter")


def _slips(
    given: Document, known: Collection[str], place: str, noun: str, also: Mapping[str, str] | None = None
) -> list[Problem]:
    return unknown_fields(given, known, place, noun, also)[0]


def _inside(record: Document, *names: str) -> Document:
    """The object under these names; {} where there is none."""
    for name in names:
        record = object_in(record.get(name))
    return record


@cache
def _in_schema(name: str, *path: str) -> frozenset[str]:
    """The names that a published schema has at a place."""
    node = json_schema.read(name)
    for one in path:
        node = object_in(object_in(node.get("properties")).get(one))
    return frozenset(object_in(node.get("properties")))
