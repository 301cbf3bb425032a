"""Every error that WFM raises on purpose. Step Functions matches on the class names below the first two branches.

WfmError
+-- PermanentError           repeating cannot help: the request is parked with its reason
|   +-- InvalidRequest       a request, record or event that WFM cannot read; names the field and what is allowed
|   +-- InvalidRecord        a TPS or library record, or a schedule, that WFM cannot use; names every field
|   +-- UnknownCustomer      no such tenant, or one that is not ACTIVE
|   +-- UnknownWorkflow      the tenant has no such workflow
|   +-- AmcRefused           AMC answered 4xx; carries AMC's own text
|   +-- CredentialsRefused   Login with Amazon did not accept the credentials
|   +-- AnsweredWithoutRun   no fault: the request asked for no run, and its answer is the message
+-- TransientError           worth another try after a while
|   +-- AmcThrottled         AMC answered 429: certainly not accepted
|   +-- AmcUnavailable       AMC could not be asked, or answered 5xx: accepted or not is open for a POST
|   +-- SubmissionUncertain  a POST may have been accepted; too early to tell
|   +-- GateContended        too many changed one tenant's semaphore at once
|   +-- SlotReleased         the request holds no slot: it is requeued
|   +-- SlotLost             the same, for executions of version 0.1
|   +-- NotReadyYet          something that is being made is not there yet
|   +-- NotAnnounced         EventBridge took the call but not the event
|   +-- AwsBusy              a service of AWS throttled a call, failed, or did not answer
+-- ClientError              what the client and the command run into; `exit_code` is the command's
    +-- UsageError           2: called with something that it cannot take
    |   +-- UnknownRunError  no request and no AMC run has that id
    |   +-- InvalidFilesError   workflows as files that WFM cannot use
    +-- NotSucceededError    1: what was waited for ended, but not well
    +-- NotEndedInTimeError  3: the run continues, only the waiting ended
    +-- UnreachableError     4: no deployment, no credentials, no answer
        +-- LocalRuntimeError   the local runtime could not be started, stopped or found
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from numbers import Number
from typing import Any, ClassVar, Final

_REQUEST_IDS: Final = re.compile(r" \(x-amzn?-[^()]*\)", re.IGNORECASE)


class ExitCode(IntEnum):
    """How the command ends, and what that tells a script. docs/exit-codes.md lists them."""

    def __new__(cls, number: int, meaning: str) -> "ExitCode":
        """A number with its meaning in words."""
        code = int.__new__(cls, number)
        code._value_ = number
        code.meaning = meaning
        return code

    meaning: str

    GOOD = 0, "done; what was waited for ended well"
    FAILED = 1, "what was asked for ended badly; also the answer no to a question"
    USAGE = 2, "not taken as it was typed; nothing was changed"
    NOT_ENDED = 3, "`--timeout` came first; what was waited for continues"
    UNREACHABLE = 4, "no deployment, credentials, local runtime or answer"
    PARTLY = 5, "of many some failed, each named; the rest is done"
    INTERRUPTED = 130, "Ctrl-C; what was followed continues"


class WfmError(Exception):
    """Base of all; `str()` of each is one sentence for a person."""


def in_brackets(request_ids: str) -> str:
    """AMC's ids of a request as they stand in a sentence: ` (x-amz-rid 1A, x-amz-request-id 2B)`; "" for none."""
    return f" ({request_ids})" if request_ids else ""


def without_request_ids(sentence: str) -> str:
    """The sentence that says the same of each repetition: AMC numbers every request anew."""
    return _REQUEST_IDS.sub("", sentence)


