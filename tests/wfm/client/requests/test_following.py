from collections.abc import Iterator
from itertools import islice

import pytest

from tests.wfm.fake_time import FakeTime
from wfm.client.records import Request
from wfm.client.requests.following import StateChange, follow
from wfm.errors import NotEndedInTimeError

TIMES = {
    "QUEUED": "2026-11-23T14:00:00.000Z",
    "WAITING": "2026-11-23T14:00:01.000Z",
    "SUBMITTING": "2026-11-23T14:00:05.000Z",
    "RUNNING": "2026-11-23T14:00:06.000Z",
}


def request(status: str, *reached: str) -> Request:
    """A request at `status` that has been through `reached`."""
    row = {"customerId": "acme", "requestId": "r1", "status": status}
    row |= {f"{name.lower()}At": TIMES[name] for name in reached}
    if status not in TIMES:
        row["endedAt"] = "2026-11-23T14:10:00.000Z"
    return Request.from_row(row)


def watch(*polls: tuple[Request | None, int | None], timeout: float = 3600) -> Iterator[StateChange]:
    """Follow a request that looks like this, one after the other; the last one stays."""
    waiting = list(polls)
    return follow(lambda: waiting.pop(0) if len(waiting) > 1 else waiting[0], timeout, FakeTime().clock())


def states(changes: Iterator[StateChange]) -> list[str]:
    return [change.state for change in changes]


def test_a_request_is_followed_from_the_queue_to_its_end() -> None:
    changes = watch(
        (None, None),
        (request("QUEUED", "QUEUED"), None),
        (request("WAITING", "QUEUED", "WAITING"), 3),
        (request("RUNNING", *TIMES), None),
        (request("SUCCEEDED", *TIMES), None),
    )

    assert states(changes) == ["BUFFERED", "QUEUED", "WAITING", "SUBMITTING", "RUNNING", "SUCCEEDED"]


def test_what_happened_between_two_polls_is_reported_too_with_its_time() -> None:
    changes = list(watch((None, None), (request("FAILED", *TIMES), None)))

    assert states(iter(changes)) == ["BUFFERED", *TIMES, "FAILED"]
    assert [change.at for change in changes[1:5]] == list(TIMES.values())


def test_a_request_that_never_waited_is_not_said_to_have() -> None:
    assert states(watch((request("REJECTED", "QUEUED"), None))) == ["QUEUED", "REJECTED"]


def test_moving_up_in_the_waiting_queue_is_news_and_staying_there_is_not() -> None:
    waiting = request("WAITING", "QUEUED", "WAITING")

    changes = list(watch((waiting, 2), (waiting, 2), (waiting, 1), (request("SUCCEEDED", *TIMES), None)))

    assert [change.place for change in changes if change.state == "WAITING"] == [2, 1]


def test_waiting_ends_at_the_deadline_and_the_message_says_its_status() -> None:
    changes = watch((request("RUNNING", *TIMES), None), timeout=60)

    assert states(islice(changes, 4)) == list(TIMES)
    with pytest.raises(NotEndedInTimeError, match="not ended after 60 s: it is RUNNING"):
        next(changes)


def test_a_request_that_nobody_picks_up_ends_at_the_deadline_too() -> None:
    changes = watch((None, None), timeout=5)

    assert next(changes).state == "BUFFERED"
    with pytest.raises(NotEndedInTimeError, match="BUFFERED"):
        next(changes)
