"""When to look next."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.domain.polling import IDLE, LATEST, SOONEST, next_look
from functions.domain.times import iso
from tests.fakes import NOON


def test_an_idle_tenant_waits_for_ten_minutes() -> None:
    assert next_look(NOON, []) == NOON + IDLE


@given(ages=st.lists(st.integers(0, 86_400), min_size=1))
def test_the_next_look_is_never_sooner_than_a_tick_nor_later_than_ten_minutes(ages: list[int]) -> None:
    look = next_look(NOON, [iso(NOON - timedelta(seconds=age)) for age in ages])

    assert SOONEST <= look - NOON <= LATEST


def test_the_youngest_run_decides() -> None:
    hours_old, fresh = iso(NOON - timedelta(hours=5)), iso(NOON - timedelta(minutes=2))

    assert next_look(NOON, [hours_old, fresh]) == NOON + SOONEST
