from typing import Any

import pytest

from functions.ports import Executions, Requests
from tests.adapters.builders import CUSTOMER, NOW, a_request_row, a_run, after, an_execution_row
from wfm.calendar.timestamps import iso
from wfm.model.runs import unannounced

UPDATED = "2026-11-23T14:20:1{}Z"
SEEN = {"source": "external", "firstSeenAt": iso(NOW)}


def row(executions: Executions, execution_id: str = "x1") -> dict[str, Any]:
    return dict(executions.find(CUSTOMER, execution_id) or {})


def test_a_run_that_nobody_recorded_is_not_there(executions: Executions) -> None:
    executions.record(an_execution_row() | {"customerId": "umbrella"})

    assert executions.find(CUSTOMER, "x1") is None
    assert executions.find_many(CUSTOMER, ["x1"]) == {}


def test_a_recorded_run_is_somebody_elses_and_was_first_seen_then(executions: Executions) -> None:
    executions.record(an_execution_row() | {"statusReason": None})

    assert row(executions) == an_execution_row() | SEEN


def test_a_row_that_was_found_is_not_the_stored_one(executions: Executions) -> None:
    executions.record(an_execution_row())
    before = executions.find(CUSTOMER, "x1")

    executions.record(an_execution_row(status="RUNNING"))

    assert before == an_execution_row() | SEEN


def test_many_are_found_by_their_ids(executions: Executions) -> None:
    for name in ("x1", "x2", "x3"):
        executions.record(an_execution_row(name))

    found = executions.find_many(CUSTOMER, ["x1", "x3", "x1", "never"])

    assert {*found} == {"x1", "x3"}
    assert found["x3"] == an_execution_row("x3") | SEEN


@pytest.mark.parametrize(("second", "status"), [(4, "PENDING"), (5, "RUNNING"), (6, "RUNNING")])
def test_what_amc_said_before_takes_no_newer_words_place(executions: Executions, second: int, status: str) -> None:
    executions.record(an_execution_row(lastUpdatedTime=UPDATED.format(5)))

    executions.record(an_execution_row(status="RUNNING", lastUpdatedTime=UPDATED.format(second)))

    assert row(executions)["executionStatus"] == status


def test_a_time_of_change_that_is_still_to_come_holds_nothing_up(executions: Executions) -> None:
    executions.record(an_execution_row(lastUpdatedTime="2027-11-23T14:20:10Z"))

    executions.record(an_execution_row(status="RUNNING"))

    assert row(executions)["executionStatus"] == "RUNNING"


def test_a_run_that_has_ended_stays_as_it_is(executions: Executions) -> None:
    executions.record(an_execution_row())
    executions.record(an_execution_row(status="SUCCEEDED", lastUpdatedTime=UPDATED.format(2)))
    ended = row(executions)

    executions.record(an_execution_row(status="RUNNING", lastUpdatedTime=UPDATED.format(3)))

    assert "unsettledSince" not in ended
    assert row(executions) == ended


def test_active_runs_are_those_that_have_not_ended_the_oldest_first(executions: Executions) -> None:
    for name, minute in (("late", 30), ("early", 10), ("given up", 11)):
        executions.record(an_execution_row(name, createTime=f"2026-11-23T14:{minute}:00Z"))
    executions.record(an_execution_row("over", "FAILED"))
    executions.record(an_execution_row("other's") | {"customerId": "umbrella"})

    executions.deactivate(CUSTOMER, "given up")

    assert [run["workflowExecutionId"] for run in executions.active_runs(CUSTOMER)] == ["early", "late"]
    assert row(executions, "given up")["executionStatus"] == "PENDING"


def test_a_run_is_overdue_from_the_first_time(executions: Executions) -> None:
    executions.record(an_execution_row())

    executions.mark_overdue(CUSTOMER, "x1", "too long", NOW)
    executions.mark_overdue(CUSTOMER, "x1", "again", after(60))

    assert row(executions) == an_execution_row() | SEEN | {"overdueAt": iso(NOW), "overdueReason": "too long"}


def test_a_run_names_the_one_that_has_newer_numbers(executions: Executions) -> None:
    executions.record(an_execution_row(status="SUCCEEDED"))

    executions.mark_superseded(CUSTOMER, "x1", "x2")
    executions.mark_superseded(CUSTOMER, "gone", "x2")

    assert row(executions)["supersededBy"] == "x2"
    assert executions.find(CUSTOMER, "gone") is None


