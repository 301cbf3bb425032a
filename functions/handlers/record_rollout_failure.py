"""RecordRolloutFailure: writes onto the library record why its rollout failed."""

from typing import NotRequired, TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.foreign_input import record_refusal
from functions.services.rollout.progress import end_rollout
from wfm.model.outcomes import of_error
from wfm.model.statuses import RolloutStatus


class RecordRolloutFailureInput(TypedDict):
    """`rollout` is the execution's name, `error` and `cause` what Step Functions says of the failure."""

    workflowId: str
    rollout: str
    input: NotRequired[object]
    error: str
    cause: str


class RecordRolloutFailureOutput(TypedDict):
    """The failure in a sentence."""

    reason: str


@entry
def handler(event: RecordRolloutFailureInput, ports: Ports) -> RecordRolloutFailureOutput:
    """The record becomes FAILED. An execution that names no workflow becomes a refused request."""
    outcome = of_error(event["error"], event["cause"])
    reason = outcome.reason
    if not event["workflowId"]:
        record_refusal(event.get("input"), event["rollout"], outcome, ports)
        return {"reason": reason}
    fields = {"rolloutStatus": RolloutStatus.FAILED, "rolloutReason": reason}
    end_rollout(ports.library, event["workflowId"], event["rollout"], **fields)
    return {"reason": reason}
