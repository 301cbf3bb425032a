"""Runs the checks one after the other. What goes wrong in one of them does not keep the others from running."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from acceptance.check import Check
from acceptance.verdicts import Line, Verdict
from acceptance.world import World

Say = Callable[[str], None]


class Run:
    """The lines so far, and the checks that nobody has tried yet."""

    def __init__(self, checks: Sequence[Check], *, is_account: bool, say: Say) -> None:
        self._left = list(checks)
        self._is_account = is_account
        self._say = say
        self._passed: set[str] = set()
        self.lines: list[Line] = []

    def run(self, world: World, deadline: float) -> None:
        """Run what is left, unless the deadline (by `time.monotonic`) has passed."""
        while self._left:
            check = self._left[0]
            lacking = [need for need in check.needs if need not in self._passed]
            if time.monotonic() > deadline:
                self._skip(f"the time for the checks, {world.pace.checks_seconds / 3600:g} hours, is over")
            elif lacking:
                self._add(check, Verdict.NOT_REACHED, None, f"needs: {', '.join(lacking)}")
            elif not self._is_account and not check.proves:
                self._add(check, Verdict.ACCOUNT_ONLY, None, "")
            else:
                self._try(check, world)

    def skip_rest(self, reason: str) -> None:
        """Nobody tries what is left."""
        while self._left:
            self._skip(reason)

    def _skip(self, reason: str) -> None:
        self._add(self._left[0], Verdict.NOT_REACHED, None, reason)

    def _try(self, check: Check, world: World) -> None:
        began = time.monotonic()
        with self._interruption(check, began):
            try:
                verdict, evidence = Verdict.PASSED, check.run(world)
            except Exception as exc:  # noqa: BLE001 - whatever it is, it is the check's result
                verdict, evidence = Verdict.FAILED, f"{type(exc).__name__}: {exc}"
        self._add(check, verdict, time.monotonic() - began, evidence)

    @contextmanager
    def _interruption(self, check: Check, began: float) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._add(check, Verdict.NOT_REACHED, time.monotonic() - began, "it was interrupted")
            raise

    def _add(self, check: Check, verdict: Verdict, seconds: float | None, evidence: str) -> None:
        self._left.remove(check)
        if verdict is Verdict.PASSED:
            self._passed.add(check.name)
        lines = check.lines(verdict, seconds, evidence, is_account=self._is_account)
        self.lines += lines
        self._say(f"{check.name}: {verdict}{f' after {seconds:.0f} s' if seconds else ''}{_why(verdict, evidence)}")


def _why(verdict: Verdict, evidence: str) -> str:
    return f": {evidence}" if verdict is Verdict.FAILED else ""
