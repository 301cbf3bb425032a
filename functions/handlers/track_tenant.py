"""TrackTenant: one look at one tenant's AMC instance."""

from typing import Any

from functions.domain.tracking import Tracker
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{customerId, changed}`."""
    tracker = Tracker(ports.tenants, ports.executions, ports.amc, ports.requests, ports.gates, ports.tasks, ports.clock)
    return {"customerId": event["customerId"], "changed": tracker.look(event["customerId"])}
