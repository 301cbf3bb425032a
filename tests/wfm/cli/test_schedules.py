"""`wfm schedules`."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run

NOW = datetime(2026, 11, 23, 14, 20, 49, tzinfo=UTC)
ADD = ("schedules", "add", "acme/daily", "--workflow", "reach")


@pytest.fixture
def acme(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A deployment with a customer who has a workflow; the client takes every moment for NOW."""
    monkeypatch.setattr("wfm.client.schedules.schedules.present", lambda: NOW)
    deployed.put_row("acme")
    deployed.put_workflow("reach")
    return deployed


def stored(deployed: Any, name: str = "daily") -> Any:
    return deployed.table("Schedules").get_item(Key={"customerId": "acme", "Name": name}).get("Item")


def put(deployed: Any, **fields: Any) -> None:
    row = {"customerId": "acme", "Name": "daily", "ScheduleExpression": "daily 08:00"}
    deployed.table("Schedules").put_item(Item={**row, "Input": {"payload": {"workflowId": "reach"}}, **fields})


def test_every_option_ends_up_in_the_row(acme: Any, command: Run) -> None:
    ended = command(
        *ADD, "--every", "weekly mon 08:00", "--time-zone", "Europe/Berlin", "--start", "2027-01-01", "--end",
        "2028-01-01", "--window", "last 7 days", "--window-time-zone", "Europe/Berlin", "--functions-time-zone",
        "window", "--settlement-lag", "48h", "--parameter", "country=DE", "--parameter", 'brands=["A","B"]',
        "--catch-up", "last", "--priority", "backfill", "--description", "for sales", "--resubmit", "2",
        "--resubmit-for", "FAILED", "--resubmit-for", "AmcRejected",
        "--except", "2027-01-18", "--except", "2027-12-27", "--spread", "30m", "--overlap", "skip",
        "--pause-after", "3", "--label", "team=emea", "--label", "cost=4711", "--refresh", "3d, 14d",
    )  # fmt: skip

    assert ended.code == 0
    assert stored(acme) == {
        "customerId": "acme",
        "Name": "daily",
        "ScheduleExpression": "weekly mon 08:00",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "StartDate": "2027-01-01",
        "EndDate": "2028-01-01",
        "catchUp": "last",
        "priority": "backfill",
        "Description": "for sales",
        "resubmit": {"attempts": 2, "for": ["FAILED", "AmcRejected"]},
        "except": ["2027-01-18", "2027-12-27"],
        "spread": "30m",
        "overlap": "skip",
        "pauseAfter": 3,
        "labels": {"team": "emea", "cost": "4711"},
        "refresh": ["3d", "14d"],
        "Input": {
            "payload": {
                "workflowId": "reach",
                "timeWindowName": "last 7 days",
                "timeWindowTimeZone": "Europe/Berlin",
                "dateFunctionsTimeZone": "window",
                "settlementLag": "48h",
                "parameterValues": {"country": "DE", "brands": ["A", "B"]},
            }
        },
    }
    assert ended.out.splitlines() == [
        "acme daily: added; it fires at",
        "Europe/Berlin         UTC                   WINDOW",
        *(
            f"Mon {day} 08:00  Mon {day} 07:00  {start}T00:00:00 to {end}T00:00:00 Europe/Berlin"
            for day, start, end in (
                ("2027-01-04", "2026-12-26", "2027-01-02"),
                ("2027-01-11", "2027-01-02", "2027-01-09"),
                ("2027-01-25", "2027-01-16", "2027-01-23"),
                ("2027-02-01", "2027-01-23", "2027-01-30"),
                ("2027-02-08", "2027-01-30", "2027-02-06"),
            )
        ),
    ]
    assert "Mon 2027-01-18 08:00 is left out: 2027-01-18 is an exception" in ended.err
    assert "each is sent within 30 minutes after its time" in ended.err


