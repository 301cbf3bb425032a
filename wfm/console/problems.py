"""Errors as a person reads them: a sentence, with the status that a browser is told."""

from wfm.client.aws import explain as explain_aws
from wfm.errors import UnknownCustomer, UnknownRunError, UnknownWorkflow, UnreachableError, WfmError


def explained(problem: Exception) -> tuple[int, str] | None:
    """The status and sentence of what a person can do something about; None for a defect of ours."""
    if isinstance(problem, WfmError):
        return _status(problem), str(problem)
    sentence = explain_aws(problem)
    return (502, sentence) if sentence else None


def _status(problem: WfmError) -> int:
    if isinstance(problem, (UnknownCustomer, UnknownRunError, UnknownWorkflow)):
        return 404
    return 502 if isinstance(problem, UnreachableError) else 400
