"""When a run is made again, counted from its window, and under which id."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_message, a_request_row
from wfm.calendar.timestamps import parse
from wfm.model.asked_windows import Window
from wfm.model.refreshes import (
    SETTLED,
    Refresh,
    from_field,
    next_due,
    plan,
    refresh_id,
    refresh_message,
    to_field,
)
from wfm.model.request_ids import identify
from wfm.model.stored_request import StoredRequest

WINDOW = Window("2026-11-16T00:00:00", "2026-11-23T00:00:00", "UTC")
MADE = parse("2026-11-23T12:00:00Z")


def a_request(**fields: Any) -> StoredRequest:
    message = a_message(refresh=["3d", "14d"])
    return StoredRequest(a_request_row(request=message, endedAt="2026-11-23T12:30:00.000Z", **fields))


def due(window: Window = WINDOW, **fields: Any) -> list[tuple[str, str, str | None]]:
    return [(one.age, one.due_at, one.reason) for one in plan(a_request(**fields), window, MADE)]


def test_an_age_is_counted_from_the_end_of_the_window() -> None:
    assert due() == [("3d", "2026-11-26T00:00:00.000Z", None), ("14d", "2026-12-07T00:00:00.000Z", None)]


def test_the_end_of_a_window_is_by_the_clock_of_its_zone() -> None:
    assert due(WINDOW._replace(zone="America/New_York"))[0][1] == "2026-11-26T05:00:00.000Z"


def test_none_is_due_before_the_run_has_ended() -> None:
    ended = "2026-11-27T09:00:00.000Z"
    request = StoredRequest({**a_request().row, "endedAt": ended})

    assert [one.due_at for one in plan(request, WINDOW, MADE)] == [ended, "2026-12-07T00:00:00.000Z"]


def test_an_age_that_the_window_had_when_the_run_was_made_is_left_out() -> None:
    old = WINDOW._replace(end="2026-11-20T12:00:00")

    assert due(old) == [("3d", "2026-11-23T12:30:00.000Z", SETTLED), ("14d", "2026-12-04T12:00:00.000Z", None)]


def test_what_is_planned_is_read_again_from_its_row_in_order() -> None:
    known = [Refresh("3d", "x", "r9", "run-1"), Refresh("14d", "y", reason="no"), Refresh("30d", "z")]

    assert from_field(to_field(reversed(known))) == known


def test_the_next_that_is_open_is_due_next() -> None:
    known = [*plan(a_request(), WINDOW, MADE)]

    assert next_due(known) == parse("2026-11-26T00:00:00Z")
    assert next_due([Refresh("3d", "2026-11-26T00:00:00Z", "r9"), *known[1:]]) == parse("2026-12-07T00:00:00Z")
    assert next_due([]) is None
    assert known[0].is_due(MADE + timedelta(days=3))
    assert not known[0].is_due(MADE)


@pytest.mark.parametrize("workflow", ["reach", "a.very.long/name of a workflow", None], ids=["short", "long", "none"])
def test_an_id_follows_from_the_first_request_and_the_age(workflow: str | None) -> None:
    request = a_request(workflowId=workflow)
    again = StoredRequest({**request.row, "requestId": "r1-r2", "request": a_message(resubmits="r1")})

    assert refresh_id(request, "14d") == refresh_id(again, "14d") != refresh_id(request, "3d")
    assert identify({"customerId": "acme", "requestId": refresh_id(request, "14d")}, "")[1] == refresh_id(
        request, "14d"
    )
    assert len(refresh_id(request, "14d")) <= 39


def test_the_message_asks_for_the_same_and_leads_to_nothing_more() -> None:
    request = a_request(source="schedule:daily", labels={"team": "emea"}, backfillId="b1")

    document = refresh_message(request, Refresh("3d", "x", "r9", "run-1"), request.body)

    assert document["payload"] == request.body
    assert (document["refreshOf"], document["refreshAge"], document["supersedes"]) == ("r1", "3d", "run-1")
    assert (document["chain"], document["source"], document["labels"]) == (False, "schedule:daily", {"team": "emea"})
    assert not {"refresh", "scheduleRules", "backfillId"} & document.keys()
