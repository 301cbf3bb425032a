import pytest

from tests.adapters.builders import CUSTOMER, NOW, a_request_row, a_run, after, an_execution_row
from wfm.store.executions_table import ExecutionsTable
from wfm.store.requests_table import RequestsTable

LATER = "2026-11-23T14:30:00.000Z"


def test_a_claim_ties_run_and_request_together(executions: ExecutionsTable, requests: RequestsTable) -> None:
    requests.add(a_request_row(attemptedAt="2026-11-23T14:20:01.000Z"))

    assert executions.claim(CUSTOMER, "r1", a_run(), NOW)

    run, request = executions.find(CUSTOMER, "x1") or {}, requests.find(CUSTOMER, "r1") or {}
    assert (run["requestId"], run["source"], run["executionStatus"]) == ("r1", "wfm", "PENDING")
    assert run["firstSeenAt"] == "2026-11-23T14:20:49.123Z"
    changes = {"status": "RUNNING", "runningAt": "2026-11-23T14:20:49.123Z", "workflowExecutionId": "x1"}
    assert request == a_request_row() | changes


def test_a_claimed_run_counts_as_unsettled(executions: ExecutionsTable, requests: RequestsTable) -> None:
    requests.add(a_request_row())

    executions.claim(CUSTOMER, "r1", a_run(), NOW)

    assert [row["workflowExecutionId"] for row in executions.active_runs(CUSTOMER)] == ["x1"]


def test_a_run_belongs_to_one_request(executions: ExecutionsTable, requests: RequestsTable) -> None:
    requests.add(a_request_row("r1"))
    requests.add(a_request_row("r2"))

    assert [executions.claim(CUSTOMER, name, a_run(), NOW) for name in ("r1", "r2")] == [True, False]
    assert (executions.find(CUSTOMER, "x1") or {})["requestId"] == "r1"
    assert requests.find(CUSTOMER, "r2") == a_request_row("r2")


def test_a_request_has_one_run(executions: ExecutionsTable, requests: RequestsTable) -> None:
    requests.add(a_request_row())

    assert [executions.claim(CUSTOMER, "r1", a_run(name), NOW) for name in ("x1", "x2")] == [True, False]
    assert executions.find(CUSTOMER, "x2") is None
    assert (requests.find(CUSTOMER, "r1") or {})["workflowExecutionId"] == "x1"


def test_a_claim_made_twice_changes_nothing(executions: ExecutionsTable, requests: RequestsTable) -> None:
    requests.add(a_request_row())
    executions.claim(CUSTOMER, "r1", a_run(), NOW)
    before = executions.find(CUSTOMER, "x1"), requests.find(CUSTOMER, "r1")

    executions.claim(CUSTOMER, "r1", a_run(status="RUNNING"), after(9))

    assert (executions.find(CUSTOMER, "x1"), requests.find(CUSTOMER, "r1")) == before


def test_a_request_that_has_ended_claims_no_run(executions: ExecutionsTable, requests: RequestsTable) -> None:
    requests.add(a_request_row())
    requests.advance(CUSTOMER, "r1", "CANCELLED", NOW)

    assert not executions.claim(CUSTOMER, "r1", a_run(), after(1))
    assert executions.find(CUSTOMER, "x1") is None
    assert (requests.find(CUSTOMER, "r1") or {})["status"] == "CANCELLED"


def test_a_claim_keeps_what_the_tracker_saw_meanwhile(executions: ExecutionsTable, requests: RequestsTable) -> None:
    requests.add(a_request_row())
    executions.record(an_execution_row(status="RUNNING", lastUpdatedTime=LATER, executionTime=55))

    assert executions.claim(CUSTOMER, "r1", a_run(), after(1))

    row = executions.find(CUSTOMER, "x1") or {}
    assert (row["executionStatus"], row["lastUpdatedTime"], row["executionTime"]) == ("RUNNING", LATER, 55)
    assert (row["source"], row["requestId"]) == ("wfm", "r1")


def test_what_the_tracker_writes_later_leaves_the_claim(executions: ExecutionsTable, requests: RequestsTable) -> None:
    requests.add(a_request_row())
    executions.claim(CUSTOMER, "r1", a_run(), NOW)

    executions.record(an_execution_row(status="SUCCEEDED", lastUpdatedTime=LATER))

    row = executions.find(CUSTOMER, "x1") or {}
    assert (row["executionStatus"], row["source"], row["requestId"]) == ("SUCCEEDED", "wfm", "r1")


def test_a_claim_of_a_run_that_the_tracker_saw_end_leaves_it_settled(
    executions: ExecutionsTable, requests: RequestsTable
) -> None:
    requests.add(a_request_row())
    executions.record(an_execution_row(status="SUCCEEDED", lastUpdatedTime=LATER))

    assert executions.claim(CUSTOMER, "r1", a_run(status="PENDING"), after(1))

    assert executions.active_runs(CUSTOMER) == []


@pytest.mark.parametrize("seen_before", [True, False])
def test_a_claim_tells_who_asked_and_what_it_waited_for(
    executions: ExecutionsTable, requests: RequestsTable, seen_before: bool
) -> None:
    about = {"requestedBy": "schedule:daily", "backfillId": None, "attempts": 2, "queueWait": 0.25}
    requests.add(a_request_row())
    if seen_before:
        executions.record(an_execution_row())

    assert executions.claim(CUSTOMER, "r1", a_run(), after(1), about)
    executions.record(an_execution_row(status="SUCCEEDED", lastUpdatedTime=LATER))

    row = executions.find(CUSTOMER, "x1") or {}
    assert (row["requestedBy"], row["attempts"], row["queueWait"]) == ("schedule:daily", 2, 0.25)
    assert "backfillId" not in row
