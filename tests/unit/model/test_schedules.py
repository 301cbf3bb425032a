import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.schedule_rows import a_row
from wfm.errors import InvalidRecord
from wfm.model.json_schema import validate
from wfm.model.requests import read_request, scheduled_request_id
from wfm.model.retry_policy import RetryPolicy
from wfm.model.schedules import (
    DESIRED_FIELDS,
    EVENTBRIDGE_TIME,
    Schedule,
    desired_hash,
    fire_times,
    message,
    read_schedule,
    schedule_name,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def problems(**fields: Any) -> list[str]:
    """All that is wrong with such a row."""
    with pytest.raises(InvalidRecord) as refused:
        read_schedule(a_row(**fields), NOW)
    return [*map(str, refused.value.problems)]


def payload(**fields: Any) -> dict[str, Any]:
    return {"payload": {"workflowId": "reach", **fields}}


def test_a_row_of_the_first_predecessor_is_read_as_it_is() -> None:
    row = a_row(
        ScheduleExpression="custom(D * 15)",
        State="ENABLED",
        Description="every afternoon",
        EventBusName="default",
        runBy="",
        automaticDeploySchedule=True,
        Input={"customerId": "acme", "payload": {"workflowId": "reach_v1", "workflow_executed_date": "now()"}},
    )

    schedule = read_schedule(row, NOW)

    assert schedule == Schedule(
        customer_id="acme",
        name="daily",
        expression="custom(D * 15)",
        event_expression="cron(44 15 * * ? *)",
        payload={"workflowId": "reach_v1", "workflow_executed_date": "now()"},
        description="every afternoon",
    )


def test_everything_that_a_row_can_say_is_read() -> None:
    schedule = read_schedule(
        a_row(
            ScheduleExpression="daily 08:00",
            ScheduleExpressionTimezone="Europe/Berlin",
            StartDate="2026-12-01",
            EndDate="2027-01-01T00:00:00Z",
            State="DISABLED",
            catchUp="last",
            priority="backfill",
            resubmit={"attempts": Decimal(2), "for": ["FAILED", "AmcRejected"]},
        ),
        NOW,
    )

    assert schedule.resubmit == RetryPolicy(2, ("FAILED", "AmcRejected"))
    assert schedule.time_zone == "Europe/Berlin"
    assert schedule.start == datetime(2026, 11, 30, 23, tzinfo=UTC)  # a date by the clock of the schedule
    assert schedule.end == datetime(2027, 1, 1, tzinfo=UTC)
    assert (schedule.enabled, schedule.catch_up, schedule.priority) == (False, "last", "backfill")


@pytest.mark.parametrize(("state", "paused", "enabled"), [(None, None, True), ("ENABLED", True, False)])
def test_a_paused_schedule_is_not_enabled(state: str | None, paused: bool | None, enabled: bool) -> None:
    assert read_schedule(a_row(State=state, paused=paused), NOW).enabled is enabled


def test_it_does_not_fire_on_its_exceptions_which_are_days_of_its_own_clock() -> None:
    fields = {"ScheduleExpression": "daily 00:30", "ScheduleExpressionTimezone": "Asia/Tokyo"}
    schedule = read_schedule(a_row(**fields, **{"except": ["2026-11-25", "2026-11-27"]}), NOW)

    times = list(islice(fire_times(schedule, NOW), 3))

    assert [f"{schedule.rules.day(time):%d} {time:%dT%H:%M}" for time in times] == [
        "24 23T15:30",
        "26 25T15:30",
        "28 27T15:30",
    ]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"except": "2026-12-25"}, "except: '2026-12-25' is no list; allowed: a list of at most 400 dates"),
        ({"except": ["2026-12-25", "2026-02-30"]}, "except[1]: '2026-02-30' is no date; allowed: one such as"),
        ({"except": ["20261225"]}, "except[0]: '20261225' is no date"),
        ({"except": [20261225]}, "except[0]: 20261225 is no date"),
        ({"except": ["2026-12-25"] * 401}, "except: 401 dates are too many"),
        (
            {"except": ["2026-12-24"], "ScheduleExpression": "at(2026-12-24T18:00:00)"},
            "except: leaves no time at which it fires",
        ),
        ({"overlap": "skipp"}, "overlap: 'skipp' is unknown; allowed: queue, skip, replace"),
        ({"overlap": True}, "overlap: True is unknown"),
        ({"overlap": "skip", "catchUp": "all"}, "overlap: 'skip' beside catchUp all, whose requests come at once"),
        ({"pauseAfter": 0}, "pauseAfter: 0 is not usable; allowed: 1 to 100 failures in a row"),
        ({"pauseAfter": "three"}, "pauseAfter: 'three' is not usable"),
        ({"pauseAfter": True}, "pauseAfter: True is not usable"),
        (
            {"refresh": "3d"},
            "refresh: '3d' is no list; allowed: a list of 1 to 5 rising ages in days, such as [3d, 14d, 30d]",
        ),
        ({"refresh": []}, "refresh: 0 ages are too few; allowed: a list of 1 to 5 rising ages in days"),
        ({"refresh": ["1d", "2d", "3d", "4d", "5d", "6d"]}, "refresh: 6 ages are too many"),
        ({"refresh": ["3d", "72h"]}, "refresh[1]: '72h' is no number of days"),
        ({"refresh": [3]}, "refresh[0]: 3 is no number of days"),
        ({"refresh": ["-3d"]}, "refresh[0]: '-3d' is no number of days"),
        ({"refresh": ["0d"]}, "refresh[0]: '0d' is no time at all"),
        ({"refresh": ["61d"]}, "refresh[0]: '61d' is too old"),
        ({"refresh": ["14d", "3d"]}, "refresh[1]: '3d' stands behind 14d"),
        ({"refresh": ["3d", "03d"]}, "refresh[1]: '03d' is there twice"),
        (
            {"refresh": ["3d"], "Input": {"payload": {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}}},
            "refresh: stands beside the window MOST_RECENT_DAY, of which AMC alone knows the dates; allowed: a window",
        ),
        ({"rerun": ["3d"]}, "rerun: no field of a schedule; did you mean refresh?"),
        ({"pauseafter": 3}, "pauseafter: no field of a schedule; did you mean pauseAfter?"),
        ({"deadline": "09:00"}, "deadline: no field of a schedule; did you mean dueBy?"),
        ({"after": {"workflow": "reach"}}, "after: no field of a schedule; did you mean after of the workflow?"),
        ({"exept": ["2026-12-25"]}, "exept: no field of a schedule; did you mean except?"),
        (
            {"spread": 30},
            "30 is not usable; allowed: minutes or hours, such as 30m or 2h: 1 minute to 24 hours",
        ),
        ({"spread": "0m"}, "spread: '0m' is not usable"),
        ({"spread": "25h"}, "spread: '25h' is not usable"),
        ({"spread": "half an hour"}, "spread: 'half an hour' is not usable"),
        (
            {"spread": "1h", "ScheduleExpression": "cron(0,45 8 * * ? *)"},
            "spread: 60m is not shorter than the 45 minutes between two firings; allowed: at most 44m",
        ),
        ({"spread": "1m", "ScheduleExpression": "rate(1 minute)"}, "allowed: no such field"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_an_exception_or_a_spread_that_cannot_be_meant_is_refused(fields: dict[str, Any], told: str) -> None:
    (problem,) = problems(**fields)

    assert told in problem


@pytest.mark.parametrize("hour", range(0, 24, 6))
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"ScheduleExpression": "hourly :15", "dueBy": "09:15"}, "dueBy: 09:15 is when it fires"),
        (
            {"ScheduleExpression": "cron(0,5,10,15,20,25,30,35,40,45,50,52 8-9 * * ? *)", "spread": "4m"},
            "spread: 4m is not shorter than the 2 minutes between two firings",
        ),
    ],
    ids=["dueBy", "spread"],
)
def test_what_is_refused_at_one_time_of_day_is_refused_at_any(fields: dict[str, Any], told: str, hour: int) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_schedule(a_row(**fields), NOW.replace(hour=hour))

    assert told in str(refused.value)


