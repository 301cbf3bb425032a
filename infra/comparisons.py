"""Comparisons: how much a result changed when its window was run again."""

from typing import Final

from constructs import Construct

from functions.aws.announcer import EXECUTION_CHANGE
from infra.event_queue import EventQueue
from infra.grants import allow, allow_table
from infra.stack_context import StackContext
from wfm.model.statuses import RunStatus

SECONDS: Final = 900  # Lambda's longest: two results of gigabytes are read in one go
MEMORY_MB: Final = 1769  # from here on Lambda gives a whole processor; what is read is not kept
MAX_RECEIVES: Final = 200  # in two days, a quarter of an hour apart: what is waited for is given up after one
QUEUE: Final = "result-superseded"


class Comparisons(Construct):
    """The queue and the rule `{prefix}-result-superseded`, and the Lambda CompareResults."""

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        function = context.function(
            self,
            "CompareResults",
            "Says how much a result changed when its window was run again",
            seconds=SECONDS,
            memory_mb=MEMORY_MB,
        )
        context.allow_amc(function)
        context.allow_announce(function)
        context.allow_results(function)
        allow_table(function, context.tables.executions, "GetItem", "UpdateItem")
        allow_table(function, context.tables.workflows, "GetItem")
        allow(function, ["sqs:ChangeMessageVisibility", "sqs:GetQueueUrl"], context.queue_arn(QUEUE))
        there = [{"exists": True}]
        EventQueue(
            self,
            "ResultSuperseded",
            context=context,
            name=QUEUE,
            pattern={
                "source": ["wfm"],
                "detail-type": [EXECUTION_CHANGE],
                "detail": {
                    "executionStatus": [RunStatus.SUCCEEDED],
                    "workflowExecutionId": there,
                    "supersedes": there,
                },
            },
            function=function,
            seconds=SECONDS,
            max_receives=MAX_RECEIVES,
            mapping="Events",
        )
