from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_message, a_request_row
from wfm.errors import InvalidRequest
from wfm.model.requests import read_request, resolve
from wfm.model.resubmissions import LONGEST_ID, asked, resubmission, successor_id
from wfm.model.stored_request import StoredRequest

MUCH_LATER = datetime(2027, 3, 1, tzinfo=UTC)


def failed_row(**fields: Any) -> Any:
    return a_request_row(status="FAILED", priority="scheduled", source="schedule:daily", **fields)


@pytest.mark.parametrize(
    ("request_id", "again", "successor"),
    [("r1", False, "r1-r2"), ("r1-r2", True, "r1-r3"), ("r1-r9", True, "r1-r10"), ("my-run", True, "my-run-r2")],
)
def test_a_successor_names_its_origin(request_id: str, again: bool, successor: str) -> None:
    assert successor_id(request_id, again=again) == successor


@pytest.mark.parametrize(
    ("request_id", "again", "successor"),
    [("r1-r2", False, "r1-r2-r2"), ("r1-r12345", True, "r1-r12345-r2"), ("a-r7-r2", True, "a-r7-r3")],
)
def test_what_only_looks_like_a_number_of_ours_is_kept(request_id: str, again: bool, successor: str) -> None:
    assert successor_id(request_id, again=again) == successor
    assert successor_id("r1-r2") == "r1-r2-r2"


def test_an_id_is_cut_only_where_it_must_be() -> None:
    assert successor_id("x" * 36) == "x" * 36 + "-r2"
    assert [len(successor_id("x" * length)) for length in (37, 39)] == [39, 39]
    assert successor_id("x" * 37).startswith("x" * 27 + "-")


def test_an_id_that_is_taken_is_passed_over() -> None:
    assert successor_id("r1", {"r1-r2"}) == "r1-r3"
    assert successor_id("r1", {"r1-r2", "r1-r3"}) == "r1-r4"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abr-12", min_size=1, max_size=LONGEST_ID), min_size=2, max_size=2, unique=True))
def test_two_ids_never_share_a_successor_and_every_one_can_be_used(ids: list[str]) -> None:
    first, second = (successor_id(request_id) for request_id in ids)

    assert first != second
    assert max(len(first), len(second)) <= LONGEST_ID


def test_a_long_id_keeps_its_hash_when_it_is_sent_a_third_time() -> None:
    second = successor_id("x" * 39)

    third = successor_id(second, again=True)

    assert third == second.removesuffix("-r2") + "-r3"


def test_the_window_is_the_one_that_was_resolved_then() -> None:
    row = failed_row()

    message = resubmission(row, asked(row), {"r1"})

    assert message["requestId"] == "r1-r2"
    assert (message["resubmits"], message["priority"], message["source"]) == ("r1", "scheduled", "schedule:daily")
    assert resolve(read_request(message, ""), MUCH_LATER) == row["execution"]


def test_what_never_got_a_window_gets_the_one_of_its_own_time() -> None:
    row = failed_row(execution=None, requestedAt="2026-11-23T12:00:00.000Z")

    body = asked(row)

    assert (body["timeWindowStart"], body["timeWindowEnd"]) == ("2026-11-16T00:00:00", "2026-11-23T00:00:00")


def test_dates_in_a_workflows_defaults_are_relative_to_the_first_request_too() -> None:
    row = failed_row(execution={"workflowId": "reach"})

    message = resubmission(row, asked(row), set())

    assert message["scheduledTime"] == row["requestedAt"]


def test_amcs_own_window_becomes_the_one_that_amc_showed() -> None:
    row = failed_row(execution={"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"})
    shown = {"timeWindowStartOriginal": "2026-11-20T00:00:00", "timeWindowEndOriginal": "2026-11-21T00:00:00"}

    assert asked(row, shown) == {
        "workflowId": "reach",
        "timeWindowType": "EXPLICIT",
        "timeWindowStart": "2026-11-20T00:00:00",
        "timeWindowEnd": "2026-11-21T00:00:00",
        "timeWindowTimeZone": "UTC",
    }
    assert asked(row)["timeWindowType"] == "MOST_RECENT_DAY"


