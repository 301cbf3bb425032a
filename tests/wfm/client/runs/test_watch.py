import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from rich.console import Console

from tests.wfm.client.runs.test_search import an_execution
from tests.wfm.commands import Run as Command
from wfm.cli.watching import line, picture
from wfm.client.poll_schedule import Clock
from wfm.client.runs.run import Run
from wfm.client.runs.watch import Snapshot, changes, watch


def a_run(name: str, status: str) -> Run:
    return Run(None, an_execution(name, f"2026-11-23T1{len(name)}:00:00Z", executionStatus=status, workflowId="reach"))


class Polls:
    """Shows one list of runs after the other, and counts the pauses between them."""

    def __init__(self, *snapshots: Sequence[Run]) -> None:
        self._sights = list(snapshots)
        self.pauses: list[float] = []
        self.clock = Clock(lambda: 0.0, self.pauses.append)

    def __call__(self) -> Sequence[Run]:
        return self._sights.pop(0)


def test_only_what_differs_from_the_poll_before_is_a_change() -> None:
    before = {("acme", "a"): "RUNNING", ("acme", "b"): "RUNNING"}

    found = changes(before, [a_run("c", "PENDING"), a_run("b", "FAILED"), a_run("a", "RUNNING")])

    assert [(change.run.run_id, change.before, change.run.status) for change in found] == [
        ("b", "RUNNING", "FAILED"),
        ("c", None, "PENDING"),
    ]


def test_a_poll_that_shows_nothing_new_is_passed_over() -> None:
    running, ended = [a_run("a", "RUNNING")], [a_run("a", "SUCCEEDED")]
    polls = Polls(running, running, running, ended)

    snapshots = list(watch(polls, polls.clock, 7.0, until_ended=True))

    assert [[change.run.status for change in snapshot.changes] for snapshot in snapshots] == [
        ["RUNNING"],
        ["SUCCEEDED"],
    ]
    assert polls.pauses == [7.0, 7.0, 7.0]


def test_watching_continues_until_the_last_one_has_ended() -> None:
    polls = Polls([a_run("a", "SUCCEEDED"), a_run("b", "RUNNING")], [a_run("a", "SUCCEEDED"), a_run("b", "FAILED")])

    *_, last = watch(polls, polls.clock, until_ended=True)

    assert last.over


def test_a_watch_that_finds_nothing_shows_that_and_ends() -> None:
    polls = Polls([])

    assert list(watch(polls, polls.clock, until_ended=True)) == [Snapshot([], [])]


def test_the_picture_has_a_line_for_each_run_with_an_id_that_finds_it() -> None:
    wanted = "530dc5f6-da24-4a5e-9c7b-0123456789ab"
    console = Console(file=io.StringIO(), force_terminal=True, width=90)

    console.print(picture(Snapshot([a_run(wanted, "RUNNING"), a_run("[b]", "FAILED")], []), console.width))

    *_, first, second = [line for line in console.file.getvalue().splitlines() if "acme" in line]  # type: ignore[attr-defined]
    assert wanted[:8] in first
    assert "[b]" in second


def test_json_prints_a_line_for_each_change_and_a_bad_end_is_the_exit_code(deployed: Any, command: Command) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "SUCCEEDED", endedAt="2026-11-23T15:00:00.000Z")
    deployed.put_execution("x", "FAILED", statusReason="no such table")

    ended = command("executions", "watch", "--since", "2026-11-23T00:00:00Z", "--until-ended", "--json")

    lines = [json.loads(text) for text in ended.out.splitlines()]
    assert [(each["id"], each["before"], each["status"]) for each in lines] == [
        ("x", None, "FAILED"),
        ("r1", None, "SUCCEEDED"),
    ]
    assert lines[0]["reason"] == "no such table"
    assert ended.code == 1


def test_a_pipe_gets_words(deployed: Any, command: Command) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "SUCCEEDED")

    ended = command("executions", "watch", "--customer", "acme", "--since", "2026-11-23T00:00:00Z", "--until-ended")

    assert (ended.code, ended.out) == (0, "acme  r1  reach  SUCCEEDED\n")


def test_a_watch_that_leaves_some_out_says_so_once(deployed: Any, command: Command) -> None:
    deployed.put_tenant()
    for number in range(3):
        deployed.put_request(f"r{number}", "SUCCEEDED")
    words = ("executions", "watch", "--customer", "acme", "--since", "2026-11-23T00:00:00Z", "--until-ended")

    cut, whole = command(*words, "--limit", "2"), command(*words, "--limit", "3")

    assert (len(cut.out.splitlines()), cut.err) == (2, "note: only 2 are shown, there are more; --limit takes more\n")
    assert (len(whole.out.splitlines()), whole.err) == (3, "")


def test_a_change_is_reported_as_the_way_it_went() -> None:
    (change,) = changes({("acme", "a"): "PENDING"}, [a_run("a", "RUNNING")])

    assert line(change) == "acme  a  reach  PENDING -> RUNNING"


def test_ctrl_c_is_the_usual_end(deployed: Any, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "RUNNING")

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wfm.cli.watching.CLOCK", Clock(lambda: 0.0, interrupted))
    ended = command("executions", "watch", "--since", "2026-11-23T00:00:00Z")

    assert (ended.code, ended.out) == (0, "acme  r1  reach  RUNNING\n")
