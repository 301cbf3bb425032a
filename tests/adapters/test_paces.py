from typing import TYPE_CHECKING, Any

import pytest

from functions.adapters.paces import LONGEST_WAIT, Paces
from functions.domain.errors import AmcThrottled
from functions.domain.execution_lifecycle.pacing import FIRST_INTERVAL, ONE_STORM
from tests.adapters.tables import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table


class Watch:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, "AccessTokens")


def test_nobody_waits_who_was_not_throttled(rows: "Table") -> None:
    watch = Watch()

    for _ in range(5):
        Paces(rows, watch, watch.sleep).keep("default")

    assert watch.now == 1000.0


def test_after_a_429_all_lambdas_of_an_application_share_one_pace(rows: "Table") -> None:
    watch = Watch()
    lambdas = [Paces(rows, watch, watch.sleep) for _ in range(3)]

    lambdas[0].slow_down("default", None)
    for each in lambdas:
        each.keep("default")

    assert 3 * FIRST_INTERVAL * 0.9 < watch.now - 1000.0 <= 3 * FIRST_INTERVAL


def test_another_application_is_not_held_back(rows: "Table") -> None:
    watch = Watch()

    Paces(rows, watch, watch.sleep).slow_down("default", 4.0)
    Paces(rows, watch, watch.sleep).keep("agency")

    assert watch.now == 1000.0


def test_retry_after_is_kept_by_those_who_did_not_see_it(rows: "Table") -> None:
    watch = Watch()

    Paces(rows, watch, watch.sleep).slow_down("default", 4.0)
    Paces(rows, watch, watch.sleep).keep("default")

    assert watch.now == 1004.0


def test_a_long_wait_is_left_to_the_state_machine(rows: "Table") -> None:
    watch = Watch()
    paces = Paces(rows, watch, watch.sleep)

    paces.slow_down("default", LONGEST_WAIT + 2)

    with pytest.raises(AmcThrottled, match="AMC throttles 'default': the next call may go in 7 s"):
        paces.keep("default")
    assert watch.now == 1000.0


def test_no_two_calls_get_the_same_moment(rows: "Table") -> None:
    """Two Lambdas read the pace before either writes: the second reads again."""
    watch = Watch()
    slow, fast = Paces(rows, watch, watch.sleep), Paces(rows, lambda: 1000.0, lambda _: None)
    slow.slow_down("default", None)
    find = slow._find

    def overtaken(caller: str) -> object:
        seen = find(caller)
        if slow._find == overtaken:
            slow._find = find  # type: ignore[method-assign]
            fast.keep("default")
        return seen

    slow._find = overtaken  # type: ignore[method-assign,assignment]
    slow.keep("default")

    assert watch.now >= 1000.0 + 2 * FIRST_INTERVAL * 0.9


def test_a_429_counts_though_others_take_their_moments_meanwhile(rows: "Table") -> None:
    watch = Watch()
    throttled, busy = Paces(rows, watch, watch.sleep), Paces(rows, watch, lambda _: None)
    throttled.slow_down("default", None)
    watch.now += ONE_STORM
    find = throttled._find

    def overtaken(caller: str) -> Any:
        seen = find(caller)
        throttled._find = find  # type: ignore[method-assign]
        busy.keep("default")
        return seen

    throttled._find = overtaken  # type: ignore[method-assign]
    throttled.slow_down("default", 4.0)
    throttled.keep("default")

    assert watch.now == 1000.0 + ONE_STORM + 4.0
