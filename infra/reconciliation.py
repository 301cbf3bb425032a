"""Recovers from lost events: records machines' failures that no Catch recorded, and sweeps what was left open."""

from typing import Final

import aws_cdk as cdk
import aws_cdk.aws_scheduler as scheduler
import aws_cdk.aws_scheduler_targets as scheduler_targets
from constructs import Construct

from functions.handlers.reconcile import MACHINES
from infra.grants import allow, allow_index, allow_matching, allow_table
from infra.stack_context import StackContext
from infra.stopped_executions import StoppedExecutions
from wfm.store.schema import ACTIVE_RUNS, OPEN_REQUESTS, UNANNOUNCED

RECORDED: Final = ("tenant_onboarding", "tenant_offboarding", "workflow_sync", "library_rollout")
SWEPT: Final = (*RECORDED, "backfill", "execution_lifecycle")


class Reconciliation(Construct):
    """The Lambdas CleanUpMachine and Reconcile, and the schedule `{prefix}-reconciliation`."""

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        self._clean_up_machine()
        self._reconcile()

    def _clean_up_machine(self) -> None:
        context, tables = self._context, self._context.tables
        function = context.function(self, "CleanUpMachine", "Records the failure of an execution that could not")
        allow_table(function, tables.workflow_library, "Query", "UpdateItem")
        allow_table(function, tables.workflows, "GetItem", "UpdateItem")
        allow_table(function, tables.tenants, "GetItem", "UpdateItem")
        allow_table(function, tables.gate, "DeleteItem")
        context.allow_start(function, "tenant_onboarding")
        StoppedExecutions(
            self, "MachineStopped", context=context, machine=MACHINES, function=function, machines=RECORDED
        )

    def _reconcile(self) -> None:
        context, tables = self._context, self._context.tables
        function = context.function(self, "Reconcile", "Sends lost events again", seconds=600)
        allow_table(function, tables.tenants, "Scan", "UpdateItem")
        allow_table(function, tables.execution_requests, "GetItem", "PutItem", "Query", "UpdateItem")
        allow_table(function, tables.executions, "GetItem", "UpdateItem")
        allow_table(function, tables.workflows, "GetItem")
        allow_table(function, tables.schedules, "GetItem")
        context.allow_request_and_tenant(function)
        allow_table(function, tables.gate, "GetItem", "PutItem")
        allow_index(function, tables.execution_requests, OPEN_REQUESTS)
        allow_index(function, tables.executions, UNANNOUNCED)
        allow_index(function, tables.executions, ACTIVE_RUNS)
        allow(function, ["states:SendTaskHeartbeat"], context.machine_arn("execution_lifecycle"))
        reason = "Executions have names of their own; only those of WFM's machines can be asked about."
        for machine in SWEPT:
            arn = context.machine_arn(machine)
            allow(function, ["states:ListExecutions"], arn)
            executions = arn.replace(":stateMachine:", ":execution:") + ":*"
            allow_matching(function, ["states:DescribeExecution"], executions, reason)
        for queue in (MACHINES, "backfill", "execution_lifecycle"):
            allow(function, ["sqs:GetQueueUrl", "sqs:SendMessage"], context.queue_arn(f"{queue}-stopped"))
        context.allow_queues(function, "GetQueueAttributes", "GetQueueUrl", "SendMessage")
        scheduler.Schedule(
            self,
            "Sweep",
            schedule_name=f"{context.foundation.prefix}-reconciliation",
            schedule=scheduler.ScheduleExpression.rate(cdk.Duration.minutes(15)),
            target=scheduler_targets.LambdaInvoke(function, input=scheduler.ScheduleTargetInput.from_object({})),
            description="Sends lost events again",
        )
