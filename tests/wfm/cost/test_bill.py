"""A month's bill: how it grows, and that its sums are those of its lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfm.cost.bill import Design, bill
from wfm.cost.counts import RUNS, run_counts
from wfm.cost.prices import Price, listed
from wfm.cost.workload import DAYS_A_MONTH, Workload
from wfm.errors import UsageError

WORKLOADS = st.builds(Workload, st.integers(1, 5_000), st.floats(0, 500), st.floats(0.1, 1_440), st.booleans())


def number(design: Design, price: Price, workload: Workload) -> float:
    """Of all lines with that price."""
    lines = bill(design, workload, listed()).lines
    return sum(line.use.number for line in lines if line.use.price is price)


@given(st.sampled_from(Design), WORKLOADS)
def test_parts_add_up_and_nothing_is_negative(design: Design, workload: Workload) -> None:
    found = bill(design, workload, listed())

    assert sum(found.part(part) for part in ("the deployment", "tenants, idle", "runs")) == pytest.approx(found.dollars)
    assert all(line.dollars >= 0 and line.use.number >= 0 for line in found.lines)


@given(st.sampled_from(Design), WORKLOADS)
def test_more_tenants_and_longer_runs_never_cost_less(design: Design, workload: Workload) -> None:
    more = Workload(workload.tenants + 1, workload.runs_a_day, min(1_440, workload.minutes * 2), workload.watched)

    assert bill(design, more, listed()).dollars >= bill(design, workload, listed()).dollars * (1 - 1e-9)


@pytest.mark.parametrize(("minutes", "transitions"), [(1, 16), (5, 16), (6, 19), (60, 49), (240, 157), (1_440, 877)])
def test_v3_takes_13_transitions_and_3_for_each_five_minutes(minutes: int, transitions: int) -> None:
    workload = Workload(1, 1, minutes, True)

    assert number(Design.V3, Price.STANDARD_TRANSITIONS, workload) == pytest.approx(transitions * DAYS_A_MONTH)
    assert number(Design.WFM, Price.STANDARD_TRANSITIONS, workload) == pytest.approx(7 * DAYS_A_MONTH)


def test_v1_calls_a_lambda_for_each_tenant_and_minute() -> None:
    calls = number(Design.V1, Price.LAMBDA_REQUESTS, Workload(100, 0, 60, True)) / DAYS_A_MONTH

    assert calls == pytest.approx(145_440 + 14_544 + 2_880)


def test_a_run_of_a_length_between_measured_ones_stands_between_them() -> None:
    assert [run_counts(each.minutes, each.watched) for each in RUNS] == [*RUNS]
    assert run_counts(150, False).polls == (11 + 29) / 2
    assert run_counts(420, False).polls == 29 + 18
    assert run_counts(0.1, False) == run_counts(1, False)
    assert run_counts(1_440, True).polls == run_counts(1, True).polls


def test_an_idle_tenant_costs_the_same_whether_others_run_or_not() -> None:
    busy, idle = (bill(Design.WFM, Workload(40, runs, 60, True), listed()) for runs in (10, 0))

    assert busy.idle_tenant == idle.idle_tenant == idle.part("tenants, idle") / 40
    assert (idle.run, idle.part("runs")) == (0, 0)
    assert busy.run * busy.workload.runs == pytest.approx(busy.part("runs"))


def test_polls_of_many_tenants_share_the_keys_of_tables() -> None:
    few, many = (number(Design.WFM, Price.KMS_REQUESTS, Workload(tenants, 0, 60, True)) for tenants in (100, 1_000))

    assert few == many


@pytest.mark.parametrize(
    ("tenants", "runs", "minutes", "sentence"),
    [
        (0, 1, 1, "--tenants: 0 is out of range; allowed: 1 to 100,000"),
        (-3, 1, 1, "--tenants: -3 is out of range"),
        (100_001, 1, 1, "--tenants: 100001 is out of range"),
        (1, -0.5, 1, "--runs-per-day: -0.5 is out of range"),
        (1, float("nan"), 1, "--runs-per-day: nan is out of range"),
        (1, 1, float("inf"), "--minutes: inf is out of range"),
        (1, 1, 0, "--minutes: 0 is out of range; allowed: 0.1 to 1,440"),
    ],
)
def test_absurd_numbers_are_refused(tenants: int, runs: float, minutes: float, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        Workload(tenants, runs, minutes, True)

    assert sentence in str(refused.value)
