"""What `library_rollout` promises: a pace, an end to every wait, and room for four thousand tenants."""

import json

import jsonata  # type: ignore[import-untyped]
import pytest

from functions.services.rollout.progress import BATCH, MAX_TENANTS, batches
from state_machines.library_rollout import LONG_INTERVAL, MAX_CONCURRENCY, MAX_POLLS, SHORT_INTERVAL, SOON_POLLS
from tests.machines.walk import Definition
from tests.machines.walk import states as all_states
from wfm.errors import InvalidRecord
from wfm.model.outcomes import of_error

TENANTS = 4000
MAX_BYTES = 256 * 1024  # of what a state hands on


def test_at_most_a_hundred_workflows_are_on_their_way_to_amc(definitions: dict[str, Definition]) -> None:
    batches = definitions["library_rollout"]["States"]["RollOutBatches"]

    assert batches["MaxConcurrency"] * BATCH == MAX_CONCURRENCY * BATCH == 100


def test_a_batch_that_does_not_settle_holds_the_next_one_up_for_ten_minutes(definitions: dict[str, Definition]) -> None:
    states = definitions["library_rollout"]["States"]["RollOutBatches"]["ItemProcessor"]["States"]
    enough, too_often, soon = states["IsBatchSynced"]["Choices"]

    assert (enough["Next"], soon["Next"], states["IsBatchSynced"]["Default"]) == (
        "BatchRolledOut",
        "WaitForBatch",
        "WaitForSlowBatch",
    )
    assert too_often["Next"] == "BatchRolledOut"
    assert SOON_POLLS * SHORT_INTERVAL.to_seconds() + (MAX_POLLS - SOON_POLLS) * LONG_INTERVAL.to_seconds() == 600


def test_the_largest_rollout_leaves_room_in_the_state() -> None:
    longest = [f"{number:040}" for number in range(MAX_TENANTS)]

    assert len(json.dumps({"batches": batches(longest)}).encode()) < 0.8 * MAX_BYTES


def test_more_tenants_than_a_rollout_can_reach_are_refused_with_their_number() -> None:
    with pytest.raises(InvalidRecord, match=f"^{MAX_TENANTS + 1} tenants are in service.*: at most {MAX_TENANTS}$"):
        batches(["a"] * (MAX_TENANTS + 1))


def test_a_batch_that_fails_keeps_no_other_from_being_rolled_out(definitions: dict[str, Definition]) -> None:
    outer = definitions["library_rollout"]["States"]
    inner = outer["RollOutBatches"]["ItemProcessor"]["States"]

    assert {inner[name]["Catch"][-1]["Next"] for name in ("RollOutBatch", "CheckBatch")} == {"ShortenCause"}
    assert inner["ShortenCause"]["End"] is inner["BatchFailedWithoutCause"]["End"] is True
    assert inner["ShortenCause"]["Catch"][0]["Next"] == "BatchFailedWithoutCause"
    assert outer["HaveBatchesFailed"]["Choices"][0]["Next"] == "RecordRolloutFailure"
    assert outer["HaveBatchesFailed"]["Default"] == "RecordRollout"


def test_that_most_batches_failed_fits_the_state_of_the_machine_and_stays_readable(
    definitions: dict[str, Definition],
) -> None:
    states = dict(all_states(definitions["library_rollout"]))
    shown = jsonata.Jsonata(states["BatchFailed"]["Output"].removeprefix("{%").removesuffix("%}"))
    about = {
        "errorMessage": 'the row of "acme" is away: ' + "\u00fc" * 600,
        "errorType": "E",
        "stackTrace": ["x"] * 9000,
    }
    shown.assign("stopped", {"error": "NotReadyYet", "cause": json.dumps(about, ensure_ascii=False)})

    answer = shown.evaluate(None)

    assert len(json.dumps([answer] * (TENANTS // BATCH), ensure_ascii=False).encode()) < MAX_BYTES
    reason = of_error(answer["error"], answer["cause"]).reason
    assert reason.startswith('the row of "acme" is away: \u00fc\u00fc')
