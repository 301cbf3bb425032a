"""The stream of the executions table: wake the waiting lifecycle, then tell the world, once per state change."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from functions.runtime.batch import StreamEvent, each_change
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.notifications.announcements import announce


@entry
def handler(event: StreamEvent, ports: Ports) -> PartialItemFailureResponse:
    """A batch of stream records."""

    return each_change(event, lambda change: announce(change.old, change.new, ports))
