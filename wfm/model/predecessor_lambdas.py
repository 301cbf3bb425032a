"""Events of the predecessors' other Lambdas: what each did is done elsewhere here, and its refusal says where."""

from typing import Final

from wfm.errors import InvalidRequest
from wfm.model.rows import Document

# The fields by which an event is known, its Lambda, and what does the same here.
_RANGES: Final = (
    "GenerateDateRangeValues",
    "wfm backfill start WORKFLOW --from startDate --to endDate --days days, with --sliding for windowType sliding",
)
_RESUBMISSIONS: Final = (
    "GenerateExecutionResubmissions",
    "wfm executions resubmit --customer CUSTOMER --all --since 72h; resubmit in a schedule, which does so by itself",
)
_SCHEDULES: Final = ("the later predecessor's schedules", "wfm schedules add and wfm schedules remove")
_RULES: Final = ("WorkflowScheduleTrigger", "nothing: WFM keeps its schedules by itself; wfm schedules list")
_TENANTS: Final = ("the Tenant Provisioning Service", "wfm tenants add FILE, or a record of CustomerConfig")
_EVENTS: Final = (
    (("days", "startDate", "endDate"), *_RANGES),
    (("attributesToCopy",), *_RANGES),
    (("lookbackHours",), *_RESUBMISSIONS),
    (("workflowIdToExclude",), *_RESUBMISSIONS),
    (("maxItems",), *_RESUBMISSIONS),
    (("deployForNewCustomer",), "WorkflowLibraryTrigger", "nothing: a new tenant gets the library by itself"),
    (("removeAllPermissions",), *_RULES),
    (("getTargetsForRule",), *_RULES),
    (("customerConfig",), "WorkflowExecutionQueueConsumer", "nothing: WFM reads its queues by itself"),
    (("schedule_expression",), *_SCHEDULES),
    (("rule_name",), *_SCHEDULES),
    (("customer_details",), *_TENANTS),
    (("TenantName", "BucketName"), *_TENANTS),
)
_OF_REQUESTS: Final = ("payload", "createExecutionRequest", "workflowRequest", "requestType", "Input")


def refuse_other_lambdas(document: Document) -> None:
    """InvalidRequest for an event that asks for no run and no command."""
    if any(name in document for name in _OF_REQUESTS):
        return
    for fields, asked, instead in _EVENTS:
        if all(name in document for name in fields):
            raise InvalidRequest(fields[0], f"an event of {asked} is none of WFM's", instead)
    query = document.get("query")
    if isinstance(query, str) and query.startswith("custom("):
        raise InvalidRequest(
            "query", "an event of CustomScheduler is none of WFM's", "nothing: schedules fire by themselves"
        )
