"""Scheduling: rows of Schedules become schedules of EventBridge; missed fire times are caught up."""

import aws_cdk as cdk
import aws_cdk.aws_iam as iam
import aws_cdk.aws_scheduler as scheduler
import aws_cdk.aws_scheduler_targets as scheduler_targets
import aws_cdk.aws_sqs as sqs
from constructs import Construct

from infra.grants import account_condition, allow, allow_index, allow_key, allow_matching, allow_table
from infra.nag_suppressions import acknowledge
from infra.service_function import ServiceFunction
from infra.stack_context import StackContext, schedule_role_arn
from infra.tenant_access import PATH
from wfm.store.schema import CATCH_UP, SCHEDULES

TENANT_SECONDS = 120  # some two thousand schedules
_SCHEDULER = "scheduler.amazonaws.com"
_PARTITION = cdk.Aws.PARTITION
_HERE = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
_EACH_TENANT = "Each tenant has a queue of its own, made when it is onboarded."


class Scheduling(Construct):
    """The group `{prefix}` of the tenants' schedules, the role with which they send, and the functions that make them.

    `apply_schedules` is a step of onboarding, `stop_schedules` of offboarding; `failures` is the dead letter queue.
    """

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        self._prefix = context.foundation.prefix
        scheduler.ScheduleGroup(
            self, "Group", schedule_group_name=self._prefix, removal_policy=cdk.RemovalPolicy.DESTROY
        )
        self.failures = self._failures()
        self._role()
        self._apply_schedule()
        self.apply_schedules = self._of_a_tenant("ApplySchedules", "Brings a tenant's schedules to EventBridge")
        allow_table(self.apply_schedules, context.tables.tenants, "UpdateItem")
        allow_table(self.apply_schedules, context.tables.workflows, "GetItem")
        self.stop_schedules = self._of_a_tenant("StopSchedules", "Deletes a removed tenant's schedules")
        self._catch_up_schedules()

    def _failures(self) -> sqs.Queue:
        """The dead letter queue of firings that EventBridge could not send within a day. It must not be FIFO."""
        queue = sqs.Queue(
            self,
            "Failures",
            queue_name=f"{self._prefix}-schedule-failures",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self._context.foundation.key,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        acknowledge(queue, "AwsSolutions-SQS3", "It is itself where failures end.")
        return queue

    def _role(self) -> None:
        """The role that only schedules of this group assume (Scheduler guide, "Confused deputy prevention")."""
        group = f"arn:{_PARTITION}:scheduler:{_HERE}:schedule-group/{self._prefix}"
        only_ours = {**account_condition()["StringEquals"], "aws:SourceArn": group}
        role = iam.Role(
            self,
            "Role",
            role_name=f"{self._prefix}-Scheduler",
            path=PATH,
            description="Sends what schedules ask for to the tenants' queues",
            assumed_by=iam.ServicePrincipal(_SCHEDULER, conditions={"StringEquals": only_ours}),
        )
        queues = f"arn:{_PARTITION}:sqs:{_HERE}:{self._prefix}-*.fifo"
        allow_matching(role, ["sqs:SendMessage"], queues, _EACH_TENANT)
        allow(role, ["sqs:SendMessage"], self.failures.queue_arn)
        allow_key(role, self._context.foundation.key, "sqs")

    def _apply_schedule(self) -> None:
        context = self._context
        function = context.function(self, "ApplySchedule", "Brings a changed schedule to EventBridge")
        allow_scheduler(context, function)
        allow_table(function, context.tables.workflows, "GetItem")
        context.stream_failures.feed(function, context.tables.schedules, SCHEDULES)

    def _of_a_tenant(self, name: str, description: str) -> ServiceFunction:
        function = self._context.function(self, name, description, seconds=TENANT_SECONDS)
        allow_scheduler(self._context, function)
        return function

    def _catch_up_schedules(self) -> None:
        context, tables = self._context, self._context.tables
        function = context.function(self, "CatchUpSchedules", "Sends requests for missed fire times", seconds=600)
        allow_table(function, tables.schedules, "GetItem", "UpdateItem")
        allow_index(function, tables.schedules, CATCH_UP)
        allow_table(function, tables.tenants, "GetItem")
        allow_table(function, tables.execution_requests, "GetItem")
        context.allow_queues(function, "GetQueueUrl", "SendMessage")
        scheduler.Schedule(
            self,
            "CatchUp",
            schedule_name=f"{self._prefix}-catch-up",
            schedule=scheduler.ScheduleExpression.rate(cdk.Duration.hours(1)),
            target=scheduler_targets.LambdaInvoke(function, input=scheduler.ScheduleTargetInput.from_object({})),
            description="Sends requests for missed fire times",
        )


def allow_scheduler(context: StackContext, function: ServiceFunction) -> None:
    """Create, update and delete schedules of EventBridge, and write their state onto their rows."""
    prefix = context.foundation.prefix
    allow_table(function, context.tables.schedules, "GetItem", "Query", "UpdateItem")
    allow_table(function, context.tables.tenants, "GetItem")
    actions = [f"scheduler:{verb}Schedule" for verb in ("Create", "Update", "Delete")]
    schedules = f"arn:{_PARTITION}:scheduler:{_HERE}:schedule/{prefix}/*"
    allow_matching(function, actions, schedules, "People name schedules; all of them are in this group.")
    to_scheduler = {"StringEquals": {"iam:PassedToService": _SCHEDULER}}
    function.service_role.add_to_policy(
        iam.PolicyStatement(actions=["iam:PassRole"], resources=[schedule_role_arn(prefix)], conditions=to_scheduler)
    )
