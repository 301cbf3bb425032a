from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from functions.services.tracking.tracking import Tracker
from tests.adapters.builders import CUSTOMER, NOW, a_request_row, a_run, an_execution_row
from tests.builders import a_tenant_row
from tests.fakes import FakeClock, FakeDurations, FakeRequests, FakeSemaphores, FakeTasks, FakeTenants, FakeWorkflows
from wfm.errors import AmcRefused, InvalidRecord
from wfm.model.statuses import AMC_ENDED
from wfm.store.executions_table import ExecutionsTable
from wfm.store.requests_table import RequestsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

LATER = "2026-11-23T14:30:00Z"
EARLIER = "2026-11-23T14:10:00Z"


def test_a_run_of_which_nobody_knew_was_started_elsewhere(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row(parameterValues={"share": 0.25}))

    row = executions.find(CUSTOMER, "x1") or {}
    assert (row["source"], row["firstSeenAt"]) == ("external", row["recordedAt"])
    assert (row["executionStatus"], row["parameterValues"]) == ("PENDING", {"share": 0.25})
    assert "requestId" not in row


def test_news_of_a_run_is_written_and_when_it_was_first_seen_is_kept(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row())
    executions.record(an_execution_row(status="RUNNING", lastUpdatedTime=LATER) | {"recordedAt": LATER})

    row = executions.find(CUSTOMER, "x1") or {}
    assert (row["executionStatus"], row["recordedAt"]) == ("RUNNING", LATER)
    assert row["firstSeenAt"] == "2026-11-23T14:20:49.123Z"


def test_a_late_answer_does_not_take_a_run_back(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row(status="RUNNING", lastUpdatedTime=LATER))
    executions.record(an_execution_row(status="PENDING", lastUpdatedTime=EARLIER))

    assert (executions.find(CUSTOMER, "x1") or {})["executionStatus"] == "RUNNING"


def test_news_of_the_same_second_count(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row(status="PENDING"))
    executions.record(an_execution_row(status="RUNNING"))

    assert (executions.find(CUSTOMER, "x1") or {})["executionStatus"] == "RUNNING"


@pytest.mark.parametrize("ended", sorted(AMC_ENDED))
def test_an_end_is_final(executions: ExecutionsTable, ended: str) -> None:
    executions.record(an_execution_row(status=ended))
    before = executions.find(CUSTOMER, "x1")

    executions.record(an_execution_row(status="RUNNING", lastUpdatedTime=LATER))
    executions.record(an_execution_row(status="FAILED", lastUpdatedTime=LATER))

    assert executions.find(CUSTOMER, "x1") == before


@pytest.mark.parametrize("ended", sorted(AMC_ENDED))
def test_an_end_without_a_time_of_change_is_recorded_too(executions: ExecutionsTable, ended: str) -> None:
    executions.record(an_execution_row(lastUpdatedTime=LATER))
    executions.record(an_execution_row(status=ended, lastUpdatedTime=None))

    assert (executions.find(CUSTOMER, "x1") or {})["executionStatus"] == ended


def test_unsettled_runs_are_those_that_have_not_ended_the_oldest_first(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row("young", createTime=LATER))
    executions.record(an_execution_row("old", createTime=EARLIER))
    executions.record(an_execution_row("over"))
    executions.record(an_execution_row("over", status="SUCCEEDED", lastUpdatedTime=LATER))
    executions.record(an_execution_row("theirs") | {"customerId": "umbrella"})

    assert [row["workflowExecutionId"] for row in executions.active_runs(CUSTOMER)] == ["old", "young"]


def test_a_status_that_nobody_knows_yet_is_unsettled(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row(status="PONDERING"))

    assert len(executions.active_runs(CUSTOMER)) == 1


def test_unsettled_runs_fill_more_than_a_page(executions: ExecutionsTable) -> None:
    for number in range(5):
        executions.record(an_execution_row(f"x{number}", statusReason="." * 300_000))

    assert len(executions.active_runs(CUSTOMER)) == 5