def test_numbers_from_the_table_are_numbers_in_the_message() -> None:
    row = a_row(Input=payload(parameterValues={"share": Decimal("0.5"), "days": [Decimal(7)], "of": {"b", "a"}}))

    values = read_schedule(row, NOW).payload["parameterValues"]

    assert json.dumps(values) == '{"share": 0.5, "days": [7], "of": ["a", "b"]}'


def test_ad_hoc_sql_can_be_scheduled() -> None:
    row = a_row(Input={"payload": {"workflow": {"sqlQuery": "SELECT 1"}}})

    assert read_schedule(row, NOW).payload == {"workflow": {"sqlQuery": "SELECT 1"}}


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        customerId="a b",
        Name="",
        ScheduleExpression="dayly 08:00",
        ScheduleExpressionTimezone="Europe/Berln",
        StartDate="tomorrow",
        EndDate=17,
        State="enabled",
        paused="yes",
        catchUp="al",
        priority="high",
        Description="x" * 513,
        runBy="campaign",
        resubmit={"attempts": 6, "for": ["FALED"]},
        Input={"customerId": "other", "payload": {"parameterValues": ["x"]}},
    )

    expected = (
        "customerId Name ScheduleExpression ScheduleExpressionTimezone StartDate EndDate State paused catchUp priority"
        " Description runBy resubmit.attempts resubmit.for Input.customerId Input.payload.workflowId"
        " Input.payload.parameterValues"
    )
    assert sorted(problem.partition(":")[0] for problem in found) == sorted(expected.split())
    assert all("; allowed: " in problem for problem in found)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"Name": None}, "Name: is missing; allowed: 1 to 100 printable characters"),
        ({"Name": "x" * 101}, "is not usable; allowed: 1 to 100 printable characters"),
        ({"Name": "a\nb"}, r"Name: 'a\\nb' is not usable"),
        ({"Name": "\u200b"}, r"Name: '\\u200b' is not usable"),
        ({"Name": "  "}, "Name: '  ' is not usable"),
        ({"customerId": None}, "customerId: is missing"),
        ({"ScheduleExpression": None}, "ScheduleExpression: is missing; allowed: cron"),
        ({"ScheduleExpression": 5}, "ScheduleExpression: 5 is no timetable; allowed: cron"),
        ({"ScheduleExpression": "custom(D * *)"}, "at column 12: daily, but at no hour"),
        ({"ScheduleExpressionTimezone": "Europe/Berln"}, "is no time zone .did you mean Europe/Berlin."),
        ({"ScheduleExpressionTimezone": 1}, "ScheduleExpressionTimezone: 1 is no time zone"),
        ({"State": "enabled"}, "State: 'enabled' is unknown .did you mean ENABLED.*; allowed: ENABLED, DISABLED"),
        ({"State": ["x"]}, "State: .'x'. is unknown"),
        ({"catchUp": "al"}, "catchUp: 'al' is unknown .did you mean all.*; allowed: skip, last, all"),
        ({"priority": "urgent"}, "priority: 'urgent' is unknown; allowed: interactive, scheduled, backfill"),
        ({"runBy": "campaign"}, "runBy: 'campaign': runs for each campaign are not offered; allowed: nothing"),
        ({"StartDate": "2026-13-01"}, "StartDate: '2026-13-01' cannot be read; allowed: ISO 8601"),
        ({"StartDate": "0001-01-01T00:00:00+14:00"}, "StartDate: .* is out of reach; allowed: the years 1970 to 2199"),
        ({"EndDate": "9999-12-31T23:59:59-12:00"}, "EndDate: .* is out of reach"),
        ({"Name": "\ud800"}, r"Name: '\\ud800' is not usable"),
        ({"Input": None}, "Input.payload: is missing; allowed: an object with workflowId"),
        ({"Input": {"payload": [1]}}, "Input.payload: a list is no object"),
        ({"Input": {"payload": {}}}, "Input.payload.workflowId: is missing"),
        ({"Input": payload(workflowId="a b")}, "Input.payload.workflowId: 'a b' is not usable"),
        ({"Input": payload(workflow={"sqlQuery": "SELECT 1"})}, "payload.workflowId: needs exactly one"),
        ({"Input": {"customerId": "other", **payload()}}, "Input.customerId: 'other' is another customer"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_with_what_is_allowed(fields: dict[str, Any], told: str) -> None:
    found = problems(**fields)

    assert len(found) == 1
    assert re.search(told, found[0])


@pytest.mark.parametrize(
    ("window", "told"),
    [
        ({"timeWindowStart": "TODAI(-7)", "timeWindowEnd": "TODAY(0)"}, "timeWindowStart: .*did you mean TODAY"),
        ({"timeWindowStart": "TODAY(0)", "timeWindowEnd": "TODAY(-1)"}, "timeWindowEnd: .*is not after"),
        ({"timeWindowName": "last 7 dayz"}, "timeWindowName: .*no window's name"),
        ({"timeWindowTimeZone": "Berlin"}, "timeWindowTimeZone: 'Berlin' is no time zone"),
        ({"settlementLag": "2 months", "timeWindowName": "yesterday"}, "settlementLag: .*cannot be read"),
        ({"parameterValues": {"day": "TODAY(x)"}}, "parameterValues.day: .*no part of a whole number"),
        (
            {"parameterValues": {"name": "x" * 200_000}},
            "Input.payload: 200,[0-9]+ bytes are too many; allowed",
        ),
        ({"parameterValues": {"name": "\ud800"}}, "payload.parameterValues.name: .*without lone surrogates"),
    ],
)
def test_a_payload_that_no_run_could_use_is_refused_when_it_is_written(window: dict[str, Any], told: str) -> None:
    found = problems(Input=payload(**window))

    assert len(found) == 1
    assert re.search(told, found[0])


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**6)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.binary(max_size=3)
    | st.sampled_from(["", "now", "TODAY(0)", "2026-12-01", "0001-01-01", "UTC", "rate(1 day)", "9999-12-31T23:59:59"])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
