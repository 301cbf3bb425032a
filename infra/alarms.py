"""What raises an alarm: metrics that the Lambdas write, and Lambdas and rules whose own metrics are watched."""

from dataclasses import dataclass
from typing import Final

import aws_cdk.aws_cloudwatch as cloudwatch


@dataclass(frozen=True)
class MetricAlarm:
    """A metric that the Lambdas write; above this value for `periods` of five minutes it raises an alarm.

    `missing`: what it means that nothing was written.
    """

    name: str
    title: str
    statistic: str
    above: float
    periods: int = 1
    missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING


SWEPT: Final = cloudwatch.TreatMissingData.IGNORE  # written every quarter of an hour: until then nothing changes
METRIC_ALARMS: Final = (
    MetricAlarm("QueueWait", "Seconds a message waited in its queue", "Maximum", 900),
    MetricAlarm("SlotWait", "Seconds a request waited for a slot", "Maximum", 6 * 3600),
    MetricAlarm(
        "TrackerLag",
        "Seconds that the most overdue tenant has waited for its poll",
        "Maximum",
        600,
        missing=cloudwatch.TreatMissingData.BREACHING,  # each minute's tick writes it
    ),
    MetricAlarm("OldestMessage", "Seconds that a tenant's queue has not been empty", "Maximum", 2700, missing=SWEPT),
    MetricAlarm("DeadLetters", "Messages in the tenants' dead letter queues", "Maximum", 0, missing=SWEPT),
    MetricAlarm("RequestsFailed", "Requests that ended before AMC took them", "Sum", 25),
    MetricAlarm("ExecutionsCrashed", "Executions of requests that ended past their own end", "Sum", 0),
    MetricAlarm("AmcThrottled", "Calls that AMC throttled", "Sum", 300),
    MetricAlarm("RunsFailed", "AMC runs that failed or were rejected", "Sum", 25),
    MetricAlarm("RequestsRefused", "Messages that went to a dead letter queue", "Sum", 0),
    MetricAlarm("RecordsFailed", "Records of queues and streams that a Lambda could not take", "Sum", 0),
    MetricAlarm("TenantsDegraded", "Tenants that AMC began to refuse", "Sum", 0),
)
# Only where results are delivered.
OF_DELIVERIES: Final = (MetricAlarm("ResultsNotDelivered", "Results that were not delivered", "Sum", 0),)
# No machine calls these, so that none fails with them.
ON_THEIR_OWN: Final = (
    *("AnnounceExecution", "ApplySchedule", "CatchUpSchedules", "CleanUpBackfill", "CleanUpExecution"),
    *(
        "CleanUpMachine",
        "CompareResults",
        "GetAmcWorkflow",
        "GetResultUrls",
        "ListAmcWorkflows",
        "ListDataSources",
        "Reconcile",
    ),
    *("RouteLibraryEvent", "RouteTpsEvent", "RouteWorkflowEvent", "SendDigests", "StartExecution"),
)
OF_STREAMS: Final = (
    *("AnnounceExecution", "ApplySchedule", "RouteLibraryEvent", "RouteTpsEvent", "RouteWorkflowEvent"),
)
MAX_ITERATOR_AGE: Final = 15 * 60 * 1000  # milliseconds
RULES: Final = (
    "execution_lifecycle-stopped",
    "backfill-stopped",
    "machines-stopped",
    "result-landed",
    "result-superseded",
)