def _one_line(text: str) -> str:
    """What people wrote into a field may hold anything, a name of a field as well as a value."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


_KINDS: Final[Mapping[type, str]] = {  # bool before the numbers, which it is one of
    str: "a text",
    bool: "a boolean",
    Number: "a number",
    list: "a list",
    Mapping: "an object",
}


def kind_of(value: Any) -> str:
    """The kind of a value ("a text"), shown in its place where it may be SQL, a parameter or a secret."""
    kind = next((kind for of, kind in _KINDS.items() if isinstance(value, of)), "null")
    is_empty = not value.strip() if isinstance(value, str) else value in ([], {})
    return f"{kind} with nothing in it" if is_empty else kind


@dataclass(frozen=True)
class Problem:
    """A wrong `field` (its path, such as `AMC.WFM.digest`), what is wrong, and what is allowed there.

    `field` is "" where no field is to blame.
    """

    field: str
    text: str
    allowed: str = ""

    def __str__(self) -> str:
        place = f"{self.field}: " if self.field else ""
        return _one_line(place + self.text + (f"; allowed: {self.allowed}" if self.allowed else ""))

    def within(self, place: str) -> "Problem":
        """This problem in a larger document, in which `place` has it."""
        return replace(self, field=f"{place}.{self.field}")


class PermanentError(WfmError):
    """Repeating cannot help."""


class TransientError(WfmError):
    """Worth another try."""


class InvalidRequest(PermanentError):
    """Names the field, what was wrong, and what is allowed."""

    def __init__(self, field: str, problem: str, allowed: str = "") -> None:
        self.field = field
        self.problem = Problem(field or repr(field), problem, allowed)
        super().__init__(str(self.problem))


class InvalidRecord(PermanentError):
    """Names every field that is wrong, in one message."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" | ".join(map(str, self.problems)))


class UnknownCustomer(PermanentError):
    """No such tenant, or one that is not ACTIVE."""


class UnknownWorkflow(PermanentError):
    """The tenant has no such workflow."""


class AmcRefused(PermanentError):
    """AMC answered 4xx. `status` is HTTP's, `text` AMC's own words, `request_ids` what its support asks for."""

    def __init__(self, status: int, text: str, request_ids: str = "") -> None:
        self.status = status
        self.text = text
        self.request_ids = request_ids
        super().__init__(f"{self.without_words}: {text}")

    @property
    def without_words(self) -> str:
        """The message for a log, without AMC's words, which may quote SQL or a token."""
        return f"AMC refused with {self.status}" + in_brackets(self.request_ids)


class CredentialsRefused(PermanentError):
    """Login with Amazon did not accept the credentials of an `authId`."""


class AnsweredWithoutRun(PermanentError):
    """No fault: what the request asked for is done, and there is no run to wait for. The message is the answer."""


class AmcThrottled(TransientError):
    """AMC answered 429: certainly not accepted."""


class AmcUnavailable(TransientError):
    """AMC could not be asked or answered 5xx. `sent` is False when the request certainly did not arrive."""

    def __init__(self, problem: str, *, sent: bool = True) -> None:
        self.sent = sent
        self.problem = problem
        super().__init__(f"AMC is not available: {problem}")


class SubmissionUncertain(TransientError):
    """A POST may have been accepted and it is too early to tell."""


class GateContended(TransientError):
    """Too many changed one tenant's semaphore at the same time."""


class SlotReleased(TransientError):
    """The request holds no slot, or released it since AMC refuses its tenant: it is requeued."""


class SlotLost(TransientError):
    """SlotReleased, by the only name that executions know which version 0.1 started. Goes with version 0.3."""


class NotReadyYet(TransientError):
    """Something is still being made; a retry finds it later."""


class NotAnnounced(TransientError):
    """EventBridge took the call but not the event."""


class AwsBusy(TransientError):
    """A service of AWS throttled a call, failed, or did not answer; botocore's own few tries did not help."""


class ClientError(WfmError):
    """Errors that only the client raises."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED


class UsageError(ClientError):
    """Names the option or field, what was wrong with it, and what is allowed."""

    exit_code = ExitCode.USAGE


class UnknownRunError(UsageError):
    """No request and no AMC run has that id."""


class InvalidFilesError(UsageError):
    """Names file, line where known, field and fix: a line for each of all `problems`."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class NotSucceededError(ClientError):
    """What was waited for has ended, but not well: `check=True` asked for this error."""


class NotEndedInTimeError(ClientError):
    """The waiting ended before the run did."""

    exit_code = ExitCode.NOT_ENDED


class UnreachableError(ClientError):
    """WFM could not be asked."""

    exit_code = ExitCode.UNREACHABLE


class LocalRuntimeError(UnreachableError):
    """The local runtime could not be started, stopped or found."""


def leaves(root: type[WfmError]) -> Iterator[type[WfmError]]:
    """The errors below `root` that are raised themselves, in the order of definition."""
    for kind in root.__subclasses__():
        if kind.__subclasses__():
            yield from leaves(kind)
        else:
            yield kind


def names(root: type[WfmError]) -> list[str]:
    """The class names below `root`, as Step Functions sees them."""
    return [kind.__name__ for kind in leaves(root)]
