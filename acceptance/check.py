"""One check: what it does, and what it proves here and there."""

from collections.abc import Callable
from dataclasses import dataclass

from acceptance.verdicts import Line, Verdict
from acceptance.world import World

Evidence = str


@dataclass(frozen=True)
class Check:
    """`run` gives its evidence, or raises with what was wrong.

    `proves` is shown by any target, `on_account` by an account alone; one of them may be empty. A check that proves
    nothing here is not run here. `needs` names checks that must have passed.
    """

    name: str
    run: Callable[[World], Evidence]
    proves: str = ""
    on_account: str = ""
    needs: tuple[str, ...] = ()

    def lines(self, verdict: Verdict, seconds: float | None, evidence: str, *, is_account: bool) -> list[Line]:
        """The lines of the table."""
        there = verdict if is_account or verdict is not Verdict.PASSED else Verdict.ACCOUNT_ONLY
        claims = [(self.proves, verdict, evidence)] if self.proves else []
        claims += [(self.on_account, there, evidence if is_account else "")] if self.on_account else []
        return [Line(self.name, proves, each, seconds, told) for proves, each, told in claims]
