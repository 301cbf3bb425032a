from typing import Any

import pytest

from functions.ports import Requests, Tenants
from tests.adapters.builders import CUSTOMER, NOW, a_request_row, after
from wfm.calendar.timestamps import epoch, iso
from wfm.model.runs import RETENTION
from wfm.model.statuses import REQUEST_ENDED

ATTEMPTED: dict[str, Any] = {"attemptedAt": iso(NOW), "attempts": 1, "status": "SUBMITTING", "submittingAt": iso(NOW)}


def test_a_request_that_nobody_added_is_not_there(requests: Requests) -> None:
    requests.add(a_request_row(customerId="umbrella"))

    assert requests.find(CUSTOMER, "r1") is None


def test_a_request_is_found_with_its_tenant_and_each_without_the_other(requests: Requests, tenants: Tenants) -> None:
    assert requests.find_with_tenant(CUSTOMER, "r1") == (None, None)
    requests.add(a_request_row())
    assert requests.find_with_tenant(CUSTOMER, "r1") == (a_request_row(), None)
    tenants.save(CUSTOMER, slots=2)

    assert requests.find_with_tenant(CUSTOMER, "r1") == (a_request_row(), {"customerId": CUSTOMER, "slots": 2})
    assert requests.find_with_tenant(CUSTOMER, "") == (None, {"customerId": CUSTOMER, "slots": 2})


def test_a_request_is_added_once(requests: Requests) -> None:
    assert requests.add(a_request_row()) == a_request_row()

    assert requests.add(a_request_row(status="WAITING")) == a_request_row()
    assert requests.find(CUSTOMER, "r1") == a_request_row()


def test_a_request_takes_the_place_of_a_refused_message_once(requests: Requests) -> None:
    requests.add(a_request_row(status="REJECTED", refusedMessage="m1", reason="timeWindowEnd: is missing"))

    assert requests.add(a_request_row()) == a_request_row()
    requests.add(a_request_row(status="WAITING"))

    assert requests.find(CUSTOMER, "r1") == a_request_row()


def test_fields_that_are_none_are_not_kept(requests: Requests) -> None:
    requests.add(a_request_row(reason=None))
    requests.save(CUSTOMER, "r1", workflowId="overlap", error=None)
    requests.advance(CUSTOMER, "r1", "WAITING", NOW, backfillId=None, attempts=None)

    changed = {"workflowId": "overlap", "status": "WAITING", "waitingAt": iso(NOW)}
    assert requests.find(CUSTOMER, "r1") == a_request_row() | changed


def test_a_row_that_was_found_is_not_the_stored_one(requests: Requests) -> None:
    requests.add(a_request_row())
    before = requests.find(CUSTOMER, "r1")

    requests.advance(CUSTOMER, "r1", "WAITING", NOW)

    assert before == a_request_row()


def test_a_status_is_stamped_the_first_time(requests: Requests) -> None:
    requests.add(a_request_row())

    requests.advance(CUSTOMER, "r1", "WAITING", NOW, slotWait=3)
    requests.advance(CUSTOMER, "r1", "WAITING", after(60), slotWait=4)

    assert requests.find(CUSTOMER, "r1") == a_request_row(status="WAITING", waitingAt=iso(NOW), slotWait=4)


@pytest.mark.parametrize("status", sorted(REQUEST_ENDED))
def test_an_end_is_the_last_status_and_ages_out(requests: Requests, status: str) -> None:
    requests.add(a_request_row(outcomeToken="t", attemptedAt=iso(NOW), attemptEndedAt=iso(NOW)))

    requests.advance(CUSTOMER, "r1", status, NOW, reason="over")
    requests.advance(CUSTOMER, "r1", "RUNNING", after(60), reason="late")

    ended = {"status": status, "reason": "over", "endedAt": iso(NOW), "expireTimestamp": epoch(NOW + RETENTION)}
    assert requests.find(CUSTOMER, "r1") == a_request_row() | ended


def test_an_end_ages_out_when_it_is_told_to(requests: Requests) -> None:
    requests.add(a_request_row())

    requests.advance(CUSTOMER, "r1", "FAILED", NOW, expireTimestamp=7)

    assert (requests.find(CUSTOMER, "r1") or {})["expireTimestamp"] == 7


def test_a_request_that_is_gone_does_not_come_back(requests: Requests) -> None:
    requests.advance(CUSTOMER, "r1", "WAITING", NOW)
    requests.save(CUSTOMER, "r1", reason="late")
    requests.drop_attempt(CUSTOMER, "r1")

    assert not requests.begin_attempt(a_request_row(), NOW)
    assert requests.find(CUSTOMER, "r1") is None


def test_an_attempt_is_begun_once(requests: Requests) -> None:
    requests.add(a_request_row(attemptEndedAt="2026-11-23T14:00:00.000Z"))
    seen = requests.find(CUSTOMER, "r1") or {}

    assert [requests.begin_attempt(seen, at) for at in (NOW, after(1))] == [True, False]

    assert requests.find(CUSTOMER, "r1") == a_request_row() | ATTEMPTED


def test_a_later_attempt_keeps_the_time_of_the_first(requests: Requests) -> None:
    requests.add(a_request_row())
    requests.begin_attempt(a_request_row(), NOW)
    seen = requests.find(CUSTOMER, "r1") or {}

    assert requests.begin_attempt(seen, after(60))

    later = ATTEMPTED | {"attemptedAt": iso(after(60)), "attempts": 2}
    assert requests.find(CUSTOMER, "r1") == a_request_row() | later


