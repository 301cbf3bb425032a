"""`wfm executions logs`."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.wfm.client.runs.test_logs import NOON, TRACE, FakeMachine, FakeQueries, a_line, an_event
from tests.wfm.commands import Run
from tests.wfm.deployed import Deployed
from tests.wfm.fake_time import FakeTime
from wfm.calendar.timestamps import iso
from wfm.cli.run_logs import new_lines
from wfm.client.runs.logs import LogLine, RunLog


@pytest.fixture
def run(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ended run of acme, with two lines and a step of its machine."""
    deployed.put_tenant()
    deployed.put_request(
        "r1", status="SUCCEEDED", requestedAt=iso(NOON), traceId=TRACE, endedAt=iso(NOON + timedelta(minutes=1))
    )
    lines = [
        a_line(1, "SubmitExecution", traceId=TRACE),
        a_line(3, traceId=TRACE, status="SUCCEEDED", reason="two words"),
    ]
    monkeypatch.setattr("wfm.client.aws.Aws.logs", FakeQueries(*lines))
    machine = FakeMachine(an_event(2, "TaskStateEntered", stateEnteredEventDetails={"name": "ReleaseSlot"}))
    monkeypatch.setattr("wfm.client.aws.Aws.lifecycle", machine)


@pytest.mark.usefixtures("run")
def test_the_lines_of_all_who_worked_for_a_run_are_shown_in_order(command: Run) -> None:
    ended = command("executions", "logs", "acme/r1")

    assert (ended.code, ended.err) == (0, "")
    assert [line.split()[1:] for line in ended.out.splitlines()] == [
        ["SubmitExecution", "INFO", "done"],
        ["execution_lifecycle", "INFO", "entered", "ReleaseSlot"],
        ["ReleaseSlot", "INFO", "done", "status=SUCCEEDED", 'reason="two', 'words"'],
    ]


@pytest.mark.usefixtures("run")
def test_json_has_each_line_whole(command: Run) -> None:
    told: Any = json.loads(command("executions", "logs", "r1", "r1", "--customer", "acme", "--json").out)

    assert [line["source"] for line in told] == ["SubmitExecution", "execution_lifecycle", "ReleaseSlot"]
    assert told[0] == {
        "time": iso(NOON + timedelta(seconds=1)), "customerId": "acme", "id": "r1",
        "source": "SubmitExecution", "level": "INFO", "message": "done", "fields": {"traceId": TRACE},
    }  # fmt: skip


@pytest.mark.usefixtures("run")
def test_a_cut_is_told_with_how_to_go_on(command: Run) -> None:
    ended = command("executions", "logs", "acme/r1", "--limit", "2")

    assert len(ended.out.splitlines()) == 2
    assert (
        f"cut at 2 lines: --limit, up to 10000, shows more, and --since {iso(NOON + timedelta(seconds=2))}" in ended.err
    )


@pytest.mark.usefixtures("run")
def test_an_id_that_nobody_knows_is_refused(command: Run) -> None:
    ended = command("executions", "logs", "acme/r1", "acme/r2")

    assert ended.code == 2
    assert "acme has neither a request nor an AMC run 'r2'" in ended.err


def test_following_shows_each_line_once_until_a_look_after_the_end_shows_nothing_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wfm.cli.run_logs.CLOCK", FakeTime().clock())
    first, second, third = (LogLine(iso(NOON), "acme", "r1", "F", "INFO", "done", pointer=pointer) for pointer in "123")
    looks = [RunLog([first, second], False, False), RunLog([second], False, True), RunLog([third], False, True)]
    looks += [RunLog([third], False, True)]

    shown = list(new_lines(RunLog([first], False, False), lambda: looks.pop(0)))

    assert shown == [second, third]
    assert looks == []
