"""Backfills: the machine that sends and counts their requests, and the clean-up after one that was stopped."""

from constructs import Construct

from infra.grants import allow_index, allow_matching, allow_table
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from infra.stack_context import StackContext
from infra.stopped_executions import StoppedExecutions
from state_machines.backfill import BackfillFunctions, backfill
from wfm.store.schema import BY_BACKFILL

PLAN_SECONDS = 600  # up to 10,000 requests are resolved, and AMC is asked for workflows that WFM has no row of
BATCH_SECONDS = 120


class Backfill(Construct):
    """From the windows of a range to requests in the tenants' queues, and to how they ended."""

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        functions = BackfillFunctions(
            plan_backfill=self._plan_backfill(),
            send_requests=self._send_requests(),
            check_backfill=self._check_backfill(),
            cancel_requests=self._cancel_requests(),
        )
        self.machine = ServiceMachine(
            self,
            "Backfill",
            foundation=context.foundation,
            definition=backfill(Construct(self, "States"), functions),
            comment="The windows of a range x parameter sets x tenants become requests",
        )
        self._clean_up_backfill()

    def _plan_backfill(self) -> ServiceFunction:
        function = self._context.function(
            self, "PlanBackfill", "Refuses a backfill that cannot work", seconds=PLAN_SECONDS
        )
        allow_table(function, self._context.tables.workflows, "GetItem", "Query")
        self._context.allow_amc(function)
        return function

    def _send_requests(self) -> ServiceFunction:
        function = self._context.function(
            self, "SendRequests", "Sends a backfill's next requests to the tenants' queues", seconds=BATCH_SECONDS
        )
        self._context.allow_queues(function, "GetQueueUrl", "SendMessage")
        return function

    def _check_backfill(self) -> ServiceFunction:
        function = self._context.function(self, "CheckBackfill", "Counts a backfill's requests by status")
        allow_index(function, self._context.tables.execution_requests, BY_BACKFILL)
        return function

    def _cancel_requests(self) -> ServiceFunction:
        context = self._context
        function = context.function(
            self, "CancelRequests", "Ends the next requests of a backfill that was stopped", seconds=BATCH_SECONDS
        )
        allow_table(function, context.tables.execution_requests, "GetItem", "PutItem")
        allow_table(function, context.tables.tenants, "GetItem")
        context.allow_start(function, "execution_lifecycle")
        reason = "Executions have names of their own; only those of this one machine can be stopped, or read."
        allow_matching(function, ["states:StopExecution"], _executions(context, "execution_lifecycle"), reason)
        allow_matching(function, ["states:DescribeExecution"], _executions(context, "backfill"), reason)
        return function

    def _clean_up_backfill(self) -> None:
        context = self._context
        function = context.function(self, "CleanUpBackfill", "Has the rest of a stopped backfill cancelled")
        context.allow_start(function, "backfill")
        StoppedExecutions(self, "BackfillStopped", context=context, machine="backfill", function=function)


def _executions(context: StackContext, machine: str) -> str:
    return context.machine_arn(machine).replace(":stateMachine:", ":execution:") + ":*"
