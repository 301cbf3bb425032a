"""Which failures are worth sending again."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_message, a_request_row
from wfm.calendar.timestamps import iso
from wfm.model.resubmissions import asked, resubmission
from wfm.model.statuses import REQUEST_ENDED
from wfm.model.unresolved_failures import unresolved_failures

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
EXPLICIT = {"workflowId": "reach", "timeWindowType": "EXPLICIT"}
MONDAY = {**EXPLICIT, "timeWindowStart": "2026-11-22T00:00:00", "timeWindowEnd": "2026-11-23T00:00:00"}
BODIES: list[dict[str, Any]] = [
    MONDAY,
    {**MONDAY, "workflowId": "geo"},
    {**MONDAY, "timeWindowEnd": "2026-11-24T00:00:00"},
    {**MONDAY, "timeWindowTimeZone": "UTC"},
    {**MONDAY, "parameterValues": {}},
    {**MONDAY, "parameterValues": {"cap": "3"}},
    {**MONDAY, "parameterValues": {"cap": 3}},
    {**MONDAY, "parameterValues": {"cap": None}},
    {**MONDAY, "parameterValues": {"cap": "3", "b": "1"}},
    {**MONDAY, "dryRun": True},
]


def row(request_id: str, status: str, minute: int = 0, took: int = 1, **fields: Any) -> Any:
    """Asked for at 12:00 and `minute`; ended `took` minutes later, if it has."""
    asked_at = START + timedelta(minutes=minute)
    end = {"endedAt": iso(asked_at + timedelta(minutes=took))} if status in REQUEST_ENDED else {}
    base = {"requestId": request_id, "status": status, "requestedAt": iso(asked_at), "execution": MONDAY}
    return a_request_row(**{**base, **end, "request": a_message(requestId=request_id), **fields})


def listed(rows: Sequence[dict[str, Any]], runs: Any = None) -> list[str]:
    return [str(one.row["requestId"]) for one in unresolved_failures(rows, runs or {})]


@pytest.mark.parametrize("status", ["FAILED", "REJECTED", "CANCELLED"])
def test_whatever_ended_without_success_is_listed(status: str) -> None:
    assert listed([row("r1", status)]) == ["r1"]


@pytest.mark.parametrize("status", ["SUCCEEDED", "QUEUED", "WAITING", "SUBMITTING", "RUNNING"])
def test_what_an_equal_request_makes_up_for_is_not_listed(status: str) -> None:
    assert listed([row("r1", "FAILED"), row("r2", status, 5)]) == []


def test_a_success_before_the_failure_makes_up_for_nothing() -> None:
    assert listed([row("r1", "SUCCEEDED"), row("r2", "FAILED", 5)]) == ["r2"]


def test_a_success_that_was_asked_for_before_but_came_after_counts() -> None:
    assert listed([row("r1", "SUCCEEDED", 0, took=10), row("r2", "FAILED", 5, took=1)]) == []


def test_of_equal_failures_the_latest_stands_for_all() -> None:
    (one,) = unresolved_failures([row("r1", "FAILED"), row("r2", "CANCELLED", 5), row("r3", "FAILED", 3)], {})

    assert (one.row["requestId"], one.failures) == ("r2", 3)


def test_amcs_own_window_of_another_day_makes_up_for_nothing() -> None:
    own = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}

    assert listed([row("r1", "FAILED", execution=own), row("r2", "SUCCEEDED", 1440, execution=own)]) == ["r1"]


def test_what_was_sent_in_its_place_makes_up_for_it_whatever_it_asks() -> None:
    refused = row("m1", "REJECTED", execution=None, request={"message": "not json"})
    corrected = row("r1-r2", "SUCCEEDED", 5, request=a_message(resubmits="m1"))

    assert listed([refused]) == ["m1"]
    assert listed([refused, corrected]) == []


def test_what_cannot_be_sent_again_says_why() -> None:
    (one,) = unresolved_failures([row("m1", "REJECTED", execution=None, request={"message": "not json"})], {})

    assert one.body is None
    assert one.obstacle.startswith("request: could not be read")


STATUSES = st.sampled_from(["FAILED", "REJECTED", "CANCELLED", "SUCCEEDED", "RUNNING", "WAITING"])
SPECS = st.lists(st.tuples(st.integers(0, len(BODIES) - 1), STATUSES, st.integers(1, 20)), max_size=12)


def rows_of(specs: list[tuple[int, str, int]]) -> list[dict[str, Any]]:
    return [
        row(f"r{number}", status, number, took, execution=BODIES[body])
        for number, (body, status, took) in enumerate(specs)
    ]


@settings(max_examples=150, deadline=None)
@given(SPECS)
def test_none_is_listed_that_something_equal_makes_up_for(specs: list[tuple[int, str, int]]) -> None:
    rows = rows_of(specs)

    for name in listed(rows):
        index = int(name[1:])
        equal = [each for spec, each in zip(specs, rows, strict=True) if spec[0] == specs[index][0]]
        later = [each for each in equal if each["requestedAt"] > rows[index]["requestedAt"]]
        assert rows[index]["status"] in ("FAILED", "REJECTED", "CANCELLED")
        assert not any(each["status"] == "SUCCEEDED" for each in later)
        assert all(each["status"] in REQUEST_ENDED for each in equal)


@settings(max_examples=150, deadline=None)
@given(SPECS)
def test_requests_with_other_inputs_never_stand_for_one_another(specs: list[tuple[int, str, int]]) -> None:
    rows = rows_of(specs)
    alone = [
        listed([each for spec, each in zip(specs, rows, strict=True) if spec[0] == body]) for body in range(len(BODIES))
    ]

    assert sorted(listed(rows)) == sorted(name for group in alone for name in group)


@settings(max_examples=50, deadline=None)
@given(SPECS)
def test_once_everything_was_sent_again_nothing_is_left(specs: list[tuple[int, str, int]]) -> None:
    rows = rows_of(specs)
    known = {str(each["requestId"]) for each in rows}

    sent = [resubmission(one.row, asked(one.row), known) for one in unresolved_failures(rows, {})]
    successors = [
        row(message["requestId"], "WAITING", 60, execution=message["payload"], request=message) for message in sent
    ]

    assert len({message["requestId"] for message in sent} - known) == len(sent)
    assert listed([*rows, *successors]) == []
