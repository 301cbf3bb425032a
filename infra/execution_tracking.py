"""Tracking: the machine that polls AMC, its tick every minute, and its start when a bucket receives a result."""

import aws_cdk as cdk
import aws_cdk.aws_events as events
import aws_cdk.aws_events_targets as targets
import aws_cdk.aws_scheduler as scheduler
import aws_cdk.aws_scheduler_targets as scheduler_targets
from constructs import Construct

from infra.grants import allow_index, allow_table
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from infra.stack_context import StackContext
from state_machines.execution_tracking import ExecutionTrackingFunctions, execution_tracking
from wfm.store.schema import BY_BUCKET, DEADLINES, OLD_POLL_DUE, POLL_DUE, RESULTS


class ExecutionTracking(Construct):
    """Records every run of every instance, within a minute, or within seconds if results arrive in a bucket."""

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        functions = ExecutionTrackingFunctions(self._list_due_tenants(), self._track_tenant())
        self.machine = ServiceMachine(
            self,
            "ExecutionTracking",
            foundation=context.foundation,
            definition=execution_tracking(Construct(self, "States"), functions),
            express=True,
            comment="Polls the AMC instances that are due, one list call each",
        )
        self._tick()
        self._result_landed()

    def _list_due_tenants(self) -> ServiceFunction:
        function = self._context.function(self, "ListDueTenants", "Names the tenants that are due", seconds=30)
        tenants = self._context.tables.tenants
        allow_index(function, tenants, POLL_DUE)
        allow_index(function, tenants, BY_BUCKET)
        allow_index(function, tenants, OLD_POLL_DUE)
        allow_table(function, tenants, "UpdateItem")
        allow_index(function, self._context.tables.schedules, DEADLINES)
        allow_index(function, self._context.tables.workflows, RESULTS)
        return function

    def _track_tenant(self) -> ServiceFunction:
        function = self._context.function(self, "TrackTenant", "Polls a batch of AMC instances", seconds=120)
        self._context.allow_poll(function)
        allow_table(function, self._context.tables.workflows, "Query", "UpdateItem")
        self._context.allow_start(function, "workflow_sync")
        allow_table(function, self._context.tables.schedules, "GetItem", "Query", "UpdateItem")
        return function

    def _tick(self) -> None:
        scheduler.Schedule(
            self,
            "Tick",
            schedule_name=f"{self._context.foundation.prefix}-tracking",
            schedule=scheduler.ScheduleExpression.rate(cdk.Duration.minutes(1)),
            target=scheduler_targets.StepFunctionsStartExecution(
                self.machine, input=scheduler.ScheduleTargetInput.from_object({})
            ),
            description="Polls the tenants that are due",
        )

    def _result_landed(self) -> None:
        """AMC puts results under `workflow=<id>/schedule=<kind>/` (Amazon's guide, get-your-results).

        They are CSV; the metadata files beside them start nothing.
        """
        rule = events.Rule(
            self,
            "ResultLanded",
            rule_name=f"{self._context.foundation.prefix}-result-landed",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={"object": {"key": [{"wildcard": "workflow=*/schedule=*/*.csv"}]}},
            ),
            targets=[
                targets.SfnStateMachine(
                    self.machine,
                    input=events.RuleTargetInput.from_object(
                        {"bucket": events.EventField.from_path("$.detail.bucket.name")}
                    ),
                )
            ],
        )
        resource = rule.node.default_child
        if not isinstance(resource, events.CfnRule):
            raise TypeError(f"{rule.node.path} has no CloudFormation resource")
        resource.add_property_override("Targets.0.DeadLetterConfig.Arn", self._context.event_failures.queue.queue_arn)
        self._context.event_failures.allow(rule.rule_arn)
