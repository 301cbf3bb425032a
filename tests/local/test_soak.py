"""What a soak takes for a success, and what the page says of it."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.reliability import page
from bench.soak import Summary
from bench.soak_progress import Progress, standing

GOOD = Summary(
    requests=10,
    tenants=2,
    seconds=60.0,
    lost=0,
    twice=0,
    tenants_over_limit=0,
    statuses={"SUCCEEDED": 10},
    longest_wait={"interactive": 3.0},
    faults={"POSTs answered 503": 2},
    external=1,
    external_recorded=1,
    stopped=0,
    left_open={"requests": 0, "slots": 0},
    lost_requests=[],
)


def test_a_soak_in_which_each_request_succeeded_once_is_as_promised() -> None:
    assert GOOD.is_as_promised()


@pytest.mark.parametrize(
    "change",
    [
        {"lost": 1},
        {"twice": 1},
        {"tenants_over_limit": 1},
        {"external_recorded": 0},
        {"statuses": {"SUCCEEDED": 9, "FAILED": 1}},
        {"statuses": {"SUCCEEDED": 9}},
        {"statuses": {"SUCCEEDED": 9, "CANCELLED": 1}},
        {"left_open": {"requests": 0, "slots": 1}},
    ],
)
def test_any_other_is_not(change: dict[str, Any]) -> None:
    assert not replace(GOOD, **change).is_as_promised()


def test_a_stopped_request_may_end_cancelled_or_succeed_before() -> None:
    stopped = replace(GOOD, stopped=2, statuses={"SUCCEEDED": 9, "CANCELLED": 1})

    assert stopped.is_as_promised()


def test_the_verdict_names_what_was_never_met() -> None:
    assert GOOD.verdict() == "AS PROMISED"
    assert replace(GOOD, lost=1, faults={"cold starts": 0}).verdict() == "NOT AS PROMISED; never met: cold starts"


def test_whoever_asks_is_told_how_a_soak_stands(tmp_path: Path) -> None:
    file = tmp_path / "progress.json"

    with Progress(file) as progress:
        progress.tell(phase="sending", sent=5, met={"cold starts": 2})

    assert {"phase: sending", "sent: 5", "met: cold starts: 2"} <= set(standing(file).splitlines())


def test_a_soak_that_crashed_or_died_is_told_as_such(tmp_path: Path) -> None:
    file = tmp_path / "progress.json"
    with suppress(ZeroDivisionError), Progress(file):
        raise ZeroDivisionError("boom")
    crashed = standing(file)
    file.write_text('{"pid": 2147483646, "phase": "sending"}')

    assert "CRASHED: ZeroDivisionError('boom')" in crashed
    assert "verdict: DIED" in standing(file)
    assert standing(tmp_path / "nothing.json") == "No soak was started here."


def test_the_page_says_what_was_tried_and_what_the_soak_counted() -> None:
    reported = page([{"fault": "it rains", "tried": 3, "happens": "nothing", "user_sees": "rain"}], GOOD)

    assert "| it rains | 3 | nothing | rain |" in reported
    assert "| ended SUCCEEDED | 10 |" in reported
    assert "| runs started by others | 1 |" in reported
