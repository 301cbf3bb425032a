"""The simulated day of a fleet: what it must keep to, and that the page shows what was stored of it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from bench.growth import quotas, simulation, tracker, units
from bench.growth.buckets import PerSecond, TokenBucket
from bench.growth.figures import Figures, figures, stored
from bench.growth.fleet import START, Fleet, fires, kinds
from bench.growth.gate import MemoryAccountSlots
from bench.growth.lambdas import Pool
from bench.growth.pacing import ClientId
from bench.growth.scenarios import SCENARIOS, as_it_is
from bench.growth.simulation import SDK_RETRIES, START_TIMEOUT, VISIBILITY, Run, Simulation
from bench.growth.tables import TABLES
from functions.aws.queues import VISIBILITY_SECONDS
from wfm.cost import counts
from wfm.model.poll_policy import ActiveRun, next_poll
from wfm.model.tenants import ACCOUNT_LIMIT, DEFAULT_LIMIT

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "growth.md"
A_FIFTH = 0.2
SMALL = Fleet(40, accounts=(30, 10))


@pytest.fixture(scope="module")
def day() -> Simulation:
    return Simulation(SMALL, amc_rate=2.0).go()


def most_at_once(spans: Iterable[tuple[float, float]]) -> int:
    """How many spans there are at a time, at most; one that ends makes room for one that begins."""
    changes = sorted(change for begin, end in spans for change in ((begin, 1), (end, -1)))
    now = most = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most


def test_every_run_ends_in_order_of_its_steps(day: Simulation) -> None:
    assert day.ended == len(day.runs) == 100 * SMALL.tenants
    for run in day.runs:
        times = [
            run.arrival.second,
            run.asked,
            run.entered,
            run.granted,
            run.began,
            run.ends,
            run.recorded,
            run.released,
        ]
        assert times == sorted(times)


def test_no_tenant_and_no_account_has_more_runs_than_slots(day: Simulation) -> None:
    of_tenants, of_accounts = defaultdict[int, list[Run]](list), defaultdict[str, list[Run]](list)
    accounts = SMALL.account_ids()
    for run in day.runs:
        of_tenants[run.arrival.tenant].append(run)
        of_accounts[accounts[run.arrival.tenant]].append(run)

    assert max(most_at_once((run.began, run.ends) for run in runs) for runs in of_tenants.values()) == DEFAULT_LIMIT
    assert max(most_at_once((run.began, run.ends) for run in runs) for runs in of_accounts.values()) <= ACCOUNT_LIMIT
    assert day.gate.account_slots.most_held == ACCOUNT_LIMIT, "the account's limit was never met"


def test_of_the_requests_of_a_tenant_that_wait_the_most_urgent_gets_the_next_slot(day: Simulation) -> None:
    passed_over = 0
    by_tenant = defaultdict[int, list[tuple[float, float, str]]](list)
    for number, run in enumerate(day.runs):
        place = day.request(number).place
        by_tenant[run.arrival.tenant].append((run.granted, run.entered, place))
    for requests in by_tenant.values():
        for granted, _, place in requests:
            waited = [other for later, entered, other in requests if entered < granted < later]
            assert all(place < other for other in waited)
            passed_over += bool(waited)

    assert passed_over > 100, "nobody waited"


def test_no_quota_is_passed(day: Simulation) -> None:
    for name, quota in (
        ("starts", quotas.START_EXECUTION),
        ("transitions", quotas.TRANSITIONS),
        ("tokens", quotas.SEND_TASK),
        ("fired", quotas.SCHEDULER),
    ):
        assert within(day.seconds[name], quota.rate, quota.burst), name
    assert day.seconds["lambdas"].peak <= quotas.LAMBDAS.rate + 1e-6
    (client,) = day.clients
    assert client.refused, "AMC never throttled"
    assert client.calls - client.refused <= 2.0 * (day.now + 1)


def within(series: PerSecond, rate: float, burst: float) -> bool:
    """Whether a bucket could have given all that (a second more for what falls on its edges)."""
    level = burst + rate
    for amount in series.values:
        level = min(level + rate, burst + rate) - amount
        if level < -rate:
            return False
    return True


def test_the_same_seed_is_the_same_day() -> None:
    fleet = Fleet(12, accounts=(12,))

    assert figures(Simulation(fleet).go()) == figures(Simulation(fleet).go())
    assert Fleet(12, seed=1).arrivals() != fleet.arrivals()


def test_schedules_fire_on_the_hour_or_on_minutes_that_wfm_spreads() -> None:
    assert fires("daily 07:00", 0) == 7 * 3600
    minutes = {arrival.second // 60 % 60 for arrival in Fleet(5, spread=True).arrivals() if arrival.workflow < 85}
    assert len(minutes) > 50
    assert {arrival.second % 3600 for arrival in Fleet(5).arrivals() if arrival.workflow < 85} == {0}


def test_several_runs_are_polled_when_the_first_of_them_alone_would_be() -> None:
    runs = [
        ActiveRun(timedelta(minutes=age), kind.known)
        for kind, age in zip(kinds(), (0, 3, 20, 45, 100, 7, 61), strict=True)
    ]

    alone = [next_poll(START, [run], watched=True) for run in runs]
    assert next_poll(START, runs, watched=True) == min(alone)


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = TokenBucket(2, 3)

    assert [bucket.try_take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.reserve(0.0) for _ in range(2)] == [0.5, 1.0]
    assert bucket.reserve(10.0, 3) == 10.0


def test_who_finds_no_lambda_waits_and_starts_have_a_part_of_their_own() -> None:
    pool, began = Pool(2, 1), list[str]()
    for name, is_start in (("one", True), ("two", True), ("three", False), ("four", False)):
        pool.enter(0.0, lambda name=name: began.append(name), is_start=is_start)  # type: ignore[misc]

    assert began == ["one", "three"]
    pool.leave(5.0)
    assert began == ["one", "three", "four"]
    pool.leave(7.0, is_start=True)
    assert began == ["one", "three", "four", "two"]
    assert (pool.longest_wait, pool.longest_wait_of_starts) == (5.0, 7.0)


def test_after_a_429_the_next_call_is_held_back() -> None:
    client = ClientId(1.0)

    assert (client.keep(0.0), client.call(0.0), client.call(0.0)) == (0.0, True, False)
    held = client.keep(0.0)
    assert held is not None
    assert held > 0.0


def test_a_write_to_an_accounts_row_costs_its_size_whether_it_changes_it_or_not() -> None:
    slots = MemoryAccountSlots(lambda: 0.0)
    taken = [slots.take("account", "tenant", f"{number:0100}", 30) for number in range(31)]

    assert taken == [True] * 30 + [False]
    before = slots.units
    slots.take("account", "tenant", "one more", 30)
    assert slots.units - before == 4


def test_what_the_simulation_assumes_of_the_code_is_so() -> None:
    machine = (ROOT / "state_machines" / "execution_tracking.py").read_text("utf-8")
    lifecycle = (ROOT / "infra" / "execution_lifecycle.py").read_text("utf-8")
    wiring = (ROOT / "functions" / "runtime" / "wiring.py").read_text("utf-8")

    assert re.findall(r"^MAX_CONCURRENCY = (\d+)", machine, re.MULTILINE) == [str(tracker.TRACKERS)]
    assert re.findall(r'"StartExecution", .*seconds=(\d+)', lifecycle) == [f"{START_TIMEOUT:.0f}"]
    assert re.findall(r"^_PATIENT = .*max_attempts\": (\d+)", wiring, re.MULTILINE) == [str(SDK_RETRIES + 1)]
    assert VISIBILITY == VISIBILITY_SECONDS
    assert sum(simulation.TRANSITIONS.values()) == counts.TRANSITIONS
    seconds = [sum(kind.seconds) / len(kind.seconds) for kind in kinds()]
    assert round(sum(seconds) / len(seconds) / 60) == units.MINUTES


def test_the_page_shows_the_tables_of_the_stored_figures() -> None:
    assert set(stored()) == {scenario.name for scenario in SCENARIOS}
    for table in TABLES:
        assert table(stored()) in PAGE.read_text("utf-8"), (
            f"python -m bench.growth --stored prints {table.__name__} anew"
        )


def test_the_stored_day_of_a_hundred_tenants_is_what_the_code_comes_to_now() -> None:
    scenario = as_it_is(100)

    before, now = stored()[scenario.name], figures(scenario.run())
    for name in Figures.__annotations__:
        was, found = before[name], now[name]  # type: ignore[literal-required]
        if isinstance(was, int | float):
            assert found == pytest.approx(was, rel=A_FIFTH), f"{name}: run python -m bench.growth"
    assert now["waits"]["all"]["late"] == pytest.approx(before["waits"]["all"]["late"], rel=A_FIFTH)
