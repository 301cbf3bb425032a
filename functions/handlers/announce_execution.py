"""AnnounceExecution: reads the stream of Executions; completes the waiting task, then announces each status once."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from functions.runtime.batch import StreamEvent, each_change
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.notifications.announcements import announce_execution


@entry
def handler(event: StreamEvent, ports: Ports) -> PartialItemFailureResponse:
    """Announce each change of the batch."""

    return each_change(event, lambda change: announce_execution(change.old, change.new, ports))
