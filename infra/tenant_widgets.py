"""The part of the dashboard that is about one tenant, whose id people type into a field at its top.

It costs nothing while nobody looks at it: SQS measures the tenant's queues anyway, and the rest is asked of the logs.
"""

from typing import Final

import aws_cdk as cdk
import aws_cdk.aws_cloudwatch as cloudwatch

TENANT: Final = "CUSTOMER-ID"  # what CloudWatch puts the typed id in place of, wherever it stands
PERIOD: Final = cdk.Duration.minutes(5)
HEIGHT: Final = 7
WIDTH: Final = 12  # of 24
WORK_FOR_RUNS: Final = (
    *("StartExecution", "PrepareExecution", "WaitForSlot", "SubmitExecution", "WaitForOutcome", "PollExecution"),
    *("ReleaseSlot", "CleanUpExecution", "AnnounceExecution", "TrackTenant"),
)
ENDED: Final = f'filter customerId = "{TENANT}" and ispresent(status)'


def tenant_variable() -> cloudwatch.DashboardVariable:
    """The field for the tenant's id."""
    return cloudwatch.DashboardVariable(
        id="tenant",
        type=cloudwatch.VariableType.PATTERN,
        value=TENANT,
        input_type=cloudwatch.VariableInputType.INPUT,
        default_value=cloudwatch.DefaultValue.value(TENANT),
        label="Tenant (customer id)",
        visible=True,
    )


def tenant_widgets(prefix: str) -> list[cloudwatch.IWidget]:
    """Its queues, how its requests ended, which did not succeed, and what its Lambdas complained of."""
    ends = [f"/aws/lambda/{prefix}-{function}" for function in ("ReleaseSlot", "CleanUpExecution")]
    all_groups = [f"/aws/lambda/{prefix}-{function}" for function in WORK_FOR_RUNS]
    return [
        _queues("Messages of the tenant", prefix, "ApproximateNumberOfMessagesVisible"),
        _queues("Age of its oldest message (s)", prefix, "ApproximateAgeOfOldestMessage"),
        _lines(
            "Its requests by how they ended",
            ends,
            [ENDED, "stats count(*) as requests by status, bin(1h)"],
            cloudwatch.LogQueryVisualizationType.STACKEDAREA,
        ),
        _lines(
            "Its requests that did not succeed",
            ends,
            [
                "fields @timestamp, requestId, workflowId, status, traceId",
                f'{ENDED} and status != "SUCCEEDED"',
                "sort @timestamp desc",
                "limit 100",
            ],
        ),
        _lines(
            "Warnings and errors about it",
            all_groups,
            [
                "fields @timestamp, handler, requestId, error, problem",
                f'filter customerId = "{TENANT}" and level in ["WARNING", "ERROR"]',
                "sort @timestamp desc",
                "limit 100",
            ],
            width=2 * WIDTH,
        ),
    ]


def _queues(title: str, prefix: str, metric: str) -> cloudwatch.IWidget:
    metrics: list[cloudwatch.IMetric] = [
        cloudwatch.Metric(
            namespace="AWS/SQS",
            metric_name=metric,
            dimensions_map={"QueueName": f"{prefix}-{TENANT}{end}.fifo"},
            statistic="Maximum",
            period=PERIOD,
            label=label,
        )
        for end, label in (("", "queue"), ("-DLQ", "dead letters"))
    ]
    return cloudwatch.GraphWidget(title=title, left=metrics, width=WIDTH, height=HEIGHT)


def _lines(
    title: str,
    groups: list[str],
    query: list[str],
    view: cloudwatch.LogQueryVisualizationType = cloudwatch.LogQueryVisualizationType.TABLE,
    width: int = WIDTH,
) -> cloudwatch.IWidget:
    return cloudwatch.LogQueryWidget(
        title=title, log_group_names=groups, query_lines=query, view=view, width=width, height=HEIGHT
    )