PAYLOAD_FIELDS = (
    "workflowId", "workflow", "timeWindowType", "timeWindowStart", "timeWindowEnd", "timeWindowName",
    "timeWindowTimeZone", "dateFunctionsTimeZone", "settlementLag", "parameterValues",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(DESIRED_FIELDS), VALUES, max_size=3),
    st.none() | st.dictionaries(st.sampled_from(PAYLOAD_FIELDS), VALUES, max_size=3),
)
def test_whatever_stands_in_a_row_it_is_read_or_refused(row: dict[str, Any], asked: dict[str, Any] | None) -> None:
    fields = row if asked is None else {**row, "Input": payload(**asked)}

    assert len(desired_hash(a_row(**fields))) == 64
    try:
        schedule = read_schedule(a_row(**fields), NOW)
    except InvalidRecord:
        return

    assert json.dumps(message(schedule, EVENTBRIDGE_TIME))
    assert next(fire_times(schedule, NOW)) > NOW


def test_a_window_is_tried_at_the_time_of_the_first_run() -> None:
    literal = payload(timeWindowStart="2026-12-01T00:00:00", timeWindowEnd="TODAY(0)")

    assert "is not after" in problems(Input=literal)[0]
    assert read_schedule(a_row(Input=literal, StartDate="2026-12-05"), NOW).payload == literal["payload"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"ScheduleExpression": "cron(0 0 30 2 ? *)"}, "ScheduleExpression: .* never fires in UTC"),
        (
            {"ScheduleExpression": "at(2026-11-23T12:00:00)"},
            "ScheduleExpression: .* is over at 2026-11-23T12:00",
        ),
        (
            {"ScheduleExpression": "at(2027-03-28T02:30:00)", "ScheduleExpressionTimezone": "Europe/Berlin"},
            "does not exist: the clocks of Europe/Berlin skip it; allowed: 2027-03-28T03:30:00",
        ),
        (
            {"ScheduleExpression": "cron(30 2 28 3 ? 2027)", "ScheduleExpressionTimezone": "Europe/Berlin"},
            "never fires in Europe/Berlin",
        ),
        (
            {"EndDate": "2026-11-23T13:00:00"},
            "EndDate: .* is not after 2026-11-23T13:00:00.000Z, the next time to fire",
        ),
        ({"EndDate": "2020-01-01"}, "EndDate: 2020-01-01T00:00:00.000Z is not after 2026-11-23T13:00:00.000Z"),
        ({"StartDate": "2026-12-02", "EndDate": "2026-12-01"}, "EndDate: .* is not after StartDate"),
        ({"ScheduleExpression": "rate(1 day)", "catchUp": "all"}, "catchUp: 'all' beside rate.*'every 6 hours'"),
    ],
)
def test_what_can_never_fire_is_refused_with_the_reason(fields: dict[str, Any], told: str) -> None:
    found = problems(**fields)

    assert len(found) == 1
    assert re.search(told, found[0])


