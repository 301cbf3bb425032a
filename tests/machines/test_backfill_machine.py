"""The machine `backfill` in particular."""

import re
from math import ceil
from typing import Any

import pytest

from state_machines.backfill import FIRST_INTERVAL, MAX_INTERVAL, MAX_POLLS
from tests.machines.walk import Definition, edges, states

A_DAY = 86_400


@pytest.fixture(scope="session")
def backfill(definitions: dict[str, Definition]) -> dict[str, Any]:
    found: dict[str, Any] = definitions["backfill"]["States"]
    return found


def test_the_polls_last_longer_than_a_request_can_wait_for_a_slot_and_run(definitions: dict[str, Definition]) -> None:
    """And they grow from ten seconds to ten minutes, as the definition has it."""
    wait = definitions["backfill"]["States"]["WaitForProgress"]
    grown = re.fullmatch(r"\{% \$min\(\[(\d+), \$ceil\(\$interval \* ([\d.]+)\)\]\) %\}", wait["Assign"]["interval"])
    assert grown
    lifecycle = definitions["execution_lifecycle"]["States"]

    intervals = [FIRST_INTERVAL]
    while len(intervals) < MAX_POLLS:
        intervals.append(min(int(grown[1]), ceil(intervals[-1] * float(grown[2]))))

    assert wait["Seconds"] == "{% $interval %}"
    assert (intervals[:4], intervals[-1]) == ([10, 15, 23, 35], MAX_INTERVAL)
    assert sum(intervals) > lifecycle["WaitForSlot"]["TimeoutSeconds"] + lifecycle["WaitForOutcome"]["TimeoutSeconds"]
    assert sum(intervals) > 16 * A_DAY


def test_state_carries_ids_and_counts_and_never_the_requests(backfill: dict[str, Any]) -> None:
    payloads = {name: task["Arguments"]["Payload"] for name, task in backfill.items() if task["Type"] == "Task"}

    assert {name: sorted(payload) for name, payload in payloads.items()} == {
        "PlanBackfill": ["executionName", "input"],
        "SendRequests": ["executionName", "input", "next"],
        "CheckBackfill": ["backfillId"],
        "CancelRequests": ["next", "stopped"],
    }


def test_only_a_plan_that_was_checked_is_sent(definitions: dict[str, Definition]) -> None:
    machine = definitions["backfill"]
    before = {name for name, state in states(machine) for edge in edges(state) if edge.target == "SendRequests"}

    assert before == {"PlanBackfill", "AreAllSent"}


def test_requests_that_failed_are_reported_and_are_no_failure_of_the_backfill(backfill: dict[str, Any]) -> None:
    assert backfill["BackfillDone"]["Output"] == "{% $merge([$plan, $progress.outcome]) %}"
    assert backfill["IsBackfillDone"]["Choices"][0]["Next"] == "BackfillDone"


def test_a_backfill_of_which_nothing_succeeded_has_failed(backfill: dict[str, Any]) -> None:
    good, none, *_ = backfill["IsBackfillDone"]["Choices"]

    assert good["Condition"] == "{% $progress.ended >= $plan.requests and $progress.outcome.succeeded > 0 %}"
    assert none["Condition"] == "{% $progress.ended >= $plan.requests %}"
    assert (none["Next"], backfill["NothingSucceeded"]["Type"]) == ("NothingSucceeded", "Fail")
    assert "requests succeeded: ' & $progress.outcome.failed & ' failed'" in none["Assign"]["outcome"]["cause"]