def test_a_row_is_kept_for_longer_and_never_for_less_long(executions: Executions) -> None:
    executions.record(an_execution_row())
    expires = row(executions)["expireTimestamp"]

    kept = list[int]()
    for until in (expires - 1, expires + 2, expires + 1):
        executions.keep(CUSTOMER, "x1", until)
        kept.append(row(executions)["expireTimestamp"] - expires)
    executions.keep(CUSTOMER, "gone", expires)

    assert kept == [0, 2, 2]
    assert executions.find(CUSTOMER, "gone") is None


def test_a_run_that_has_ended_is_not_overdue(executions: Executions) -> None:
    executions.record(an_execution_row(status="FAILED"))

    executions.mark_overdue(CUSTOMER, "x1", "too long", NOW)

    assert "overdueAt" not in row(executions)


def test_how_a_delivery_came_out_is_written_onto_a_run_that_has_ended_and_asked_for_no_more(
    executions: Executions,
) -> None:
    awaited = {"resultDelivery": "PENDING", "unsettledSince": "2026-11-23T14:20:00Z"}
    executions.record(an_execution_row(status="SUCCEEDED") | awaited)
    before = [run["workflowExecutionId"] for run in executions.active_runs(CUSTOMER)]

    executions.record_publishing(CUSTOMER, "x1", {"resultDelivery": "FAILED", "statusReason": "no policy"})
    executions.record_publishing(CUSTOMER, "nobody", {"resultDelivery": "FAILED"})

    assert (before, executions.active_runs(CUSTOMER)) == (["x1"], [])
    assert (row(executions)["resultDelivery"], row(executions)["statusReason"]) == ("FAILED", "no policy")
    assert row(executions, "nobody") == {}


def test_a_run_that_goes_on_has_no_delivery(executions: Executions) -> None:
    executions.record(an_execution_row())

    executions.record_publishing(CUSTOMER, "x1", {"resultDelivery": "FAILED"})

    assert "resultDelivery" not in row(executions)


def test_how_a_delivery_stands_is_written_onto_a_row_that_is_there(executions: Executions) -> None:
    executions.record(an_execution_row(status="SUCCEEDED"))

    executions.record_delivery(CUSTOMER, "x1", {"state": "WAITING", "rows": 0})
    executions.record_delivery(CUSTOMER, "x1", {"state": "DELIVERED", "rows": 7})
    executions.record_delivery(CUSTOMER, "nobody", {"state": "DELIVERED"})

    assert row(executions)["delivery"] == {"state": "DELIVERED", "rows": 7}
    assert row(executions, "nobody") == {}


def test_how_much_a_result_changed_is_written_once(executions: Executions) -> None:
    change = {"at": iso(NOW), "rowsBefore": 1, "rowsAfter": 2, "columns": [{"name": "n", "before": "0.10"}]}
    executions.record(an_execution_row(status="SUCCEEDED"))

    executions.record_change(CUSTOMER, "x1", change)
    executions.record_change(CUSTOMER, "x1", {"at": iso(NOW), "reason": "nothing is kept"})
    executions.record_change(CUSTOMER, "nobody", change)

    assert row(executions)["change"] == change
    assert row(executions, "nobody") == {}


def test_each_status_is_announced_once(executions: Executions) -> None:
    executions.record(an_execution_row())

    for status in ("PENDING", "RUNNING", "PENDING"):
        executions.mark_announced(CUSTOMER, "x1", status)

    assert row(executions)["announced"] == ["PENDING", "RUNNING"]


def test_what_is_unannounced_is_listed_the_oldest_first_until_it_is_marked(executions: Executions) -> None:
    for name, seconds in (("late", 9), ("early", 0), ("later", 60)):
        executions.record(an_execution_row(name, "FAILED") | unannounced(after(seconds)))

    found = executions.unannounced(after(9))
    assert [row["workflowExecutionId"] for row in found] == ["early", "late"]
    executions.mark_all_announced(CUSTOMER, "early", found[1]["unannouncedSince"])
    executions.mark_all_announced(CUSTOMER, "late", found[1]["unannouncedSince"])

    assert [row["workflowExecutionId"] for row in executions.unannounced(after(9))] == ["early"]
    assert {"unannounced", "unannouncedSince"}.isdisjoint(row(executions, "late"))


def test_a_row_is_changed_for_its_stream_only_while_it_is_unannounced(executions: Executions) -> None:
    executions.record(an_execution_row(status="FAILED") | unannounced(NOW))
    (found,) = executions.unannounced(NOW)

    executions.announce_again(found, after(60))
    executions.announce_again(found, after(99))

    assert row(executions)["unannouncedSince"] == iso(after(60))
    executions.mark_all_announced(CUSTOMER, "x1", iso(after(60)))
    executions.announce_again(found, after(99))
    assert "unannouncedSince" not in row(executions)