@pytest.mark.parametrize("missing", ["timeWindowStartOriginal", "timeWindowEndOriginal"])
def test_a_window_that_amc_shows_by_half_is_none(missing: str) -> None:
    row = failed_row(execution={"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"})
    shown = {"timeWindowStartOriginal": "2026-11-20T00:00:00", "timeWindowEndOriginal": "2026-11-21T00:00:00"}

    assert asked(row, shown | {missing: None}) == row["execution"]


@pytest.mark.parametrize("window", ["EXPLICIT", "ALL"])
def test_a_window_that_means_the_same_whenever_it_is_told_stays(window: str) -> None:
    row = failed_row(execution={"workflowId": "reach", "timeWindowType": window})
    shown = {"timeWindowStartOriginal": "2026-11-20T00:00:00", "timeWindowEndOriginal": "2026-11-21T00:00:00"}

    assert asked(row, shown) == row["execution"]


@pytest.mark.parametrize(
    ("shown", "told", "kept"),
    [("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"), (None, "Europe/Berlin", "Europe/Berlin"), (None, None, "UTC")],
)
def test_the_time_zone_is_the_one_that_amc_showed_or_else_was_told(
    shown: str | None, told: str | None, kept: str
) -> None:
    body = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY", "timeWindowTimeZone": told}
    run = {
        "timeWindowStartOriginal": "2026-11-20T00:00:00",
        "timeWindowEndOriginal": "2026-11-21T00:00:00",
        "timeWindowTimeZoneOriginal": shown,
    }

    assert asked(failed_row(execution=body), run)["timeWindowTimeZone"] == kept


def test_a_request_in_the_words_of_a_predecessor_is_asked_again_too() -> None:
    request = a_message()
    request["createExecutionRequest"] = request.pop("payload")

    assert asked(failed_row(execution=None, request=request))["workflowId"] == "reach"


def test_a_request_is_asked_again_for_its_own_customer_and_at_its_own_time() -> None:
    row = failed_row(customerId="umbrella", scheduledTime="2026-11-23T08:00:00Z")

    message = resubmission(row, asked(row), set())

    assert (message["customerId"], message["scheduledTime"]) == ("umbrella", "2026-11-23T08:00:00Z")


@pytest.mark.parametrize("name", ["priority", "source"])
def test_what_a_request_does_not_say_is_not_made_up(name: str) -> None:
    row = failed_row() | {name: None}

    assert name not in resubmission(row, asked(row), set())


@pytest.mark.parametrize("request_", [{"message": "not json"}, {}, '{"message": "cut', None])
def test_what_nobody_could_read_cannot_be_sent_again(request_: Any) -> None:
    with pytest.raises(InvalidRequest, match="could not be read"):
        asked(failed_row(execution=None, request=request_))


def test_a_third_try_names_the_first() -> None:
    second = failed_row(requestId="r1-r2", request=a_message(requestId="r1-r2", resubmits="r1"))

    message = resubmission(second, asked(second), {"r1", "r1-r2"})

    assert (StoredRequest(second).origin, message["requestId"], message["resubmits"]) == ("r1", "r1-r3", "r1")
    assert StoredRequest(failed_row(request="cut")).origin == "r1"


def test_a_backfill_counts_its_own_requests_alone() -> None:
    row = failed_row(backfillId="b1")

    assert "backfillId" not in resubmission(row, asked(row), set())


def test_what_is_sent_again_keeps_its_labels() -> None:
    row = failed_row(labels={"team": "emea"})

    assert read_request(resubmission(row, row["execution"], ()), "").labels == {"team": "emea"}
    assert "labels" not in resubmission(failed_row(), row["execution"], ())
