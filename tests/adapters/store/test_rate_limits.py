from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.tables import put
from wfm.errors import AmcThrottled
from wfm.model.rate_limit import FIRST_INTERVAL, ONE_STORM
from wfm.store.rate_limits import LONGEST_WAIT, RateLimits
from wfm.store.schema import ACCESS_TOKENS

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


class Unwritable:
    """The table, where each write fails with such a code."""

    def __init__(self, rows: "Table", code: str) -> None:
        self.get_item, self._code, self.refused = rows.get_item, code, 0

    def put_item(self, **asked: Any) -> None:
        self.refused += 1
        raise ClientError({"Error": {"Code": self._code, "Message": "refused"}}, "PutItem")


@pytest.fixture
def rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, ACCESS_TOKENS)


def test_nobody_waits_who_was_not_throttled(rows: "Table") -> None:
    watch = Watch()

    for _ in range(5):
        RateLimits(rows, watch, watch.sleep).keep("default")

    assert watch.now == 1000.0


def test_after_a_429_all_lambdas_of_an_application_share_one_pace(rows: "Table") -> None:
    watch = Watch()
    lambdas = [RateLimits(rows, watch, watch.sleep) for _ in range(3)]

    lambdas[0].slow_down("default", None)
    for each in lambdas:
        each.keep("default")

    assert 3 * FIRST_INTERVAL * 0.9 < watch.now - 1000.0 <= 3 * FIRST_INTERVAL


def test_another_application_is_not_held_back(rows: "Table") -> None:
    watch = Watch()

    RateLimits(rows, watch, watch.sleep).slow_down("default", 4.0)
    RateLimits(rows, watch, watch.sleep).keep("agency")

    assert watch.now == 1000.0


def test_retry_after_is_kept_by_those_who_did_not_see_it(rows: "Table") -> None:
    watch = Watch()

    RateLimits(rows, watch, watch.sleep).slow_down("default", 4.0)
    RateLimits(rows, watch, watch.sleep).keep("default")

    assert watch.now == 1004.0


def test_a_long_wait_is_left_to_the_state_machine(rows: "Table") -> None:
    watch = Watch()
    rate_limits = RateLimits(rows, watch, watch.sleep)

    rate_limits.slow_down("default", LONGEST_WAIT + 2)

    with pytest.raises(AmcThrottled, match="AMC throttles 'default': the next call may go in 7 s"):
        rate_limits.keep("default")
    assert watch.now == 1000.0


def test_the_longest_wait_is_still_the_lambdas_own(rows: "Table") -> None:
    watch = Watch()
    rate_limits = RateLimits(rows, watch, watch.sleep)
    rate_limits.slow_down("default", LONGEST_WAIT)

    rate_limits.keep("default")

    assert watch.now == 1000.0 + LONGEST_WAIT


def test_a_pace_is_forgotten_an_hour_after_the_last_429(rows: "Table") -> None:
    RateLimits(rows, lambda: 1000.75).slow_down("default", None)

    assert rows.get_item(Key={"authId": "pace:default"}, ConsistentRead=True)["Item"] == {
        "authId": "pace:default",
        "interval": Decimal("0.2"),
        "nextAt": Decimal("1000.95"),
        "throttledAt": Decimal("1000.75"),
        "expireTimestamp": 4600,
    }


def test_a_pace_that_is_over_holds_nobody_back_and_is_not_written(rows: "Table") -> None:
    watch = Watch()
    RateLimits(rows, watch, watch.sleep).slow_down("default", None)
    watch.now += 60

    RateLimits(Unwritable(rows, "AccessDeniedException"), watch, watch.sleep).keep("default")  # type: ignore[arg-type]

    assert watch.now == 1060.0


def test_who_never_gets_a_moment_has_tried_often_and_at_odd_times(rows: "Table") -> None:
    slept: list[float] = []
    busy: Any = Unwritable(rows, "ConditionalCheckFailedException")
    RateLimits(rows, lambda: 1000.0).slow_down("default", None)

    with pytest.raises(AmcThrottled, match="too many call AMC with 'default' at once"):
        RateLimits(busy, lambda: 1000.0, slept.append).keep("default")
    RateLimits(busy, lambda: 1000.0, slept.append).slow_down("default", 4.0)

    assert busy.refused == 40
    assert len(set(slept)) == 20
    assert 0 <= min(slept) < max(slept) <= 0.05


def test_only_conditions_are_taken_as_an_answer(rows: "Table") -> None:
    rate_limits = RateLimits(rows, lambda: 1000.0, lambda _: None)
    denied: Any = Unwritable(rows, "AccessDeniedException")

    with pytest.raises(ClientError, match="AccessDenied"):
        RateLimits(denied, lambda: 1000.0).slow_down("default", None)
    rate_limits.slow_down("default", None)
    with pytest.raises(ClientError, match="AccessDenied"):
        RateLimits(denied, lambda: 1000.0).keep("default")


def test_no_two_calls_get_the_same_moment(rows: "Table") -> None:
    """Two Lambdas read the pace before either writes: the second reads again."""
    watch = Watch()
    slow, fast = RateLimits(rows, watch, watch.sleep), RateLimits(rows, lambda: 1000.0, lambda _: None)
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
    throttled, busy = RateLimits(rows, watch, watch.sleep), RateLimits(rows, watch, lambda _: None)
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
