"""The fields that records may have, ours and the predecessors': a name near one of them is a slip of the pen.

What others keep on a record for themselves passes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from wfm.calendar.windows import WINDOW_FIELDS
from wfm.errors import Problem, kind_of
from wfm.model import json_schema, other_words, sql_text
from wfm.model.chain_links import AFTER, link_problems, linked_defaults
from wfm.model.field_names import unknown_fields
from wfm.model.parameter_declarations import declaration_problems
from wfm.model.parameters import PLACE
from wfm.model.parameters import problems as parameter_problems
from wfm.model.request_checks import PAYLOAD_FIELDS
from wfm.model.requests import AMC_FIELDS as AMC_FIELDS_OF_RUNS
from wfm.model.rows import Document, list_in, object_in
from wfm.model.workflows import AMC_FIELDS, DELIVERY, FRESHNESS, freshness_problems, is_workflow_id

# Of the predecessors' rows of Schedules, and what WFM notes there.
SCHEDULE_FIELDS: Final = frozenset(
    {
        "customerId", "Name", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "paused", "Description",
        "Input", "StartDate", "EndDate", "catchUp", "priority", "resubmit", "runBy", "except", "spread",
        "overlap", "pauseAfter", "goingOn", "failedFirings", "failuresSince", "pauseUntold", "dueBy",
        "labels", "refresh", "watched", "watchedFiring", "checkAt", "riskTold",
        "EventBusName", "automaticDeploySchedule", "metadata", "libraryVersion", "libraryHash", "scheduleStatus",
        "scheduleReason", "scheduleHash", "scheduleWarnings", "appliedAt", "nextRunAt", "lastRunAt", "lastRequestId",
        "lastSkippedAt", "coveredUntil", "coveredCalendar",
    }
)  # fmt: skip
_OF_A_PAYLOAD: Final = AMC_FIELDS_OF_RUNS | WINDOW_FIELDS
_INPUT_FIELDS: Final = frozenset({"customerId", "payload"})
PARAMETER_FIELDS: Final = frozenset(
    {"name", "dataType", "columnType", "column_type", "defaultValue", "description", "displayName"}
)
# Where the first predecessor kept how long runs are remembered.
_SYNC: Final = "AMC.WFM.syncWorkflowStatuses"
_RETENTION: Final = "WorkflowStatusRecordRetentionDays"
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
    _SYNC: frozenset(
        {
            "WorkflowStatusRecordUpdateBatchSize",
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
        "rolloutContent", "rolloutContentSince", "rolloutWarnings", "rolloutAskedBy",
    }
)  # fmt: skip

# Left unread, such a field would take the workflow to everybody.
_FOR_WHOM: Final[Mapping[str, str]] = {
    "targeting": "customerIds, endemicType, customerPrefix or tags beside workflowId",
    **dict.fromkeys(("customers", "tenants", "tenantIds"), "customerIds"),
}


@dataclass(frozen=True)
class _Part:
    """An object of a record, its place there, and the names that it may have."""

    given: Document
    known: Collection[str]
    place: str
    noun: str
    also: Mapping[str, str] | None = None

    def check(self) -> tuple[list[Problem], list[str]]:
        """The slips in it, and a sentence for every other name that nobody reads."""
        return unknown_fields(self.given, self.known, self.place, self.noun, self.also)


def slips_in_schedule(row: Document) -> list[Problem]:
    """The slips in a row of Schedules, and in its payload as in that of a request."""
    return _slips(_of_schedule(row))


def unread_in_schedule(row: Document) -> list[str]:
    """The names in a row of Schedules that nobody reads, a sentence each."""
    return _unread(_of_schedule(row))


def slips_in_customer(record: Document) -> list[Problem]:
    """The slips in a TPS record of either shape."""
    return _slips(_of_customer(record))


def unread_in_customer(record: Document) -> list[str]:
    """The names in a TPS record that nobody reads, a sentence each."""
    return _unread(_of_customer(record))


def slips_in_library_record(record: Document) -> list[Problem]:
    """The slips in a library record with its schedule, default payload and declared parameters."""
    return _slips(_of_library_record(record))


def unread_in_library_record(record: Document) -> list[str]:
    """The names in a library record that nobody reads, a sentence each."""
    return _unread(_of_library_record(record))


def slips_in_workflow(row: Document) -> list[Problem]:
    """The slips in a tenant's workflow: only in what goes to AMC, since others keep much else beside it."""
    known = frozenset({*AMC_FIELDS, "customerId", "defaultPayload", AFTER, DELIVERY, FRESHNESS})
    words = _with_payload(other_words.OF_WORKFLOW, "defaultPayload", known)
    names = _slips([_Part(row, known, "", "a workflow", words), _default_payload(row), *_of_parameters(row)])
    return [
        *names,
        *_of_definition(row),
        *declaration_problems(row),
        *_of_defaults(row),
        *_of_link(row),
        *_of_delivery(row),
        *freshness_problems(row.get(FRESHNESS)),
    ]


def _of_defaults(row: Document) -> Iterator[Problem]:
    """Of `defaultPayload`, which every run that gives no other has; its dates are the run's to read."""
    given, place = row.get("defaultPayload"), "defaultPayload"
    if given is None:
        return
    if not isinstance(given, Mapping):
        yield Problem(place, f"{kind_of(given)} is no object", "an object with a window and parameters")
        return
    if given.get("workflowId") not in (None, row.get("workflowId")):
        yield Problem(f"{place}.workflowId", f"{given['workflowId']!r:.80} is another workflow", "its own id, or none")
    values = given.get(PLACE)
    if values is not None and not isinstance(values, Mapping):
        allowed = "an object from parameter name to value"
        yield Problem(f"{place}.{PLACE}", f"{kind_of(values)} is no object", allowed)
    yield from parameter_problems(object_in(values), row, place=f"{place}.{PLACE}", complete=False)


