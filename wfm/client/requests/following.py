"""Following one request to its end by polling its row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from wfm.client.poll_schedule import Clock, PollSchedule
from wfm.client.records import BUFFERED, Request
from wfm.errors import NotEndedInTimeError
from wfm.model.statuses import REQUEST_ENDED

RUN_TIMEOUT: Final = 86_400.0  # seconds; AMC lets no run take longer (workflowExecutionTimeoutSeconds)


@dataclass(frozen=True, slots=True)
class StateChange:
    """One step of a request, as `wfm.requests.wait` sees it. `at` is WFM's own time of it, None for BUFFERED."""

    state: str
    at: str | None = None
    place: int | None = None
    request: Request | None = None

    @property
    def ended(self) -> bool:
        """Whether this was the last one."""
        return self.state in REQUEST_ENDED


def changes(before: StateChange | None, request: Request | None, place: int | None) -> list[StateChange]:
    """What happened since `before`: every status in between too, as the row keeps the time of each.

    A new position in the waiting queue counts as a change of WAITING.
    """
    if request is None:
        return [] if before else [StateChange(BUFFERED)]
    reached = request.reached()
    if request.status not in [status for status, _ in reached]:
        reached.append((request.status, ""))
    statuses = [status for status, _ in reached]
    seen = statuses.index(before.state) + 1 if before and before.state in statuses else 0
    new = [StateChange(status, at or None, request=request) for status, at in reached[seen:]]
    if new:
        return [*new[:-1], replace(new[-1], place=place)]
    if before and before.state == "WAITING" and before.place != place:
        return [replace(before, place=place, request=request)]
    return []


def follow(
    poll: Callable[[], tuple[Request | None, int | None]], timeout: float, clock: Clock
) -> Iterator[StateChange]:
    """Yield each change until the end.

    `poll` gives the request and its position in the waiting queue (1 is next, None is not in it).

    NotEndedInTimeError after `timeout` seconds; the last poll is always after the deadline.
    """
    before: StateChange | None = None
    for late in PollSchedule(timeout, clock):
        for change in changes(before, *poll()):
            before = change
            yield change
        if before is not None and before.ended:
            return
        if late:
            state = before.state if before else BUFFERED
            raise NotEndedInTimeError(f"not ended after {timeout:g} s: it is {state}; it continues")
