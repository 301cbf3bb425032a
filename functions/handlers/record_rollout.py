"""RecordRollout: writes the end of a rollout, with its conflicts, onto the library record."""

from typing import TypedDict

from functions.handlers.roll_out_batch import RollOutBatchOutput
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.rollout.progress import conflict_summary, end_rollout
from wfm.calendar.timestamps import iso
from wfm.model.statuses import RolloutStatus


class RecordRolloutInput(TypedDict):
    """`rollout` is the execution's name, `results` the answers of RollOutBatch."""

    workflowId: str
    rollout: str
    results: list[RollOutBatchOutput]


class RecordRolloutOutput(TypedDict):
    """The number of tenants that the workflow is for, and the conflicts in a sentence."""

    tenants: int
    reason: str


@entry
def handler(event: RecordRolloutInput, ports: Ports) -> RecordRolloutOutput:
    """The record becomes DONE; its reason names the first conflicts."""
    results = event["results"]
    reason = conflict_summary(
        [each["conflict"] for each in results if each["conflict"]], sum(each["conflicts"] for each in results)
    )
    fields = {"rolloutStatus": RolloutStatus.DONE, "rolloutReason": reason, "rolledOutAt": iso(ports.clock())}
    end_rollout(ports.library, event["workflowId"], event["rollout"], **fields)
    return {"tenants": sum(each["tenants"] for each in results), "reason": reason or ""}
