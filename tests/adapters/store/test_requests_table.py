import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.adapters.builders import CUSTOMER, NOW, a_request_row, after
from wfm.model.dynamodb_limits import check_storable, truncated
from wfm.model.runs import RETENTION
from wfm.store.requests_table import RequestsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

ENDS = ("SUCCEEDED", "FAILED", "CANCELLED", "REJECTED")


def test_a_new_request_is_written_as_it_is(requests: RequestsTable) -> None:
    row = a_request_row(request={"parameterValues": {"share": 0.5, "days": 7, "brands": ["a", "b"], "all": True}})

    assert requests.add(row) == row
    assert requests.find(CUSTOMER, "r1") == row


@pytest.mark.parametrize("value", ["1e400", "1e-200", "1" * 40, r'"\ud800"'])
def test_what_json_can_say_and_dynamodb_cannot_keep_is_kept_as_text(requests: RequestsTable, value: str) -> None:
    document = json.loads(f'{{"value": {value}}}')

    requests.add(a_request_row(request=truncated(document)))

    stored = requests.find(CUSTOMER, "r1") or {}
    assert stored["request"] == json.dumps(document)


@pytest.mark.parametrize("value", ["1e125", "1e-130", "9" * 38, "0.1"])
def test_what_is_let_through_can_be_kept(requests: RequestsTable, value: str) -> None:
    document = json.loads(f'{{"value": {value}}}')
    check_storable(document)

    requests.add(a_request_row(request=document))


def test_a_request_that_comes_again_finds_the_row_as_it_stands(requests: RequestsTable) -> None:
    requests.add(a_request_row())
    requests.advance(CUSTOMER, "r1", "RUNNING", NOW)

    again = requests.add(a_request_row(workflowId="another"))

    assert (again["status"], again["workflowId"]) == ("RUNNING", "reach")


def test_the_same_request_id_of_two_customers_is_two_requests(requests: RequestsTable) -> None:
    requests.add(a_request_row())
    requests.add(a_request_row(customerId="umbrella", workflowId="geo"))

    assert (requests.find(CUSTOMER, "r1") or {})["workflowId"] == "reach"
    assert (requests.find("umbrella", "r1") or {})["workflowId"] == "geo"


def test_what_was_never_asked_is_not_found(requests: RequestsTable) -> None:
    assert requests.find(CUSTOMER, "r1") is None


@pytest.mark.parametrize("status", ["WAITING", "SUBMITTING", "RUNNING"])
def test_each_status_on_the_way_has_its_own_time(requests: RequestsTable, status: str) -> None:
    requests.add(a_request_row())

    requests.advance(CUSTOMER, "r1", status, NOW, executionArn="arn")

    changes = {"status": status, f"{status.lower()}At": "2026-11-23T14:20:49.123Z", "executionArn": "arn"}
    assert requests.find(CUSTOMER, "r1") == a_request_row() | changes


@pytest.mark.parametrize("status", ENDS)
def test_an_end_forgets_what_only_a_living_request_needs_and_ages_out(requests: RequestsTable, status: str) -> None:
    requests.add(a_request_row(outcomeToken="token", attemptedAt="2026-11-23T14:20:01.000Z"))

    requests.advance(CUSTOMER, "r1", status, NOW, reason="because", errorName=None)

    assert requests.find(CUSTOMER, "r1") == a_request_row() | {
        "status": status,
        "reason": "because",
        "endedAt": "2026-11-23T14:20:49.123Z",
        "expireTimestamp": int((NOW + RETENTION).timestamp()),
    }


@pytest.mark.parametrize("ended", ENDS)
def test_a_request_that_has_ended_never_moves_again(requests: RequestsTable, ended: str) -> None:
    requests.add(a_request_row())
    requests.advance(CUSTOMER, "r1", ended, NOW)
    before = requests.find(CUSTOMER, "r1")

    requests.advance(CUSTOMER, "r1", "RUNNING", after(5))
    requests.advance(CUSTOMER, "r1", "SUCCEEDED", after(9), reason="too late")

    assert requests.find(CUSTOMER, "r1") == before


def test_nothing_is_made_of_a_request_that_nobody_asked(requests: RequestsTable) -> None:
    requests.advance(CUSTOMER, "r1", "RUNNING", NOW)
    requests.save(CUSTOMER, "r1", outcomeToken="token")

    assert requests.find(CUSTOMER, "r1") is None


def test_an_attempt_is_recorded_and_counted_before_the_post(requests: RequestsTable) -> None:
    row = requests.add(a_request_row())

    assert requests.begin_attempt(row, NOW)

    stored = requests.find(CUSTOMER, "r1") or {}
    assert (stored["attemptedAt"], stored["attempts"]) == ("2026-11-23T14:20:49.123Z", 1)
    assert (stored["status"], stored["submittingAt"]) == ("SUBMITTING", "2026-11-23T14:20:49.123Z")


def test_of_two_who_read_the_same_row_one_may_post(requests: RequestsTable) -> None:
    row = requests.add(a_request_row())

    assert [requests.begin_attempt(row, NOW), requests.begin_attempt(row, after(1))] == [True, False]
    assert (requests.find(CUSTOMER, "r1") or {})["attempts"] == 1


def test_an_attempt_known_to_have_left_nothing_behind_may_be_followed_by_another(requests: RequestsTable) -> None:
    first = requests.add(a_request_row())
    requests.begin_attempt(first, NOW)
    second = requests.find(CUSTOMER, "r1") or {}

    assert requests.begin_attempt(second, after(40))
    assert (requests.find(CUSTOMER, "r1") or {})["attempts"] == 2


