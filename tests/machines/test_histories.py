"""No execution comes to the 25,000 events that would end it past every Catch, whatever is retried.

Counted from the definitions: each visit of a state, and three events of each retry. Loops count their retries
(`$retries`, which both interpreters keep as Step Functions documents `State.RetryCount`), and end at a limit.
"""

import re
from typing import Any

import pytest

from functions.handlers import cancel_requests, send_requests
from functions.services.rollout.progress import BATCH, MAX_TENANTS
from state_machines import backfill, library_rollout, tenant, tenant_offboarding, tenant_onboarding, workflow_sync
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
    "workflow_sync": dict.fromkeys(("CheckWorkflow", "IsInSync", "WaitForAmc"), workflow_sync.MAX_POLLS + 1),
}
# Tasks whose retries are counted together, the limit of that, and in how many scopes it holds.
COUNTED = {
    "backfill": (("PlanBackfill", "SendRequests", "CheckBackfill"), backfill.MAX_RETRIES, 1),
    "library_rollout": (("CheckBatch",), library_rollout.MAX_CHECK_RETRIES, BATCHES),
    "tenant_onboarding": (("CheckQueue",), tenant.MAX_POLL_RETRIES, 1),
    "tenant_offboarding": (("CheckRuns",), tenant.MAX_POLL_RETRIES, 1),
    "workflow_sync": (("SyncWorkflow", "CheckWorkflow"), workflow_sync.MAX_RETRIES, 1),
    "clean-up": (("CancelRequests",), backfill.MAX_RETRIES, 1),
}


def retries(task: dict[str, Any]) -> int:
    """Of one visit: each rule of a Retry counts for itself."""
    return sum(rule["MaxAttempts"] for rule in task["Retry"])


def worst_case(machine: str, definition: Definition, visits: dict[str, int]) -> int:
    """Events of an execution that visits each state as often as it can, and whose every retry is taken.

    A loop is asked after each visit whether its retries come to the limit: they may pass it by one visit's.
    """
    counted, limit, scopes = COUNTED[machine]
    found = dict(states(definition))
    visited = sum(EVENTS[state["Type"]] * visits.get(name, 1) for name, state in found.items())
    tasks = {name: retries(state) * visits.get(name, 1) for name, state in found.items() if state["Type"] == "Task"}
    alone = sum(number for name, number in tasks.items() if name not in counted)
    in_loops = scopes * (limit - 1 + max(retries(found[name]) for name in counted if visits.get(name, 1)))
    iterations = scopes * ITERATION if scopes > 1 else 0
    return BEGIN_AND_END + visited + iterations + RETRY * (alone + in_loops)


@pytest.mark.parametrize("machine", VISITS)
def test_the_longest_execution_has_events_left_with_every_retry_taken(
    definitions: dict[str, Definition], machine: str
) -> None:
    assert worst_case(machine, definitions[machine], VISITS[machine]) < MAX_EVENTS


def test_so_has_a_request_that_is_never_sent_back_into_line(definitions: dict[str, Definition]) -> None:
    """Its loops, back into line and the hourly poll, are not counted: docs/aws.md says what comes of those."""
    found = dict(states(definitions["execution_lifecycle"]))
    events = sum(EVENTS[state["Type"]] for state in found.values())
    tries = sum(retries(state) for state in found.values() if state["Type"] == "Task")

    assert BEGIN_AND_END + events + RETRY * tries < MAX_EVENTS


def test_so_has_the_clean_up_after_the_largest_backfill(definitions: dict[str, Definition]) -> None:
    none = dict.fromkeys((name for name, _ in states(definitions["backfill"])), 0)
    once = dict.fromkeys(("IsCleanUp", "BackfillCancelled", "BackfillFailed"), 1)
    visits = none | once | dict.fromkeys(("CancelRequests", "AreAllCancelled"), CANCELS)

    assert worst_case("clean-up", definitions["backfill"], visits) < MAX_EVENTS


def test_one_more_batch_of_a_rollout_or_many_more_retries_would_be_noticed(definitions: dict[str, Definition]) -> None:
    """The bounds are near what is possible: so the test can fail."""
    visits = VISITS["library_rollout"]
    more = {name: number * 12 // 10 for name, number in visits.items()}

    assert worst_case("library_rollout", definitions["library_rollout"], more) > MAX_EVENTS


@pytest.mark.parametrize("machine", VISITS)
def test_each_loop_counts_the_retries_of_its_tasks_and_ends_at_the_limit(
    definitions: dict[str, Definition], machine: str
) -> None:
    counted, limit, _ = COUNTED[machine]
    found = dict(states(definitions[machine]))
    conditions = [text for state in found.values() if state["Type"] == "Choice" for text in texts(state)]

    assert {int(number) for text in conditions for number in LIMIT.findall(text)} == {limit}
    looping = {name for name, state in found.items() if "RetryCount" in str(state.get("Assign"))}
    assert looping - {"CancelRequests"} == set(counted)
