"""What a backfill reads from its input, and the requests that it makes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_backfill
from tests.fakes import NOON
from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.backfill_fields import FIELDS, MOST_AT_ONCE, MOST_DAYS
from wfm.model.backfills import MAX_PLAN_BYTES, Backfill, check_requests, read_backfill
from wfm.model.json_schema import validate
from wfm.model.requests import read_request, resolve


def read(name: str = "q1", **fields: Any) -> Backfill:
    return read_backfill(a_backfill(**fields), name, NOON)


def test_a_request_is_complete_and_can_be_sent() -> None:
    backfill = read(payload={"timeWindowTimeZone": "Europe/Berlin"}, parameterSets=[{"brand": "A"}])

    request = backfill.request(0)

    assert request == {
        "customerId": "acme",
        "requestId": "q1-0",
        "priority": "backfill",
        "source": "backfill:q1",
        "backfillId": "q1",
        "payload": {
            "workflowId": "reach",
            "timeWindowTimeZone": "Europe/Berlin",
            "timeWindowType": "EXPLICIT",
            "timeWindowStart": "2026-01-01T00:00:00",
            "timeWindowEnd": "2026-01-08T00:00:00",
            "parameterValues": {"brand": "A"},
        },
    }
    read_back = read_request(validate("execution_request", request), "unused")
    assert (read_back.request_id, read_back.backfill_id, read_back.priority) == ("q1-0", "q1", "backfill")
    assert resolve(read_back, NOON)["timeWindowEnd"] == "2026-01-08T00:00:00"


def test_each_window_is_run_again_at_the_ages_of_the_plan() -> None:
    requests = [*read(refresh=["3d", "14d"]).one_tenants_requests()]

    assert {str(request.get("refresh")) for request in requests} == {"['3d', '14d']"}
    assert validate("execution_request", requests[0]) == requests[0]
    assert "refresh" not in read().request(0)
    with pytest.raises(InvalidRecord, match=r"refresh\[1\]: '3d' stands behind 14d; allowed: a list of 1 to 5 rising"):
        read(refresh=["14d", "3d"])


def test_labels_are_those_of_each_request_and_no_part_of_what_is_asked() -> None:
    labelled, plain = read(labels={"team": "emea"}), read()

    requests = [labelled.request(number) for number in labelled.numbers]

    assert {str(request.get("labels")) for request in requests} == {"{'team': 'emea'}"}
    assert read_request(validate("execution_request", requests[0]), "unused").labels == {"team": "emea"}
    assert "labels" not in plain.request(0)
    assert labelled == plain


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({"aws:x": "1"}, "labels: 'aws:x' is no usable name"),
        ({"team": 1}, "labels.team: a number is no text"),
        ([], "labels: a list with nothing in it is no object"),
        ({f"l{number}": "" for number in range(11)}, "labels: 11 are too many; allowed: at most 10"),
    ],
    ids=["reserved", "number", "list", "too many"],
)
def test_what_is_no_label_is_refused_with_the_plan(labels: Any, told: str) -> None:
    with pytest.raises(InvalidRecord, match=told):
        read(labels=labels)


def test_the_oldest_window_comes_first_and_in_it_every_tenant_before_the_next_parameters() -> None:
    sets = [{"brand": "A"}, {"brand": "B"}]
    backfill = read(customerIds=["acme", "globex"], parameterSets=sets, end="2026-01-15")

    requests: list[Any] = [backfill.request(number) for number in range(len(backfill))]

    order = [
        (r["payload"]["timeWindowStart"][:10], r["payload"]["parameterValues"]["brand"], r["customerId"])
        for r in requests
    ]
    assert order == [
        (start, brand, customer)
        for start in ("2026-01-01", "2026-01-08")
        for brand in ("A", "B")
        for customer in ("acme", "globex")
    ]


@settings(max_examples=50)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 6))
def test_every_combination_is_one_request_with_an_id_of_its_own(tenants: int, sets: int, weeks: int) -> None:
    end = (NOON - timedelta(days=1)).replace(hour=0)
    start = end - timedelta(weeks=weeks)
    backfill = read(
        customerIds=[f"tenant-{number}" for number in range(tenants)],
        parameterSets=[{"n": number} for number in range(sets)],
        start=f"{start:%Y-%m-%d}",
        end=f"{end:%Y-%m-%d}",
    )

    requests: list[Any] = [backfill.request(number) for number in range(len(backfill))]

    combinations = {
        (r["customerId"], r["payload"]["timeWindowStart"], r["payload"]["parameterValues"]["n"]) for r in requests
    }
    assert len(combinations) == len(requests) == tenants * sets * weeks
    assert [(r["customerId"], r["requestId"]) for r in requests] == [
        backfill.request_key(n) for n in range(len(backfill))
    ]
    assert len({r["requestId"] for r in requests}) == len(requests)


def test_a_parameter_set_lies_over_the_values_of_the_payload() -> None:
    backfill = read(payload={"parameterValues": {"brand": "A", "share": 0.5}}, parameterSets=[{"brand": "B"}])

    assert backfill.request(0)["payload"]["parameterValues"] == {"brand": "B", "share": 0.5}


def test_one_tenants_requests_are_all_windows_and_sets_once() -> None:
    backfill = read(customerIds=["acme", "globex"], parameterSets=[{"n": 1}, {"n": 2}], end="2026-01-15")

    requests = list(backfill.one_tenants_requests())

    assert [r["customerId"] for r in requests] == ["acme"] * 4
    assert len(requests) * 2 == len(backfill)


def test_times_of_day_and_the_zone_of_the_window_count() -> None:
    backfill = read(
        start="2026-01-01T06:00:00", end="2026-01-08T06:00:00", payload={"timeWindowTimeZone": "Asia/Tokyo"}
    )

    assert backfill.windows[0] == ("2026-01-01T06:00:00", "2026-01-08T06:00:00")


def test_what_is_over_is_told_by_the_clock_of_the_window() -> None:
    """At noon UTC the day is over in Kiritimati, which is 14 hours ahead, and not in Greenwich."""
    dates: dict[str, Any] = {"start": "2026-11-23", "end": "2026-11-24", "days": 1}

    assert len(read(**dates, payload={"timeWindowTimeZone": "Pacific/Kiritimati"})) == 1
    with pytest.raises(
        InvalidRequest, match="end: 2026-11-24T00:00:00 is in the future; allowed: at most 2026-11-23T12"
    ):
        read(**dates)


def test_ten_thousand_requests_are_allowed_and_one_more_is_not() -> None:
    range_of: dict[str, Any] = {"start": "2026-01-01", "end": "2026-01-11", "days": 1}
    tenants = [f"t{number}" for number in range(1000)]

    assert len(read(customerIds=tenants, **range_of)) == 10_000
    with pytest.raises(
        InvalidRequest, match="10 windows x 11 parameter sets x 91 tenants are 10010 requests; allowed: at most 10000"
    ):
        read(customerIds=tenants[:91], parameterSets=[{"n": n} for n in range(11)], **range_of)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"customerIds": []}, "customerIds: [] is not usable; allowed: a list of 1 to 1000 customer ids"),
        ({"customerIds": "acme"}, "customerIds: 'acme' is not usable"),
        ({"customerIds": ["a b"]}, "customerIds[0]: 'a b' is not usable"),
        (
            {"customerIds": ["acme", "globex", "acme"]},
            "customerIds: 'acme' stands there twice; allowed: each customer once",
        ),
        ({"workflowId": None}, "workflowId: needs exactly one of workflowId and workflow"),
        ({"workflow": {"sqlQuery": "SELECT 1"}}, "workflowId: needs exactly one of workflowId and workflow"),
        ({"start": None}, "start: None is neither a date nor a local time in whole hours; allowed: a date such as"),
        ({"start": "2026-02-30"}, "start: '2026-02-30' does not exist: day "),
        ({"start": "2026-01-01T24:00:00"}, "start: '2026-01-01T24:00:00' does not exist: hour must be in 0..23"),
        ({"start": "TODAY(-7)"}, "start: 'TODAY(-7)' is neither a date nor"),
        ({"start": "2026-01-01T06:30:00"}, "start: '2026-01-01T06:30:00' is neither a date nor"),
        ({"start": "2026-01-08"}, "end: 2026-01-08T00:00:00 is not after start 2026-01-08T00:00:00"),
        ({"start": "2026-01-09"}, "end: 2026-01-08T00:00:00 is not after start 2026-01-09T00:00:00"),
        ({"end": "2027-01-01"}, "end: 2027-01-01T00:00:00 is in the future; allowed: at most 2026-11-23T12:00:00"),
        (
            {"end": "2026-01-09"},
            "end: 2026-01-09T00:00:00 leaves 24 hours after the last window of 7 days; allowed: 2026-01-08",
        ),
        ({"days": "7"}, "days: '7' is no length of a window; allowed: a whole number, 1 to 1830"),
        ({"days": 7.0}, "days: 7.0 is no length of a window"),
        ({"days": True}, "days: True is no length of a window"),
        ({"days": 0}, "days: 0 is no length of a window"),
        ({"by": "month"}, "days: stands beside by month; allowed: one of the two"),
        ({"by": "quarter"}, "by: 'quarter' is no length of a window; allowed: month, or days in its place"),
        ({"windowType": "hopping"}, "windowType: 'hopping' is unknown; allowed: tumbling or sliding"),
        ({"allowPartialWindow": "yes"}, "allowPartialWindow: 'yes' is neither; allowed: true or false"),
        ({"parameterSets": []}, "parameterSets: a list with nothing in it is not usable; allowed: a list of 1"),
        ({"parameterSets": [{}, 3]}, "parameterSets[1]: a number is no object"),
        ({"parameterSets": [{"a": 1}, {"b": 1}, {"a": 1}]}, "parameterSets[2]: is the same as parameterSets[0]"),
        ({"payload": []}, "payload: a list with nothing in it is no object"),
        ({"payload": {"parameterValues": "x"}}, "payload.parameterValues: is no object"),
        (
            {"payload": {"timeWindowStart": "TODAY(-1)"}},
            "payload.timeWindowStart: does not belong there; allowed: start beside",
        ),
        (
            {"payload": {"workflowId": "x"}},
            "payload.workflowId: does not belong there; allowed: workflowId beside payload",
        ),
        ({"payload": {"timeWindowTimeZone": "Europe/Berlim"}}, "timeWindowTimeZone: 'Europe/Berlim' is no time zone"),
        ({"start": "2026-01-01T00:00:00Z"}, "start: '2026-01-01T00:00:00Z' is neither a date nor"),
        ({"windowtype": "sliding"}, "windowtype: is no field of a backfill (did you mean windowType?)"),
        (
            {"backfillId": "other"},
            "backfillId: 'other' is not the execution's name; allowed: q1, or an execution of that name",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read(**fields)

    assert problem in str(refused.value)


@pytest.mark.parametrize(
    "name", ["workflowId", "workflow", "timeWindowType", "timeWindowStart", "timeWindowEnd", "timeWindowName"]
)
def test_what_a_backfill_says_itself_stands_in_no_payload(name: str) -> None:
    with pytest.raises(InvalidRequest, match=rf"payload\.{name}: does not belong there; allowed: .* beside payload"):
        read(payload={name: "x"})


@pytest.mark.parametrize("name", ["0f8fad5b-d9cb-469f-a165-70867728950e", "a.b", ""])
def test_an_execution_whose_name_cannot_be_an_id_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be the backfill's id; allowed: an execution named by 1 to 30"):
        read(name)


@pytest.mark.parametrize("name", ["q", "q" * 30])
def test_the_shortest_and_the_longest_name_are_ids(name: str) -> None:
    assert read(name).backfill_id == name


def test_a_thousand_tenants_or_parameter_sets_are_taken_and_one_more_is_not() -> None:
    tenants, sets = [f"t{number}" for number in range(1001)], [{"n": number} for number in range(1001)]

    assert len(read(customerIds=tenants[:1000])) == len(read(parameterSets=sets[:1000])) == 1000
    with pytest.raises(InvalidRequest, match=r"customerIds: .* is not usable; allowed: a list of 1 to 1000"):
        read(customerIds=tenants)
    with pytest.raises(InvalidRequest, match="parameterSets: a list is not usable; allowed: a list of 1 to 1000"):
        read(parameterSets=sets)


def test_a_plan_that_step_functions_would_not_take_is_refused_with_its_size() -> None:
    """Few requests, and values so long that the plan itself is too large to be an input, or to be handed on."""
    values = [{"brand": "x" * 80_000 + str(number)} for number in range(3)]

    with pytest.raises(InvalidRequest, match=rf"^the backfill: has 240\d\d\d bytes; allowed: at most {MAX_PLAN_BYTES}"):
        read(parameterSets=values)
    assert len(read(parameterSets=values[:2]).parameter_sets) == 2


def test_five_years_are_the_longest_window() -> None:
    assert len(read(start="2021-01-01", end="2026-01-05", days=1830)) == 1
    with pytest.raises(InvalidRequest, match="days: 1831 is no length of a window; allowed: a whole number, 1 to 1830"):
        read(start="2021-01-01", end="2026-01-06", days=1831)


def test_a_range_may_reach_up_to_the_hour_that_has_begun_and_no_further() -> None:
    late = NOON + timedelta(minutes=59, seconds=59, microseconds=999_999)
    document = a_backfill(start="2026-11-22T12:00:00", end="2026-11-23T12:00:00", days=1)

    assert len(read_backfill(document, "q1", NOON)) == len(read_backfill(document, "q1", late)) == 1
    with pytest.raises(InvalidRequest, match="at most 2026-11-23T11:00:00"):
        read_backfill(document, "q1", NOON - timedelta(microseconds=1))


def test_without_further_words_the_windows_are_tumbling_whole_and_of_one_set() -> None:
    backfill = read(payload={"parameterValues": None})

    assert backfill.windows == read(windowType="tumbling", allowPartialWindow=False).windows
    assert backfill.windows != read(windowType="sliding").windows
    assert backfill.parameter_sets == ({},)
    assert backfill.request(0)["payload"]["parameterValues"] is None


def test_a_partial_window_is_made_where_it_is_asked_for() -> None:
    found = read(end="2026-01-10", allowPartialWindow=True).windows

    assert [found[number] for number in range(len(found))] == [
        ("2026-01-01T00:00:00", "2026-01-08T00:00:00"),
        ("2026-01-08T00:00:00", "2026-01-10T00:00:00"),
    ]


def test_a_plan_by_month_has_a_request_for_each_and_no_sliding_ones() -> None:
    plan = a_backfill(start="2026-01-01", end="2026-04-01", by="month")
    del plan["days"]

    backfill = read_backfill(plan, "q1", NOON)

    assert [backfill.windows[index][0] for index in range(len(backfill))] == [
        "2026-01-01T00:00:00", "2026-02-01T00:00:00", "2026-03-01T00:00:00",
    ]  # fmt: skip
    validate("backfill", plan)
    with pytest.raises(InvalidRequest, match="windowType: 'sliding' stands beside by month; allowed: tumbling"):
        read_backfill({**plan, "windowType": "sliding"}, "q1", NOON)


def test_the_id_may_stand_in_the_input_too() -> None:
    assert read(backfillId="q1").backfill_id == "q1"


def test_the_schema_has_the_fields_and_the_bounds_that_are_read() -> None:
    schema = json.loads((Path(__file__).parents[3] / "schemas" / "backfill.json").read_text(encoding="utf-8"))

    known = schema["properties"]
    assert tuple(known) == FIELDS
    assert known["days"]["maximum"] == MOST_DAYS
    assert {known[name]["maxItems"] for name in ("customerIds", "parameterSets")} == {MOST_AT_ONCE}


def test_dates_in_parameters_go_by_the_zone_of_the_windows_if_the_plan_says_so() -> None:
    late = datetime(2026, 11, 23, 3, tzinfo=UTC)  # the evening before in New York
    zones = {"timeWindowTimeZone": "America/New_York", "dateFunctionsTimeZone": "window"}
    plan = a_backfill(payload={**zones, "parameterValues": {"day": "TODAY(0)"}})

    body = resolve(read_request(read_backfill(plan, "b1", late).request(0), ""), late)

    assert body["parameterValues"] == {"day": "2026-11-22T00:00:00"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"customerIds": ["acme", "globex "]}, "customerIds[1]: 'globex ' is not usable"),
        ({"parameterSets": [{"a": 1}, {"a": 1.0}]}, "parameterSets[1]: is the same as parameterSets[0]"),
        ({"payload": {"timeZone": "UTC"}}, "payload.timeZone: no field of a request; did you mean timeWindowTimeZone?"),
    ],
)
def test_slips_in_a_plan_are_told_with_their_place(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_requests(read(**fields), lambda document: document, NOON)  # type: ignore[arg-type, return-value]

    assert str(refused.value).startswith(told)