def test_the_next_times_leave_out_exceptions_and_say_so(acme: Any, command: Run) -> None:
    command(*ADD, "--every", "daily 08:00", "--except", "2026-11-25")

    ended = command("schedules", "next", "acme/daily", "--count", "2")
    found = json.loads(command("schedules", "next", "acme/daily", "--count", "2", "--json").out)
    command(*ADD, "--except", "")

    assert [line[:14] for line in ended.out.splitlines()[1:]] == ["Tue 2026-11-24", "Thu 2026-11-26"]
    assert "Wed 2026-11-25 08:00 is left out" in ended.err
    assert [time["utc"] for time in found["leftOut"]] == ["2026-11-25T08:00:00Z"]
    assert "except" not in stored(acme)


def test_the_next_times_are_shown_with_when_each_is_due(acme: Any, command: Run) -> None:
    command(*ADD, "--every", "daily 22:00", "--time-zone", "Europe/Berlin", "--due-by", "06:00")

    shown = command("schedules", "next", "acme/daily", "--count", "1").out.splitlines()
    found = json.loads(command("schedules", "next", "acme/daily", "--count", "1", "--json").out)["times"]

    assert shown[0].split() == ["Europe/Berlin", "UTC", "DUE", "WINDOW"]
    assert shown[1].startswith("Mon 2026-11-23 22:00  Mon 2026-11-23 21:00  Tue 2026-11-24 06:00")
    assert found[0]["due"] == "2026-11-24T06:00:00+01:00"
    assert stored(acme)["dueBy"] == "06:00"


def test_who_resumes_what_wfm_paused_begins_anew_with_its_failures(acme: Any, command: Run) -> None:
    put(acme, paused=True, pauseSetBy="WFM, after 2 failures in a row", pauseAfter=2, failedFirings={"one", "two"})

    ended = command("schedules", "resume", "acme/daily")
    resumed = stored(acme)
    command(*ADD, "--pause-after", "0")

    assert (ended.code, "paused" in resumed, "failedFirings" in resumed) == (0, False, False)
    assert (resumed["pauseAfter"], "pauseAfter" in stored(acme)) == (2, False)


def test_ages_that_are_none_are_refused_with_their_option_and_can_be_taken_out(acme: Any, command: Run) -> None:
    put(acme, refresh=["3d"])

    wrong = command(*ADD, "--refresh", "3d,72h")
    shown = command("schedules", "show", "acme/daily").out
    command(*ADD, "--refresh", "")

    assert wrong.code == 2
    assert wrong.err.startswith(
        "error: --refresh[1]: '72h' is no number of days; allowed: a list of 1 to 5 rising ages"
    )
    assert re.search(r"^refresh +\['3d'\]$", shown, re.MULTILINE)
    assert "refresh" not in stored(acme)


def test_an_exception_that_is_no_date_is_refused_with_its_option(acme: Any, command: Run) -> None:
    ended = command(*ADD, "--every", "daily 08:00", "--except", "2026-02-30")

    assert (ended.code, stored(acme)) == (2, None)
    assert ended.err.startswith("error: --except[0]: '2026-02-30' is no date; allowed: one such as 2026-12-25")


def test_what_is_said_of_sending_again_goes_to_what_was_said_before(acme: Any, command: Run) -> None:
    command(*ADD, "--every", "daily 08:00", "--resubmit", "1", "--resubmit-for", "REJECTED", "--resubmit-pause", "1h")
    command(*ADD, "--resubmit", "3")
    more = stored(acme)["resubmit"]
    shown = command("schedules", "show", "acme/daily").out
    command(*ADD, "--resubmit", "0")

    assert more == {"attempts": 3, "for": ["REJECTED"], "pause": "1h"}
    assert ["resubmit", "up to 3 times for REJECTED, 60 minutes after"] in [
        line.split(maxsplit=1) for line in shown.splitlines()
    ]
    assert "resubmit" not in stored(acme)


def test_kinds_of_failure_without_a_number_or_that_nobody_knows_are_refused(acme: Any, command: Run) -> None:
    ended = command(*ADD, "--every", "daily 08:00", "--resubmit-for", "FALED")

    assert ended.code == 2
    number, kind = ended.err.split(" | ")
    assert number == "error: --resubmit: is missing; allowed: 1 to 5"
    assert kind.startswith("--resubmit-for: 'FALED' is unknown (did you mean FAILED?)")
    assert stored(acme) is None


