"""CheckQueue: whether the tenant's queue is connected by now."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{eventSourceMappingId}` -> `{mappingState}`: Enabled once messages are handed out."""
    return {"mappingState": ports.queues.mapping_state(event["eventSourceMappingId"])}
