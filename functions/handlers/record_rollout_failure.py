"""RecordRolloutFailure: writes onto the library record why its rollout failed."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.rollout.progress import end_rollout
from wfm.model.outcomes import of_error
from wfm.model.statuses import RolloutStatus


class RecordRolloutFailureInput(TypedDict):
    """`rollout` is the execution's name, `error` and `cause` what Step Functions says of the failure."""

    workflowId: str
    rollout: str
    error: str
    cause: str


class RecordRolloutFailureOutput(TypedDict):
    """The failure in a sentence."""

    reason: str


@entry
def handler(event: RecordRolloutFailureInput, ports: Ports) -> RecordRolloutFailureOutput:
    """The record becomes FAILED."""
    reason = of_error(event["error"], event["cause"]).reason
    fields = {"rolloutStatus": RolloutStatus.FAILED, "rolloutReason": reason}
    end_rollout(ports.library, event["workflowId"], event["rollout"], **fields)
    return {"reason": reason}
