from datetime import datetime, timedelta

import pytest

from local.story.inbox import AT_RISK
from local.story.lateness import FIRES_IN, NOTICE, SCHEDULE, Meeting
from tests.local.story.telling import NOON, event
from wfm.calendar.timestamps import iso


@pytest.mark.parametrize("second", [0, 1, 24, 25, 34, 35, 59])
@pytest.mark.parametrize("notice", NOTICE, ids=lambda notice: f"{notice.seconds}s")
def test_a_meeting_is_at_the_first_whole_minute_that_leaves_the_notice(second: int, notice: timedelta) -> None:
    now = NOON + timedelta(seconds=second, milliseconds=300)

    meeting = Meeting.soon(now, notice)

    assert meeting.due.second == meeting.due.microsecond == 0
    assert notice < meeting.due - meeting.fires <= notice + timedelta(minutes=1)
    assert timedelta(0) < meeting.fires - now <= FIRES_IN


def told(at: datetime, schedule: str = SCHEDULE) -> bool:
    meeting = Meeting.soon(NOON, NOTICE[0])
    return meeting.is_told_by(event(AT_RISK, schedule=schedule, scheduledTime=iso(at)))


def test_an_event_is_about_the_meeting_of_its_schedule_and_time() -> None:
    assert told(NOON + FIRES_IN)
    assert not told(NOON)
    assert not told(NOON + FIRES_IN, "another")
