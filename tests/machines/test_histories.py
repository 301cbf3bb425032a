"""No execution comes to the 25,000 events that would end it past every Catch, whatever is retried.

Counted from the definitions: each visit of a state, and three events of each retry. Loops count their retries
(`$retries`, which both interpreters keep as Step Functions documents `State.RetryCount`), and end at a limit.
"""

import re
from typing import Any, NamedTuple

import pytest

from functions.handlers import cancel_requests, send_requests
from functions.services.rollout.progress import BATCH, MAX_TENANTS
from state_machines import (
    backfill,
    execution_lifecycle,
    library_rollout,
    tenant,
    tenant_offboarding,
    tenant_onboarding,
    workflow_sync,
)
from tests.machines.walk import Definition, states, texts
from wfm.model.backfills import MOST_REQUESTS

MAX_EVENTS = 25_000  # of a Standard execution (Step Functions' developer guide, "Quotas")
RETRY = 3  # scheduled, started, failed
# Entered and exited; of a Task also scheduled, started, succeeded; of a Map or Parallel started, succeeded.
EVENTS = {"Task": 5, "Choice": 2, "Wait": 2, "Pass": 2, "Succeed": 2, "Fail": 1, "Map": 4, "Parallel": 4}
ITERATION = 2
BEGIN_AND_END = 2
LIMIT = re.compile(r"\$retries >= (\d+)")

