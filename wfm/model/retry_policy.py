"""Whether WFM resubmits a failed request by itself: `resubmit` of a schedule, and of its requests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import Final, NotRequired, TypedDict

from wfm.calendar.spans import DELAY_STEP, read_span
from wfm.errors import InvalidRecord, PermanentError, Problem, TransientError, names
from wfm.model.outcomes import RUN_DEADLINE_EXCEEDED
from wfm.model.statuses import RequestStatus

RESUBMIT: Final = "resubmit"
TRY: Final = "tryNumber"  # in a message and on its row: 2 of what was sent again once; left out, 1
ATTEMPTS: Final = range(1, 6)
STATUSES: Final = (RequestStatus.FAILED.value, RequestStatus.REJECTED.value)
ERROR_KINDS: Final = (
    *STATUSES, RUN_DEADLINE_EXCEEDED, "AmcFailed", "AmcRejected", "AmcDeleted", "ExecutionStopped",
    *names(PermanentError), *names(TransientError),
)  # fmt: skip
_OF_AWS: Final = re.compile(r"[A-Z][A-Za-z]*(\.[A-Z][A-Za-z]*)+")  # States.Timeout, Lambda.Unknown, Sandbox.Timedout


_FIELDS: Final = ("attempts", "for", "pause")
RetryPolicyField = TypedDict("RetryPolicyField", {"attempts": int, "for": list[str], "pause": NotRequired[str]})
LONGEST_PAUSE: Final = timedelta(days=1)


@dataclass(frozen=True)
class RetryPolicy:
    """At most `attempts` resubmissions, for failures of these `kinds` (statuses, names of errors).

    The next one is sent once the `pause` is over, by the next sweep.
    """

    attempts: int
    kinds: tuple[str, ...] = (RequestStatus.FAILED.value,)
    pause: timedelta = timedelta(0)

    def to_field(self) -> RetryPolicyField:
        """The policy as a field of a row and of a message."""
        field: RetryPolicyField = {"attempts": self.attempts, "for": list(self.kinds)}
        if self.pause:
            field["pause"] = f"{self.pause // timedelta(minutes=1)}m"
        return field

    def matches(self, status: str, error: str | None) -> bool:
        """Whether a request that ended so is resubmitted. A cancelled one never is."""
        return status in STATUSES and not {status, error}.isdisjoint(self.kinds)


def read_retry_policy(value: object) -> RetryPolicy | None:
    """The policy in a field of plain JSON; None for an empty field. InvalidRecord names all that is wrong."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise InvalidRecord([Problem(RESUBMIT, f"{value!r:.60} is no object", "an object with attempts and for")])
    attempts, kinds = value.get("attempts"), value.get("for", [RequestStatus.FAILED.value])
    slips = [
        Problem(f"{RESUBMIT}.{name!s:.60}", f"is no field of it{_hint(name, _FIELDS)}", ", ".join(_FIELDS))
        for name in value
        if name not in _FIELDS
    ]
    pause = read_span(value["pause"]) if "pause" in value else timedelta(0)
    wrong = (_of_attempts(attempts), *_of_kinds(kinds), _of_pause(value.get("pause"), pause))
    problems = slips + [each for each in wrong if each]
    if problems:
        raise InvalidRecord(problems)
    return RetryPolicy(int(attempts or 0), tuple(dict.fromkeys(kinds)), pause or timedelta(0))


def _of_pause(given: object, pause: timedelta | None) -> Problem | None:
    if pause is not None and pause <= LONGEST_PAUSE and not pause % DELAY_STEP:
        return None
    allowed = "whole quarters of an hour up to a day, such as 45m or 2h; 0m for none"
    return Problem("resubmit.pause", f"{given!r:.60} is not usable", allowed)


def _of_attempts(value: object) -> Problem | None:
    if isinstance(value, int) and not isinstance(value, bool) and value in ATTEMPTS:
        return None
    problem = "is missing" if value is None else f"{value!r:.60} is not usable"
    return Problem("resubmit.attempts", problem, f"{ATTEMPTS[0]} to {ATTEMPTS[-1]}")


def _of_kinds(value: object) -> list[Problem]:
    allowed = "FAILED, REJECTED or names of errors, such as RunDeadlineExceeded"
    if not isinstance(value, list) or not value:
        return [Problem("resubmit.for", f"{value!r:.60} is no list of kinds of failure", allowed)]
    unknown = [kind for kind in value if not _is_kind(kind)]
    return [Problem("resubmit.for", f"{kind!r:.60} is unknown{_hint(kind, ERROR_KINDS)}", allowed) for kind in unknown]


def _is_kind(kind: object) -> bool:
    return isinstance(kind, str) and (kind in ERROR_KINDS or _OF_AWS.fullmatch(kind) is not None)


def _hint(given: object, known: Sequence[str]) -> str:
    folded = {one.casefold(): one for one in known}
    close = get_close_matches(str(given).casefold(), folded, n=1)
    return f" (did you mean {folded[close[0]]}?)" if close else ""
