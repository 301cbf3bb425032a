"""Which requests of a backfill are left, by what a tenant's requests have come to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_backfill
from tests.fakes import NOON
from wfm.errors import InvalidRequest
from wfm.model.backfill_fields import numbers, numbers_text
from wfm.model.backfill_selection import NOTHING, Asking, Only, outcomes, select
from wfm.model.backfills import Backfill, read_backfill
from wfm.model.tenant_values import TenantValues

WORKFLOW = {"workflowId": "reach", "defaultPayload": {"parameterValues": {"brand": "A"}}}
NO_VALUES = TenantValues("acme", {})
ASKING = Asking(WORKFLOW, {"parameterValues": {"brand": "A"}}, NO_VALUES)
FIRST, SECOND = ("2026-01-01T00:00:00", "2026-01-08T00:00:00"), ("2026-01-08T00:00:00", "2026-01-15T00:00:00")


def read(**fields: Any) -> Backfill:
    return read_backfill(a_backfill(**{"end": "2026-01-15"} | fields), "q1", NOON)


def a_row(request_id: str, status: str, window: tuple[str, str] = FIRST, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"workflowId": "reach", "timeWindowStart": window[0], "timeWindowEnd": window[1]}
    body |= {"timeWindowType": "EXPLICIT", "parameterValues": {"brand": "A"}}
    row = {"customerId": "acme", "requestId": request_id, "workflowId": "reach", "status": status, "execution": body}
    return {**row, "requestedAt": f"2026-02-01T00:00:{len(request_id):02}.000Z", **fields}


def left(rows: list[dict[str, Any]], only: Only = Only.MISSING, **fields: Any) -> list[int]:
    found, backfill = outcomes(rows, "reach", ASKING), read(**fields)
    return list(
        select(backfill, [only], lambda _, document: found.get(ASKING.key(document, "", NOON) or "", NOTHING)).numbers
    )


@pytest.mark.parametrize(
    ("rows", "missing", "failed"),
    [
        ([], [0, 1], []),
        ([a_row("a", "SUCCEEDED")], [1], []),
        ([a_row("a", "FAILED")], [0, 1], [0]),
        ([a_row("a", "REJECTED", SECOND)], [0, 1], [1]),
        ([a_row("a", "CANCELLED")], [0, 1], []),
        ([a_row("a", "SUCCEEDED"), a_row("ab", "FAILED")], [1], [0]),
        ([a_row("a", "FAILED"), a_row("ab", "SUCCEEDED")], [1], []),
        ([a_row("a", "FAILED"), a_row("ab", "WAITING")], [1], []),
        ([a_row("a", "FAILED", resubmittedAs="a-r2")], [1], []),
        ([a_row("a", "FAILED", resubmittedAs="a-r2"), a_row("a-r2", "FAILED")], [0, 1], [0]),
        ([a_row("a", "FAILED", resubmitAt="later", openSince="then")], [1], []),
        ([a_row("a", "FAILED", resubmitAt="then")], [0, 1], [0]),
        ([a_row("a", "SUCCEEDED", workflowId="other")], [0, 1], []),
        ([a_row("a", "SUCCEEDED", execution=a_row("a", "")["execution"] | {"dryRun": True})], [0, 1], []),
        ([a_row("a", "SUCCEEDED", execution=a_row("a", "")["execution"] | {"workflow": {}})], [0, 1], []),
        ([a_row("a", "SUCCEEDED", execution=a_row("a", "")["execution"] | {"parameterValues": {}})], [0, 1], []),
        ([a_row("a", "SUCCEEDED", execution={"timeWindowType": "MOST_RECENT_DAY"})], [0, 1], []),
    ],
    ids=[
        "nothing was asked", "succeeded", "failed", "rejected", "cancelled", "failed after a success", "made up for",
        "waits again", "its next try is in the queue", "its next try failed too", "its next try is due later",
        "its tries are over", "another workflow", "a dry run", "SQL of its own", "other values", "a window of AMC's",
    ],
)  # fmt: skip
def test_what_is_left_is_what_has_not_succeeded_or_failed_last(
    rows: list[dict[str, Any]], missing: list[int], failed: list[int]
) -> None:
    assert (left(rows), left(rows, Only.FAILED)) == (missing, failed)


def test_a_request_that_waits_is_known_by_its_message_with_the_workflows_defaults() -> None:
    waits = read().request(0)
    row = a_row("a", "QUEUED", execution={}, request=waits)

    assert left([row]) == [1]


def test_each_set_of_values_is_judged_by_itself() -> None:
    rows = [a_row("a", "SUCCEEDED")]

    assert left(rows, parameterSets=[{"brand": "A"}, {"brand": "B"}]) == [1, 2, 3]


def test_reasons_are_counted_for_each_tenant() -> None:
    found = outcomes([a_row("a", "CANCELLED"), a_row("ab", "RUNNING", SECOND)], "reach", ASKING)
    backfill = read(customerIds=["acme", "globex"], end="2026-01-22")

    def outcome_of(customer_id: str, document: Any) -> Any:
        return found.get(ASKING.key(document, "", NOON) or "", NOTHING) if customer_id == "acme" else NOTHING

    selection = select(backfill, [Only.MISSING], outcome_of)

    assert selection.left == {"acme": {"cancelled": 1, "never asked": 1}, "globex": {"never asked": 3}}
    assert selection.left_out == {"acme": {"active": 1}, "globex": {}}


def test_a_selected_backfill_makes_these_requests_under_their_own_numbers() -> None:
    whole, some = read(customerIds=["acme", "globex"]), read(customerIds=["acme", "globex"], numbers="1,3")

    assert (len(whole), len(some), some.whole) == (4, 2, 4)
    assert [some.request(number) for number in some.numbers] == [whole.request(1), whole.request(3)]


def test_the_newest_window_may_go_first() -> None:
    backfill = read(newestFirst=True, parameterSets=[{"n": 1}, {"n": 2}], customerIds=["acme", "globex"])

    first, *_, last = (backfill.request(number)["payload"] for number in backfill.numbers)

    assert isinstance(first, dict)
    assert isinstance(last, dict)
    assert (first["timeWindowStart"], first["parameterValues"]) == (SECOND[0], {"n": 1})
    assert (last["timeWindowStart"], last["parameterValues"]) == (FIRST[0], {"n": 2})
    assert [backfill.number(window, 1, 0) for window in (0, 1)] == [6, 2]


@given(st.sets(st.integers(0, 300)).map(sorted))
def test_numbers_are_read_as_they_were_written(chosen: list[int]) -> None:
    text = numbers_text(chosen)

    assert list(numbers({"numbers": text} if chosen else {}, 301)) == (chosen or list(range(301)))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"numbers": ""}, "numbers: '' cannot be read; allowed: numbers and ranges of them, such as 0-3,7"),
        ({"numbers": [1]}, r"numbers: \[1\] cannot be read"),
        ({"numbers": "1, 2"}, "numbers: '1, 2' cannot be read"),
        ({"numbers": "0-2"}, "numbers: 0-2 cannot stand there; allowed: numbers from 0 to 1, each once, in ascending"),
        ({"numbers": "1,1"}, "numbers: 1 cannot stand there"),
        ({"numbers": "1-0"}, "numbers: 1-0 cannot stand there"),
        ({"newestFirst": "yes"}, "newestFirst: 'yes' is neither; allowed: true or false"),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidRequest, match=problem):
        read(**fields)