def test_a_window_by_its_ends_or_by_amcs_type(acme: Any, command: Run) -> None:
    command(*ADD, "--every", "daily 08:00", "--from", "TODAY(-7)", "--to", "TODAY(0)")
    ends = stored(acme)["Input"]["payload"]
    command(*ADD, "--window-type", "MOST_RECENT_DAY")

    assert ends == {"workflowId": "reach", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    assert stored(acme)["Input"]["payload"] == {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}


def test_json_tells_what_was_done_and_when_it_fires(acme: Any, command: Run) -> None:
    reported = json.loads(command(*ADD, "--every", "at(2030-01-01T08:00:00)", "--json").out)

    assert (reported["change"], reported["state"], reported["nextRunAt"]) == (
        "added",
        "PENDING",
        "2030-01-01T08:00:00.000Z",
    )
    assert reported["upcoming"] == [
        {
            "utc": "2030-01-01T08:00:00Z",
            "local": "2030-01-01T08:00:00+00:00",
            "window": "AMC's default, the most recent day",
        }
    ]


def test_all_that_is_wrong_is_reported_and_nothing_changes(acme: Any, command: Run) -> None:
    put(acme)

    ended = command(*ADD, "--every", "dayly 08:00", "--time-zone", "Europe/Berln", "--catch-up", "some")

    assert (ended.code, ended.out) == (2, "")
    zone, timetable, catch_up = ended.err.split(" | ")
    assert zone.startswith("error: --time-zone: 'Europe/Berln' is no time zone (did you mean Europe/Berlin")
    assert "'dayly' begins no timetable (did you mean daily 08:00?)" in timetable
    assert catch_up.startswith("--catch-up: 'some' is unknown")
    assert stored(acme)["ScheduleExpression"] == "daily 08:00"


def test_a_file_of_the_later_predecessor_is_a_schedule_and_options_count_more(
    acme: Any, command: Run, tmp_path: Path
) -> None:
    request = {
        "customerId": "acme",
        "requestType": "createExecution",
        "createExecutionRequest": {"workflowId": "reach"},
    }
    document = {"execution_request": request, "schedule_expression": "rate(1 day)", "rule_name": "daily"}
    (tmp_path / "rule.json").write_text(json.dumps({**document, "rule_description": "x"}))

    ended = command("schedules", "add", "--file", "rule.json", "--every", "rate(2 days)", "--window", "yesterday")

    assert ended.code == 0
    assert "an estimate" in ended.err
    assert stored(acme) == {
        "customerId": "acme",
        "Name": "daily",
        "Description": "x",
        "ScheduleExpression": "rate(2 days)",
        "Input": {"payload": {"workflowId": "reach", "timeWindowName": "yesterday"}},
    }


def test_a_row_comes_from_the_standard_input(acme: Any, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"ScheduleExpression": "custom(D * 08)", "Input": {"payload": {"workflowId": "reach"}}, "runBy": ""}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((json.dumps(row)).encode())))

    ended = command("schedules", "add", "acme/daily", "--file", "-")

    assert ended.code == 0
    assert stored(acme)["ScheduleExpression"] == "custom(D * 08)"


@pytest.mark.parametrize("text", [None, "{", "[]"])
def test_a_file_that_holds_no_schedule_is_refused(acme: Any, command: Run, tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "row.json").write_text(text)

    ended = command("schedules", "add", "acme/daily", "--file", "row.json")

    assert ended.code == 2
    assert ended.err.startswith("error: --file: ")


def test_the_list_shows_how_they_stand(acme: Any, command: Run) -> None:
    put(acme, ScheduleExpression="at(2030-01-01T08:00:00)", ScheduleExpressionTimezone="Europe/Berlin")
    put(acme, Name="broken", scheduleStatus="FAILED", scheduleReason="because", lastRunAt="2026-11-22T08:00:00.000Z")

    heading, broken, daily = command("schedules", "list", "--customer", "acme").out.splitlines()

    assert re.split("  +", heading)[2:6] == ["STATE", "EXPRESSION", "ZONE", "NEXT RUN"]
    assert re.split("  +", broken)[2:] == ["FAILED", "daily 08:00", "UTC", "2026-11-22 08:00:00", "because"]
    assert re.split("  +", daily)[2:] == ["PENDING", "at(2030-01-01T08:00:00)", "Europe/Berlin", "2030-01-01 08:00:00"]


