from datetime import UTC, datetime
from typing import Any

import pytest

from wfm.client.schedules.schedule import TenantSchedule
from wfm.errors import InvalidRecord, InvalidRequest, UnknownCustomer, UnknownWorkflow, UsageError
from wfm.model.schedules import desired_hash

FIELDS = {"ScheduleExpression": "daily 08:00", "Input": {"payload": {"workflowId": "reach"}}}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def acme(deployed: Any) -> Any:
    """A deployment with a customer who has a workflow."""
    deployed.put_row("acme")
    deployed.put_workflow("reach")
    return deployed


def stored(deployed: Any, name: str = "daily") -> dict[str, Any] | None:
    item: dict[str, Any] | None = (
        deployed.table("Schedules").get_item(Key={"customerId": "acme", "Name": name}).get("Item")
    )
    return item


def a_row(**fields: Any) -> dict[str, Any]:
    return {"customerId": "acme", "Name": "daily", **FIELDS, **fields}


def put(deployed: Any, **fields: Any) -> None:
    deployed.table("Schedules").put_item(Item=a_row(**fields))


def test_a_new_schedule_is_a_row(acme: Any) -> None:
    done, found = acme.wfm.schedules.put("acme", "daily", {**FIELDS, "EndDate": ""})

    assert (done, found.state) == ("added", "PENDING")
    assert stored(acme) == a_row()
    assert [moment.hour for moment in found.upcoming()] == [8] * 5


def test_a_change_keeps_what_is_not_given_and_what_wfm_noted(acme: Any) -> None:
    put(acme, EndDate="2030-01-01", paused=True, scheduleStatus="ENABLED", libraryVersion=2)

    done, _ = acme.wfm.schedules.put("acme", "daily", {"ScheduleExpression": "daily 09:00", "EndDate": ""})

    assert done == "changed"
    assert stored(acme) == a_row(
        ScheduleExpression="daily 09:00", paused=True, scheduleStatus="ENABLED", libraryVersion=2
    )


def test_the_same_again_changes_nothing(acme: Any) -> None:
    share = {"payload": {"workflowId": "reach", "parameterValues": {"share": 0.5}}}
    acme.wfm.schedules.put("acme", "daily", {**FIELDS, "Input": share})

    done, _ = acme.wfm.schedules.put("acme", "daily", {**FIELDS, "Input": share})

    assert done == "unchanged"


@pytest.mark.parametrize(
    ("fields", "reported"),
    [
        ({"ScheduleExpression": "dayly 08:00"}, "did you mean daily"),
        ({"ScheduleExpression": "cron(0 0 30 2 ? *)"}, "never fires"),
        ({"Input": {"payload": {"workflowExecutionTimeoutSeconds": []}}}, "workflowExecutionTimeoutSeconds: "),
        ({"State": "on", "catchUp": "never"}, r"State: .* \| catchUp: "),
    ],
)
def test_a_bad_change_leaves_everything_as_it_was(acme: Any, fields: dict[str, Any], reported: str) -> None:
    put(acme)

    with pytest.raises(InvalidRecord, match=reported):
        acme.wfm.schedules.put("acme", "daily", fields)

    assert stored(acme) == a_row()


def test_only_a_known_workflow_is_scheduled_unless_somebody_says_so(acme: Any) -> None:
    other = {**FIELDS, "Input": {"payload": {"workflowId": "raech"}}}

    with pytest.raises(UnknownWorkflow, match="did you mean reach"):
        acme.wfm.schedules.put("acme", "daily", other)
    assert stored(acme) is None
    acme.wfm.schedules.put("acme", "daily", other, unlisted=True)

    assert stored(acme) == a_row(**other)


def test_customers_and_schedules_are_found_by_close_names(acme: Any) -> None:
    put(acme)

    with pytest.raises(UnknownCustomer, match="did you mean acme"):
        acme.wfm.schedules.put("acne", "daily", FIELDS)
    for ask in (acme.wfm.schedules.get, acme.wfm.schedules.pause, acme.wfm.schedules.remove):
        with pytest.raises(UsageError, match="Name: acme has no schedule 'dayly'; did you mean daily"):
            ask("acme", "dayly")


def test_pausing_sets_nothing_else_and_resuming_takes_it_back(acme: Any) -> None:
    put(acme, libraryVersion=2)

    paused = acme.wfm.schedules.pause("acme", "daily")
    assert (paused.state, paused.next_run_at) == ("PAUSED", None)
    assert stored(acme) == a_row(libraryVersion=2, paused=True)

    resumed = acme.wfm.schedules.resume("acme", "daily")
    assert resumed.state == "PENDING"
    assert stored(acme) == a_row(libraryVersion=2)


