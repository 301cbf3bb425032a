"""Whatever happens between the first stack and the last check, all is taken down, once."""

from collections.abc import Callable

import pytest

from acceptance.checks import CHECKS
from acceptance.conduct import Report, conduct
from acceptance.verdicts import Verdict
from local.emulator.errors import DeploymentError
from tests.acceptance.targets import IdleTarget, a_check, fails, is_interrupted

NAMES = ("first", "second", "third")


class TakenDown:
    """Counts how often, and knows what had been said before."""

    def __init__(self, does: Callable[[], dict[str, str]] = dict) -> None:
        self.said: list[str] = []
        self.said_before: list[list[str]] = []
        self._does = does

    def __call__(self) -> dict[str, str]:
        self.said_before.append(list(self.said))
        return self._does()

    def conduct(self, target: IdleTarget, *checks: object) -> Report:
        return conduct(target, checks, self, self.said.append)  # type: ignore[arg-type]


def verdicts(report: Report) -> list[Verdict]:
    return [line.verdict for line in report.lines]


@pytest.mark.parametrize("failing", NAMES)
def test_a_check_that_fails_keeps_no_other_from_running_and_all_is_taken_down(failing: str) -> None:
    down = TakenDown()

    report = down.conduct(IdleTarget(), *(a_check(name, *([fails] if name == failing else [])) for name in NAMES))

    assert len(down.said_before) == 1
    assert len(down.said_before[0]) == len(NAMES)
    assert {line.check for line in report.lines if line.verdict is Verdict.FAILED} == {failing}
    assert verdicts(report).count(Verdict.PASSED) == 2
    assert "ValueError: nothing came" in {line.evidence for line in report.lines}


@pytest.mark.parametrize("at", range(len(NAMES)))
def test_ctrl_c_ends_the_checks_and_not_the_removal(at: int) -> None:
    down = TakenDown()

    checks = (a_check(name, *([is_interrupted] if index == at else [])) for index, name in enumerate(NAMES))
    report = down.conduct(IdleTarget(), *checks)

    assert report.was_interrupted
    assert len(down.said_before) == 1
    assert verdicts(report) == [Verdict.PASSED] * at + [Verdict.NOT_REACHED] * (len(NAMES) - at)


@pytest.mark.parametrize("error", [DeploymentError("Tables failed: no"), KeyboardInterrupt()])
def test_a_deployment_that_fails_or_is_stopped_is_taken_down_too(error: BaseException) -> None:
    def making() -> None:
        raise error

    down = TakenDown()

    report = down.conduct(IdleTarget(making=making), *map(a_check, NAMES))

    assert len(down.said_before) == 1
    assert verdicts(report) == [Verdict.NOT_REACHED] * 3
    assert report.was_interrupted is isinstance(error, KeyboardInterrupt)


def test_a_removal_that_is_stopped_says_that_something_may_be_left() -> None:
    def stopped() -> dict[str, str]:
        raise KeyboardInterrupt

    report = TakenDown(stopped).conduct(IdleTarget(), a_check("first"))

    assert report.left == {"everything that is not reported as removed": "the removal was stopped as well"}


def test_what_a_failed_check_would_have_to_show_first_is_not_tried() -> None:
    tried: list[str] = []

    def try_second() -> str:
        tried.append("second")
        return ""

    second = a_check("second", try_second, needs=("first",))

    report = TakenDown().conduct(IdleTarget(), a_check("first", fails), second)

    assert tried == []
    assert [(line.verdict, line.evidence) for line in report.lines][1] == (Verdict.NOT_REACHED, "needs: first")


def test_after_the_time_for_the_checks_none_begins() -> None:
    report = TakenDown().conduct(IdleTarget(checks_seconds=-1), a_check("first"))

    assert verdicts(report) == [Verdict.NOT_REACHED]
    assert "the time for the checks" in report.lines[0].evidence


def test_what_only_an_account_can_show_is_never_passed_elsewhere() -> None:
    checks = (a_check("both", on_account="permissions"), a_check("there", proves="", on_account="metrics of logs"))

    here = TakenDown().conduct(IdleTarget(is_account=False), *checks)
    there = TakenDown().conduct(IdleTarget(), *checks)

    assert [(line.proves, line.verdict, line.evidence) for line in here.lines] == [
        ("both works", Verdict.PASSED, "seen"),
        ("permissions", Verdict.ACCOUNT_ONLY, ""),
        ("metrics of logs", Verdict.ACCOUNT_ONLY, ""),
    ]
    assert {line.verdict for line in there.lines} == {Verdict.PASSED}


def test_a_check_that_fails_here_fails_in_all_that_it_proves() -> None:
    report = TakenDown().conduct(IdleTarget(is_account=False), a_check("both", fails, on_account="permissions"))

    assert verdicts(report) == [Verdict.FAILED] * 2


def test_each_check_of_the_list_proves_something_and_needs_what_stands_before_it() -> None:
    before: set[str] = set()
    for check in CHECKS:
        assert check.proves or check.on_account
        assert before.issuperset(check.needs)
        assert check.name not in before
        before.add(check.name)