def test_the_list_as_json_is_every_customers_rows(acme: Any, command: Run) -> None:
    put(acme)
    put(acme, customerId="other", paused=True)

    reported = json.loads(command("schedules", "list", "--json").out)

    assert [(one["customerId"], one["state"], one["ScheduleExpression"]) for one in reported] == [
        ("acme", "PENDING", "daily 08:00"),
        ("other", "PAUSED", "daily 08:00"),
    ]


def test_one_schedule_is_shown_with_its_times_and_next_window(acme: Any, command: Run) -> None:
    window = {"workflowId": "reach", "timeWindowName": "yesterday"}
    put(
        acme,
        ScheduleExpression="yearly jan-2 08:00",
        ScheduleExpressionTimezone="Europe/Berlin",
        StartDate="2030-01-01",
        Input={"payload": window},
    )

    reported = command("schedules", "show", "acme/daily").out

    lines = [line.split(maxsplit=1) for line in reported.splitlines()]
    assert ["schedule", "acme daily"] in lines
    assert "for EventBridge" in reported
    assert "cron(0 8 2 JAN ? *)" in reported
    assert ["next:", "timeWindowStart  2030-01-01T00:00:00"] in lines
    window_shown = "2030-01-01T00:00:00 to 2030-01-02T00:00:00 UTC"
    assert f"Wed 2030-01-02 08:00  Wed 2030-01-02 07:00  {window_shown}" in reported.splitlines()


def test_one_schedule_as_json_has_the_body_that_amc_will_get(acme: Any, command: Run) -> None:
    put(
        acme,
        ScheduleExpression="at(2030-01-02T08:00:00)",
        Input={"payload": {"workflowId": "reach", "timeWindowName": "yesterday"}},
    )

    reported = json.loads(command("schedules", "show", "acme/daily", "--json").out)

    assert reported["next"] == {
        "workflowId": "reach",
        "timeWindowType": "EXPLICIT",
        "timeWindowStart": "2030-01-01T00:00:00",
        "timeWindowEnd": "2030-01-02T00:00:00",
    }
    assert [moment["utc"] for moment in reported["upcoming"]] == ["2030-01-02T08:00:00Z"]


def test_a_row_that_cannot_be_used_is_shown_nevertheless(acme: Any, command: Run) -> None:
    put(acme, ScheduleExpression="custom(D * *)")

    ended = command("schedules", "show", "acme/daily")

    assert ended.code == 0
    assert "daily, but at no hour" in ended.out


def test_pause_resume_and_remove(acme: Any, command: Run) -> None:
    put(acme)

    paused = command("schedules", "pause", "acme/daily")
    assert stored(acme)["paused"] is True
    resumed = command("schedules", "resume", "acme/daily", "--json")
    assert "paused" not in stored(acme)
    removed = command("schedules", "remove", "acme/daily", "--yes")

    assert paused.out == "acme daily: paused\n"
    assert json.loads(resumed.out) == {"customerId": "acme", "Name": "daily", "change": "resumed"}
    assert (removed.out, removed.err) == ("acme daily: removed\n", "")
    assert stored(acme) is None


def test_a_change_of_a_paused_schedule_says_that_it_does_not_fire(acme: Any, command: Run) -> None:
    put(acme, paused=True, libraryVersion=3)

    ended = command("schedules", "add", "acme/daily", "--every", "daily 08:00")

    assert ended.out.splitlines()[0] == "acme daily: unchanged; switched off now, it would fire at"
    assert ended.err == ""


def test_who_changes_or_removes_a_schedule_of_the_library_is_warned(acme: Any, command: Run) -> None:
    put(acme, libraryVersion=3)

    paused = command("schedules", "pause", "acme/daily")
    changed = command("schedules", "add", "acme/daily", "--every", "daily 09:00")
    removed = command("schedules", "remove", "acme/daily", "--yes")

    assert paused.err == ""
    assert changed.err == "note: daily came from the library (version 3): a rollout may undo that it is changed\n"
    assert removed.err == "note: daily came from the library (version 3): a rollout may undo that it is removed\n"


