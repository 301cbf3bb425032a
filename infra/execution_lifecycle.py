"""Execution: the buffer's consumer, the machine of one run, its announcements, and the clean-up after a stop."""

from constructs import Construct

from functions.services.execution.submission import LONGEST_TRY_SECONDS
from infra.grants import allow_table
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from infra.stack_context import Service
from infra.stopped_executions import StoppedExecutions
from state_machines.execution_lifecycle import LifecycleFunctions, execution_lifecycle

AMC_CALL_SECONDS = 120  # a token, a list of several pages and a POST, each with 40 s to answer


class Lifecycle(Construct):
    """From a message in a tenant's queue to a recorded outcome."""

    def __init__(self, scope: Construct, construct_id: str, *, service: Service) -> None:
        super().__init__(scope, construct_id)
        self._service = service
        definition = execution_lifecycle(
            Construct(self, "States"),
            LifecycleFunctions(
                prepare_execution=self._prepare_execution(),
                wait_for_slot=self._wait_for_slot(),
                submit_execution=self._submit_execution(),
                wait_for_outcome=self._wait_for_outcome(),
                poll_execution=self._poll_execution(),
                release_slot=self._release_slot(),
            ),
        )
        self.machine = ServiceMachine(
            self,
            "ExecutionLifecycle",
            foundation=service.foundation,
            definition=definition,
            comment="One request becomes one AMC run, from the queue to its outcome",
        )
        self._start_execution()
        self._announce_execution()
        self._clean_up_execution()

    def _prepare_execution(self) -> ServiceFunction:
        tables = self._service.tables
        function = self._service.function(
            self, "PrepareExecution", "Reads a request, resolves its window", seconds=AMC_CALL_SECONDS
        )
        allow_table(function, tables.execution_requests, "GetItem", "PutItem", "UpdateItem")
        allow_table(function, tables.workflows, "GetItem", "Query")
        self._service.allow_amc(function)
        return function

    def _wait_for_slot(self) -> ServiceFunction:
        function = self._service.function(self, "WaitForSlot", "Stands in the tenant's line for a slot")
        allow_table(function, self._service.tables.execution_requests, "GetItem", "UpdateItem")
        self._service.allow_gate(function)
        return function

    def _submit_execution(self) -> ServiceFunction:
        tables = self._service.tables
        function = self._service.function(
            self, "SubmitExecution", "Posts to AMC exactly once", seconds=int(LONGEST_TRY_SECONDS)
        )
        allow_table(function, tables.execution_requests, "GetItem", "UpdateItem")
        allow_table(function, tables.executions, "GetItem", "UpdateItem")
        allow_table(function, tables.tenants, "UpdateItem")
        self._service.allow_amc(function)
        self._service.allow_gate(function)
        self._service.allow_announce(function)
        return function

    def _wait_for_outcome(self) -> ServiceFunction:
        tables = self._service.tables
        function = self._service.function(self, "WaitForOutcome", "Leaves a task token for the tracker's news")
        allow_table(function, tables.execution_requests, "UpdateItem")
        allow_table(function, tables.executions, "GetItem")
        self._service.allow_answer(function)
        return function

    def _poll_execution(self) -> ServiceFunction:
        tables = self._service.tables
        function = self._service.function(self, "PollExecution", "Asks AMC about one run", seconds=AMC_CALL_SECONDS)
        allow_table(function, tables.execution_requests, "GetItem")
        allow_table(function, tables.executions, "GetItem", "UpdateItem")
        self._service.allow_amc(function)
        return function

    def _release_slot(self) -> ServiceFunction:
        function = self._service.function(self, "ReleaseSlot", "Records an outcome and passes the slot on")
        self._service.allow_close(function)
        self._service.allow_queues(function, "GetQueueUrl", "SendMessage")
        return function

    def _start_execution(self) -> None:
        """The event source mappings to the tenants' queues are made when a tenant is onboarded."""
        service = self._service
        function = service.function(self, "StartExecution", "Starts one execution per message", seconds=30)
        service.allow_start(function, "execution_lifecycle")
        service.allow_close(function)
        allow_table(function, service.tables.schedules, "UpdateItem")
        service.allow_queues(function, *_CONSUME_AND_PARK)

    def _announce_execution(self) -> None:
        service = self._service
        function = service.function(self, "AnnounceExecution", "Tells of each change of status, once")
        allow_table(function, service.tables.execution_requests, "GetItem")
        allow_table(function, service.tables.executions, "GetItem", "UpdateItem")
        service.allow_answer(function)
        service.allow_announce(function)
        service.stream_failures.feed(function, service.tables.executions)

    def _clean_up_execution(self) -> None:
        service = self._service
        function = service.function(
            self, "CleanUpExecution", "Cleans up after a stopped execution", seconds=AMC_CALL_SECONDS
        )
        service.allow_close(function)
        allow_table(function, service.tables.executions, "UpdateItem")
        service.allow_amc(function)
        service.allow_queues(function, "GetQueueUrl", "SendMessage")
        StoppedExecutions(self, "ExecutionStopped", service=service, machine="execution_lifecycle", function=function)


_CONSUME_AND_PARK = (
    "ReceiveMessage",
    "DeleteMessage",
    "ChangeMessageVisibility",
    "GetQueueAttributes",
    "GetQueueUrl",
    "SendMessage",
)
