"""The picture of the machine at work, as a terminal and as a pipe show it."""

from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from wfm.cli.machine_progress import MachineProgress
from wfm.client.machines import Outcome, StateEntered

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entered(state: str, seconds: float) -> StateEntered:
    return StateEntered(state, NOON + timedelta(seconds=seconds), "e")


def ended(status: str, seconds: float, reason: str | None = None, *, succeeded: bool = True) -> Outcome:
    return Outcome(status, reason, succeeded, NOON + timedelta(seconds=seconds))


def test_a_state_that_is_visited_again_has_one_line_with_the_sum_of_its_times() -> None:
    progress = MachineProgress()
    steps: list[StateEntered | Outcome] = [
        entered("ClaimTenant", 0),
        entered("CheckQueue", 1),
        entered("WaitForQueue", 2),
        entered("CheckQueue", 7),
        entered("TenantReady", 9.5),
        ended("ACTIVE", 9.5),
    ]

    lines = [progress.add(step, 0) for step in steps]

    assert lines == [
        "     0.0 s  ClaimTenant",
        "     1.0 s  CheckQueue",
        "     2.0 s  WaitForQueue",
        None,
        "     9.5 s  TenantReady",
        "     9.5 s  ACTIVE",
    ]
    summary = "ClaimTenant 1.0 s, CheckQueue 3.5 s in 2 visits, WaitForQueue 5.0 s, TenantReady 0.0 s"
    assert progress.summary() == summary


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (ended("ACTIVE", 3), "ACTIVE"),
        (ended("FAILED", 3, "no", succeeded=False), "FAILED no"),
        (ended("ACTIVE", 3, "no", succeeded=False), "FAILED, it stays ACTIVE no"),
    ],
)
def test_the_outcome_is_the_last_line(outcome: Outcome, line: str) -> None:
    progress = MachineProgress()
    progress.add(entered("ClaimTenant", 0), 0)
    progress.add(outcome, 5)
    console = Console(width=100)

    with console.capture() as captured:
        console.print(progress)

    assert [" ".join(shown.split()) for shown in captured.get().splitlines()] == ["ClaimTenant 3.0 s", line]
