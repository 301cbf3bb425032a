"""What the client itself can run into.

Each message is one sentence for a person; `exit_code` is the command's.

ClientError
+-- UsageError             2   the command was called with something it cannot take
|   +-- UnknownRunError    2   no request and no AMC run has that id
|   +-- InvalidFilesError  2   workflows as files that WFM cannot use
+-- NotEndedInTimeError    3   the run goes on, only the waiting ended
+-- UnreachableError       4   no deployment, no credentials, no answer
    +-- LocalRuntimeError  4   the local runtime could not be started, stopped or found

The errors of `wfm.errors` (InvalidRequest, UnknownCustomer, UnknownWorkflow) come out of the
client as they are; these are not below them because Step Functions matches on every name in that tree.
"""

from typing import ClassVar


class ClientError(Exception):
    """Base of all."""

    exit_code: ClassVar[int] = 1


class UsageError(ClientError):
    """Names the option or field, what was wrong with it, and what is allowed."""

    exit_code = 2


class UnknownRunError(UsageError):
    """No request and no AMC run has that id."""


class InvalidFilesError(UsageError):
    """Names file, line where known, field and fix: a line for each of all `problems`."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class NotEndedInTimeError(ClientError):
    """The waiting ended before the run did."""

    exit_code = 3


class UnreachableError(ClientError):
    """WFM could not be asked."""

    exit_code = 4


class LocalRuntimeError(UnreachableError):
    """The local runtime could not be started, stopped or found."""
