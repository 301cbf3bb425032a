"""`wfm backfill` as people and scripts meet it."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.backfilling import Backfilling
from tests.wfm.commands import Run
from wfm.model.workflows import definition_hash, short_hash

OLD = "note: the window begins at 2024-01-01T00:00:00; of most data AMC keeps 13 months"
RANGE = ("--from=2024-01-01", "--to=2024-02-12", "--days=7")


@pytest.fixture
def machine(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> Backfilling:
    """Nobody sleeps while following."""
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)
    made = Backfilling(deployed)
    made.put_tenants("acme", "globex")
    return made


class Terminal(io.StringIO):
    """A person who answers."""

    def isatty(self) -> bool:
        return True


def test_a_backfill_is_started_and_says_how_to_follow_it(machine: Backfilling, command: Run) -> None:
    ended = command("backfill", "start", "reach", "--customer=acme", *RANGE, "--id=q1", "--yes")

    assert (ended.code, ended.out) == (0, "q1  6 requests; follow it with: wfm backfill watch q1\n")
    assert machine.plan("q1") == {
        "customerIds": ["acme"],
        "workflowId": "reach",
        "start": "2024-01-01",
        "end": "2024-02-12",
        "days": 7,
        "windowType": "tumbling",
        "allowPartialWindow": False,
        "payload": {},
        "startedBy": "moto",
    }


@pytest.mark.parametrize(
    ("by", "to", "told"),
    [
        ("month", "2024-04-01", ({"by": "month"}, 3, "a month")),
        ("week", "2024-01-15", ({"days": 7}, 2, "7 days")),
        ("day", "2024-01-15", ({"days": 1}, 14, "1 days")),
    ],
)
def test_windows_are_as_long_as_the_part_of_the_calendar_that_is_named(
    machine: Backfilling, command: Run, by: str, to: str, told: tuple[dict[str, object], int, str]
) -> None:
    length, windows, words_for_it = told
    words = ("--customer=acme", "--from=2024-01-01", f"--to={to}", f"--by={by}", "--id=q1", "--yes")

    ended = command("backfill", "start", "reach", *words)

    assert ended.out.startswith(f"q1  {windows} requests")
    assert {name: value for name, value in machine.plan("q1").items() if name in {"by", "days"}} == length
    assert f"range     2024-01-01 to {to}, tumbling windows of {words_for_it}" in command("backfill", "show", "q1").out


def test_a_zone_that_reads_like_another_one_is_noted(machine: Backfilling, command: Run) -> None:
    ended = command("backfill", "start", "reach", "--customer=acme", *RANGE, "--time-zone=EST", "--id=q1", "--yes")

    note = "note: EST is UTC-5 in summer, too; America/New_York has summer time"
    assert (ended.code, ended.err) == (0, f"{OLD}\n{note}\n")


def test_all_options_reach_the_plan(machine: Backfilling, command: Run, tmp_path: Path) -> None:
    (tmp_path / "sets.yaml").write_text("- brand: A\n  share: 0.5\n- brand: B\n")
    options = ("--sliding", "--partial", "--time-zone=Asia/Tokyo", "--parameter=cap=3", "--parameters=sets.yaml")

    ended = command("backfill", "start", "reach", "--all", *RANGE, *options, "--id=q1", "--yes", "--json")

    plan = machine.plan("q1")
    assert json.loads(ended.out) == {"backfillId": "q1", "requests": 36 * 2 * 2}
    assert (plan["customerIds"], plan["windowType"], plan["allowPartialWindow"]) == (
        ["acme", "globex"],
        "sliding",
        True,
    )
    assert plan["payload"] == {
        "timeWindowTimeZone": "Asia/Tokyo",
        "dateFunctionsTimeZone": "window",
        "parameterValues": {"cap": "3"},
    }
    assert plan["parameterSets"] == [{"brand": "A", "share": 0.5}, {"brand": "B"}]


def test_parameters_are_read_from_json_too_and_one_object_is_one_set(
    machine: Backfilling, command: Run, tmp_path: Path
) -> None:
    (tmp_path / "sets.json").write_text('{"brands": ["A", "B"]}')

    command("backfill", "start", "reach", "--customer=acme", *RANGE, "--parameters=sets.json", "--id=q1", "--yes")

    assert machine.plan("q1")["parameterSets"] == [{"brands": ["A", "B"]}]


@pytest.mark.parametrize("answer", ["n\n", "y\n"])
def test_it_says_what_it_is_going_to_ask_for_and_asks(
    machine: Backfilling, command: Run, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))

    ended = command("backfill", "start", "reach", "--all", *RANGE, "--id=q1")

    assert ended.code == (0 if answer == "y\n" else 1)
    first, last = "2024-01-01T00:00:00 to 2024-01-08T00:00:00", "2024-02-05T00:00:00 to 2024-02-12T00:00:00"
    assert ended.err.splitlines()[:4] == [
        OLD,
        "12 requests: 6 windows x 1 parameter set x 2 tenants.",
        f"The first window is {first}, the last {last}; ends are exclusive.",
        "At most 4 of them run at a time, after everything that is interactive or scheduled.",
    ]
    assert ("q1  12 requests" in ended.out) is (answer == "y\n")


def test_what_no_whole_window_reaches_is_said(
    machine: Backfilling, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    hours = ("--from=2024-01-01T06:00:00", "--to=2024-01-09T12:00:00", "--days=7", "--sliding")

    ended = command("backfill", "start", "reach", "--customer=acme", *hours)

    assert "The last 6 hours of the range are in no window." in ended.err.splitlines()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--customer=acme", *RANGE], "--yes is missing, and nobody can be asked. 6 requests: 6 windows"),
        ([*RANGE], "--customer: give customers, or --all instead"),
        (["--all", "--customer=acme", *RANGE], "--customer: give customers, or --all instead"),
        (["--customer=acne", *RANGE], "--customer: no customer 'acne'; did you mean acme?"),
        (["--customer=acme", *RANGE, "--days=4"], "--to: 2024-02-12T00:00:00 leaves 48 hours after the last window"),
        (["--customer=acme", *RANGE, "--days=week"], "--days: 'week' is not taken; allowed: a whole"),
        (["--customer=acme", *RANGE, "--by=month"], "--days: give the length of a window, or --by instead"),
        (["--customer=acme", *RANGE[:2]], "--days: give the length of a window, or --by instead"),
        (["--customer=acme", *RANGE[:2], "--by=month"], "--to: 2024-02-12T00:00:00 leaves 264 hours after the last"),
        (["--customer=acme", *RANGE, "--to=2023-12-31"], "--to: 2023-12-31T00:00:00 is not after start"),
        (["--customer=acme", *RANGE, "--id=much.too"], "--id: 'much.too', the execution's name, cannot be"),
        (["--customer=acme", *RANGE, "--parameters=none.yaml"], "--parameters: 'none.yaml' cannot be read"),
        (["--customer=acme", *RANGE, "--parameters=twice.yaml"], "twice.yaml:3: [0].brand: is there twice"),
        (["--customer=acme", *RANGE, "--parameters=text.yaml"], "parameterSets[0]: a text is no object"),
    ],
)
def test_what_cannot_work_is_refused_in_one_line(
    machine: Backfilling, command: Run, tmp_path: Path, words: list[str], sentence: str
) -> None:
    (tmp_path / "twice.yaml").write_text("- brand: A\n  share: 0.5\n  brand: B\n")
    (tmp_path / "text.yaml").write_text("brand A\n")

    ended = command("backfill", "start", "reach", *words)

    assert ended.code == 2
    assert sentence in " ".join(ended.err.replace("│", " ").split())


def test_only_what_is_missing_is_run_and_it_is_said_why(
    machine: Backfilling, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    machine.put_outcomes("acme", jan_01="SUCCEEDED", jan_08="FAILED", jan_15="CANCELLED", jan_22="RUNNING")
    words = ("backfill", "start", "reach", "--customer=acme", "--customer=globex", *RANGE, "--id=q1", "--only=missing")

    asked = command(*words)
    ended = command(*words, "--yes")

    assert "10 of 12 requests: 6 windows x 1 parameter set x 2 tenants." in asked.err
    left = "1 cancelled, 1 failed, 2 never asked; left out: 1 active, 1 succeeded"
    assert "The first window is 2024-01-01T00:00:00 to" in asked.err
    assert f"acme: 4 of 6 are missing: {left}." in asked.err
    assert "globex: 6 of 6 are missing: 6 never asked." in asked.err
    assert (ended.code, ended.out) == (0, "q1  10 requests; follow it with: wfm backfill watch q1\n")
    assert machine.plan("q1")["numbers"] == "1-5,7-11"
    shown = command("backfill", "show", "q1").out
    assert "tumbling windows of 7 days, 10 of 12 requests\n" in shown
    assert shown.endswith("acme    4 buffered\nglobex  6 buffered\n")


def test_only_what_failed_last_is_run_the_newest_first(machine: Backfilling, command: Run) -> None:
    machine.put_outcomes("acme", jan_01="SUCCEEDED", jan_08="FAILED", jan_15="REJECTED")

    words = ("--customer=acme", *RANGE, "--id=q1", "--only=failed", "--newest-first", "--yes")
    ended = command("backfill", "start", "reach", *words)

    assert (ended.code, machine.plan("q1")["numbers"], machine.plan("q1")["newestFirst"]) == (0, "3-4", True)
    assert "windows of 7 days, 2 of 6 requests, the newest first" in command("backfill", "show", "q1").out


NOW = {"definitionHash": short_hash(definition_hash({"workflowId": "reach", "sqlQuery": "SELECT 1"}))}
OLD_ONE = {"definitionHash": "0f", "libraryVersion": 2}


@pytest.fixture
def changed(deployed: Any, machine: Backfilling) -> Backfilling:
    """Of acme's six weeks one is as it would be now, two had another definition, one other brands, one is unknown."""
    defaults = {"parameterValues": {"brands": {"value_of": "own_brands"}}}
    row = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1", "defaultPayload": defaults}
    deployed.table("Workflows").put_item(Item={**row, "syncStatus": "SYNCED"})
    deployed.put_row("acme", tenantValues={"own_brands": ["A"]})
    machine.put_outcomes("acme", {**NOW, "values": {"brands": ["A"]}}, jan_01="SUCCEEDED")
    machine.put_outcomes("acme", {**OLD_ONE, "values": {"brands": ["A"]}}, jan_08="SUCCEEDED", jan_15="SUCCEEDED")
    machine.put_outcomes("acme", {**NOW, "values": {"brands": ["B"]}}, jan_22="SUCCEEDED")
    machine.put_outcomes("acme", {"values": {"brands": ["A"]}}, jan_29="SUCCEEDED")
    return machine


