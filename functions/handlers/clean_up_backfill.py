"""CleanUpBackfill: after a backfill was aborted, timed out or failed, another execution cancels what has not ended.

That execution is named `{backfillId}-clean-up-{digest}`; no backfill has so long a name.
"""

from functions.runtime.batch import BatchResponse
from functions.runtime.entry import entry
from functions.runtime.queue_events import QueueEvent, each_stopped_execution
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError, names
from wfm.model.backfill_fields import is_backfill_id
from wfm.model.execution_names import event_execution_name
from wfm.model.stopped_executions import StoppedExecution


@entry
def handler(event: QueueEvent, ports: Ports) -> BatchResponse:
    """Start a clean-up for each stopped execution of `backfill`."""
    return each_stopped_execution(event, lambda stopped: _clean_up(stopped, ports), ports.metrics)


def _clean_up(stopped: StoppedExecution, ports: Ports) -> None:
    """A permanent error is one of PlanBackfill: then nothing was sent, and there is nothing to cancel."""
    if is_backfill_id(stopped.name) and stopped.error not in names(PermanentError):
        name = event_execution_name(stopped.name, stopped.name, "clean-up")
        ports.tasks.start(stopped.machine_arn, name, {"stopped": stopped.arn})