@pytest.mark.parametrize("field", ["StartDate", "EndDate", "ScheduleExpressionTimezone"])
def test_of_a_schedule_whose_times_cannot_be_read_it_is_not_asked_when_it_fires(field: str) -> None:
    (problem,) = problems(**{"ScheduleExpression": "cron(0 0 30 2 ? *)", field: 17})

    assert problem.startswith(f"{field}: 17 ")


def test_wfms_own_notes_do_not_change_what_is_desired() -> None:
    noted = a_row(scheduleStatus="ENABLED", nextRunAt="2026-11-24", libraryVersion=3, coveredUntil="x", State=None)

    assert desired_hash(noted) == desired_hash(a_row())


def test_the_order_of_fields_does_not_change_what_is_desired() -> None:
    one, other = payload(timeWindowName="yesterday", a=1), {"payload": {"a": 1, "timeWindowName": "yesterday"}}
    other["payload"]["workflowId"] = "reach"

    assert desired_hash(a_row(Input=one)) == desired_hash(a_row(Input=other))


def test_a_rate_that_makes_up_for_nothing_is_taken() -> None:
    assert read_schedule(a_row(ScheduleExpression="rate(1 day)"), NOW).event_expression == "rate(1 day)"


def test_the_same_row_has_the_same_hash_from_the_table_and_from_a_file() -> None:
    def with_days(days: Any) -> dict[str, Any]:
        return a_row(Input=payload(parameterValues={"days": days}))

    assert desired_hash(with_days(Decimal(7))) == desired_hash(with_days(7)) != desired_hash(with_days(8))


