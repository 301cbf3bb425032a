"""Workflow sync: a change of a desired workflow is carried to AMC."""

from constructs import Construct

from infra.grants import allow_table
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from infra.stack_context import StackContext
from state_machines.workflow_sync import WorkflowSyncFunctions, workflow_sync
from wfm.store.schema import WORKFLOWS


class WorkflowSync(Construct):
    """The stream of Workflows, and the machine that it starts."""

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        functions = WorkflowSyncFunctions(
            sync_workflow=self._sync_workflow(),
            check_workflow=self._calls_amc("CheckWorkflow", "Asks whether AMC shows it so", "GetItem", "UpdateItem"),
            continue_sync=self._continue_sync(),
            record_sync_failure=self._record_sync_failure(),
        )
        self.machine = ServiceMachine(
            self,
            "WorkflowSync",
            foundation=context.foundation,
            definition=workflow_sync(Construct(self, "States"), functions),
            comment="One tenant's one workflow in AMC becomes what its row says",
        )
        route = context.function(self, "RouteWorkflowEvent", "Starts a sync per change of a desired workflow")
        context.allow_start(route, "workflow_sync")
        allow_table(route, context.tables.workflows, "GetItem", "Query", "UpdateItem")
        allow_table(route, context.tables.tenants, "GetItem", "UpdateItem")
        context.stream_failures.feed(route, context.tables.workflows, WORKFLOWS)

    def _sync_workflow(self) -> ServiceFunction:
        """May also delete schedules: those of a deleted workflow go with it."""
        function = self._calls_amc(
            "SyncWorkflow", "Brings a workflow in AMC to what its row says", "GetItem", "UpdateItem", "DeleteItem"
        )
        allow_table(function, self._context.tables.schedules, "Query", "DeleteItem")
        return function

    def _calls_amc(self, name: str, description: str, *operations: str) -> ServiceFunction:
        function = self._context.function(self, name, description, seconds=120)
        allow_table(function, self._context.tables.workflows, *operations)
        self._context.allow_amc(function)
        return function

    def _continue_sync(self) -> ServiceFunction:
        function = self._context.function(self, "ContinueSync", "Continues a sync in a new execution")
        self._context.allow_start(function, "workflow_sync")
        return function

    def _record_sync_failure(self) -> ServiceFunction:
        function = self._context.function(self, "RecordSyncFailure", "Records why a sync failed")
        allow_table(function, self._context.tables.workflows, "GetItem", "UpdateItem")
        self._context.allow_refusal(function)
        return function
