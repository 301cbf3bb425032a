"""What a soak takes for a success, and what the page says of it."""

from dataclasses import replace
from typing import Any

import pytest

from bench.reliability import page
from bench.soak import Summary

GOOD = Summary(
    requests=10,
    tenants=2,
    seconds=60.0,
    lost=0,
    twice=0,
    tenants_over_limit=0,
    statuses={"SUCCEEDED": 10},
    longest_wait={"interactive": 3.0},
    faults={"POSTs answered 503": 2},
    external=1,
    external_recorded=1,
)


def test_a_soak_in_which_each_request_succeeded_once_is_as_promised() -> None:
    assert GOOD.is_as_promised()


@pytest.mark.parametrize(
    "change",
    [
        {"lost": 1},
        {"twice": 1},
        {"tenants_over_limit": 1},
        {"external_recorded": 0},
        {"statuses": {"SUCCEEDED": 9, "FAILED": 1}},
        {"statuses": {"SUCCEEDED": 9}},
    ],
)
def test_any_other_is_not(change: dict[str, Any]) -> None:
    assert not replace(GOOD, **change).is_as_promised()


def test_the_page_says_what_was_tried_and_what_the_soak_counted() -> None:
    reported = page([{"fault": "it rains", "tried": 3, "happens": "nothing", "user_sees": "rain"}], GOOD)

    assert "| it rains | 3 | nothing | rain |" in reported
    assert "| ended SUCCEEDED | 10 |" in reported
    assert "| runs started by others | 1 |" in reported
