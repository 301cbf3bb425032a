"""Workflow sync: a change of a desired workflow is carried to AMC."""

from constructs import Construct

from infra.grants import allow_table
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from infra.stack_context import Service
from state_machines.workflow_sync import SyncFunctions, workflow_sync


class Syncing(Construct):
    """The stream of Workflows, and the machine that it starts."""

    def __init__(self, scope: Construct, construct_id: str, *, service: Service) -> None:
        super().__init__(scope, construct_id)
        self._service = service
        functions = SyncFunctions(
            sync_workflow=self._sync_workflow(),
            check_workflow=self._calls_amc("CheckWorkflow", "Asks whether AMC shows it so", "GetItem", "UpdateItem"),
            record_sync_failure=self._record_sync_failure(),
        )
        self.machine = ServiceMachine(
            self,
            "WorkflowSync",
            foundation=service.foundation,
            definition=workflow_sync(Construct(self, "States"), functions),
            comment="One tenant's one workflow in AMC becomes what its row says",
        )
        route = service.function(self, "RouteWorkflowEvent", "Starts a sync per change of a desired workflow")
        service.allow_start(route, "workflow_sync")
        service.stream_failures.feed(route, service.tables.workflows)

    def _sync_workflow(self) -> ServiceFunction:
        """A workflow that is deleted takes its schedules along."""
        function = self._calls_amc(
            "SyncWorkflow", "Brings a workflow in AMC to what its row says", "GetItem", "UpdateItem"
        )
        allow_table(function, self._service.tables.schedules, "Query", "DeleteItem")
        return function

    def _calls_amc(self, name: str, description: str, *operations: str) -> ServiceFunction:
        function = self._service.function(self, name, description, seconds=120)
        allow_table(function, self._service.tables.workflows, *operations)
        self._service.allow_amc(function)
        return function

    def _record_sync_failure(self) -> ServiceFunction:
        function = self._service.function(self, "RecordSyncFailure", "Records why a workflow is not in AMC")
        allow_table(function, self._service.tables.workflows, "GetItem", "UpdateItem")
        return function
