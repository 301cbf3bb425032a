"""The course of runs, without any HTTP."""

from collections import Counter
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from local.amc_simulator.configuration import Configuration
from local.amc_simulator.engine import Engine
from local.amc_simulator.runs import Order, Plan, Run, Status
from tests.local.amc_simulator.builders import NOON, a_plan, an_order

_NUMBERS = count()


def an_engine(**settings_: object) -> Engine:
    return Engine(Configuration.model_validate(settings_), NOON)


def start(engine: Engine, order: Order | None = None, plan: Plan | None = None, at: float = NOON) -> Run:
    return engine.create(f"run-{next(_NUMBERS)}", order or an_order(), plan or a_plan(), at)


def test_a_run_passes_its_phases_at_its_own_times_however_seldom_anyone_looks() -> None:
    engine = an_engine()
    run = start(engine, plan=a_plan(pending=10, running=100, publishing=5))

    engine.advance(NOON + 1000)

    assert run.status is Status.SUCCEEDED
    assert (run.validated_at, run.started_at, run.ended_at) == (NOON + 10, NOON + 10, NOON + 115)


def test_a_run_shows_every_status_on_its_way() -> None:
    engine = an_engine()
    run = start(engine, plan=a_plan(pending=10, running=100, publishing=5))
    seen = []

    for seconds in (9, 11, 111, 116):
        engine.advance(NOON + seconds)
        seen.append(run.status)

    assert seen == [Status.PENDING, Status.RUNNING, Status.PUBLISHING, Status.SUCCEEDED]


def test_the_status_may_lag_behind_the_file() -> None:
    engine = an_engine()
    run = start(engine, plan=a_plan(running=100, publishing=5, status_lag=3))

    engine.advance(NOON + 106)
    file_written, status = list(engine.finished), run.status
    engine.advance(NOON + 1000)

    assert (file_written, status) == ([run], Status.PUBLISHING)
    assert (run.status, run.ended_at) == (Status.SUCCEEDED, NOON + 108)
    assert engine.finished == [run]


def test_a_run_that_is_finished_by_hand_publishes_at_once_and_ends_once() -> None:
    engine = an_engine()
    run = start(engine, plan=a_plan(pending=10, running=100, publishing=200))

    engine.finish(run, NOON + 50)
    engine.advance(NOON + 1000)

    assert (run.status, run.started_at, run.ended_at) == (Status.SUCCEEDED, NOON + 10, NOON + 250)
    assert engine.finished == [run]


def test_a_run_that_is_finished_by_hand_before_it_runs_takes_no_time_once_it_does() -> None:
    engine = an_engine()
    run = start(engine, plan=a_plan(pending=10, running=100_000, publishing=5))

    engine.finish(run, NOON)
    engine.advance(NOON + 1000)

    assert (run.status, run.ended_at) == (Status.SUCCEEDED, NOON + 15)


def test_the_eleventh_run_of_an_instance_starts_the_moment_a_slot_is_free() -> None:
    engine = an_engine()
    runs = [start(engine, plan=a_plan(running=100 + number)) for number in range(11)]

    engine.advance(NOON + 99)
    waiting = [run for run in runs if run.status is Status.PENDING]
    engine.advance(NOON + 1000)

    assert waiting == runs[10:]
    assert runs[10].started_at == NOON + 100
    assert engine.meter.report()["amcone"]["all"] == {
        "running": 0, "peakRunning": 10, "unfinished": 0, "peakUnfinished": 11,
    }  # fmt: skip


def test_instances_of_a_full_account_take_turns() -> None:
    engine = an_engine(runningPerAccount=1)
    greedy = [start(engine, an_order("greedy")) for _ in range(3)]
    modest = start(engine, an_order("modest"))

    engine.advance(NOON + 1000)

    assert modest.started_at == NOON + 200
    assert [run.started_at for run in greedy] == [NOON, NOON + 100, NOON + 300]


def test_runs_of_the_console_take_no_slot_from_the_api() -> None:
    engine = an_engine(runningPerInstance=1)
    through_api = start(engine)
    in_console = start(engine, an_order(pool="UI", origin="external"))

    engine.advance(NOON + 1)

    assert (through_api.status, in_console.status) == (Status.RUNNING, Status.RUNNING)
    assert engine.meter.report()["amcone"]["api"]["peakRunning"] == 1


