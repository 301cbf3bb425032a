"""The library's rollout: a change of a library record reaches every tenant that it is for."""

from constructs import Construct

from infra.grants import allow_table
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from infra.stack_context import StackContext
from state_machines.library_rollout import LibraryRolloutFunctions, library_rollout
from wfm.store.schema import WORKFLOW_LIBRARY

BATCH_SECONDS = 120  # 25 tenants take a few; a throttled table makes each of them wait


class LibraryRollout(Construct):
    """The stream of WorkflowLibrary, the machine that it starts, and the step of an onboarding."""

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        functions = LibraryRolloutFunctions(
            plan_rollout=self._plan_rollout(),
            roll_out_batch=self._roll_out_batch(),
            check_batch=self._check_batch(),
            record_rollout=self._records("RecordRollout", "Records that a library workflow is rolled out"),
            record_rollout_failure=self._record_rollout_failure(),
        )
        self.machine = ServiceMachine(
            self,
            "LibraryRollout",
            foundation=context.foundation,
            definition=library_rollout(Construct(self, "States"), functions),
            comment="One library workflow reaches every tenant that it is for",
        )
        self.roll_out_library = self._roll_out_library()
        route = context.function(self, "RouteLibraryEvent", "Starts a rollout per change of a library record")
        context.allow_start(route, "library_rollout")
        allow_table(route, context.tables.workflow_library, "Query")
        context.stream_failures.feed(route, context.tables.workflow_library, WORKFLOW_LIBRARY)

    def _plan_rollout(self) -> ServiceFunction:
        function = self._context.function(self, "PlanRollout", "Names the tenants of a library workflow", seconds=120)
        self._allow_record(function)
        allow_table(function, self._context.tables.tenants, "Scan")
        return function

    def _roll_out_batch(self) -> ServiceFunction:
        description = "Writes a library workflow to the rows of a few tenants"
        function = self._context.function(self, "RollOutBatch", description, seconds=BATCH_SECONDS)
        self._allow_record(function)
        self._allow_rows(function, "GetItem")
        return function

    def _check_batch(self) -> ServiceFunction:
        function = self._context.function(self, "CheckBatch", "Asks whether AMC has a few tenants' workflows")
        allow_table(function, self._context.tables.workflows, "GetItem")
        return function

    def _records(self, name: str, description: str) -> ServiceFunction:
        function = self._context.function(self, name, description)
        self._allow_record(function)
        return function

    def _record_rollout_failure(self) -> ServiceFunction:
        function = self._records("RecordRolloutFailure", "Records why a library workflow is not")
        self._context.allow_refusal(function)
        return function

    def _roll_out_library(self) -> ServiceFunction:
        description = "Writes the whole library to the rows of one tenant"
        function = self._context.function(self, "RollOutLibrary", description, seconds=BATCH_SECONDS)
        allow_table(function, self._context.tables.workflow_library, "Scan")
        self._allow_rows(function, "Query")
        allow_table(function, self._context.tables.tenants, "UpdateItem")
        self._context.allow_start(function, "workflow_sync")
        return function

    def _allow_record(self, function: ServiceFunction) -> None:
        """Read the versions of a workflow, and write the progress of its rollout onto them."""
        allow_table(function, self._context.tables.workflow_library, "Query", "UpdateItem")

    def _allow_rows(self, function: ServiceFunction, read: str) -> None:
        """Read a tenant, and bring its workflows and schedules to what the library wants."""
        tables = self._context.tables
        allow_table(function, tables.tenants, "GetItem")
        allow_table(function, tables.workflows, read, "UpdateItem", "DeleteItem")
        allow_table(function, tables.schedules, "Query", "PutItem", "UpdateItem", "DeleteItem")