def test_only_what_has_changed_is_run_and_it_is_said_of_each_window_why(
    changed: Backfilling, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    words = ("backfill", "start", "reach", "--customer=acme", *RANGE, "--id=q1")

    asked = command(*words, "--only=changed")
    ended = command(*words, "--only=changed", "--only=missing", "--yes")

    counts = "2 definition, 1 unknown definition, 1 values own_brands; left out: 1 never asked, 1 unchanged"
    assert asked.err.splitlines()[4:8] == [
        f"acme: 4 of 6 changed: {counts}.",
        "acme: 2024-01-08T00:00:00 to 2024-01-22T00:00:00: definition, 2 requests",
        "acme: 2024-01-22T00:00:00 to 2024-01-29T00:00:00: values own_brands, 1 request",
        "acme: 2024-01-29T00:00:00 to 2024-02-05T00:00:00: unknown definition, 1 request",
    ]
    assert (ended.code, changed.plan("q1")["numbers"]) == (0, "1-5")


def test_what_has_changed_cannot_be_told_of_a_workflow_that_was_made_by_hand(
    machine: Backfilling, command: Run
) -> None:
    words = ("--customer=acme", *RANGE, "--id=q1", "--only=changed", "--unlisted", "--yes")

    ended = command("backfill", "start", "by-hand", *words)

    assert ended.code == 2
    assert "--only: by-hand of acme was made in AMC by hand, where nobody sees it change; allowed: missing" in ended.err
    assert command("backfill", "list", "--json").out == "[]\n"


def test_what_a_running_backfill_has_not_sent_yet_is_on_its_way(machine: Backfilling, command: Run) -> None:
    machine.start("q1", "acme", end="2024-01-15")
    machine.put_requests("q1", "globex", "SUCCEEDED")

    command("backfill", "start", "reach", "--customer=acme", *RANGE, "--id=q2", "--only=missing", "--yes")

    assert machine.plan("q2")["numbers"] == "2-5"


def test_where_nothing_is_left_nothing_is_started(machine: Backfilling, command: Run) -> None:
    words = ("backfill", "start", "reach", "--customer=acme", *RANGE, "--id=q1", "--only=failed", "--yes")

    ended, as_json = command(*words), command(*words, "--json")

    assert (ended.code, ended.out) == (
        0,
        "Nothing is left to run.\nacme: 0 of 6 failed: left out: 6 never asked.\n",
    )
    assert json.loads(as_json.out) == {"backfillId": None, "requests": 0}
    assert "no backfill 'q1'" in command("backfill", "show", "q1").err


def test_a_choice_that_is_none_is_refused_with_those_that_there_are(machine: Backfilling, command: Run) -> None:
    ended = command("backfill", "start", "reach", "--customer=acme", *RANGE, "--only=broken", "--yes")

    assert ended.code == 2
    assert "missing" in ended.err
    assert "--only" in ended.err


def test_all_without_a_tenant_that_has_the_workflow_is_refused(machine: Backfilling, command: Run) -> None:
    ended = command("backfill", "start", "rich", "--all", *RANGE)

    assert ended.code == 2
    assert "--all: no ACTIVE tenant has the workflow 'rich'" in ended.err


def test_the_list_has_a_plain_line_for_each_backfill(machine: Backfilling, command: Run) -> None:
    machine.start("q1", "acme", "globex")
    machine.put_requests("q1", "acme", "SUCCEEDED", "RUNNING")

    heading, line = command("backfill", "list").out.splitlines()

    assert heading.split() == ["ID", "STATUS", "WORKFLOW", "TENANTS", "REQUESTS", "ENDED", "STARTED", "REASON"]
    assert line.split()[:6] == ["q1", "RUNNING", "reach", "2", "12", "1"]


def test_a_backfill_is_shown_with_its_counts_in_all_and_of_each_customer(machine: Backfilling, command: Run) -> None:
    machine.start("q1", "acme", "globex")
    machine.put_requests("q1", "acme", "SUCCEEDED", "SUCCEEDED", "FAILED", "RUNNING")

    lines = command("backfill", "show", "q1").out.splitlines()

    assert lines[:3] == ["backfill  q1", "status    RUNNING", "workflow  reach"]
    assert "range     2024-01-01 to 2024-02-12, tumbling windows of 7 days" in lines
    reported = "3 of 12 ended: 2 succeeded, 1 failed, 1 running, 8 buffered"
    assert f"progress  #######....................... {reported}" in lines
    assert lines[-2:] == ["acme    2 succeeded, 1 failed, 1 running, 2 buffered", "globex  6 buffered"]


def test_the_runs_of_a_backfill_are_listed_of_all_its_tenants(machine: Backfilling, command: Run) -> None:
    machine.start("q1", "acme", "globex")
    machine.put_requests("q1", "acme", "SUCCEEDED")
    machine.put_requests("q1", "globex", "FAILED")
    machine.put_requests("q2", "acme", "RUNNING")

    listed = json.loads(command("executions", "list", "--backfill", "q1", "--json").out)
    twice = command("executions", "list", "--backfill", "q1", "--source", "wfm")

    assert {run["request"]["customerId"]: run["status"] for run in listed} == {"acme": "SUCCEEDED", "globex": "FAILED"}
    assert (twice.code, "--backfill: stands beside --source" in twice.err) == (2, True)


def test_a_cancel_that_finds_nothing_says_what_of_the_backfill_is_to_come(machine: Backfilling, command: Run) -> None:
    machine.start("q1", "acme", "globex")

    ended = command("executions", "cancel", "--backfill", "q1", "--yes")

    assert "nothing of 2 customers is active and fits" in ended.out
    assert "12 requests of q1 are still to come; should some fit, repeat it in a moment" in ended.err


def test_json_of_a_backfill_has_its_counts_and_its_plan(machine: Backfilling, command: Run) -> None:
    machine.start("q1", "acme", end="2024-01-15")
    machine.put_requests("q1", "acme", "SUCCEEDED")

    shown = json.loads(command("backfill", "show", "q1", "--json").out)
    (listed,) = json.loads(command("backfill", "list", "--json").out)

    assert shown == listed
    assert {name: shown[name] for name in ("backfillId", "status", "requests", "ended", "counts", "tenants")} == {
        "backfillId": "q1",
        "status": "RUNNING",
        "requests": 2,
        "ended": 1,
        "counts": {"SUCCEEDED": 1, "BUFFERED": 1},
        "tenants": {"acme": {"SUCCEEDED": 1, "BUFFERED": 1}},
    }
    assert shown["plan"]["days"] == 7


def test_watching_prints_a_line_for_each_change_and_ends_with_one_unless_all_succeeded(
    machine: Backfilling, command: Run
) -> None:
    machine.start("q1", "acme", end="2024-01-15")
    machine.put_requests("q1", "acme", "SUCCEEDED", "CANCELLED")
    machine.stop("q1")

    ended = command("backfill", "watch", "q1")

    assert ended.code == 1
    assert [line.split(maxsplit=1)[1] for line in ended.out.splitlines()[:1]] == [
        "CANCELLED  2 of 2 ended: 1 succeeded, 1 cancelled"
    ]


def test_on_a_terminal_a_bar_grows_in_place(
    machine: Backfilling, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    machine.start("q1", "acme", end="2024-01-15")
    machine.put_requests("q1", "acme", "SUCCEEDED", "CANCELLED")
    machine.stop("q1")

    ended = command("backfill", "watch", "q1")

    assert ended.code == 1
    assert "\x1b[" in ended.out
    assert "━" * 10 in ended.out
    assert "2 of 2 ended: 1 succeeded, 1 cancelled" in ended.out


def test_watching_a_backfill_that_does_not_end_in_time_ends_with_three(machine: Backfilling, command: Run) -> None:
    machine.start("q1", "acme")

    ended = command("backfill", "watch", "q1", "--timeout=0", "--json")

    assert (ended.code, ended.out) == (3, "")
    assert "0 of 6 requests have ended; it continues" in ended.err


def test_who_stops_watching_sees_that_it_continues(
    machine: Backfilling, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wfm.client.backfills.backfills.Backfills.wait", interrupted)

    ended = command("backfill", "start", "reach", "--customer=acme", *RANGE, "--id=q1", "--yes", "--wait")

    assert ended.code == 130
    assert "stopped watching; it continues: wfm backfill show q1" in ended.out
    assert machine.status("q1") == "RUNNING"


def test_a_backfill_is_cancelled_once_somebody_said_yes(machine: Backfilling, command: Run) -> None:
    machine.start("q1", "acme")
    machine.put_requests("q1", "acme", "SUCCEEDED")

    asked = command("backfill", "cancel", "q1")
    reported = command("backfill", "cancel", "q1", "--yes")
    again = command("backfill", "cancel", "q1", "--yes")

    assert asked.code == 2
    assert "5 of the 6 requests of q1 have not ended; these are cancelled." in asked.err
    assert (reported.code, reported.out) == (0, "q1: to be cancelled; see its status with: wfm backfill show q1\n")
    assert machine.status("q1") == "ABORTED"
    assert (again.code, "the backfill q1 is CANCELLED" in again.err) == (2, True)


def test_ages_go_into_the_plan_and_what_is_none_is_refused_with_its_option(machine: Backfilling, command: Run) -> None:
    wrong = command("backfill", "start", "reach", "--customer=acme", *RANGE, "--refresh", "3d,72h", "--yes")
    ended = command("backfill", "start", "reach", "--customer=acme", *RANGE, "--refresh=3d,14d", "--id=q1", "--yes")

    assert (wrong.code, ended.code) == (2, 0)
    assert "--refresh[1]: '72h' is no number of days; allowed: a list of 1 to 5 rising ages" in wrong.err
    assert machine.plan("q1")["refresh"] == ["3d", "14d"]


def test_labels_go_into_the_plan_and_backfills_are_found_by_them(machine: Backfilling, command: Run) -> None:
    words = ("backfill", "start", "reach", "--customer=acme", *RANGE, "--yes")

    started = command(*words, "--id=q1", "--label=team=emea", "--label=kind=repair")
    command(*words, "--id=q2", "--label=team=us")
    found = command("backfill", "list", "--label=team=emea", "--json")
    none = command("backfill", "list", "--label=team=emea", "--workflow=geo")
    shown = command("backfill", "show", "q1")

    assert started.code == 0
    assert machine.plan("q1")["labels"] == {"team": "emea", "kind": "repair"}
    assert [(one["backfillId"], one["labels"]["kind"]) for one in json.loads(found.out)] == [("q1", "repair")]
    assert "q1" not in none.out
    assert "labels    kind=repair, team=emea\n" in shown.out


@pytest.mark.parametrize(
    ("label", "told"),
    [
        (("",), "error: --label: '' cannot be read; allowed: KEY=VALUE, such as team=emea\n"),
        (("emea",), "error: --label: 'emea' cannot be read; allowed: KEY=VALUE, such as team=emea\n"),
        (("wfm:x=1",), "'wfm:x' is no usable name; allowed: 1 to 64 letters"),
        (("team=a", "team=b"), "error: --label: team is given twice; allowed: once\n"),
        (("team=" + "x" * 129,), "allowed: a text of at most 128 printable characters"),
        (tuple(f"l{number}=x" for number in range(11)), "11 are too many; allowed: at most 10"),
    ],
    ids=["empty", "no sign", "reserved", "twice", "long", "too many"],
)
def test_what_is_no_label_starts_nothing(machine: Backfilling, command: Run, label: tuple[str, ...], told: str) -> None:
    options = [f"--label={pair}" for pair in label]

    ended = command("backfill", "start", "reach", "--customer=acme", *RANGE, "--id=q1", "--yes", *options)
    listed = command("backfill", "list", *options)

    assert (ended.code, told in ended.err, listed.code, told in listed.err) == (2, True, 2, True)
    assert command("backfill", "list", "--json").out == "[]\n"


def test_what_failed_and_was_made_up_for_is_told_wherever_a_backfill_is_shown(
    deployed: Any, machine: Backfilling, command: Run
) -> None:
    machine.start("q1", "acme", end="2024-01-29")
    for number, status in enumerate(["FAILED", "REJECTED", "FAILED", "SUCCEEDED"]):
        deployed.put_request(f"q1-{number}", status, backfillId="q1")
    machine.stop("q1")
    before = command("backfill", "show", "q1")
    for name, status in (("0-r2", "SUCCEEDED"), ("1-r2", "FAILED"), ("1-r3", "SUCCEEDED"), ("2-r2", "RUNNING")):
        deployed.put_request(f"q1-{name}", status, source="backfill:q1")

    amid, listed = command("backfill", "show", "q1"), command("backfill", "list")
    deployed.put_request("q1-2-r2", "SUCCEEDED", source="backfill:q1")
    after, watched = json.loads(command("backfill", "show", "q1", "--json").out), command("backfill", "watch", "q1")

    assert "made up for" not in before.out
    assert "status    CANCELLED, 2 of 3 made up for by resubmission, 1 more sent again\n" in amid.out
    assert "  2 of 3 made up for by resubmission" in listed.out
    assert (after["counts"], after["sentAgain"]) == ({"SUCCEEDED": 1, "FAILED": 2, "REJECTED": 1}, {"SUCCEEDED": 3})
    assert watched.code == 0


def test_several_backfills_are_cancelled_at_once_after_all_are_shown(machine: Backfilling, command: Run) -> None:
    for name, labels in (("q1", {"team": "emea"}), ("q2", {"team": "emea"}), ("q3", {"team": "us"}), ("q4", {})):
        machine.start(name, "acme", labels=labels)
    machine.stop("q4")

    asked = command("backfill", "cancel", "--label=team=emea")
    slip = command("backfill", "cancel", "q1", "q9", "--yes")
    by_label = command("backfill", "cancel", "--label=team=emea", "--yes", "--json")
    by_ids = command("backfill", "cancel", "q3", "q4", "--yes")
    none = command("backfill", "cancel", "--workflow=reach", "--yes")

    assert (asked.code, "nobody can be asked. 2 backfills:" in asked.err) == (2, True)
    assert (slip.code, "no backfill 'q9'" in slip.err) == (2, True)
    assert {one["backfillId"]: (one["status"], one["cancelled"]) for one in json.loads(by_label.out)} == {
        "q1": ("CANCELLING", 6),
        "q2": ("CANCELLING", 6),
    }
    assert (by_ids.code, by_ids.err) == (0, "1 of 2 being cancelled, 1 had nothing left to do\n")
    assert {name: machine.status(name) for name in ("q1", "q2", "q3")} == dict.fromkeys(("q1", "q2", "q3"), "ABORTED")
    assert (none.code, none.err) == (0, "nothing that runs fits\n")


def test_one_that_ends_while_somebody_is_asked_is_left_alone(
    machine: Backfilling, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("q1", "q2"):
        machine.start(name, "acme")
    monkeypatch.setattr("wfm.cli.backfill_changes.confirm", lambda *_, **__: machine.stop("q1"))

    ended = command("backfill", "cancel", "q1", "q2", "--json")

    assert {one["backfillId"]: (one["status"], one["cancelled"]) for one in json.loads(ended.out)} == {
        "q1": ("CANCELLED", 0),
        "q2": ("CANCELLING", 6),
    }


@pytest.mark.parametrize(
    "words", [(), ("q1", "--all"), ("q1", "--label=team=emea")], ids=["nothing", "id and all", "id and label"]
)
def test_what_is_to_be_cancelled_is_said_in_one_way(machine: Backfilling, command: Run, words: tuple[str, ...]) -> None:
    machine.start("q1", "acme")

    ended = command("backfill", "cancel", *words, "--yes")

    assert (ended.code, "ID: needs either ids, or --workflow, --label or --all" in ended.err) == (2, True)
    assert machine.status("q1") == "RUNNING"


def test_who_is_asked_sees_every_backfill_that_would_be_cancelled(
    machine: Backfilling, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    for name in ("q1", "q2"):
        machine.start(name, "acme")

    ended = command("backfill", "cancel", "--all")

    assert ended.code == 1
    assert sorted(ended.err.splitlines()[1:3]) == [
        f"6 of the 6 requests of {name} have not ended, RUNNING" for name in ("q1", "q2")
    ]
    assert "Cancel these 2?" in ended.err
    assert machine.status("q1") == "RUNNING"


def test_a_backfill_is_paused_and_resumed_once_somebody_said_yes(
    deployed: Any, machine: Backfilling, command: Run
) -> None:
    machine.start("q1", "acme", end="2024-01-15")
    deployed.put_request("q1-0", "SUCCEEDED", backfillId="q1")

    asked, reported = command("backfill", "pause", "q1"), command("backfill", "pause", "q1", "--yes")
    machine.pause("q1")
    early = command("backfill", "resume", "q1", "--yes")
    deployed.put_request("q1-1", "CANCELLED", backfillId="q1")
    resumed = command("backfill", "resume", "q1", "--yes")

    assert asked.code == 2
    assert "1 of the 2 requests of q1 have not ended; those not in AMC yet wait." in asked.err
    assert (reported.code, reported.out) == (0, "q1: paused; go on with it: wfm backfill resume q1\n")
    assert (early.code, "1 of the 2 requests of q1 have not ended yet" in early.err) == (2, True)
    assert (resumed.code, resumed.out) == (0, "q1-r2  resumes q1; follow it with: wfm backfill watch q1-r2\n")
    assert "status    PAUSED\nreason    paused by moto\n" in command("backfill", "show", "q1").out
    assert "resumes   q1\n" in command("backfill", "show", "q1-r2").out


def test_json_of_a_pause_and_of_resuming_names_both_backfills(
    deployed: Any, machine: Backfilling, command: Run
) -> None:
    machine.start("q1", "acme", end="2024-01-08")

    paused = command("backfill", "pause", "q1", "--yes", "--json")
    machine.pause("q1")
    deployed.put_request("q1-0", "CANCELLED", backfillId="q1")
    resumed = command("backfill", "resume", "q1", "--yes", "--json")

    assert json.loads(paused.out) == {"backfillId": "q1", "notEnded": 1}
    assert json.loads(resumed.out) == {"backfillId": "q1-r2", "resumes": "q1"}


def test_an_unknown_backfill_is_named_with_the_one_that_may_be_meant(machine: Backfilling, command: Run) -> None:
    machine.start("january", "acme")

    for what in ("show", "watch", "cancel", "pause"):
        ended = command("backfill", what, "januar")
        assert (ended.code, "did you mean january?" in ended.err) == (2, True)


def test_a_backfill_that_one_has_asked_for_already_is_told(machine: Backfilling, command: Run) -> None:
    command("backfill", "start", "reach", "--customer=acme", *RANGE, "--id=q1", "--yes")

    again = command("backfill", "start", "reach", "--customer=acme", *RANGE, "--id=q2", "--yes")
    other = command("backfill", "start", "reach", "--customer=globex", *RANGE, "--id=q3", "--yes")

    assert again.err == f"note: q1 asked for the same and is RUNNING; each window would be run once more\n{OLD}\n"
    assert other.err == f"{OLD}\n"
