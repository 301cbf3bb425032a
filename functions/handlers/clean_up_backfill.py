"""CleanUpBackfill: after a backfill was aborted, timed out or failed, another execution cancels what has not ended.

That execution is named `{backfillId}.clean-up`; no backfill can have such a name.
"""

from typing import Final

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from functions.runtime.entry import entry
from functions.runtime.queue_events import QueueEvent, each_stopped_execution
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError, names
from wfm.model.stopped_executions import StoppedExecution

CLEAN_UP: Final = ".clean-up"


@entry
def handler(event: QueueEvent, ports: Ports) -> PartialItemFailureResponse:
    """Start a clean-up for each stopped execution of `backfill`."""
    return each_stopped_execution(event, lambda stopped: _clean_up(stopped, ports))


def _clean_up(stopped: StoppedExecution, ports: Ports) -> None:
    """A permanent error is one of PlanBackfill: then nothing was sent, and there is nothing to cancel."""
    if not stopped.name.endswith(CLEAN_UP) and stopped.error not in names(PermanentError):
        ports.tasks.start(stopped.machine_arn, f"{stopped.name}{CLEAN_UP}", {"stopped": stopped.arn})
