"""Date functions and windows."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfm.calendar.date_functions import FUNCTIONS, UNITS
from wfm.calendar.named_windows import EXAMPLES
from wfm.calendar.timestamps import AMC_FORMAT
from wfm.calendar.windows import evaluate, resolve_value, resolve_window
from wfm.errors import InvalidRequest

AT = datetime(2023, 3, 31, 10, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NOW()", "2023-03-31T10:20:30"),
        ("now()", "2023-03-31T10:20:30"),
        ("TODAY(0)", "2023-03-31T00:00:00"),
        ("TODAY()", "2023-03-31T00:00:00"),
        ("today( -14 )", "2023-03-17T00:00:00"),
        ("TODAY(+1)", "2023-04-01T00:00:00"),
        ("FIRSTDAYOFOFFSETMONTH(-1)", "2023-02-01T00:00:00"),
        ("FirstDayOfOffsetMonth(10)", "2024-01-01T00:00:00"),
        ("FIFTEENTHDAYOFOFFSETMONTH(0)", "2023-03-15T00:00:00"),
        ("LASTDAYOFOFFSETMONTH(-1)", "2023-02-28T00:00:00"),
        ("LASTDAYOFOFFSETMONTH(11)", "2024-02-29T00:00:00"),
    ],
)
def test_the_date_functions_give_what_the_predecessors_gave(text: str, expected: str) -> None:
    found = evaluate(text, AT, "timeWindowStart")

    assert found is not None
    assert found.strftime(AMC_FORMAT) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("TODAY(abc)", "TODAY(n) with a whole number n"),
        ("TODAY(-1.5)", "TODAY(n) with a whole number n"),
        ("FIRSTDAYOFOFFSETMONTH()", "FIRSTDAYOFOFFSETMONTH(n) with a whole number n"),
        ("NOW(-1)", "NOW()"),
        ("TODAY(99999999)", "the years 1 to 9999"),
        ("TODY(-1)", "did you mean TODAY?"),
        ("yesterday", "timeWindowName with it"),
        ("2023-03-01", "yyyy-MM-ddTHH:mm:ss"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_is_allowed(text: str, told: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^timeWindowStart: ") as refused:
        resolve_window({"timeWindowStart": text, "timeWindowEnd": "TODAY(0)"}, AT)

    assert told in str(refused.value)


def test_a_window_without_a_type_is_explicit() -> None:
    window = resolve_window({"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "2023-03-30T00:00:00Z"}, AT)

    assert window == {
        "timeWindowType": "EXPLICIT",
        "timeWindowStart": "2023-03-24T00:00:00",
        "timeWindowEnd": "2023-03-30T00:00:00",
    }


def test_amcs_own_window_types_go_without_start_and_end() -> None:
    payload = {"timeWindowType": "PREVIOUS_MONTH", "timeWindowStart": "TODAY(-1)", "timeWindowEnd": "TODAY(0)"}

    assert resolve_window(payload, AT) == {"timeWindowType": "PREVIOUS_MONTH"}


@pytest.mark.parametrize("kind", ["MOST_RECENT_DAY", "MOST_RECENT_WEEK", "CURRENT_MONTH", "PREVIOUS_MONTH", "ALL"])
def test_each_of_amcs_own_windows_is_taken(kind: str) -> None:
    assert resolve_window({"timeWindowType": kind}, AT) == {"timeWindowType": kind}


def test_a_request_without_any_window_leaves_it_to_amc() -> None:
    assert resolve_window({}, AT) == {}


@pytest.mark.parametrize("end", ["TODAY(-7)", "TODAY(-8)", "TODAY(-7) + 59min"])
def test_a_window_that_ends_before_it_starts_names_both_ends(end: str) -> None:
    with pytest.raises(InvalidRequest, match=r"timeWindowEnd: 2023-03-2[34]T00:00:00 is not after") as refused:
        resolve_window({"timeWindowStart": "TODAY(-7)", "timeWindowEnd": end}, AT)

    assert "is not after timeWindowStart 2023-03-24T00:00:00, in whole hours; allowed: an end" in str(refused.value)


def test_an_explicit_window_needs_both_ends() -> None:
    with pytest.raises(InvalidRequest, match="timeWindowEnd: is missing"):
        resolve_window({"timeWindowType": "EXPLICIT", "timeWindowStart": "TODAY(-7)"}, AT)


@pytest.mark.parametrize(
    "value",
    [7, 0.5, True, None, "DISPLAY", "SUM(x)", {"a": "TODAY(0)"}, "xTODAY(-1)", "Today (sale)", "last 7 days", "TODAY"],
)
def test_parameter_values_that_are_no_date_function_pass_untouched(value: object) -> None:
    assert resolve_value(value, AT, "parameterValues.p") == value


def test_date_functions_in_lists_are_resolved_item_by_item() -> None:
    assert resolve_value(["TODAY(-1)", "x", 3], AT, "p") == ["2023-03-30T00:00:00", "x", 3]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("NOW()", "2023-03-31T10:20:30"),
        ("today (-1) + 90min", "2023-03-30T01:30:00"),
        ("STARTOFQUARTER(0)", "2023-01-01T00:00:00"),
    ],
)
def test_expressions_in_parameter_values_are_not_rounded(value: str, expected: str) -> None:
    assert resolve_value(value, AT, "p") == expected


@pytest.mark.parametrize(
    "value", ["TODAY(-1) and more", "TODAY(-1)T10:00", "NOW(1)", "TODAY(sale)", "LASTDAYOFOFFSETMONTH()"]
)
def test_a_parameter_value_that_begins_with_a_call_is_read_or_refused(value: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^p\[1\]: .* at column \d+: "):
        resolve_value(["x", value], AT, "p")


def test_a_name_takes_the_place_of_start_and_end() -> None:
    assert resolve_window({"timeWindowName": "Previous month", "timeWindowType": "EXPLICIT"}, AT) == {
        "timeWindowType": "EXPLICIT",
        "timeWindowStart": "2023-02-01T00:00:00",
        "timeWindowEnd": "2023-03-01T00:00:00",
    }


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ({"timeWindowName": "yesterday", "timeWindowStart": "TODAY(-1)"}, "timeWindowStart: stands beside"),
        ({"timeWindowName": "yesterday", "timeWindowType": "ALL"}, "timeWindowName: has no effect on AMC's own ALL"),
        ({"timeWindowName": 7}, "timeWindowName: 7 is not text"),
        (
            {"timeWindowStart": "last 7 days", "timeWindowEnd": "TODAY(0)"},
            "timeWindowStart: 'last 7 days' names",
        ),
        ({"timeWindowStart": 7, "timeWindowEnd": "TODAY(0)"}, "timeWindowStart: 7 is not text"),
        ({"timeWindowType": "LAST_WEEK"}, "timeWindowType: 'LAST_WEEK' is unknown"),
        ({"settlementLag": "14d"}, "settlementLag: has no effect on AMC's own default window"),
        ({"settlementLag": "14d", "timeWindowType": "CURRENT_MONTH"}, "settlementLag: has no effect"),
        ({"settlementLag": "2 months", "timeWindowName": "yesterday"}, "settlementLag: '2 months' cannot be read"),
        ({"settlementLag": 14, "timeWindowName": "yesterday"}, "settlementLag: 14 cannot be read"),
        ({"settlementLag": "999999w", "timeWindowName": "yesterday"}, "settlementLag: 999999w before 2023-03-31"),
        ({"timeWindowTimeZone": "Mars/Olympus"}, "timeWindowTimeZone: 'Mars/Olympus' is no time zone"),
        ({"dateFunctionsTimeZone": "Europe/Berlin"}, "dateFunctionsTimeZone: 'Europe/Berlin' is unknown"),
    ],
)
def test_fields_that_do_not_go_together_are_refused_by_name(payload: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        resolve_window(payload, AT)

    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("NOW() - 1d", "NOW()", ("2023-03-30T10:00:00", "2023-03-31T10:00:00")),
        ("2023-03-30T00:00:01", "2023-03-30T23:59:59", ("2023-03-30T00:00:00", "2023-03-31T00:00:00")),
        ("2023-03-30T00:00:00", "2023-03-30T23:00:00", ("2023-03-30T00:00:00", "2023-03-30T23:00:00")),
    ],
)
def test_windows_are_in_whole_hours(start: str, end: str, expected: tuple[str, str]) -> None:
    window = resolve_window({"timeWindowStart": start, "timeWindowEnd": end}, AT)

    assert (window["timeWindowStart"], window["timeWindowEnd"]) == expected


@pytest.mark.parametrize(
    ("lag", "name", "expected"),
    [
        ("48h", "yesterday", ("2023-03-28T00:00:00", "2023-03-29T00:00:00")),
        (" 14 D ", "last 7 days", ("2023-03-10T00:00:00", "2023-03-17T00:00:00")),
        ("4w", "previous month", ("2023-02-01T00:00:00", "2023-03-01T00:00:00")),
        ("5w", "previous month", ("2023-01-01T00:00:00", "2023-02-01T00:00:00")),
    ],
)
def test_a_settlement_lag_moves_the_window_back_and_keeps_its_units_whole(
    lag: str, name: str, expected: tuple[str, str]
) -> None:
    window = resolve_window({"timeWindowName": name, "settlementLag": lag}, AT)

    assert (window["timeWindowStart"], window["timeWindowEnd"]) == expected


@pytest.mark.parametrize(
    ("start", "end", "zones", "told"),
    [
        (
            "STARTOFMONTH(0)",
            "ENDOFMONTH(0)",
            {},
            "the window ends at 2023-04-01T00:00:00, and the run is due",
        ),
        ("TODAY(0)", "TODAY(1)", {}, "the window ends at 2023-04-01T00:00:00"),
        ("TODAY(-7)", "2023-03-31T23:59:59", {}, "the window ends at 2023-04-01T00:00:00"),
        ("2030-01-01T00:00:00", "2030-02-01T00:00:00", {}, "the window ends at 2030-02-01T00:00:00"),
        (
            "2023-03-30T00:00:00",
            "2023-03-31T08:00:00",
            {"timeWindowTimeZone": "America/New_York"},
            "due at 2023-03-31T06:2",
        ),
    ],
)
def test_a_window_that_ends_after_its_run_is_refused_unless_it_may_have_gaps(
    start: str, end: str, zones: dict[str, str], told: str
) -> None:
    payload = {"timeWindowStart": start, "timeWindowEnd": end, **zones}

    with pytest.raises(InvalidRequest) as refused:
        resolve_window(payload, AT)

    assert refused.value.field == "timeWindowEnd"
    assert told in str(refused.value)
    assert "or ignoreDataGaps: true" in str(refused.value)
    for word in (True, "True"):
        assert resolve_window({**payload, "ignoreDataGaps": word}, AT)["timeWindowType"] == "EXPLICIT"


@pytest.mark.parametrize(
    ("end", "zones"),
    [
        ("NOW()", {}),
        ("ENDOFHOUR(0)", {}),
        ("2023-03-31T10:20:30", {}),
        ("2023-03-31T10:59:59", {}),
        ("2023-03-31T06:20:00", {"timeWindowTimeZone": "America/New_York"}),
        ("TODAY(0)", {"timeWindowTimeZone": "America/Los_Angeles"}),
        ("NOW()", {"timeWindowTimeZone": "Asia/Tokyo", "dateFunctionsTimeZone": "window"}),
    ],
)
def test_the_hour_of_the_run_itself_counts_as_over(end: str, zones: dict[str, str]) -> None:
    payload = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": end, **zones}

    assert resolve_window(payload, AT)["timeWindowType"] == "EXPLICIT"


def test_what_the_predecessors_compute_in_utc_stays_as_it_was_whatever_the_windows_zone() -> None:
    payload = {"timeWindowStart": "TODAY(-1)", "timeWindowEnd": "TODAY(0)", "timeWindowTimeZone": "America/New_York"}

    window = resolve_window(payload, datetime(2023, 3, 31, 2, tzinfo=UTC))

    assert window["timeWindowEnd"] == "2023-03-31T00:00:00"


def test_a_window_that_has_just_settled_is_taken() -> None:
    payload = {"timeWindowStart": "2023-03-01T00:00:00", "timeWindowEnd": "2023-03-17T10:00:00", "settlementLag": "14d"}

    window = resolve_window(payload, datetime(2023, 3, 31, 10, tzinfo=UTC))

    assert window["timeWindowEnd"] == "2023-03-17T10:00:00"


def test_a_window_that_has_not_settled_is_refused() -> None:
    payload = {"timeWindowStart": "2023-03-01T00:00:00", "timeWindowEnd": "2023-03-20T00:00:00", "settlementLag": "14d"}

    with pytest.raises(InvalidRequest, match=r"settlementLag: .* 2023-03-20T00:00:00, later than 2023-03-17T10:20:30"):
        resolve_window(payload, AT)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "2023-03-31T00:00:00"),
        ({"dateFunctionsTimeZone": "window"}, "2023-03-31T00:00:00"),
        ({"timeWindowTimeZone": "America/New_York"}, "2023-03-31T00:00:00"),
        ({"timeWindowTimeZone": "America/New_York", "dateFunctionsTimeZone": "UTC"}, "2023-03-31T00:00:00"),
        ({"timeWindowTimeZone": "America/New_York", "dateFunctionsTimeZone": "window"}, "2023-03-30T00:00:00"),
    ],
)
def test_functions_go_by_utc_unless_the_window_s_own_zone_is_asked_for(fields: dict[str, str], expected: str) -> None:
    at = datetime(2023, 3, 31, 2, 20, tzinfo=UTC)

    window = resolve_window({"timeWindowStart": "TODAY(-1)", "timeWindowEnd": "TODAY(0)", **fields}, at)

    assert window["timeWindowEnd"] == expected


BERLIN = {"timeWindowTimeZone": "Europe/Berlin", "dateFunctionsTimeZone": "window"}


def test_a_day_of_23_hours_is_one_day() -> None:
    window = resolve_window({"timeWindowName": "yesterday", **BERLIN}, datetime(2023, 3, 27, 8, tzinfo=UTC))

    assert (window["timeWindowStart"], window["timeWindowEnd"]) == ("2023-03-26T00:00:00", "2023-03-27T00:00:00")


def test_an_end_in_utc_that_the_window_s_clocks_skip_is_moved_forward() -> None:
    fields = {"timeWindowStart": "TODAY(-1)", "timeWindowEnd": "TODAY(0)", "timeWindowTimeZone": "America/Havana"}

    window = resolve_window(fields, datetime(2023, 3, 12, 8, tzinfo=UTC))

    assert window["timeWindowEnd"] == "2023-03-12T01:00:00"


def test_the_hour_before_the_clocks_are_put_back_cannot_be_told_in_local_time() -> None:
    at = datetime(2023, 10, 29, 1, 10, tzinfo=UTC)  # 02:10 in Berlin for the second time

    with pytest.raises(InvalidRequest, match=r"timeWindowEnd: .* the clocks are put back there"):
        resolve_window({"timeWindowName": "last 1 hours", **BERLIN}, at)


def test_a_scheduled_time_at_the_edge_of_the_calendar_is_refused() -> None:
    at = datetime(1, 1, 1, tzinfo=UTC)

    with pytest.raises(InvalidRequest, match="scheduledTime: 0001-01-01T00:00:00 is out of reach"):
        resolve_window({"timeWindowName": "yesterday", **BERLIN, "timeWindowTimeZone": "America/New_York"}, at)


WRITTEN = st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds"))
NUMBERS = st.integers(-9999, 9999)
CALLS_WITH_STEPS = st.builds(
    "{}({}) {} {}{}".format,
    st.sampled_from(sorted(FUNCTIONS)),
    NUMBERS,
    st.sampled_from("+-"),
    st.integers(0, 9999),
    st.sampled_from(UNITS),
)
ENDS = WRITTEN | CALLS_WITH_STEPS | st.just("NOW()") | st.text(max_size=12) | st.none()
PAYLOADS = st.fixed_dictionaries(
    {"timeWindowStart": ENDS, "timeWindowEnd": ENDS},
    optional={
        "timeWindowName": st.sampled_from([*EXAMPLES, "last 99999 years", "soon"]),
        "timeWindowTimeZone": st.sampled_from(["UTC", "Asia/Tokyo", "America/Havana", "Australia/Lord_Howe"]),
        "dateFunctionsTimeZone": st.sampled_from(["UTC", "window"]),
        "settlementLag": st.sampled_from(["48h", "14d", "999999w"]),
    },
)


@given(payload=PAYLOADS, at=st.datetimes(timezones=st.just(UTC)))
def test_any_payload_is_a_window_with_a_length_or_refused(payload: dict[str, str], at: datetime) -> None:
    try:
        window = resolve_window(payload, at)
    except InvalidRequest:
        return

    if window:
        start, end = (datetime.fromisoformat(window[key]) for key in ("timeWindowStart", "timeWindowEnd"))
        assert start < end
        assert start.minute in (0, 30)  # Lord Howe's clocks are put forward by half an hour
