"""`wfm library push --wait`: the rollouts as they go, and how they end."""

from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.library_world import FakeRollouts, at_a_pace

ESCAPE = "\x1b"


def test_a_push_is_followed_until_every_tenant_has_it_in_amc(
    deployed: Any, command: Run, folder: Path, rollouts: FakeRollouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def done() -> None:
        rollouts.mark("reach", 1, "DONE", 2, 2)
        rollouts.row("birch", "reach", 1)

    steps = [
        lambda: rollouts.mark("reach", 1, "ROLLING", 2, 1),
        lambda: rollouts.row("acme", "reach", 1, "PENDING"),
        done,
        lambda: rollouts.row("acme", "reach", 1),
    ]
    at_a_pace(monkeypatch, steps)

    ended = command("library", "push", str(folder), "--yes", "--wait")

    reported = [line.split("s  ", 1)[1] for line in ended.out.splitlines() if " s  reach" in line]
    assert ended.code == 0
    assert reported == [
        "reach  PENDING  0 of 0 tenants, 0 in AMC",
        "reach  ROLLING  1 of 2 tenants, 0 in AMC",
        "reach  ROLLING  1 of 2 tenants, 0 in AMC, 1 to come",
        "reach  DONE  2 of 2 tenants, 1 in AMC, 1 to come",
        "reach  DONE  2 of 2 tenants, 2 in AMC",
    ]
    assert ESCAPE not in ended.out


def test_a_tenant_whose_amc_refuses_is_named_and_the_exit_code_is_one(command: Run, folder: Path, refused: str) -> None:
    ended = command("library", "push", str(folder), "--yes", "--wait")

    assert ended.code == 1
    assert ended.out.splitlines()[-1] == f"reach of acme: {refused}"


def test_waiting_too_long_ends_with_three(deployed: Any, command: Run, folder: Path) -> None:
    ended = command("library", "push", str(folder), "--yes", "--wait", "--timeout", "0")

    assert ended.code == 3
    assert "not ended after 0 s: reach is PENDING; it continues" in ended.err


def test_who_stops_watching_sees_that_it_continues(
    deployed: Any, command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    at_a_pace(monkeypatch, [interrupted])

    ended = command("library", "push", str(folder), "--yes", "--wait")

    assert ended.code == 130
    assert "stopped watching; it continues: wfm library list" in ended.out
