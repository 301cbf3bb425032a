"""RecordRolloutFailure: why a library record did not reach the tenants, onto the record."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.rollout.progress import end
from wfm.model.outcomes import of_error
from wfm.model.statuses import RolloutStatus


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{workflowId, rollout, error, cause}` -> `{reason}`."""
    reason = of_error(event["error"], event["cause"]).reason
    end(ports.library, event["workflowId"], event["rollout"], rolloutStatus=RolloutStatus.FAILED, rolloutReason=reason)
    return {"reason": reason}