BATCHES = -(-MAX_TENANTS // BATCH)
SENDS, CANCELS = (-(-MOST_REQUESTS // calls.REQUESTS_PER_CALL) for calls in (send_requests, cancel_requests))
# How often a state is visited at most; all others once. An upper bound: both ends of a machine are counted.
VISITS = {
    "backfill": {
        **dict.fromkeys(("SendRequests", "AreAllSent"), SENDS),
        **dict.fromkeys(("CheckBackfill", "IsBackfillDone", "WaitForProgress"), backfill.MAX_POLLS + 1),
        **dict.fromkeys(("CancelRequests", "AreAllCancelled"), 0),  # the clean-up is an execution of its own
    },
    "library_rollout": {
        **dict.fromkeys(("RollOutBatch", "BatchRolledOut", "BatchFailed", "ShortenCause"), BATCHES),
        **dict.fromkeys(("CheckBatch", "IsBatchSynced"), BATCHES * (library_rollout.MAX_POLLS + 1)),
        "WaitForBatch": BATCHES * library_rollout.SOON_POLLS,
        "WaitForSlowBatch": BATCHES * (library_rollout.MAX_POLLS - library_rollout.SOON_POLLS),
        "BatchFailedWithoutCause": BATCHES,
    },
    "tenant_onboarding": dict.fromkeys(
        ("CheckQueue", "IsQueueConnected", "WaitForQueue"), tenant_onboarding.MAX_POLLS + 1
    ),
    "tenant_offboarding": dict.fromkeys(
        ("CheckRuns", "HaveRunsEnded", "WaitForRuns"), tenant_offboarding.MAX_POLLS + 1
    ),
    "workflow_sync": {
        "SyncWorkflow": workflow_sync.MAX_STARTS,
        **dict.fromkeys(
            ("CheckWorkflow", "IsInSync", "WaitForAmc"), workflow_sync.MAX_STARTS * (workflow_sync.MAX_POLLS + 1)
        ),
    },
    "execution_lifecycle": {
        **dict.fromkeys(("WaitForSlot", "SubmitExecution", "IsHistoryLong"), execution_lifecycle.MAX_REQUEUES),
        **dict.fromkeys(("WaitForOutcome", "PollExecution", "IsFinished"), execution_lifecycle.MAX_POLLS),
    },
}


class Loops(NamedTuple):
    """Loops of a machine whose retries are counted together.

    `ways`: a limit, and the Tasks that may follow a Choice that found the count below it, until one asks again.
    `scopes`: in how many iterations of a Map the count begins anew.
    """

    ways: list[tuple[int, set[str]]]
    scopes: int = 1

    @property
    def tasks(self) -> set[str]:
        return {task for _, tasks in self.ways for task in tasks}

    @property
    def limits(self) -> set[int]:
        return {limit for limit, _ in self.ways}


_OUTCOME = {"WaitForOutcome", "PollExecution"}
COUNTED = {
    "backfill": Loops(
        [(backfill.MAX_RETRIES, {task}) for task in ("PlanBackfill", "SendRequests", "CheckBackfill")],
    ),
    "library_rollout": Loops([(library_rollout.MAX_CHECK_RETRIES, {"CheckBatch"})], BATCHES),
    "tenant_onboarding": Loops([(tenant.MAX_POLL_RETRIES, {"CheckQueue"})]),
    "tenant_offboarding": Loops([(tenant.MAX_POLL_RETRIES, {"CheckRuns"})]),
    "workflow_sync": Loops([(workflow_sync.MAX_RETRIES, {"SyncWorkflow", "CheckWorkflow"})]),
    "execution_lifecycle": Loops(
        [
            (execution_lifecycle.MAX_REQUEUE_RETRIES, {"WaitForSlot", "SubmitExecution", *_OUTCOME}),
            (execution_lifecycle.MAX_RETRIES, _OUTCOME),
        ]
    ),
    "clean-up": Loops([(backfill.MAX_RETRIES, {"CancelRequests"})]),
}


def retries(task: dict[str, Any]) -> int:
    """Of one visit: each rule of a Retry counts for itself."""
    return sum(rule["MaxAttempts"] for rule in task["Retry"])


def worst_case(machine: str, definition: Definition, visits: dict[str, int]) -> int:
    """Events of an execution that visits each state as often as it can, and whose every retry is taken.

    Retries may pass a limit by those of the Tasks that follow until the count is asked for again.
    """
    loops = COUNTED[machine]
    found = dict(states(definition))
    visited = sum(EVENTS[state["Type"]] * visits.get(name, 1) for name, state in found.items())
    tasks = {name: retries(state) * visits.get(name, 1) for name, state in found.items() if state["Type"] == "Task"}
    alone = sum(number for name, number in tasks.items() if name not in loops.tasks)
    in_loops = loops.scopes * max(limit - 1 + sum(retries(found[name]) for name in way) for limit, way in loops.ways)
    iterations = loops.scopes * ITERATION if loops.scopes > 1 else 0
    return BEGIN_AND_END + visited + iterations + RETRY * (alone + in_loops)


@pytest.mark.parametrize("machine", VISITS)
def test_the_longest_execution_has_events_left_with_every_retry_taken(
    definitions: dict[str, Definition], machine: str
) -> None:
    assert worst_case(machine, definitions[machine], VISITS[machine]) < MAX_EVENTS


def test_so_has_the_clean_up_after_the_largest_backfill(definitions: dict[str, Definition]) -> None:
    none = dict.fromkeys((name for name, _ in states(definitions["backfill"])), 0)
    once = dict.fromkeys(("IsCleanUp", "BackfillCancelled", "BackfillFailed"), 1)
    visits = none | once | dict.fromkeys(("CancelRequests", "AreAllCancelled"), CANCELS)

    assert worst_case("clean-up", definitions["backfill"], visits) < MAX_EVENTS


@pytest.mark.parametrize("machine", ["execution_lifecycle", "library_rollout", "workflow_sync"])
def test_some_more_turns_of_a_loop_would_be_noticed(definitions: dict[str, Definition], machine: str) -> None:
    """The bounds are near what is possible: so the test can fail."""
    more = {name: number * 15 // 10 for name, number in VISITS[machine].items()}

    assert worst_case(machine, definitions[machine], more) > MAX_EVENTS


@pytest.mark.parametrize("machine", VISITS)
def test_each_loop_counts_the_retries_of_its_tasks_and_ends_at_the_limit(
    definitions: dict[str, Definition], machine: str
) -> None:
    loops = COUNTED[machine]
    found = dict(states(definitions[machine]))
    conditions = [text for state in found.values() if state["Type"] == "Choice" for text in texts(state)]

    assert {int(number) for text in conditions for number in LIMIT.findall(text)} == loops.limits
    assigned = {name: (state.get("Assign"), state.get("Catch")) for name, state in found.items()}
    looping = {name for name, assigns in assigned.items() if "RetryCount" in str(assigns)}
    assert looping - {"CancelRequests"} == loops.tasks
