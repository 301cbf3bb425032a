from typing import Any

import pytest

from wfm.client.schedules.rows import named, read_document, together
from wfm.errors import UsageError

FIRST = {
    "customerId": "acme",
    "Name": "wfm-acme-reach_v1",
    "Description": "daily reach",
    "EventBusName": "default",
    "automaticDeploySchedule": True,
    "runBy": "",
    "ScheduleExpression": "custom(D * 15)",
    "State": "ENABLED",
    "Input": {"payload": {"workflowId": "reach_v1", "timeWindowStart": "today(-2)", "timeWindowEnd": "today(-1)"}},
}
LATER: Any = {
    "execution_request": {
        "customerId": "acme",
        "requestType": "createExecution",
        "createExecutionRequest": {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"},
    },
    "schedule_expression": "rate(1 day)",
    "rule_name": "daily-reach",
    "rule_description": "once a day",
}


def a_row(**payload: Any) -> dict[str, Any]:
    return {"Name": "daily", "EndDate": "2027-01-01", "Input": {"payload": {"workflowId": "reach", **payload}}}


def test_a_row_of_the_first_predecessor_is_taken_as_it_is() -> None:
    assert read_document(FIRST) == {
        name: value for name, value in FIRST.items() if name not in {"EventBusName", "automaticDeploySchedule"}
    }


def test_a_request_of_the_later_predecessor_becomes_a_row() -> None:
    assert read_document(LATER) == {
        "customerId": "acme",
        "Name": "daily-reach",
        "Description": "once a day",
        "ScheduleExpression": "rate(1 day)",
        "Input": {"payload": {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}},
    }


@pytest.mark.parametrize(
    ("document", "reported"),
    [
        ([], "--file: .* is no object; allowed: one schedule"),
        ({"ScheduleExpresion": "daily 08:00"}, "ScheduleExpresion: no field of a schedule; did you mean Schedule"),
        (
            {**LATER, "schedule_timezone": "UTC"},
            "schedule_timezone: no field of a schedule's request; did you mean sched",
        ),
        (
            {**LATER, "execution_request": {**LATER["execution_request"], "requestType": "cancelExecution"}},
            "execution_request.requestType: 'cancelExecution' cannot be scheduled; allowed: createExecution",
        ),
        (
            {**LATER, "execution_request": {**LATER["execution_request"], "parameterValues": {}}},
            "execution_request.parameterValues: no field of an execution request",
        ),
        ({"rule_name": "x", "schedule_expression": "rate(1 day)"}, "createExecutionRequest: is missing; allowed:"),
    ],
)
def test_what_is_no_schedule_is_refused(document: Any, reported: str) -> None:
    with pytest.raises(UsageError, match=reported):
        read_document(document)


def test_customer_and_name_may_come_from_the_file_or_the_arguments() -> None:
    assert named(FIRST, None, None) == ("acme", "wfm-acme-reach_v1")
    assert named({}, "acme", "daily") == ("acme", "daily")


@pytest.mark.parametrize(
    ("given", "reported"),
    [
        (({}, "acme", None), "NAME: is missing; allowed: as an argument, or Name in the file"),
        (({"customerId": 5}, None, "daily"), "CUSTOMER: is missing"),
        ((FIRST, "other", None), "customerId: the file is for 'acme', not 'other'; allowed: the same, or none"),
    ],
)
def test_customer_and_name_have_to_be_known_and_agree(given: tuple[Any, ...], reported: str) -> None:
    with pytest.raises(UsageError, match=reported):
        named(*given)


def test_what_is_not_given_stays() -> None:
    after = together(a_row(timeWindowName="yesterday"), {"Description": "x"})

    assert after == {**a_row(timeWindowName="yesterday"), "Description": "x"}


def test_an_empty_text_takes_a_field_out() -> None:
    before = a_row(timeWindowTimeZone="UTC", timeWindowName="yesterday")

    after = together(before, {"EndDate": "", "Input": {"payload": {"timeWindowTimeZone": ""}}})

    assert after == {"Name": "daily", "Input": a_row(timeWindowName="yesterday")["Input"]}


def test_a_new_window_leaves_nothing_of_the_old_one() -> None:
    before = a_row(timeWindowStart="TODAY(-7)", timeWindowEnd="TODAY(0)", settlementLag="48h")

    after = together(before, {"Input": {"payload": {"timeWindowName": "last 7 days"}}})

    assert after["Input"] == a_row(timeWindowName="last 7 days", settlementLag="48h")["Input"]


def test_parameters_are_added_to_those_that_are_there() -> None:
    after = together(
        a_row(parameterValues={"a": "1", "b": "2"}), {"Input": {"payload": {"parameterValues": {"b": "3"}}}}
    )

    assert after["Input"] == a_row(parameterValues={"a": "1", "b": "3"})["Input"]


@pytest.mark.parametrize("given", ["text", {"payload": "text"}])
def test_what_is_no_payload_is_left_for_the_check_to_name(given: Any) -> None:
    assert together(a_row(), {"Input": given})["Input"] == given