@pytest.mark.parametrize(
    "fields",
    [
        {"customerId": "globex"},
        {"Name": "weekly"},
        {"runBy": "campaign"},
        {"resubmit": {"attempts": 1}},
        {"ScheduleExpression": "cron(0 14 * * ? *)"},
        {"ScheduleExpressionTimezone": "Europe/Berlin"},
        {"State": "DISABLED"},
        {"paused": True},
        {"Input": payload()},
        {"StartDate": "2026-12-01"},
        {"EndDate": "2026-12-01"},
        {"catchUp": "all"},
        {"priority": "backfill"},
        {"Description": "x"},
        {"except": ["2026-12-25"]},
        {"spread": "30m"},
        {"overlap": "skip"},
        {"pauseAfter": 3},
        {"dueBy": "14:00"},
        {"labels": {"team": "emea"}},
        {"refresh": ["3d"]},
    ],
)
def test_what_people_may_set_changes_what_is_desired(fields: dict[str, Any]) -> None:
    assert desired_hash(a_row(**fields)) != desired_hash(a_row())


@pytest.mark.parametrize(
    ("customer_id", "name", "expected"),
    [
        ("acme", "daily-sales", "acme.daily-sales"),
        ("acme", "v1.2_x", "acme.v1.2_x"),
        ("a" * 40, "n" * 23, "a" * 40 + "." + "n" * 23),
    ],
)
def test_a_fitting_name_is_readable_in_eventbridge(customer_id: str, name: str, expected: str) -> None:
    assert schedule_name(customer_id, name) == expected


