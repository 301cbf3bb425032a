"""RecordRollout: every tenant has been seen to; onto the record, with what stood in the way."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.rollout.progress import end, told
from wfm.calendar.timestamps import iso
from wfm.model.statuses import RolloutStatus


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{workflowId, rollout, results}`, a result of RollOutBatch each -> `{tenants, reason}`."""
    results = event["results"]
    reason = told(
        [each["conflict"] for each in results if each["conflict"]], sum(each["conflicts"] for each in results)
    )
    fields = {"rolloutStatus": RolloutStatus.DONE, "rolloutReason": reason, "rolledOutAt": iso(ports.clock())}
    end(ports.library, event["workflowId"], event["rollout"], **fields)
    return {"tenants": sum(each["tenants"] for each in results), "reason": reason or ""}
