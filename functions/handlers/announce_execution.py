"""AnnounceExecution: reads the stream of Executions; completes the waiting task, then announces each status once."""

from functions.runtime.batch import BatchResponse, Change, StreamEvent, each_change
from functions.runtime.entry import entry, log_about, logger
from functions.runtime.wiring import Ports
from functions.services.notifications.announcements import announce_execution


@entry
def handler(event: StreamEvent, ports: Ports) -> BatchResponse:
    """Announce each change of the batch."""
    return each_change(event, lambda change: _announce(change, ports), ports.metrics)


def _announce(change: Change, ports: Ports) -> None:
    log_about(change.new or {})
    announced = announce_execution(change.old, change.new, ports)
    if announced:
        logger.info("announced", statuses=announced)
