"""`wfm window`, and windows in `wfm run`."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.wfm.commands import Run
from wfm.client.windows import resolve
from wfm.errors import InvalidRequest

AT = "2023-03-31T10:20:30"


def test_json_is_one_object_from_expression_to_value(command: Run) -> None:
    ended = command("window", "NOW()", "TODAY(-1) + 6h", "previous month", "--at", AT, "--json")

    assert ended.code == 0
    assert ended.err == ""
    assert json.loads(ended.out) == {
        "NOW()": "2023-03-31T10:20:30",
        "TODAY(-1) + 6h": "2023-03-30T06:00:00",
        "previous month": {"start": "2023-02-01T00:00:00", "end": "2023-03-01T00:00:00"},
    }


def test_a_table_hints_at_the_exclusive_end(command: Run) -> None:
    ended = command("window", "LASTDAYOFOFFSETMONTH(-1)", "LASTDAYOFOFFSETMONTH(-1) + 1d", "--at", AT)

    _, first, second = ended.out.splitlines()
    assert first.split()[:2] == ["LASTDAYOFOFFSETMONTH(-1)", "2023-02-28T00:00:00"]
    assert "ENDOFMONTH(-1) is that month's end" in first
    assert second.split()[-1] == "2023-03-01T00:00:00"


def test_the_time_is_utc_unless_it_has_an_offset(command: Run) -> None:
    plain = command("window", "NOW()", "--at", "2023-03-31T10:20:30", "--json")
    offset = command("window", "NOW()", "--at", "2023-03-31T10:20:30+02:00", "--json")

    assert json.loads(plain.out) == {"NOW()": "2023-03-31T10:20:30"}
    assert json.loads(offset.out) == {"NOW()": "2023-03-31T08:20:30"}


def test_without_a_time_it_is_now(command: Run) -> None:
    before = datetime.now(UTC).replace(microsecond=0, tzinfo=None)

    ended = command("window", "NOW()", "--json")

    after = datetime.now(UTC).replace(tzinfo=None)
    assert before <= datetime.fromisoformat(json.loads(ended.out)["NOW()"]) <= after


def test_in_a_time_zone_it_tells_the_time_there(command: Run) -> None:
    ended = command("window", "TODAY(0)", "--at", "2023-03-31T02:00:00", "--time-zone", "America/New_York")

    assert "2023-03-30T00:00:00" in ended.out
    assert ended.err == "note: 2023-03-31T02:00:00 UTC is 2023-03-30T22:00:00 in America/New_York\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["TODY(-1)"], "error: EXPR: 'TODY(-1)' at column 1: 'TODY' is no date function (did you mean TODAY?)"),
        (["TODAY(0)", "TODAY(-1) x"], "error: EXPR: 'TODAY(-1) x' at column 11: "),
        (["2023-02-30T00:00:00"], "error: EXPR: '2023-02-30T00:00:00' at column 9: there is no such day"),
        (["last week to date"], "error: EXPR: 'last week to date' at column 11 "),
        (["MOST_RECENT_DAY"], "error: EXPR: 'MOST_RECENT_DAY' at column 1 "),
        (["TODAY(0)", "--time-zone", "Mars/Olympus"], "error: --time-zone: 'Mars/Olympus' is no time zone"),
        (["TODAY(0)", "--at", "noon"], "error: --at: 'noon' cannot be read"),
        (
            ["NOW()", "--at", "0001-01-01", "--time-zone", "America/Lima"],
            "error: scheduledTime: 0001-01-01T00:00:00 is",
        ),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_prints_nothing(command: Run, words: list[str], sentence: str) -> None:
    ended = command("window", *words)

    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith(sentence)


@pytest.mark.parametrize(
    ("expression", "zone", "at", "hint"),
    [
        ("NOW()", "UTC", "2023-03-31T10:20:30+00:00", "in a window 2023-03-31T10:00:00: whole hours"),
        (
            "TODAY(0)",
            "America/Havana",
            "2023-03-12T15:00:00+00:00",
            "the clocks of America/Havana skip the time before",
        ),
        ("TODAY(0)", "America/Havana", "2023-11-05T15:00:00+00:00", "the clocks of America/Havana show it twice"),
        ("TODAY(0)", "America/Havana", "2023-11-06T15:00:00+00:00", ""),
        (
            "2023-03-31T23:59:59",
            "UTC",
            "2023-03-31T10:20:30+00:00",
            "start 2023-03-31T23:00:00, as its end 2023-04-01T",
        ),
    ],
)
def test_a_hint_tells_what_may_surprise(expression: str, zone: str, at: str, hint: str) -> None:
    found = resolve(expression, datetime.fromisoformat(at), ZoneInfo(zone))

    assert hint in found.hint
    assert bool(hint) == bool(found.hint)


def test_a_run_takes_a_window_by_name_and_a_lag(deployed: Any, command: Run) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    zone = ["--time-zone", "Europe/Berlin", "--functions-time-zone", "window"]
    command("run", "reach", "--customer", "acme", "--window", "last 7 days", "--settlement-lag", "14d", *zone)

    (message,) = deployed.messages(queue)
    assert json.loads(message["Body"])["payload"] == {
        "workflowId": "reach",
        "timeWindowName": "last 7 days",
        "timeWindowTimeZone": "Europe/Berlin",
        "dateFunctionsTimeZone": "window",
        "settlementLag": "14d",
    }


@pytest.mark.parametrize(("end", "noted"), [("LastDayOfOffsetMonth(-1)", True), ("ENDOFMONTH(-1)", False)])
def test_a_run_to_the_last_day_of_a_month_tells_that_the_day_is_not_in_it(
    deployed: Any, command: Run, end: str, noted: bool
) -> None:
    deployed.put_tenant()
    deployed.put_workflow()

    ended = command("run", "reach", "--customer", "acme", "--start", "STARTOFMONTH(-1)", "--end", end)

    assert ended.code == 0
    assert ("leaves the whole last day out" in ended.err) == noted


def test_a_run_whose_window_cannot_be_read_is_not_sent(deployed: Any, command: Run) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    ended = command("run", "reach", "--customer", "acme", "--window", "last weak")

    assert ended.code == 2
    assert "--window: 'last weak' at column 6" in ended.err
    assert deployed.messages(queue) == []


def test_a_written_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="the clocks of Europe/Berlin skip it"):
        resolve("2023-03-26T02:30:00", datetime.now(UTC), ZoneInfo("Europe/Berlin"))
