"""Scheduling: rows of Schedules become schedules of EventBridge, and what they missed is made up for."""

import aws_cdk as cdk
import aws_cdk.aws_iam as iam
import aws_cdk.aws_scheduler as scheduler
import aws_cdk.aws_scheduler_targets as scheduler_targets
import aws_cdk.aws_sqs as sqs
from constructs import Construct

from infra.grants import account_condition, allow, allow_index, allow_key, allow_matching, allow_table
from infra.nag_suppressions import acknowledge
from infra.service_function import ServiceFunction
from infra.stack_context import Service, schedule_role_arn
from infra.tenant_access import PATH
from wfm.store.schema import CATCH_UP

TENANT_SECONDS = 120  # some two thousand schedules
_SCHEDULER = "scheduler.amazonaws.com"
_PARTITION = cdk.Aws.PARTITION
_HERE = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
_EACH_TENANT = "Each tenant has a queue of its own, made when it is onboarded."


class Scheduling(Construct):
    """The group `{prefix}` of the tenants' schedules, the role with which they send, and who makes them.

    `apply_schedules` and `stop_schedules` are steps of an onboarding; `failures` is where lost firings end.
    """

    def __init__(self, scope: Construct, construct_id: str, *, service: Service) -> None:
        super().__init__(scope, construct_id)
        self._service = service
        self._prefix = service.foundation.prefix
        scheduler.ScheduleGroup(
            self, "Group", schedule_group_name=self._prefix, removal_policy=cdk.RemovalPolicy.DESTROY
        )
        self.failures = self._failures()
        self._role()
        self._apply_schedule()
        self.apply_schedules = self._of_a_tenant("ApplySchedules", "Brings a tenant's schedules to EventBridge")
        allow_table(self.apply_schedules, service.tables.tenants, "UpdateItem")
        self.stop_schedules = self._of_a_tenant("StopSchedules", "Takes a removed tenant's schedules away")
        self._catch_up_schedules()

    def _failures(self) -> sqs.Queue:
        """Where EventBridge says which firing it could not send in a day of tries. It takes no FIFO queue for that."""
        queue = sqs.Queue(
            self,
            "Failures",
            queue_name=f"{self._prefix}-schedule-failures",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self._service.foundation.key,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        acknowledge(queue, "AwsSolutions-SQS3", "It is itself where failures end.")
        return queue

    def _role(self) -> None:
        """Only schedules of this group assume it (EventBridge Scheduler user guide, "Confused deputy prevention")."""
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
        allow_key(role, self._service.foundation.key)

    def _apply_schedule(self) -> None:
        service = self._service
        function = service.function(self, "ApplySchedule", "Brings a changed schedule to EventBridge")
        allow_scheduler(service, function)
        service.stream_failures.feed(function, service.tables.schedules)

    def _of_a_tenant(self, name: str, description: str) -> ServiceFunction:
        function = self._service.function(self, name, description, seconds=TENANT_SECONDS)
        allow_scheduler(self._service, function)
        return function

    def _catch_up_schedules(self) -> None:
        service, tables = self._service, self._service.tables
        function = service.function(self, "CatchUpSchedules", "Makes up for missed fire times", seconds=600)
        allow_table(function, tables.schedules, "GetItem", "UpdateItem")
        allow_index(function, tables.schedules, CATCH_UP)
        allow_table(function, tables.tenants, "GetItem")
        allow_table(function, tables.execution_requests, "GetItem")
        service.allow_queues(function, "GetQueueUrl", "SendMessage")
        scheduler.Schedule(
            self,
            "CatchUp",
            schedule_name=f"{self._prefix}-catch-up",
            schedule=scheduler.ScheduleExpression.rate(cdk.Duration.hours(1)),
            target=scheduler_targets.LambdaInvoke(function, input=scheduler.ScheduleTargetInput.from_object({})),
            description="Makes up for fire times that were missed",
        )


def allow_scheduler(service: Service, function: ServiceFunction) -> None:
    """Bring schedules' rows to EventBridge, or take schedules away, and note on the rows how they stand."""
    prefix = service.foundation.prefix
    allow_table(function, service.tables.schedules, "GetItem", "Query", "UpdateItem")
    allow_table(function, service.tables.tenants, "GetItem")
    actions = [f"scheduler:{verb}Schedule" for verb in ("Create", "Update", "Delete")]
    schedules = f"arn:{_PARTITION}:scheduler:{_HERE}:schedule/{prefix}/*"
    allow_matching(function, actions, schedules, "People name schedules; all of them are in this group.")
    to_scheduler = {"StringEquals": {"iam:PassedToService": _SCHEDULER}}
    function.service_role.add_to_policy(
        iam.PolicyStatement(actions=["iam:PassRole"], resources=[schedule_role_arn(prefix)], conditions=to_scheduler)
    )
