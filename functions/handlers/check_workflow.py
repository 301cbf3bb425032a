"""CheckWorkflow: whether AMC shows the workflow as desired by now; if so, that goes onto the row."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.sync.sync import Sync


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, workflowId, executionArn, desired}` -> `{inSync, changed}`."""
    with refused_access_is_transient():
        return Sync(event["customerId"], event["workflowId"], event["executionArn"], ports).check(event["desired"])