@pytest.mark.parametrize("field", ["workflowExecutionId", "endedAt", "stoppedAt"])
def test_no_attempt_is_begun_for_a_request_that_has_a_run_is_stopped_or_has_ended(
    requests: Requests, field: str
) -> None:
    requests.add(a_request_row(**{field: "x"}))

    assert not requests.begin_attempt(a_request_row(), NOW)


def test_an_attempt_that_amc_did_not_accept_is_dropped(requests: Requests) -> None:
    requests.add(a_request_row(attemptEndedAt=iso(NOW)) | ATTEMPTED)

    requests.drop_attempt(CUSTOMER, "r1")

    dropped = {name: value for name, value in ATTEMPTED.items() if name != "attemptedAt"}
    assert requests.find(CUSTOMER, "r1") == a_request_row() | dropped


def test_the_requests_of_a_period_come_oldest_first_without_what_they_ask(requests: Requests) -> None:
    for name, minute in (("late", 30), ("early", 10), ("before", 9)):
        requests.add(a_request_row(name, requestedAt=f"2026-11-23T14:{minute:02}:00.000Z", request={"secret": "SQL"}))
    requests.add(a_request_row("other's", customerId="umbrella"))

    found = requests.since(CUSTOMER, "2026-11-23T14:10:00.000Z")

    assert [row["requestId"] for row in found] == ["early", "late"]
    assert {*found[0]} == {"requestId", "workflowId", "status", "requestedAt"}


def test_the_requests_of_a_backfill_are_counted_by_their_status(requests: Requests) -> None:
    for number, status in enumerate(("QUEUED", "RUNNING", "QUEUED")):
        requests.add(a_request_row(f"b{number}", status=status, backfillId="b"))
    requests.add(a_request_row("another's", backfillId="c"))
    requests.add(a_request_row("nobody's"))

    assert requests.count_by_status("b") == {"QUEUED": 2, "RUNNING": 1}
    assert requests.count_by_status("d") == {}


def test_what_has_not_ended_is_found_by_how_long_it_is_open(requests: Requests) -> None:
    for name, since in (("r1", NOW), ("r2", after(60)), ("r3", NOW), ("r4", after(120))):
        requests.add(a_request_row(name, openSince=iso(since)))
    requests.save(CUSTOMER, "r2", executionArn="e2")
    requests.add(a_request_row("other", customerId="umbrella", openSince=iso(NOW)))

    requests.advance(CUSTOMER, "r3", "CANCELLED", after(90))

    ids = {"customerId": CUSTOMER}
    assert requests.open_since(CUSTOMER, after(60)) == [
        {**ids, "requestId": "r1", "openSince": iso(NOW)},
        {**ids, "requestId": "r2", "openSince": iso(after(60)), "executionArn": "e2"},
    ]


def test_open_requests_of_version_0_1_are_indexed_and_no_others(requests: Requests) -> None:
    requests.add(a_request_row(requestedAt=iso(NOW)))
    requests.add(a_request_row(requestId="over", requestedAt=iso(NOW), status="FAILED", endedAt=iso(NOW)))
    requests.add(a_request_row(requestId="ours", requestedAt=iso(NOW), openSince=iso(after(9))))
    assert [row["requestId"] for row in requests.open_since(CUSTOMER, after(99))] == ["ours"]

    last: str | None = ""
    while last is not None:
        last = requests.index_open(CUSTOMER, last)

    found = {row["requestId"]: row["openSince"] for row in requests.open_since(CUSTOMER, after(99))}
    assert found == {"r1": iso(NOW), "ours": iso(after(9))}
    assert requests.index_open("nobody", None) is None


def test_an_end_that_others_run_after_stays_open_until_it_is_closed(requests: Requests) -> None:
    requests.add(a_request_row(openSince=iso(NOW)))

    requests.advance(CUSTOMER, "r1", "SUCCEEDED", NOW, openSince=iso(NOW))
    (left,) = requests.open_since(CUSTOMER, NOW)
    requests.close(CUSTOMER, "r1", notRun=["overlap"], chainProblem=None)

    assert left["requestId"] == "r1"
    assert requests.open_since(CUSTOMER, NOW) == []
    row = requests.find(CUSTOMER, "r1") or {}
    assert (row["notRun"], "chainProblem" in row, "openSince" in row) == (["overlap"], False, False)


def test_what_has_not_ended_is_not_closed(requests: Requests) -> None:
    requests.add(a_request_row(openSince=iso(NOW)))

    requests.close(CUSTOMER, "r1", notRun=["overlap"])
    requests.close(CUSTOMER, "nobody")

    assert requests.find(CUSTOMER, "r1") == a_request_row(openSince=iso(NOW))
    assert requests.find(CUSTOMER, "nobody") is None


def test_what_was_to_be_run_again_is_not_once_it_is_closed(requests: Requests) -> None:
    requests.add(a_request_row(openSince=iso(NOW)))
    requests.advance(CUSTOMER, "r1", "SUCCEEDED", NOW, openSince=iso(NOW), refreshDue=iso(NOW))

    requests.close(CUSTOMER, "r1")

    assert not {"openSince", "refreshDue"} & (requests.find(CUSTOMER, "r1") or {}).keys()
