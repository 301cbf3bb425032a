"""The real gate table, worked on by many at once: DynamoDB's calls of all of them in any order, some with conflicts."""

import itertools
from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from tests.reliability.gate_players import Players
from tests.reliability.report import FaultReport
from tests.unit.turns import Turns
from wfm.model.priorities import PRIORITIES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

EXAMPLES = 25  # a quarter of a second each
EARLIER = 4  # requests that are in the gate, or in its line, before it gets busy
JOBS = st.one_of(
    st.tuples(st.just("arrives"), st.sampled_from(PRIORITIES)),
    st.tuples(st.just("ends"), st.integers(0, 1)),
    st.tuples(st.just("is_stopped"), st.integers(0, EARLIER + 1)),
    st.tuples(st.just("vanishes"), st.integers(0, 1)),
    st.tuples(st.just("gets_limit"), st.integers(0, 4)),
    st.tuples(st.just("sees"), st.integers(0, 2)),
)
customers = (f"tenant-{number}" for number in itertools.count())


def play(players: Players, priorities: list[str], jobs: list[tuple[str, Any]]) -> None:
    """The earlier ones arrive one after the other, then all jobs at once."""
    for number, priority in enumerate(priorities):
        players.arrives(number, priority)
    arrivals = itertools.count(EARLIER)
    acts = [(name, (next(arrivals), given)) if name == "arrives" else (name, (given,)) for name, given in jobs]
    players.together([partial(getattr(players, name), *given) for name, given in acts])


def test_however_its_users_overlap_the_gate_keeps_its_promises(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    tried: list[int] = []

    @settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.reuse, Phase.generate])
    @given(
        limit=st.integers(1, 3),
        priorities=st.lists(st.sampled_from(PRIORITIES), min_size=EARLIER, max_size=EARLIER),
        jobs=st.lists(JOBS, min_size=3, max_size=6),
        choices=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), max_size=40),
        conflicts=st.sets(st.integers(1, 60), max_size=6),
    )
    def overlap(limit: int, priorities: list[str], jobs: list[Any], choices: list[Any], conflicts: set[int]) -> None:
        players = Players(dynamodb, next(customers), Turns(choices), conflicts, limit=limit)
        play(players, priorities, jobs)
        if not players.vanished:
            assert_nobody_waits_for_a_free_slot(players)
        players.sees(players.semaphores.read(players.customer_id).external)

        assert players.dead_holders() == []
        assert_nobody_waits_for_a_free_slot(players)
        assert_members_are_rows(players)
        event(f"{players.calls // 20 * 20} calls and more")
        tried.append(players.calls)
        players.forget()

    overlap()
    fault_report("calls of DynamoDB on one gate in any order, with conflicts", sum(tried))


def assert_nobody_waits_for_a_free_slot(players: Players) -> None:
    gate = players.semaphores.read(players.customer_id)
    assert not (gate.free(players.limit) and players.living_in_line())


def assert_members_are_rows(players: Players) -> None:
    """Who is a member of the gate has a row as holder, and the other way round, and has been told."""
    holders = players.semaphores.holders(players.customer_id)
    assert {waiter.request_id for waiter in holders} == players.semaphores.read(players.customer_id).holders
    assert {waiter.task_token for waiter in holders} <= {"", *players.tasks.answered}  # who seized one told itself