def test_whoever_slept_through_an_attempt_that_was_dropped_may_not_post(requests: RequestsTable) -> None:
    sleeper = requests.add(a_request_row())
    requests.begin_attempt(sleeper, NOW)
    requests.drop_attempt(CUSTOMER, "r1")

    assert not requests.begin_attempt(sleeper, after(1))
    assert "attemptedAt" not in (requests.find(CUSTOMER, "r1") or {})


def test_whoever_saw_an_attempt_that_was_dropped_since_has_to_look_again(requests: RequestsTable) -> None:
    requests.begin_attempt(requests.add(a_request_row()), NOW)
    seen = requests.find(CUSTOMER, "r1") or {}
    requests.drop_attempt(CUSTOMER, "r1")

    assert not requests.begin_attempt(seen, after(40))


def test_a_dropped_attempt_makes_way_for_the_next_at_once(requests: RequestsTable) -> None:
    requests.begin_attempt(requests.add(a_request_row()), NOW)
    requests.drop_attempt(CUSTOMER, "r1")

    assert requests.begin_attempt(requests.find(CUSTOMER, "r1") or {}, after(1))


def test_a_request_with_a_run_is_not_attempted_again(requests: RequestsTable) -> None:
    row = requests.add(a_request_row())
    requests.save(CUSTOMER, "r1", workflowExecutionId="x1")

    assert not requests.begin_attempt(row, NOW)


def test_a_request_that_was_cancelled_meanwhile_is_not_posted(requests: RequestsTable) -> None:
    row = requests.add(a_request_row())
    requests.advance(CUSTOMER, "r1", "CANCELLED", NOW)

    assert not requests.begin_attempt(row, after(1))


def test_fields_are_saved_whatever_the_status(requests: RequestsTable) -> None:
    requests.add(a_request_row())
    requests.advance(CUSTOMER, "r1", "SUCCEEDED", NOW)

    requests.save(CUSTOMER, "r1", reason="seen")

    stored = requests.find(CUSTOMER, "r1") or {}
    assert (stored["status"], stored["reason"]) == ("SUCCEEDED", "seen")


def test_a_backfills_requests_are_counted_by_status_over_all_pages(
    requests_rows: "Table", requests: RequestsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        requests.add(a_request_row(f"q1-{number}", backfillId="q1"))
    requests.add(a_request_row("q2-0", backfillId="q2"))
    requests.add(a_request_row("by-hand"))
    requests.advance(CUSTOMER, "q1-0", "SUCCEEDED", NOW)
    requests.advance(CUSTOMER, "q1-1", "CANCELLED", NOW)
    whole = requests_rows.query
    monkeypatch.setattr(requests_rows, "query", lambda **wanted: whole(**wanted, Limit=2))

    assert requests.count_by_status("q1") == {"QUEUED": 5, "SUCCEEDED": 1, "CANCELLED": 1}
    assert requests.count_by_status("nothing") == {}


def test_retention_is_what_users_know() -> None:
    assert timedelta(days=90) == RETENTION


def test_only_conditions_are_taken_as_an_answer(requests_rows: "Table", requests: RequestsTable) -> None:
    row = requests.add(a_request_row())
    requests_rows.delete()

    with pytest.raises(ClientError):
        requests.add(row)
    with pytest.raises(ClientError):
        requests.advance(CUSTOMER, "r1", "RUNNING", NOW)
    with pytest.raises(ClientError):
        requests.begin_attempt(row, NOW)


def test_who_may_not_write_is_told_so(requests: RequestsTable, dynamodb: "DynamoDBServiceResource") -> None:
    with Stubber(dynamodb.meta.client) as stub:
        stub.add_client_error("put_item", "AccessDeniedException")
        stub.add_response("get_item", {})

        with pytest.raises(ClientError, match="AccessDenied"):
            requests.add(a_request_row())


def test_a_known_request_whose_row_goes_meanwhile_is_as_it_came(
    requests: RequestsTable, dynamodb: "DynamoDBServiceResource"
) -> None:
    with Stubber(dynamodb.meta.client) as stub:
        stub.add_client_error("put_item", "ConditionalCheckFailedException")
        stub.add_response("get_item", {})

        assert requests.add(a_request_row()) == a_request_row()


def test_an_end_ages_out_by_the_retention_that_is_given(requests: RequestsTable) -> None:
    requests.add(a_request_row())

    requests.advance(CUSTOMER, "r1", "FAILED", NOW, expireTimestamp=1_900_000_000)

    assert (requests.find(CUSTOMER, "r1") or {})["expireTimestamp"] == 1_900_000_000


def test_the_requests_since_a_time_tell_how_they_stand_and_not_what_they_ask(requests: RequestsTable) -> None:
    for minute in (10, 30, 20):
        requests.add(
            a_request_row(f"r{minute}", requestedAt=f"2026-11-23T14:{minute}:00.000Z", request={"payload": {}})
        )

    found = requests.since(CUSTOMER, "2026-11-23T14:15:00.000Z")

    assert [row["requestId"] for row in found] == ["r20", "r30"]
    assert found[0].keys() == {"requestId", "workflowId", "status", "requestedAt"}


def test_the_requests_since_a_time_tell_all_that_is_known_of_their_way(requests: RequestsTable) -> None:
    names = ("reason", "source", "workflowExecutionId", "queuedAt", "waitingAt", "submittingAt", "endedAt")
    known = {name: f"the {name}" for name in names}
    requests.add(a_request_row(**known, attemptedAt="not told"))

    (row,) = requests.since(CUSTOMER, "2026-11-23T14:15:00.000Z")

    assert row == {name: value for name, value in (a_request_row() | known).items() if name in row}
    assert row.keys() == {"requestId", "workflowId", "status", "requestedAt", *names}