def test_a_run_that_is_gone_does_not_come_back(executions: Executions) -> None:
    executions.deactivate(CUSTOMER, "x1")
    executions.mark_overdue(CUSTOMER, "x1", "too long", NOW)
    executions.mark_announced(CUSTOMER, "x1", "RUNNING")

    assert executions.find(CUSTOMER, "x1") is None


def test_the_runs_of_a_period_come_oldest_first_with_what_is_shown_of_them(executions: Executions) -> None:
    for name, minute in (("late", 30), ("early", 10), ("before", 9)):
        executions.record(an_execution_row(name, createTime=f"2026-11-23T14:{minute:02}:00Z", sqlHash="long"))
    executions.record(an_execution_row("other's") | {"customerId": "umbrella"})
    executions.record(an_execution_row("undated", createTime=None))

    found = executions.since(CUSTOMER, "2026-11-23T14:10:00Z")

    assert [run["workflowExecutionId"] for run in found] == ["early", "late"]
    assert "workflowId" in found[0]
    assert "sqlHash" not in found[0]
    assert "unsettledSince" not in found[0]


def test_a_claim_ties_run_and_request_together(executions: Executions, requests: Requests) -> None:
    attempt = {"attemptedAt": iso(NOW), "attemptEndedAt": iso(NOW)}
    requests.add(
        a_request_row(**attempt, placeInLine="2-then", expected={"count": 3}, definitionHash="0f", libraryVersion=3)
    )

    about = {"requestedBy": "ann", "labels": {"team": "emea"}}

    assert executions.claim(CUSTOMER, "r1", a_run(), NOW, {**about, "backfillId": None})

    ours = {"source": "wfm", "requestId": "r1", **about, "firstSeenAt": iso(NOW)}
    assert row(executions) == an_execution_row() | ours
    running = {"status": "RUNNING", "runningAt": iso(NOW), "workflowExecutionId": "x1"}
    assert requests.find(CUSTOMER, "r1") == a_request_row() | running


def test_a_claim_leaves_what_the_tracker_wrote(executions: Executions, requests: Requests) -> None:
    executions.record(an_execution_row(status="RUNNING"))
    requests.add(a_request_row())

    assert executions.claim(CUSTOMER, "r1", a_run(), after(9))

    assert row(executions) == an_execution_row(status="RUNNING") | SEEN | {"source": "wfm", "requestId": "r1"}


def test_a_claim_that_is_made_twice_changes_nothing(executions: Executions, requests: Requests) -> None:
    requests.add(a_request_row())
    executions.claim(CUSTOMER, "r1", a_run(), NOW)
    before = row(executions), requests.find(CUSTOMER, "r1")

    assert executions.claim(CUSTOMER, "r1", a_run(status="RUNNING"), after(9))

    assert (row(executions), requests.find(CUSTOMER, "r1")) == before


def test_a_run_has_one_request_and_a_request_one_run(executions: Executions, requests: Requests) -> None:
    for name in ("r1", "r2"):
        requests.add(a_request_row(name))
    executions.claim(CUSTOMER, "r1", a_run(), NOW)

    assert not executions.claim(CUSTOMER, "r2", a_run(), NOW)
    assert not executions.claim(CUSTOMER, "r1", a_run("x2"), NOW)

    assert requests.find(CUSTOMER, "r2") == a_request_row("r2")
    assert executions.find(CUSTOMER, "x2") is None


def test_a_request_that_has_ended_or_is_not_there_claims_no_run(executions: Executions, requests: Requests) -> None:
    requests.add(a_request_row())
    requests.advance(CUSTOMER, "r1", "CANCELLED", NOW)

    assert not executions.claim(CUSTOMER, "r1", a_run(), NOW)
    assert not executions.claim(CUSTOMER, "never came", a_run(), NOW)

    assert executions.find(CUSTOMER, "x1") is None
    assert requests.find(CUSTOMER, "never came") is None


def test_recording_shows_the_row_as_it_was_or_that_nothing_was_written(executions: Executions) -> None:
    assert executions.record(an_execution_row(lastUpdatedTime=UPDATED.format(1))) == {}
    before = executions.find(CUSTOMER, "x1")

    assert executions.record(an_execution_row(status="SUCCEEDED", lastUpdatedTime=UPDATED.format(2))) == before
    assert executions.record(an_execution_row(status="FAILED", lastUpdatedTime=UPDATED.format(3))) is None