def test_an_unknown_schedule_is_reported_with_the_closest_name(acme: Any, command: Run) -> None:
    put(acme)

    ended = command("schedules", "remove", "acme/dayly", "--yes")

    assert (ended.code, ended.err) == (2, "error: NAME: acme has no schedule 'dayly'; did you mean daily?\n")


def test_fire_times_are_shown_without_a_deployment(command: Run) -> None:
    ended = command(
        "schedules",
        "next",
        "daily 02:30",
        "--time-zone",
        "Europe/Berlin",
        "--after",
        "2027-03-27T00:00",
        "--count",
        "2",
    )

    assert ended.code == 0
    assert ended.err == "note: Sun 2027-03-28 02:30 does not exist in Europe/Berlin: it does not fire on that day\n"
    assert ended.out.splitlines() == [
        "cron(30 2 * * ? *)",
        "Europe/Berlin         UTC",
        "Sat 2027-03-27 02:30  Sat 2027-03-27 01:30",
        "Mon 2027-03-29 02:30  Mon 2027-03-29 00:30",
    ]


def test_fire_times_as_json_say_the_offset(command: Run) -> None:
    ended = command("schedules", "next", "custom(D * 08)", "--after", "2027-03-27", "--count", "1", "--json")

    assert json.loads(ended.out) == {
        "expression": "custom(D * 08)",
        "eventBridge": "cron(0 8 * * ? *)",
        "times": [{"utc": "2027-03-27T08:00:00Z", "local": "2027-03-27T08:00:00+00:00"}],
    }
    assert ended.err.startswith("note: WFM spreads it over the hour")


@pytest.mark.parametrize(
    ("words", "reported"),
    [
        (["dayly 08:00"], "error: EXPR: 'dayly 08:00' at column 1"),
        (["cron(0 0 30 2 ? *)"], "error: EXPR: 'cron(0 0 30 2 ? *)' does not fire any more"),
        (["daily 08:00", "--time-zone", "Berlin"], "error: --time-zone: 'Berlin' is no time zone"),
        (["daily 08:00", "--after", "soon"], "error: --after: 'soon' cannot be read"),
    ],
)
def test_what_cannot_be_shown_is_reported(command: Run, words: list[str], reported: str) -> None:
    ended = command("schedules", "next", *words)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(reported)


NEW_YORK = ("--every", "daily 21:00", "--time-zone", "America/New_York", "--window", "yesterday")


def test_yesterday_is_that_of_the_zone_that_the_schedule_fires_in(acme: Any, command: Run) -> None:
    ended = command(*ADD, *NEW_YORK)

    assert stored(acme)["Input"]["payload"] == {
        "workflowId": "reach",
        "timeWindowName": "yesterday",
        "timeWindowTimeZone": "America/New_York",
        "dateFunctionsTimeZone": "window",
    }
    assert ended.out.splitlines()[2] == (
        "Mon 2026-11-23 21:00  Tue 2026-11-24 02:00  2026-11-22T00:00:00 to 2026-11-23T00:00:00 America/New_York"
    )


def test_who_wants_another_zone_says_so(acme: Any, command: Run) -> None:
    command(*ADD, *NEW_YORK, "--window-time-zone", "UTC")
    in_utc = stored(acme)["Input"]["payload"]
    command(*ADD, "--window-time-zone", "Asia/Tokyo", "--functions-time-zone", "UTC")
    by_utc = stored(acme)["Input"]["payload"]

    assert in_utc == {"workflowId": "reach", "timeWindowName": "yesterday", "timeWindowTimeZone": "UTC"}
    assert (by_utc["timeWindowTimeZone"], by_utc["dateFunctionsTimeZone"]) == ("Asia/Tokyo", "UTC")


def test_a_window_that_is_given_later_goes_by_the_zone_that_is_there(acme: Any, command: Run) -> None:
    put(acme, ScheduleExpressionTimezone="America/New_York")

    command("schedules", "add", "acme/daily", "--window", "yesterday")

    assert stored(acme)["Input"]["payload"]["timeWindowTimeZone"] == "America/New_York"


