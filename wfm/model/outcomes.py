"""How an execution of `execution_lifecycle` ended, by AMC's answer or by the error that stopped it."""

import json
import re
from dataclasses import dataclass
from typing import Final, TypedDict, final

from wfm.errors import AnsweredWithoutRun, PermanentError, names
from wfm.model.amc_run import AmcRun
from wfm.model.rows import Document
from wfm.model.statuses import RequestStatus, request_status
from wfm.model.timeouts import LONGEST_WAIT

RUN_DEADLINE_EXCEEDED: Final = "RunDeadlineExceeded"
_NO_ROW: Final[Document] = {}
_NO_SLOT: Final = f"no slot came free for it within {LONGEST_WAIT.days} days, which is as long as a request may wait"
_NO_ANSWER: Final = "a step did not answer in time, however often it was tried"
_MESSAGE: Final = re.compile(r'\s*\{\s*"errorMessage"\s*:\s*"((?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)')


@final
class OutcomeDocument(TypedDict):
    """The fields of an `Outcome`."""

    status: str
    reason: str
    error: str


@dataclass(frozen=True)
class Outcome:
    """`status` is one of an end, or RUNNING; `reason` one sentence; `error` a name for machines."""

    status: RequestStatus
    reason: str = ""
    error: str = ""

    def to_document(self) -> "OutcomeDocument":
        """The outcome as Step Functions hands it on."""
        return {"status": self.status, "reason": self.reason, "error": self.error}


def of_run(run: Document) -> Outcome:
    """The outcome that an AMC run (or a row of Executions) shows; its status is RUNNING while it goes on.

    A row that was marked as overdue is taken for over, whatever AMC says, unless it succeeded all the same.
    """
    read = AmcRun(run)
    amc = read.recorded_status or read.amc_status
    status = request_status(amc)
    if read.overdue_reason and status != RequestStatus.SUCCEEDED:
        return Outcome(RequestStatus.FAILED, read.overdue_reason, RUN_DEADLINE_EXCEEDED)
    if status in (RequestStatus.RUNNING, RequestStatus.SUCCEEDED):
        return Outcome(status)
    return Outcome(status, read.reason or f"AMC ended the run as {amc}", f"Amc{amc.capitalize()}")


def of_error(error: str, cause: str, row: Document = _NO_ROW) -> Outcome:
    """The outcome of a state's error as Step Functions gives it: Lambda's `Cause` is JSON with an `errorMessage`.

    The row of what failed has what that leaves out: AMC's own words, and what took too long.
    """
    if error == "AmcRefused" and "amcRefusal" in row and "workflowExecutionId" not in row:
        return Outcome(RequestStatus.REJECTED, str(row["amcRefusal"]), error)
    if error == AnsweredWithoutRun.__name__:
        return Outcome(RequestStatus.SUCCEEDED, _reason(cause))
    if error == "States.Timeout":
        return Outcome(
            RequestStatus.FAILED, _NO_SLOT if row.get("status") == RequestStatus.WAITING else _NO_ANSWER, error
        )
    reason = _reason(cause)
    status = RequestStatus.REJECTED if error in names(PermanentError) else RequestStatus.FAILED
    return Outcome(status, str(reason or error), error)


def _reason(cause: str) -> str:
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return _cut_message(cause)


def _cut_message(cause: str) -> str:
    """The `errorMessage` as far as it is there, if the cause was cut somewhere; any other cause as it is."""
    found = _MESSAGE.match(cause or "")
    if found is None:
        return cause
    # Half of a surrogate pair cannot be stored.
    return str(json.loads(f'"{found[1]}"', strict=False)).encode(errors="ignore").decode()
