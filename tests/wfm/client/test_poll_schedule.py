from itertools import islice

from tests.wfm.fake_time import FakeTime
from wfm.client.poll_schedule import PollSchedule, pauses


def test_polls_become_rarer_but_never_rarer_than_every_ten_seconds() -> None:
    first = list(islice(pauses(), 30))

    assert first == sorted(first)
    assert first[0] == 0.5
    assert first[-1] == 10.0


def test_the_last_poll_is_the_first_one_at_the_deadline() -> None:
    time = FakeTime()

    polls = [(time.now, late) for late in PollSchedule(20, time.clock())]

    assert [late for _, late in polls] == [False] * (len(polls) - 1) + [True]
    assert [at for at, _ in polls][-1] == 20
    assert all(at < 20 for at, _ in polls[:-1])


def test_without_any_time_there_is_one_poll() -> None:
    assert list(PollSchedule(0, FakeTime().clock())) == [True]


def test_when_something_happens_the_next_poll_comes_soon() -> None:
    time = FakeTime()
    polls = PollSchedule(3600, time.clock())
    each = iter(polls)
    for _ in range(20):
        next(each)
    before = time.now

    polls.soon()
    next(each)

    assert time.now - before == next(pauses())