def test_a_run_over_its_timeout_fails_at_the_timeout() -> None:
    engine = an_engine()
    run = start(engine, an_order(timeout_seconds=900), a_plan(running=1000))

    engine.advance(NOON + 2000)

    assert (run.status, run.ended_at) == (Status.FAILED, NOON + 900)
    assert "900 seconds" in str(run.reason)


def test_a_rejected_run_never_takes_a_slot() -> None:
    engine = an_engine()
    run = start(engine, plan=a_plan(pending=10, outcome=Status.REJECTED, reason="no"))

    engine.advance(NOON + 10)

    assert (run.status, run.reason, run.started_at, run.ended_at) == (Status.REJECTED, "no", None, NOON + 10)


def test_a_dry_run_ends_without_a_slot_and_leaves_no_result() -> None:
    engine = an_engine()
    run = start(engine, an_order(dry_run=True))

    engine.advance(NOON + 1)

    assert (run.status, run.started_at, engine.finished) == (Status.SUCCEEDED, None, [])


def test_a_run_cancelled_in_the_line_never_starts() -> None:
    engine = an_engine(runningPerInstance=1)
    first, second, third = (start(engine) for _ in range(3))

    accepted = engine.cancel(second, NOON + 1)
    engine.advance(NOON + 1000)

    assert accepted
    assert (second.status, second.started_at, second.ended_at) == (Status.CANCELLED, None, NOON + 1)
    assert (first.status, third.started_at) == (Status.SUCCEEDED, NOON + 100)


def test_cancelling_a_running_run_gives_its_slot_to_the_next() -> None:
    engine = an_engine(runningPerInstance=1, cancelSeconds=5)
    first, second = start(engine), start(engine)
    engine.advance(NOON + 1)

    engine.cancel(first, NOON + 20)
    lagging = first.status
    engine.advance(NOON + 25)

    assert (lagging, first.status, second.started_at) == (Status.RUNNING, Status.CANCELLED, NOON + 25)


def test_an_ended_run_cannot_be_cancelled() -> None:
    engine = an_engine()
    run = start(engine)

    assert not engine.cancel(run, NOON + 500)
    assert run.status is Status.SUCCEEDED


def test_the_clock_factor_divides_what_is_left_of_a_run() -> None:
    engine = an_engine(clockFactor=10)
    run = start(engine, plan=a_plan(running=100))

    engine.configure(Configuration(clock_factor=100), NOON + 5)
    engine.advance(NOON + 5.5)

    assert run.ended_at == NOON + 5.5


def test_a_raised_limit_lets_waiting_runs_start_at_once() -> None:
    engine = an_engine(runningPerInstance=1)
    runs = [start(engine) for _ in range(3)]
    engine.advance(NOON + 1)

    engine.configure(Configuration(running_per_instance=2), NOON + 2)

    assert [run.started_at for run in runs] == [NOON, NOON + 2, None]


def test_two_runs_of_a_workflow_never_share_a_result_time() -> None:
    engine = an_engine()

    runs = [start(engine) for _ in range(5)]

    assert len({run.result_ms for run in runs}) == 5


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.integers(0, 80), st.integers(0, 90)), max_size=40
    ),
    st.integers(1, 3),
    st.integers(1, 5),
)
def test_no_limit_is_ever_passed_and_every_run_ends(
    wishes: list[tuple[str, int, int, int]], per_instance: int, per_account: int
) -> None:
    engine = an_engine(runningPerInstance=per_instance, runningPerAccount=per_account)
    for name, at, pending, running in sorted(wishes, key=lambda wish: wish[1]):
        start(engine, an_order(name), a_plan(pending=pending, running=running), NOON + at)

    engine.advance(NOON + 100_000)

    runs = engine.history.all
    assert all(run.status is Status.SUCCEEDED for run in runs)
    for moment in sorted({run.started_at or 0.0 for run in runs}):
        at_once = Counter(run.order.instance_id for run in runs if _covers(run, moment))
        assert max(at_once.values(), default=0) <= per_instance
        assert at_once.total() <= per_account


def _covers(run: Run, moment: float) -> bool:
    return (run.started_at or 0.0) <= moment < (run.ended_at or 0.0)
