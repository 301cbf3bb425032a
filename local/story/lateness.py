"""Chapters: a run that will be late is foretold; and then it is late."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from local.story.cast import HURRIED
from local.story.inbox import AT_RISK, LATE, Event
from local.story.library import WORKFLOWS
from local.story.moved_times import move
from local.story.strangers import give_slots_back, take_slots
from local.story.world import World, wait_for
from wfm.calendar.timestamps import iso, parse
from wfm.client.records import Request
from wfm.client.stack_names import StackOutput

CUSTOMER: Final = HURRIED.customer_id
WORKFLOW: Final = WORKFLOWS[-1]
SCHEDULE: Final = "board-meeting"
WEEKS: Final = 3  # as many runs as WFM wants before it relies on what it has learnt
FIRES_IN: Final = timedelta(seconds=10)  # so that EventBridge has the schedule by then
# Between firing and deadline at least. A machine on which that is too short to foretell anything moves the meeting.
NOTICE: Final = (timedelta(seconds=25), timedelta(seconds=100), timedelta(seconds=300))


@dataclass(frozen=True, slots=True)
class Meeting:
    """When its run is asked for, by when it has to be done, and what was heard of it before."""

    fires: datetime
    due: datetime
    foretold: Event | None = None

    @classmethod
    def soon(cls, now: datetime, notice: timedelta) -> "Meeting":
        """The first whole minute that leaves the notice."""
        fires = (now + FIRES_IN).replace(microsecond=0)
        due = (fires + notice).replace(second=0) + timedelta(minutes=1)
        return cls(fires, due)

    def is_told_by(self, event: Event) -> bool:
        """Whether the event is about this meeting's run."""
        return event.detail.get("schedule") == SCHEDULE and event.detail.get("scheduledTime") == iso(self.fires)


def foretell(world: World) -> Meeting:
    """WFM learns how long the report takes; then others take the client's slots, and a deadline is set."""
    tell = world.narrator
    tell.chapter("A late run, foretold")
    tell.say(
        f"{CUSTOMER} gets its reports of past weeks first. From each run WFM learns by itself how long {WORKFLOW} takes"
        " there."
    )
    last = datetime.now(UTC).date() - timedelta(weeks=2)
    first = last - timedelta(weeks=WEEKS)
    tell.type(
        f"wfm backfill start {WORKFLOW} --customer {CUSTOMER} --from {first} --to {last} --by week --id past-weeks"
        " --yes --wait"
    )
    take_slots(world)
    for notice in NOTICE[:-1]:
        meeting = arrange(world, notice)
        if meeting.foretold:
            return meeting
    return arrange(world, NOTICE[-1])


def arrange(world: World, notice: timedelta) -> Meeting:
    """A schedule with a deadline, and the first that is heard of its run: foretold, unless it was too late for that."""
    tell, meeting = world.narrator, Meeting.soon(datetime.now(UTC), notice)
    tell.say(f"A board meets at {meeting.due:%H:%M} UTC. A schedule is to bring yesterday's numbers by then:")
    tell.type(
        f"wfm schedules add {CUSTOMER}/{SCHEDULE} --workflow {WORKFLOW}"
        f" --every 'at({meeting.fires:%Y-%m-%dT%H:%M:%S})' --window yesterday --due-by {meeting.due:%H:%M}"
    )
    look_now(world, meeting)
    event = wait_for(lambda: _heard(world, meeting, (AT_RISK, LATE)), "a word of the run")
    tell.say(f"Event {event.kind} at {event.time:%H:%M:%S}: {event.detail['reason']}.")
    return replace(meeting, foretold=event if event.kind == AT_RISK else None)


def look_now(world: World, meeting: Meeting) -> None:
    """WFM looks at a firing after a minute; here the time of that look is moved to now. The looks are its own."""
    wait_for(lambda: _requests(world, meeting), "the schedule fires")
    key = {"customerId": CUSTOMER, "Name": SCHEDULE}
    move(world, StackOutput.SCHEDULES_TABLE, key, {"checkAt": iso(datetime.now(UTC))})


def let_go(world: World, meeting: Meeting) -> None:
    """Once the run is late, the others' analyses end, and the client has its slots again."""
    if _heard(world, meeting, (LATE,)) is None:
        return
    give_slots_back(world)


def tell(world: World, meeting: Meeting) -> None:
    """How it came."""
    tell = world.narrator
    tell.chapter("Late, as foretold")
    late, foretold = _heard(world, meeting, (LATE,)), meeting.foretold
    [request] = wait_for(lambda: [one for one in _requests(world, meeting) if one.ended], "the late run ends")
    if late:
        tell.say(f"Event {LATE} at {late.time:%H:%M:%S}: {late.detail['reason']}. Then the others' analyses ended.")
    tell.type(f"wfm executions list --customer {CUSTOMER} --source schedule:{SCHEDULE}")
    tell.claim(
        "WFM said so before the deadline, and once more when it had passed",
        holds=bool(foretold and late and foretold.time < meeting.due <= late.time),
        found=f"{_at(foretold)}, due {meeting.due:%H:%M:%S}, {_at(late)}",
    )
    tell.claim(
        "and it was right: the run succeeded, after the deadline",
        holds=request.succeeded and parse(str(request.ended_at)) > meeting.due,
        found=f"{request.status} at {parse(str(request.ended_at)):%H:%M:%S}",
    )


def _at(event: Event | None) -> str:
    return f"{event.kind} at {event.time:%H:%M:%S}" if event else "nothing"


def _heard(world: World, meeting: Meeting, kinds: Sequence[str]) -> Event | None:
    world.inbox.read()
    return next((one for one in world.inbox.events if one.kind in kinds and meeting.is_told_by(one)), None)


def _requests(world: World, meeting: Meeting) -> list[Request]:
    """The request of the meeting's firing, once it is there."""
    mine = [one for one in world.wfm.requests.list(CUSTOMER) if one.source == f"schedule:{SCHEDULE}"]
    return [one for one in mine if parse(str(one.row.get("scheduledTime"))) == meeting.fires]
