from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.adapters.builders import CUSTOMER
from tests.tables import put
from wfm.calendar.timestamps import parse
from wfm.store.items import to_item
from wfm.store.schedules_table import SchedulesTable
from wfm.store.schema import SCHEDULES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

ONE, TWO = "2026-11-23T13:00:00.000Z", "2026-11-24T13:00:00.000Z"


@pytest.fixture
def rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, SCHEDULES)


@pytest.fixture
def schedules(rows: "Table") -> SchedulesTable:
    return SchedulesTable(rows)


def a_row(name: str = "daily", **fields: Any) -> dict[str, Any]:
    return {
        "customerId": CUSTOMER,
        "Name": name,
        "ScheduleExpression": "daily 08:00",
        "Input": {"payload": {"workflowId": "reach", "parameterValues": {"share": 0.5, "days": [7, 28], "all": True}}},
        **fields,
    }


def test_of_more_looks_that_are_due_than_are_wanted_no_more_are_read(
    dynamodb: "DynamoDBServiceResource", schedules: SchedulesTable
) -> None:
    for number in range(5):
        assert schedules.put_desired(a_row(f"daily-{number}", watched="deadline", checkAt=ONE), None)
    calls = list[str]()
    dynamodb.meta.client.meta.events.register("before-call.dynamodb.Query", lambda **_: calls.append("Query"))

    assert len(schedules.to_look_at(parse(TWO), 2)) == 2
    assert calls == ["Query"]


def test_a_schedule_is_found_as_its_owner_wrote_it(schedules: SchedulesTable) -> None:
    assert schedules.put_desired(a_row(), None)

    assert schedules.find(CUSTOMER, "daily") == a_row()
    assert schedules.find(CUSTOMER, "weekly") is None


def test_the_schedules_of_a_tenant_are_no_one_elses(schedules: SchedulesTable, rows: "Table") -> None:
    for customer_id, name in ((CUSTOMER, "daily"), (CUSTOMER, "weekly"), ("umbrella", "daily")):
        rows.put_item(Item={"customerId": customer_id, "Name": name})

    assert [row["Name"] for row in schedules.of_tenant(CUSTOMER)] == ["daily", "weekly"]
    assert schedules.of_tenant("nobody") == []


def test_every_page_of_a_long_list_is_read(schedules: SchedulesTable, rows: "Table") -> None:
    with rows.batch_writer() as batch:
        for number in range(5):
            batch.put_item(Item=to_item(a_row(f"schedule-{number}", Description="x" * 300_000)))

    assert len(schedules.of_tenant(CUSTOMER)) == 5


def test_those_that_catch_up_are_found_without_a_look_at_the_others(schedules: SchedulesTable, rows: "Table") -> None:
    for name, wish in (("a", "last"), ("b", "all"), ("c", "skip")):
        rows.put_item(Item={"customerId": CUSTOMER, "Name": name, "catchUp": wish})
    rows.put_item(Item={"customerId": CUSTOMER, "Name": "d"})

    assert schedules.catching_up() == [(CUSTOMER, "a"), (CUSTOMER, "b")]


def test_the_library_replaces_what_it_saw_and_leaves_what_is_not_its_own(schedules: SchedulesTable) -> None:
    schedules.put_desired(a_row(Description="old", libraryVersion=1), None)
    own = {
        "scheduleStatus": "ENABLED",
        "scheduleReason": "why",
        "scheduleHash": "h",
        "appliedAt": ONE,
        "nextRunAt": TWO,
        "lastRunAt": ONE,
        "lastRequestId": "r1",
        "coveredUntil": ONE,
        "coveredCalendar": "daily",
        "paused": True,
    }
    schedules.save_state(CUSTOMER, "daily", **own)
    seen = schedules.find(CUSTOMER, "daily")

    assert schedules.put_desired(a_row(ScheduleExpression="daily 09:00", libraryVersion=2), seen)

    assert schedules.find(CUSTOMER, "daily") == a_row(ScheduleExpression="daily 09:00", libraryVersion=2) | own


@pytest.mark.parametrize(
    "change", [{"ScheduleExpression": "daily 10:00"}, {"State": "DISABLED"}, {"libraryHash": "other"}, {"Input": {}}]
)
def test_what_somebody_changed_meanwhile_is_neither_replaced_nor_removed(
    schedules: SchedulesTable, rows: "Table", change: dict[str, Any]
) -> None:
    schedules.put_desired(a_row(), None)
    seen = schedules.find(CUSTOMER, "daily")
    rows.put_item(Item=to_item(a_row(**change)))

    assert not schedules.put_desired(a_row(Description="new"), seen)
    assert not schedules.remove(CUSTOMER, "daily", seen)
    assert not schedules.put_desired(a_row(), None)


def test_wfms_own_notes_do_not_stand_in_the_librarys_way(schedules: SchedulesTable) -> None:
    schedules.put_desired(a_row(), None)
    seen = schedules.find(CUSTOMER, "daily")
    schedules.save_state(CUSTOMER, "daily", scheduleStatus="ENABLED")

    assert schedules.put_desired(a_row(Description="new"), seen)
    assert schedules.remove(CUSTOMER, "daily", schedules.find(CUSTOMER, "daily"))
    assert schedules.find(CUSTOMER, "daily") is None


def test_what_is_gone_is_not_replaced_and_can_be_removed_again(schedules: SchedulesTable) -> None:
    assert not schedules.put_desired(a_row(Description="new"), a_row())
    assert not schedules.remove(CUSTOMER, "daily", a_row())
    assert schedules.remove(CUSTOMER, "daily")
    assert schedules.find(CUSTOMER, "daily") is None


def test_notes_are_written_and_taken_out(schedules: SchedulesTable) -> None:
    schedules.put_desired(a_row(), None)

    schedules.save_state(CUSTOMER, "daily", scheduleStatus="FAILED", scheduleReason="why", nextRunAt=ONE)
    schedules.save_state(CUSTOMER, "daily", scheduleStatus="ENABLED", scheduleReason=None)
    schedules.save_state(CUSTOMER, "daily", nextRunAt=None)

    assert schedules.find(CUSTOMER, "daily") == a_row(scheduleStatus="ENABLED")


def test_a_schedule_deleted_meanwhile_does_not_come_back(schedules: SchedulesTable) -> None:
    schedules.save_state(CUSTOMER, "daily", scheduleStatus="ENABLED")
    schedules.record_run(CUSTOMER, "daily", ONE, "r1")

    assert not schedules.advance_watermark(CUSTOMER, "daily", TWO, ONE)
    assert schedules.find(CUSTOMER, "daily") is None


def test_an_older_run_never_takes_the_place_of_a_newer_one(schedules: SchedulesTable) -> None:
    schedules.put_desired(a_row(), None)

    for moment, request_id in ((ONE, "first"), (TWO, "second"), (ONE, "made-up-for")):
        schedules.record_run(CUSTOMER, "daily", moment, request_id)

    assert schedules.find(CUSTOMER, "daily") == a_row(lastRunAt=TWO, lastRequestId="second")


def test_of_two_who_account_for_fire_times_one_does(schedules: SchedulesTable) -> None:
    schedules.put_desired(a_row(coveredUntil=ONE), None)

    assert schedules.advance_watermark(CUSTOMER, "daily", TWO, ONE)
    assert not schedules.advance_watermark(CUSTOMER, "daily", TWO, ONE)


def test_only_conditions_are_taken_as_an_answer(schedules: SchedulesTable, rows: "Table") -> None:
    rows.delete()

    with pytest.raises(ClientError):
        schedules.save_state(CUSTOMER, "daily", scheduleStatus="ENABLED")
