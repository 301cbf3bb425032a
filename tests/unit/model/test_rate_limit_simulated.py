"""The shared limit against an AMC with a limit: 10 calls a second, 20 at once, and five callers that never rest."""

import heapq
from dataclasses import dataclass

from tests.reliability.report import FaultReport
from wfm.model.rate_limit import RateLimit, slower

LIMIT, BURST = 10.0, 20.0
CALLERS = 5
ANSWER = 0.1  # seconds
LONGEST_WAIT, RETRY = 5.0, 2.0  # who would wait for longer asks again after that, as Step Functions does


@dataclass
class Bucket:
    """A token bucket, as API Gateway throttles."""

    tokens: float = BURST
    at: float = 0.0

    def takes(self, now: float) -> bool:
        self.tokens, self.at = min(BURST, self.tokens + LIMIT * (now - self.at)), now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class Told:
    """How many calls AMC took and refused."""

    taken: int = 0
    refused: int = 0


def run(seconds: float, limit: RateLimit | None = None) -> Told:
    """Each caller waits for its moment, calls, and has the answer a tenth of a second later."""
    bucket, told = Bucket(), Told()
    events: list[tuple[float, int, str]] = [(n * ANSWER / CALLERS, n, "asks") for n in range(CALLERS)]
    while events[0][0] < seconds:
        now, caller, what = heapq.heappop(events)
        if what == "refused":
            limit, what = slower(limit, now, None), "asks"
        if what == "asks" and limit is not None and not limit.is_over(now):
            moment = limit.start(now)
            if moment - now > LONGEST_WAIT:
                heapq.heappush(events, (now + RETRY, caller, "asks"))
                continue
            limit = limit.after_a_call(now)
            heapq.heappush(events, (moment, caller, "calls"))
        elif bucket.takes(now):
            told.taken += 1
            heapq.heappush(events, (now + ANSWER, caller, "asks"))
        else:
            told.refused += 1
            heapq.heappush(events, (now + ANSWER, caller, "refused"))
    return told


def test_most_of_what_amc_allows_is_used_and_little_of_it_is_refused(fault_report: FaultReport) -> None:
    told = run(600)

    assert told.taken > 0.6 * LIMIT * 600
    assert told.refused < 0.15 * (told.taken + told.refused)
    fault_report("429s of a token bucket, and five callers that never rest", told.refused)


def test_the_worst_storm_is_over_within_a_minute() -> None:
    worst = RateLimit(30.0, 30.0, 0.0)

    assert worst.is_over(60.0)
    assert run(60.0, worst).taken > 0.3 * LIMIT * 60
    assert run(120.0, worst).taken - run(60.0, worst).taken > 0.6 * LIMIT * 60


def test_amc_that_refuses_one_call_in_twenty_is_still_called_three_times_a_second() -> None:
    limit, now = RateLimit(1.0, 0.0, 0.0), 0.0
    for number in range(1, 2001):
        now = limit.start(now)
        limit = slower(limit, now, None) if number % 20 == 0 else limit.after_a_call(now)

    assert 2000 / now > 3
