"""What `library_rollout` promises: a pace, an end to every wait, and room for four thousand tenants."""

from functions.domain.library_rollout.rollout_progress import BATCH
from state_machines.library_rollout import AT_ONCE, LATER, MOST_LOOKS, MOST_SOON, SOON
from tests.machines.walk import Definition

TENANTS = 4000
MOST_EVENTS = 25_000  # of one Standard execution (Step Functions' quotas)
TASK, OTHER, ITERATION = 5, 2, 2  # events of a Task, of any other state, and of a Map's iteration


def test_at_most_a_hundred_workflows_are_on_their_way_to_amc(definitions: dict[str, Definition]) -> None:
    batches = definitions["library_rollout"]["States"]["RollOutBatches"]

    assert batches["MaxConcurrency"] * BATCH == AT_ONCE * BATCH == 100


def test_a_batch_that_does_not_settle_holds_the_next_one_up_for_ten_minutes(definitions: dict[str, Definition]) -> None:
    states = definitions["library_rollout"]["States"]["RollOutBatches"]["ItemProcessor"]["States"]
    enough, soon = states["IsBatchSettled"]["Choices"]

    assert (enough["Next"], soon["Next"], states["IsBatchSettled"]["Default"]) == (
        "BatchRolledOut",
        "WaitForBatch",
        "WaitForSlowBatch",
    )
    assert MOST_SOON * SOON.to_seconds() + (MOST_LOOKS - MOST_SOON) * LATER.to_seconds() == 600


def test_the_slowest_rollout_to_four_thousand_tenants_leaves_room_in_the_history() -> None:
    loop = TASK + OTHER + OTHER  # CheckBatch, IsBatchSettled, a wait
    batch = ITERATION + TASK + MOST_LOOKS * loop + TASK + OTHER + OTHER

    assert TENANTS / BATCH * batch < 0.85 * MOST_EVENTS


def test_a_batch_that_fails_keeps_no_other_from_being_rolled_out(definitions: dict[str, Definition]) -> None:
    outer = definitions["library_rollout"]["States"]
    inner = outer["RollOutBatches"]["ItemProcessor"]["States"]

    assert {inner[name]["Catch"][-1]["Next"] for name in ("RollOutBatch", "CheckBatch")} == {"BatchFailed"}
    assert inner["BatchFailed"]["End"] is True
    assert outer["HaveBatchesFailed"]["Choices"][0]["Next"] == "RecordRolloutFailure"
    assert outer["HaveBatchesFailed"]["Default"] == "RecordRollout"
