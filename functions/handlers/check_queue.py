"""CheckQueue: whether Lambda reads the tenant's queue as it should."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


class CheckQueueInput(TypedDict):
    """The mapping that CreateQueues returned."""

    eventSourceMappingId: str


class CheckQueueOutput(TypedDict):
    """Lambda's state of the mapping, such as Creating, Enabled or Disabled."""

    mappingState: str


@entry
def handler(event: CheckQueueInput, ports: Ports) -> CheckQueueOutput:
    """Ask Lambda for the state of the mapping."""
    return {"mappingState": ports.queues.mapping_state(event["eventSourceMappingId"])}
