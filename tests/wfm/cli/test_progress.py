"""The live picture as a terminal shows it."""

from rich.console import Console

from wfm.cli.progress import Progress
from wfm.client.records import Request
from wfm.client.requests.following import StateChange
from wfm.client.times import duration


def request(status: str, **row: str) -> Request:
    return Request.from_row({"customerId": "acme", "requestId": "r1", "status": status, **row})


def shown(progress: Progress) -> str:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(progress)
    return captured.get()


def test_each_state_has_its_line_with_the_time_it_took() -> None:
    progress = Progress(started=100.0)
    progress.add(StateChange("BUFFERED"), 100.0)
    progress.add(StateChange("QUEUED", "2026-11-23T14:00:00.000Z"), 100.4)
    progress.add(StateChange("WAITING", "2026-11-23T14:00:00.250Z", place=2), 101.0)
    progress.add(StateChange("REJECTED", "2026-11-23T14:00:30.250Z", request=request("REJECTED", reason="no")), 131.0)

    lines = [line.split() for line in shown(progress).splitlines()]

    assert lines == [
        ["BUFFERED", "0.4", "s"],
        ["QUEUED", "0.2", "s"],
        ["WAITING", "30", "s", "number", "2", "in", "the", "waiting", "queue"],
        ["REJECTED", "after", "31", "s", "no"],
    ]


def test_moving_up_in_the_waiting_queue_changes_the_line_and_adds_none() -> None:
    progress = Progress(started=0)

    assert progress.add(StateChange("WAITING", place=2), 0)
    assert not progress.add(StateChange("WAITING", place=1), 5)

    assert progress.steps[0].note == "next for a slot"
    assert progress.seconds(0, now=7) == 7


def test_durations_are_short() -> None:
    assert [duration(value) for value in (0.04, 9.94, 12.4, 185, 7_620)] == [
        "0.0 s",
        "9.9 s",
        "12 s",
        "3 min 05 s",
        "2 h 07 min",
    ]