@pytest.mark.parametrize("name", ["n" * 24, ".hidden", "mit Umlaut ä", "a/b", "x\n"])
def test_another_name_is_hashed(name: str) -> None:
    found = schedule_name("a" * 40, name)

    assert re.fullmatch(r"a{40}\.\.[0-9a-f]{22}", found)


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(st.text("ab-_", min_size=1, max_size=40), st.text("ab.-_ ä", min_size=1, max_size=60)), max_size=8
    )
)
def test_no_two_schedules_share_a_name_and_all_are_legal(pairs: list[tuple[str, str]]) -> None:
    names = {schedule_name(*pair) for pair in pairs}

    assert len(names) == len(set(pairs))
    assert all(re.fullmatch(r"[0-9a-zA-Z-_.]{1,64}", name) for name in names)


def test_the_message_names_its_request_after_schedule_and_time() -> None:
    schedule = read_schedule(a_row(priority="backfill"), NOW)

    document = message(schedule, "2026-11-23T13:00:00Z")

    assert document["priority"] == "backfill"
    assert read_request(document, "another").request_id == scheduled_request_id("daily", "2026-11-23T13:00:00Z")


def test_the_message_says_what_is_to_be_sent_again() -> None:
    schedule = read_schedule(a_row(resubmit={"attempts": Decimal(2)}), NOW)

    document = message(schedule, "2026-11-23T13:00:00Z")

    assert json.loads(json.dumps(document))["resubmit"] == {"attempts": 2, "for": ["FAILED"]}
    assert validate("execution_request", document) == document


def test_the_message_names_the_rules_that_wait_for_it() -> None:
    row = a_row(overlap="skip", pauseAfter=Decimal(3), **{"except": ["2026-12-25"]})
    document = message(read_schedule(row, NOW), "2026-11-23T13:00:00Z")

    assert document["scheduleRules"] == ["except", "overlap", "pauseAfter"]
    assert validate("execution_request", document) == document


def test_the_message_says_at_which_ages_of_its_window_it_is_run_again() -> None:
    document = message(read_schedule(a_row(refresh=["3d", "14D"]), NOW), "2026-11-23T13:00:00Z")

    assert document["refresh"] == ["3d", "14d"]
    assert validate("execution_request", document) == document
    assert "refresh" not in message(read_schedule(a_row(), NOW), "2026-11-23T13:00:00Z")


def test_the_message_has_the_labels_of_its_schedule() -> None:
    document = message(read_schedule(a_row(labels={"team": "emea"}), NOW), "2026-11-23T13:00:00Z")

    assert validate("execution_request", document) == document
    assert read_request(document, "").labels == {"team": "emea"}
    assert "labels" not in message(read_schedule(a_row(), NOW), "2026-11-23T13:00:00Z")


def test_eventbridge_fills_the_time_into_the_message() -> None:
    document = message(read_schedule(a_row(), NOW), EVENTBRIDGE_TIME)

    sent = json.loads(json.dumps(document).replace("<aws.scheduler.scheduled-time>", "2026-11-23T13:00:00Z"))

    assert sent == {
        "customerId": "acme",
        "source": "schedule:daily",
        "priority": "scheduled",
        "scheduledTime": "2026-11-23T13:00:00Z",
        "payload": a_row()["Input"]["payload"],
    }
