"""RecordSyncFailure: why the workflow is not in AMC, in AMC's own words, onto its row."""

from typing import Any

from functions.domain.outcomes import of_error
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, workflowId, error, cause}` -> `{reason}`."""
    reason = of_error(event["error"], event["cause"]).reason
    ports.workflows.save_sync(event["customerId"], event["workflowId"], syncStatus="FAILED", syncReason=reason)
    return {"reason": reason}