def _of_link(row: Document) -> Iterator[Problem]:
    """Of `after`; a link gives nothing but a window, so the workflow's defaults have to do for the rest."""
    yield from link_problems(str(row.get("workflowId")), row.get(AFTER))
    if row.get(AFTER) is not None:
        yield from linked_defaults(row)


def _of_delivery(row: Document) -> Iterator[Problem]:
    if row.get(DELIVERY) is not None:
        from wfm.model.delivery_rules import delivery_problems  # few workflows need it

        yield from delivery_problems(row)


def _of_definition(row: Document) -> Iterator[Problem]:
    workflow_id, sql = row.get("workflowId"), row.get("sqlQuery")
    if workflow_id is not None and not is_workflow_id(workflow_id):
        yield Problem("workflowId", f"{workflow_id!r:.80} is not usable", "1 to 256 letters, digits, '.', '-' and '_'")
    if sql is not None and (not isinstance(sql, str) or not sql.strip()):
        yield Problem("sqlQuery", f"{kind_of(sql)} is no query", "AMC SQL")
    yield from sql_text.given_problems(sql)


def _slips(parts: Iterable[_Part]) -> list[Problem]:
    return [slip for part in parts for slip in part.check()[0]]


def _unread(parts: Iterable[_Part]) -> list[str]:
    return [warning for part in parts for warning in part.check()[1]]


def _of_schedule(row: Document, within: str = "") -> Iterator[_Part]:
    place = f"{within}.Input" if within else "Input"
    yield _Part(row, SCHEDULE_FIELDS, within, "a schedule", words_of_schedule(place))
    words = _with_payload(other_words.IN_A_SCHEDULE, f"{place}.payload", _INPUT_FIELDS)
    yield _Part(_inside(row, "Input"), _INPUT_FIELDS, place, "a schedule's Input", words)
    payload = _inside(row, "Input", "payload")
    words = {**other_words.OF_PAYLOAD, **other_words.IN_A_SCHEDULE}
    yield _Part(payload, PAYLOAD_FIELDS, f"{place}.payload", "a request", words)


def words_of_schedule(place: str = "Input") -> Mapping[str, str]:
    """Other words for the fields of a schedule, and for those of its payload, whose Input is at `place`."""
    return _with_payload(other_words.OF_SCHEDULE, f"{place}.payload", SCHEDULE_FIELDS)


def _with_payload(words: Mapping[str, str], place: str, known: Collection[str]) -> Mapping[str, str]:
    """The words for a record's own fields, and those for its payload's where somebody put them beside it."""
    return {**other_words.moved(_OF_A_PAYLOAD, other_words.OF_PAYLOAD, place, known), **words}


def _of_customer(record: Document) -> Iterator[_Part]:
    for place, more in _OF_CUSTOMERS.items():
        missing = {word: right for word, right in other_words.OF_CUSTOMER.items() if right not in record}
        words = _misplaced(record, place) | (missing if place != _SYNC else {})
        given, read = _at(record, place), _read_of_customer(place)
        yield _Part(given, more | read, place, "a TPS record", words)


def _misplaced(record: Document, place: str) -> dict[str, str]:
    """The fields that WFM reads elsewhere in a TPS record, and finds nowhere: here they would be of no effect."""
    said = {name for other in _OF_CUSTOMERS for name in _read_of_customer(other) & _at(record, other).keys()}
    return {
        name: f"{other}.{name}" if other else f"{name} at the top"
        for other in reversed([*_OF_CUSTOMERS])
        for name in _read_of_customer(other) - said - other_words.OF_CUSTOMER.keys()
        if other != place
    }


def _read_of_customer(place: str) -> frozenset[str]:
    return frozenset({_RETENTION}) if place == _SYNC else _in_schema("tps_record", *_path(place))


def _at(record: Document, place: str) -> Document:
    return _inside(record, *_path(place))


def _path(place: str) -> tuple[str, ...]:
    return tuple(place.split(".")) if place else ()


def _of_library_record(record: Document) -> Iterator[_Part]:
    noun, old = "a library record", "workflowMetaData"
    known = _in_schema("library_record") | _OF_LIBRARY
    words = {**_with_payload(other_words.OF_LIBRARY, "defaultPayload", known), **_FOR_WHOM}
    yield _Part(record, known, "", noun, words)
    yield _Part(_inside(record, old), _in_schema("library_record", old), old, noun)
    yield _default_payload(record)
    yield from _of_parameters(record)
    for place in ("schedule", "defaultSchedule"):
        schedule = _inside(record, place)
        if schedule.get("automaticDeploySchedule") is not False:
            yield from _of_schedule(schedule, place)


def _default_payload(record: Document) -> _Part:
    return _Part(
        _inside(record, "defaultPayload"), PAYLOAD_FIELDS, "defaultPayload", "a request", other_words.OF_DEFAULTS
    )


def _of_parameters(record: Document) -> Iterator[_Part]:
    for index, item in enumerate(list_in(record.get("inputParameters"))):
        yield _Part(
            object_in(item), PARAMETER_FIELDS, f"inputParameters[{index}]", "a parameter", other_words.OF_PARAMETER
        )


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
