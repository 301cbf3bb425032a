"""Execution: the queues' consumer, the machine of one run, its announcements, and the clean-up after a stop."""

from constructs import Construct

from functions.services.execution.submission import ATTEMPT_TIMEOUT_SECONDS
from infra.grants import allow_index, allow_matching, allow_table
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from infra.stack_context import StackContext
from infra.stopped_executions import StoppedExecutions
from state_machines.execution_lifecycle import ExecutionLifecycleFunctions, execution_lifecycle
from wfm.store.schema import ACTIVE_RUNS, BY_WORKFLOW, EXECUTIONS

AMC_CALL_SECONDS = 120  # a token, a list of several pages and a POST, each with 40 s to answer


class ExecutionLifecycle(Construct):
    """From a message in a tenant's queue to a recorded outcome."""

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        definition = execution_lifecycle(
            Construct(self, "States"),
            ExecutionLifecycleFunctions(
                prepare_execution=self._prepare_execution(),
                wait_for_slot=self._wait_for_slot(),
                submit_execution=self._submit_execution(),
                continue_execution=self._continue_execution(),
                wait_for_outcome=self._wait_for_outcome(),
                poll_execution=self._poll_execution(),
                release_slot=self._release_slot(),
            ),
        )
        self.machine = ServiceMachine(
            self,
            "ExecutionLifecycle",
            foundation=context.foundation,
            definition=definition,
            comment="One request becomes one AMC run, from the queue to its outcome",
        )
        self._start_execution()
        self._announce_execution()
        self._clean_up_execution()

    def _prepare_execution(self) -> ServiceFunction:
        tables = self._context.tables
        function = self._context.function(
            self, "PrepareExecution", "Reads a request, resolves its window", seconds=AMC_CALL_SECONDS
        )
        allow_table(function, tables.execution_requests, "GetItem", "PutItem", "UpdateItem")
        allow_table(function, tables.executions, "GetItem", "UpdateItem")
        allow_index(function, tables.executions, ACTIVE_RUNS)
        allow_table(function, tables.workflows, "GetItem", "BatchGetItem", "Query", "UpdateItem", "DeleteItem")
        allow_table(function, tables.gate, "BatchGetItem", "Query")
        allow_index(function, tables.workflows, BY_WORKFLOW)
        self._context.allow_queues(function, "GetQueueUrl", "SendMessage")
        self._context.allow_amc(function)
        return function

    def _wait_for_slot(self) -> ServiceFunction:
        function = self._context.function(self, "WaitForSlot", "Waits for a slot of the tenant")
        allow_table(function, self._context.tables.execution_requests, "UpdateItem")
        self._context.allow_request_and_tenant(function)
        self._context.allow_semaphore(function)
        return function

    def _submit_execution(self) -> ServiceFunction:
        tables = self._context.tables
        function = self._context.function(
            self, "SubmitExecution", "Posts to AMC exactly once", seconds=int(ATTEMPT_TIMEOUT_SECONDS)
        )
        allow_table(function, tables.execution_requests, "GetItem", "UpdateItem")
        allow_table(function, tables.executions, "GetItem", "UpdateItem")
        allow_table(function, tables.tenants, "UpdateItem")
        self._context.allow_request_and_tenant(function)
        self._context.allow_amc(function)
        self._context.allow_semaphore(function)
        self._context.allow_announce(function)
        return function

    def _continue_execution(self) -> ServiceFunction:
        context = self._context
        function = context.function(self, "ContinueExecution", "Continues a request in a new execution")
        context.allow_start(function, "execution_lifecycle")
        allow_table(function, context.tables.execution_requests, "UpdateItem")
        return function

    def _wait_for_outcome(self) -> ServiceFunction:
        tables = self._context.tables
        function = self._context.function(self, "WaitForOutcome", "Stores a task token for the run's outcome")
        allow_table(function, tables.execution_requests, "UpdateItem")
        allow_table(function, tables.executions, "GetItem")
        self._context.allow_task_tokens(function)
        return function

    def _poll_execution(self) -> ServiceFunction:
        tables = self._context.tables
        function = self._context.function(self, "PollExecution", "Asks AMC about one run", seconds=AMC_CALL_SECONDS)
        allow_table(function, tables.execution_requests, "GetItem")
        allow_table(function, tables.executions, "GetItem", "UpdateItem")
        self._context.allow_amc(function)
        return function

    def _release_slot(self) -> ServiceFunction:
        function = self._context.function(self, "ReleaseSlot", "Records an outcome and releases the slot")
        self._context.allow_complete(function)
        self._context.allow_queues(function, "GetQueueUrl", "SendMessage")
        allow_table(function, self._context.tables.schedules, "GetItem", "UpdateItem")
        return function

    def _start_execution(self) -> None:
        """The event source mappings to the tenants' queues are made when a tenant is onboarded."""
        context = self._context
        function = context.function(self, "StartExecution", "Starts one execution per message", seconds=30)
        context.allow_start(function, "execution_lifecycle")
        context.allow_complete(function)
        allow_table(function, context.tables.schedules, "GetItem", "UpdateItem")
        context.allow_queues(function, *_CONSUME_AND_PARK)
        executions = context.machine_arn("execution_lifecycle").replace(":stateMachine:", ":execution:") + ":*"
        reason = "Executions have names of their own; only those of this one machine can be stopped."
        allow_matching(function, ["states:StopExecution"], executions, reason)

    def _announce_execution(self) -> None:
        context = self._context
        function = context.function(self, "AnnounceExecution", "Announces each change of status once")
        allow_table(function, context.tables.execution_requests, "GetItem", "UpdateItem")
        allow_table(function, context.tables.executions, "GetItem", "UpdateItem")
        context.allow_task_tokens(function)
        context.allow_announce(function)
        context.allow_deliveries(function)
        context.stream_failures.feed(function, context.tables.executions, EXECUTIONS)

    def _clean_up_execution(self) -> None:
        context = self._context
        function = context.function(
            self, "CleanUpExecution", "Cleans up after a stopped execution", seconds=AMC_CALL_SECONDS
        )
        context.allow_complete(function)
        allow_table(function, context.tables.executions, "UpdateItem")
        allow_table(function, context.tables.schedules, "GetItem", "UpdateItem")
        context.allow_amc(function)
        context.allow_queues(function, "GetQueueUrl", "SendMessage")
        executions = context.machine_arn("execution_lifecycle").replace(":stateMachine:", ":execution:") + ":*"
        reason = "Executions have names of their own; only those of this one machine can be asked about."
        allow_matching(function, ["states:GetExecutionHistory"], executions, reason)
        StoppedExecutions(self, "ExecutionStopped", context=context, machine="execution_lifecycle", function=function)


_CONSUME_AND_PARK = (
    "ReceiveMessage",
    "DeleteMessage",
    "ChangeMessageVisibility",
    "GetQueueAttributes",
    "GetQueueUrl",
    "SendMessage",
)
