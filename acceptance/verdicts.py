"""What became of the checks: the lines of the table."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`ACCOUNT_ONLY`: this target cannot show it, whatever it did. `NOT_REACHED`: nobody tried."""

    PASSED = "passed"
    FAILED = "FAILED"
    ACCOUNT_ONLY = "only on an account"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Line:
    """One thing that a check proves. `seconds` is None where the check did not run."""

    check: str
    proves: str
    verdict: Verdict
    seconds: float | None
    evidence: str
