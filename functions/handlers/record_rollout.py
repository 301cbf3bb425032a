"""RecordRollout: every tenant has been seen to; onto the record, with what stood in the way."""

from typing import TypedDict

from functions.handlers.roll_out_batch import RollOutBatchOutput
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.rollout.progress import conflict_summary, end_rollout
from wfm.calendar.timestamps import iso
from wfm.model.statuses import RolloutStatus


class RecordRolloutInput(TypedDict):
    """`rollout` is the execution's name, `results` what RollOutBatch said of each batch."""

    workflowId: str
    rollout: str
    results: list[RollOutBatchOutput]


class RecordRolloutOutput(TypedDict):
    """How many tenants shall have the workflow, and what stood in the way."""

    tenants: int
    reason: str


@entry
def handler(event: RecordRolloutInput, ports: Ports) -> RecordRolloutOutput:
    """The record is DONE, with the first conflicts as its reason."""
    results = event["results"]
    reason = conflict_summary(
        [each["conflict"] for each in results if each["conflict"]], sum(each["conflicts"] for each in results)
    )
    fields = {"rolloutStatus": RolloutStatus.DONE, "rolloutReason": reason, "rolledOutAt": iso(ports.clock())}
    end_rollout(ports.library, event["workflowId"], event["rollout"], **fields)
    return {"tenants": sum(each["tenants"] for each in results), "reason": reason or ""}