def test_many_rows_are_read_in_batches_and_the_unknown_are_left_out(
    executions: ExecutionsTable, executions_rows: "Table"
) -> None:
    asked = [f"x{number}" for number in range(130)]
    with executions_rows.batch_writer() as batch:
        for execution_id in asked:
            batch.put_item(Item=an_execution_row(execution_id))

    found = executions.find_many(CUSTOMER, [*asked, "x1", "unknown"])

    assert sorted(found) == sorted(asked)
    assert found["x7"] == executions.find(CUSTOMER, "x7")


class Sparing:
    """DynamoDB that answers no more than some keys of a batch, as it does of more than 16 MB."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", answered: int) -> None:
        self._dynamodb, self._answered, self.asked = dynamodb, answered, list[int]()

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 (boto3's name)
        ((table, read),) = RequestItems.items()
        self.asked.append(len(read["Keys"]))
        answered: Any = {table: {**read, "Keys": read["Keys"][: self._answered]}}
        answer: Any = self._dynamodb.batch_get_item(RequestItems=answered)
        left = read["Keys"][self._answered :]
        return {**answer, "UnprocessedKeys": {table: {**read, "Keys": left}} if left else {}}


@pytest.mark.parametrize(
    ("answered", "runs", "asked"),
    [(100, 100, [100]), (100, 101, [100, 1]), (20, 50, [50, 30, 10]), (90, 120, [100, 30])],
)
def test_keys_that_dynamodb_left_over_are_asked_again(
    dynamodb: "DynamoDBServiceResource", executions_rows: "Table", answered: int, runs: int, asked: list[int]
) -> None:
    sparing: Any = Sparing(dynamodb, answered)
    names = [f"x{number}" for number in range(runs)]
    with executions_rows.batch_writer() as batch:
        for name in names:
            batch.put_item(Item=an_execution_row(name))

    found = ExecutionsTable(sparing, executions_rows, executions_rows).find_many(CUSTOMER, names)

    assert sorted(found) == sorted(names)
    assert sparing.asked == asked


def test_nothing_is_asked_about_no_runs(executions: ExecutionsTable) -> None:
    assert executions.find_many(CUSTOMER, []) == {}


def test_only_conditions_are_taken_as_an_answer(
    executions: ExecutionsTable, requests: RequestsTable, executions_rows: "Table"
) -> None:
    requests.add(a_request_row())
    executions_rows.delete()

    with pytest.raises(ClientError):
        executions.record(an_execution_row())
    with pytest.raises(ClientError):
        executions.claim(CUSTOMER, "r1", a_run(), NOW)
    with pytest.raises(ClientError):
        executions.deactivate(CUSTOMER, "x1")


def test_a_run_that_amc_knows_no_more_is_recorded_as_deleted_and_settled(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row(status="RUNNING"))
    (going_on,) = executions.active_runs(CUSTOMER)
    amc = Mock(list_executions=Mock(return_value=[]))
    amc.get_execution.side_effect = AmcRefused(400, "Workflow execution with ID x1 does not exist.")
    tenants = FakeTenants(a_tenant_row(customerId=CUSTOMER))
    fakes = {
        "requests": FakeRequests(tenants),
        "semaphores": FakeSemaphores(),
        "tasks": FakeTasks(),
        "workflows": FakeWorkflows(),
        "durations": FakeDurations(),
    }
    ports: Any = SimpleNamespace(tenants=tenants, executions=executions, amc=amc, clock=FakeClock(), **fakes)

    Tracker(ports, timedelta(hours=1)).poll(CUSTOMER)

    row = executions.find(CUSTOMER, str(going_on["workflowExecutionId"])) or {}
    assert (row["executionStatus"], executions.active_runs(CUSTOMER)) == ("DELETED", [])
    assert row["firstSeenAt"] == going_on["firstSeenAt"]


@pytest.mark.parametrize("edited", [17, "2099-01-01T00:00:00Z", "soon", None])
def test_a_time_of_change_that_was_edited_holds_up_no_news(
    executions: ExecutionsTable, executions_rows: "Table", edited: Any
) -> None:
    executions.record(an_execution_row())
    row = {**(executions.find(CUSTOMER, "x1") or {}), "lastUpdatedTime": edited}
    executions_rows.put_item(Item={name: value for name, value in row.items() if value is not None})

    executions.record(an_execution_row(status="RUNNING", lastUpdatedTime=LATER))

    assert (executions.find(CUSTOMER, "x1") or {})["executionStatus"] == "RUNNING"


def test_a_time_of_change_with_and_without_milliseconds_is_the_same(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row(lastUpdatedTime="2026-11-23T14:20:10.250Z"))
    executions.record(an_execution_row(status="FAILED", lastUpdatedTime="2026-11-23T14:20:10Z"))
    executions.record(an_execution_row(status="RUNNING", lastUpdatedTime="2026-11-23T14:20:11Z"))

    assert (executions.find(CUSTOMER, "x1") or {})["executionStatus"] == "RUNNING"


def test_what_is_too_large_for_a_row_is_refused_by_name(executions: ExecutionsTable) -> None:
    with pytest.raises(InvalidRecord, match="DynamoDB does not take it"):
        executions.record(an_execution_row() | {"statusReason": "." * 410_000})


def test_a_settled_run_is_not_among_those_that_have_not_ended(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row(status="WONDERFUL"))

    executions.deactivate(CUSTOMER, "x1")
    executions.deactivate(CUSTOMER, "never-there")

    assert executions.active_runs(CUSTOMER) == []
    assert (executions.find(CUSTOMER, "x1") or {})["executionStatus"] == "WONDERFUL"
    assert executions.find(CUSTOMER, "never-there") is None


def test_what_was_told_is_remembered_once_each_and_in_order(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row())

    for status in ("PENDING", "RUNNING", "PENDING"):
        executions.mark_announced(CUSTOMER, "x1", status)

    assert (executions.find(CUSTOMER, "x1") or {})["announced"] == ["PENDING", "RUNNING"]


def test_what_was_told_stands_in_no_ones_way(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row())
    executions.mark_announced(CUSTOMER, "x1", "PENDING")

    executions.record(an_execution_row(status="RUNNING", lastUpdatedTime=LATER))
    executions.mark_announced(CUSTOMER, "x1", "RUNNING")
    executions.record(an_execution_row(status="PENDING"))

    row = executions.find(CUSTOMER, "x1") or {}
    assert row["executionStatus"] == "RUNNING"
    assert row["announced"] == ["PENDING", "RUNNING"]


def test_that_a_run_was_told_makes_no_row_that_has_aged_out(executions: ExecutionsTable) -> None:
    executions.mark_announced(CUSTOMER, "x1", "SUCCEEDED")

    assert executions.find(CUSTOMER, "x1") is None


def test_a_memory_that_somebody_edited_stops_nothing(executions: ExecutionsTable, executions_rows: "Table") -> None:
    executions_rows.put_item(Item={**a_key("x1"), "announced": "FAILED"})

    executions.mark_announced(CUSTOMER, "x1", "FAILED")

    assert dict(executions.find(CUSTOMER, "x1") or {})["announced"] == "FAILED"


def a_key(execution_id: str) -> dict[str, str]:
    return {"customerId": CUSTOMER, "workflowExecutionId": execution_id}


def test_the_runs_since_a_time_are_those_that_amc_made_then(executions: ExecutionsTable) -> None:
    for run_id, minute in (("x1", 10), ("x2", 30), ("x3", 20)):
        executions.record(an_execution_row(run_id, createTime=f"2026-11-23T14:{minute}:00Z"))
    executions.record(an_execution_row("timeless", createTime=""))

    found = executions.since(CUSTOMER, "2026-11-23T14:15:00.000Z")

    assert [row["workflowExecutionId"] for row in found] == ["x3", "x2"]
    assert executions.find(CUSTOMER, "timeless")
