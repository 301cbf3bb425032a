"""A queue of executions that were stopped, for their clean-up."""

from collections.abc import Sequence
from typing import Final

from constructs import Construct

from infra.event_queue import EventQueue
from infra.service_function import ServiceFunction
from infra.stack_context import StackContext

MAX_RECEIVES: Final = 400  # at least twelve minutes apart: more than three days, as long as a sync waits for AMC
SECONDS: Final = 120  # the longest time-out of those that clean up


class StoppedExecutions(EventQueue):
    """The queue `{prefix}-{name}-stopped`: an event for each execution that was aborted, timed out or failed.

    Of the machine of that name, or of all `machines`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: StackContext,
        machine: str,
        function: ServiceFunction,
        machines: Sequence[str] = (),
    ) -> None:
        arns = [context.machine_arn(each) for each in machines or [machine]]
        super().__init__(
            scope,
            construct_id,
            context=context,
            name=f"{machine}-stopped",
            pattern={
                "source": ["aws.states"],
                "detail-type": ["Step Functions Execution Status Change"],
                "detail": {"stateMachineArn": arns, "status": ["ABORTED", "TIMED_OUT", "FAILED"]},
            },
            function=function,
            seconds=SECONDS,
            max_receives=MAX_RECEIVES,
            mapping="Stopped",
        )
