from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from tests.wfm.fake_time import FakeTime
from wfm.client.machines import MachineExecution, Outcome, StateEntered
from wfm.client.tenants.onboarding import SERVICEABLE, Following, TenantChange
from wfm.errors import NotEndedInTimeError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TO_SETTLE = TenantChange("acme", NOON, goal=SERVICEABLE)


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def execution(name: str, started: int, ended: int | None = None, status: str = "SUCCEEDED") -> MachineExecution:
    return MachineExecution(name, status if ended else "RUNNING", at(started), at(ended) if ended else None)


class Script:
    """A machine that is like this at the first poll, like that at the second, and so on; the last one stays."""

    def __init__(self, *polls: list[tuple[MachineExecution, str]], cause: str | None = None) -> None:
        self.polls = list(polls)
        self.why = cause
        self.now: dict[str, list[str]] = {}
        self.histories_read = 0

    def executions(self, customer_id: str, since: datetime) -> list[MachineExecution]:
        poll = self.polls.pop(0) if len(self.polls) > 1 else self.polls[0]
        self.now = {found.arn: states.split() for found, states in poll}
        return [found for found, _ in poll if found.started >= since]

    def entered(self, arn: str) -> list[StateEntered]:
        self.histories_read += 1
        return [StateEntered(state, at(number), arn) for number, state in enumerate(self.now[arn])]

    def cause(self, execution: str) -> str | None:
        return self.why


def watch(
    machine: Script,
    *statuses: str,
    change: TenantChange = TO_SETTLE,
    timeout: float = 600,
) -> Iterator[StateEntered | Outcome]:
    """Follow a tenant whose row is at these statuses, one after the other; the last one stays."""
    left = list(statuses)
    shown = Following(machine, lambda: (left.pop(0) if len(left) > 1 else left[0], None), change)
    return shown.follow(timeout, FakeTime().clock())


def reported(steps: Iterator[StateEntered | Outcome]) -> list[str]:
    return [step.state if isinstance(step, StateEntered) else step.status for step in steps]


def test_each_state_is_reported_once_and_the_outcome_last() -> None:
    machine = Script(
        [],
        [(execution("e", 1), "ClaimTenant")],
        [(execution("e", 1), "ClaimTenant")],
        [(execution("e", 1), "ClaimTenant CheckQueue")],
        [(execution("e", 1, 9), "ClaimTenant CheckQueue TenantReady")],
    )

    steps = list(watch(machine, "ACTIVE"))

    assert reported(iter(steps)) == ["ClaimTenant", "CheckQueue", "TenantReady", "ACTIVE"]
    assert steps[-1] == Outcome("ACTIVE", None, succeeded=True, at=at(9))


def test_a_tenant_that_stays_active_when_its_change_fails_did_not_succeed() -> None:
    failed = execution("e", 1, 5, "FAILED")
    machine = Script([(failed, "ClaimTenant TenantFailed")], cause="amcInstanceId: is wrong")

    outcome = list(watch(machine, "ACTIVE"))[-1]

    assert outcome == Outcome("ACTIVE", "amcInstanceId: is wrong", succeeded=False, at=at(5))


def test_an_execution_that_was_stopped_without_a_word_says_at_least_how_it_ended() -> None:
    outcome = list(watch(Script([(execution("arn:e", 1, 5, "ABORTED"), "")]), "PROVISIONING"))[-1]

    assert isinstance(outcome, Outcome)
    assert outcome.reason == "the execution arn:e ended as ABORTED"


def test_an_execution_of_an_earlier_change_neither_is_reported_nor_ends_the_watch() -> None:
    earlier = execution("earlier", 1, 5)
    change = TenantChange("acme", NOON, known=frozenset({"earlier"}))
    machine = Script([(earlier, "Old")], [(earlier, "Old"), (execution("own", 6, 9), "New")])

    assert reported(watch(machine, "ACTIVE", change=change)) == ["New", "ACTIVE"]


def test_a_status_that_is_not_meant_means_that_another_execution_is_on_its_way() -> None:
    change = TenantChange("acme", NOON, goal=frozenset({"OFFBOARDED"}))
    first = (execution("one", 1, 5), "TenantReady")
    machine = Script(
        [first], [first, (execution("two", 6), "DrainQueue")], [first, (execution("two", 6, 9), "DrainQueue")]
    )

    assert reported(watch(machine, "ACTIVE", "OFFBOARDED", change=change)) == [
        "TenantReady",
        "DrainQueue",
        "OFFBOARDED",
    ]


def test_a_tenant_that_was_handed_to_the_other_machine_is_followed_there_whatever_is_meant() -> None:
    first = (execution("one", 1, 5), "OffboardingStarted")
    machine = Script([first], [first, (execution("two", 6, 9), "TenantOffboarded")])

    seen = reported(watch(machine, "OFFBOARDING", "OFFBOARDED", change=TenantChange("acme", NOON)))

    assert seen == ["OffboardingStarted", "TenantOffboarded", "OFFBOARDED"]


def test_of_several_executions_the_last_one_to_end_has_the_last_word() -> None:
    long, short = execution("long", 1, 20, "FAILED"), execution("short", 2, 10)
    machine = Script([(execution("long", 1), ""), (short, "")], [(long, ""), (short, "")], cause="no")

    outcome = list(watch(machine, "FAILED"))[-1]

    assert outcome == Outcome("FAILED", "no", succeeded=False, at=at(20))


def test_the_history_of_an_execution_that_has_ended_is_not_read_again() -> None:
    first = (execution("one", 1, 5), "A")
    machine = Script([first, (execution("two", 2), "B")], [first, (execution("two", 2, 6), "B")])

    list(watch(machine, "ACTIVE"))

    assert machine.histories_read == 3


def test_waiting_ends_at_the_deadline_and_says_the_tenants_status() -> None:
    steps = watch(Script([(execution("e", 1), "WaitForRuns")]), "OFFBOARDING", timeout=60)

    assert reported(islice(steps, 1)) == ["WaitForRuns"]
    with pytest.raises(NotEndedInTimeError, match="not ended after 60 s: acme is OFFBOARDING; it continues"):
        next(steps)