def test_a_record_stays_as_it_says(acme: Any, command: Run, tmp_path: Path) -> None:
    payload = {"workflowId": "reach", "timeWindowStart": "TODAY(-1)", "timeWindowEnd": "TODAY(0)"}
    row = {"ScheduleExpression": "daily 21:00", "ScheduleExpressionTimezone": "America/New_York"}
    (tmp_path / "row.json").write_text(json.dumps({**row, "Input": {"payload": payload}}))

    ended = command("schedules", "add", "acme/daily", "--file", "row.json")

    assert stored(acme)["Input"]["payload"] == payload
    assert "2026-11-23T00:00:00 to 2026-11-24T00:00:00 UTC" in ended.out


def test_a_window_that_is_never_over_is_refused(acme: Any, command: Run) -> None:
    ended = command(*ADD, "--every", "daily 08:00", "--from", "TODAY(0)", "--to", "TODAY(1)")

    assert ended.code == 2
    assert "--to: the window ends at 2026-11-25T00:00:00, and the run is due at 2026-11-24T08" in ended.err
    assert stored(acme) is None


def test_windows_are_shown_without_a_deployment_too(command: Run) -> None:
    ended = command("schedules", "next", "daily 21:00", *NEW_YORK[2:], "--after", "2026-11-23T12:00", "--count", "4")

    assert [line.partition("  2026")[2] for line in ended.out.splitlines()[2:]] == [
        "-11-22T00:00:00 to 2026-11-23T00:00:00 America/New_York",
        "-11-23T00:00:00 to 2026-11-24T00:00:00 America/New_York",
        "-11-24T00:00:00 to 2026-11-25T00:00:00 America/New_York",
        "-11-25T00:00:00 to 2026-11-26T00:00:00 America/New_York",
    ]


def test_a_schedule_is_run_now_with_its_window_as_of_now_and_keeps_its_times(acme: Any, command: Run) -> None:
    queue = acme.put_tenant()
    payload = {"workflowId": "reach", "timeWindowName": "yesterday", "parameterValues": {"cap": "3"}}
    put(acme, Input={"payload": payload}, paused=True)
    before = stored(acme)

    tried = command("schedules", "run", "acme/daily", "--dry-run", "--json")
    ended = command("schedules", "run", "daily", "--customer", "acme", "--json")

    (message,) = acme.messages(queue)
    body = json.loads(message["Body"])
    assert json.loads(tried.out)["body"]["parameterValues"] == {"cap": "3"}
    assert json.loads(ended.out) == {"customerId": "acme", "requestId": body["requestId"]}
    assert (body["payload"], body["priority"], body["source"]) == (
        payload, "interactive", "wfm schedules run daily",
    )  # fmt: skip
    assert stored(acme) == before


def test_a_query_of_a_schedules_own_is_run_now(acme: Any, command: Run) -> None:
    queue = acme.put_tenant()
    put(acme, Input={"payload": {"workflow": {"sqlQuery": "SELECT 1 FROM x"}}})

    ended = command("schedules", "run", "acme/daily", "--priority", "scheduled")

    (message,) = acme.messages(queue)
    assert ended.code == 0
    assert json.loads(message["Body"])["payload"] == {"workflow": {"sqlQuery": "SELECT 1 FROM x"}}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["acme/dayly"], "acme has no schedule 'dayly'; did you mean daily?"),
        (["acme/daily", "--priority", "high"], "allowed: interactive, scheduled, backfill"),
        (["acme/broken"], "schedule: "),
    ],
)
def test_what_cannot_be_run_now_is_refused_and_nothing_is_sent(
    acme: Any, command: Run, words: list[str], told: str
) -> None:
    queue = acme.put_tenant()
    put(acme)
    put(acme, Name="broken", ScheduleExpression="dayly 08:00")

    ended = command("schedules", "run", *words)

    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert acme.messages(queue) == []


def test_a_zone_alone_that_would_put_the_workflows_window_out_of_force_is_refused(acme: Any, command: Run) -> None:
    row = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1"}
    acme.table("Workflows").put_item(Item=row | {"defaultPayload": {"timeWindowName": "yesterday"}})

    ended = command(*ADD, "--every", "daily 08:00", "--window-time-zone", "Europe/Berlin")

    assert ended.code == 2
    assert ended.err.startswith("error: --window-time-zone: stands without a window, so that of the workflow's default")
    assert stored(acme) is None
