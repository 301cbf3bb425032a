"""Doing one thing to many: when one fails the rest goes on, each has an outcome, and one tally sums them up.

Command and console use these, so that "some failed" means the same everywhere.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self, TypeVar

from wfm.client.aws import explain as explain_aws
from wfm.errors import WfmError

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class Did(StrEnum):
    """What became of one of many."""

    DONE = "DONE"
    NOTHING_LEFT = "NOTHING LEFT"  # it was as wanted already
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"  # somebody did not want it any more
    NOT_ENDED = "NOT ENDED"  # it was waited for, and continues


class OneOfMany(Protocol):
    """The result for one of many."""

    @property
    def did(self) -> Did: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of many were done, had nothing left to do, failed, have not ended, and were cancelled."""

    done: int
    nothing_left: int
    failed: int
    not_ended: int = 0
    cancelled: int = 0

    @classmethod
    def of(cls, results: Iterable[OneOfMany]) -> Self:
        """Count the results."""
        counts = Counter(result.did for result in results)
        return cls(*(counts[did] for did in (Did.DONE, Did.NOTHING_LEFT, Did.FAILED, Did.NOT_ENDED, Did.CANCELLED)))

    @property
    def all_failed(self) -> bool:
        """Whether something failed or was cancelled, and nothing is as wanted."""
        return bool(self.failed or self.cancelled) and not (self.done or self.nothing_left or self.not_ended)

    def sentence(self, done: str) -> str:
        """`38 of 40 sent, 1 had nothing left to do, 1 failed`; `done` is such as `sent`."""
        whole = self.done + self.nothing_left + self.failed + self.not_ended + self.cancelled
        parts = [f"{self.done} of {whole} {done}"]
        parts += [f"{self.nothing_left} had nothing left to do"] if self.nothing_left else []
        parts += [f"{self.not_ended} have not ended"] if self.not_ended else []
        parts += [f"{self.cancelled} cancelled"] if self.cancelled else []
        return ", ".join([*parts, *([f"{self.failed} failed"] if self.failed else [])])


def explain(problem: Exception) -> str | None:
    """A sentence for what may be wrong with one of many; None for a defect of ours, which must not be hidden."""
    return str(problem) if isinstance(problem, WfmError) else explain_aws(problem)


def each(
    things: Sequence[Thing], do: Callable[[Thing], Iterable[Result]], failed: Callable[[Thing, str], Result]
) -> Iterator[Result]:
    """The results of `do` for each of the things; the failure of one is a result too, and the next is done."""
    for thing in things:
        try:
            yield from do(thing)
        except Exception as problem:
            sentence = explain(problem)
            if sentence is None:
                raise
            yield failed(thing, sentence)