def test_who_resumes_begins_anew_with_failures_and_nobody_is_told_of_the_former_pause_later(acme: Any) -> None:
    put(acme, paused=True, failedFirings={"2026-11-23T13:00:00.000Z"}, pauseUntold="2026-11-23T13:05:00.000Z")

    acme.wfm.schedules.resume("acme", "daily")

    assert stored(acme) == a_row()


def test_a_schedule_is_removed(acme: Any) -> None:
    put(acme)

    acme.wfm.schedules.remove("acme", "daily")

    assert stored(acme) is None


def test_the_overview_is_of_one_customer_or_of_all(acme: Any) -> None:
    acme.put_row("other")
    put(acme)
    acme.table("Schedules").put_item(Item=a_row(customerId="other", Name="weekly"))

    assert [found.name for found in acme.wfm.schedules.list("acme")] == ["daily"]
    assert [(found.customer_id, found.name) for found in acme.wfm.schedules.list()] == [
        ("acme", "daily"),
        ("other", "weekly"),
    ]


@pytest.mark.parametrize(
    ("fields", "state", "next_run"),
    [
        ({}, "PENDING", "2026-11-24T08:00:00.000Z"),
        ({"scheduleStatus": "ENABLED", "scheduleHash": "same"}, "ENABLED", "2026-11-24T08:00:00.000Z"),
        ({"scheduleStatus": "ENABLED", "scheduleHash": "of before"}, "PENDING", "2026-11-24T08:00:00.000Z"),
        ({"State": "DISABLED", "scheduleStatus": "DISABLED", "scheduleHash": "same"}, "DISABLED", None),
        ({"scheduleStatus": "DISABLED", "scheduleReason": "the tenant is PAUSED"}, "DISABLED", None),
        ({"scheduleStatus": "FAILED", "scheduleReason": "no", "scheduleHash": "of before"}, "FAILED", None),
        ({"paused": True, "scheduleStatus": "ENABLED"}, "PAUSED", None),
        ({"ScheduleExpression": "rate(1 day)", "scheduleStatus": "ENABLED", "nextRunAt": "noted"}, "ENABLED", "noted"),
    ],
)
def test_the_state_of_a_schedule(fields: dict[str, Any], state: str, next_run: str | None) -> None:
    row = a_row(**fields)
    if row.get("scheduleHash") == "same":
        row["scheduleHash"] = desired_hash(row)

    found = TenantSchedule.from_row(row, NOW)

    assert (found.state, found.next_run_at) == (state, next_run)
    assert found.reason == fields.get("scheduleReason")


def test_a_row_that_cannot_be_used_is_shown_with_the_reason() -> None:
    found = TenantSchedule.from_row(a_row(ScheduleExpression="custom(D * *)"), NOW)

    assert (found.schedule, found.upcoming(), found.next_run_at) == (None, [], None)
    assert "daily, but at no hour" in str(found.reason)


def test_a_schedule_that_has_fired_for_the_last_time_is_no_mistake(acme: Any) -> None:
    row = a_row(ScheduleExpression="at(2026-11-01T08:00:00)", scheduleStatus="ENABLED")
    row |= {"scheduleHash": desired_hash(row), "appliedAt": "2026-10-01T00:00:00.000Z"}

    found = TenantSchedule.from_row(row, NOW)

    assert (found.state, found.reason, found.upcoming(), found.next_run_at) == ("ENABLED", None, [], None)
    with pytest.raises(InvalidRequest, match="fires no more"):
        acme.wfm.schedules.next_request(found)


def test_the_next_request_has_its_workflows_defaults_and_its_own_window(acme: Any) -> None:
    defaults = {"timeWindowName": "previous month", "parameterValues": {"a": "1", "b": "2"}}
    acme.table("Workflows").put_item(
        Item={"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1", "defaultPayload": defaults}
    )
    payload = {"workflowId": "reach", "timeWindowName": "yesterday", "parameterValues": {"b": "TODAY(0)"}}
    found = TenantSchedule.from_row(a_row(Input={"payload": payload}), NOW)

    assert acme.wfm.schedules.next_request(found) == {
        "workflowId": "reach",
        "timeWindowType": "EXPLICIT",
        "timeWindowStart": "2026-11-23T00:00:00",
        "timeWindowEnd": "2026-11-24T00:00:00",
        "parameterValues": {"a": "1", "b": "2026-11-24T00:00:00"},
    }


def test_the_rules_of_a_schedule_are_said_in_words() -> None:
    rules: dict[str, Any] = {"except": ["2026-12-25"], "spread": "1h", "overlap": "skip", "pauseAfter": 3}

    full = TenantSchedule.from_row(a_row(dueBy="10:00", **rules), NOW)

    assert full.rules == [
        "due by 10:00",
        "spread over 60 minutes",
        "overlap skip",
        "paused after 3 failures in a row",
        "left out: 2026-12-25",
    ]
    assert TenantSchedule.from_row(a_row(), NOW).rules == []
    assert TenantSchedule.from_row(a_row(dueBy="soon"), NOW).rules == []
