"""Time-outs that AMC takes, and the deadlines that follow from them."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.builders import a_message, a_request
from tests.fakes import NOON
from wfm.calendar.timestamps import iso
from wfm.errors import InvalidRequest
from wfm.model.requests import resolve
from wfm.model.timeouts import MARGIN, MAX_DURATION, TIMEOUT, deadline, read_timeout


@pytest.mark.parametrize("value", [900, "900", " 86400 ", 86_400, 21_600.0])
def test_a_time_out_is_a_number_or_its_digits_and_goes_to_amc_as_a_number(value: Any) -> None:
    body = resolve(a_request(payload={**a_message()["payload"], TIMEOUT: value}), NOON)

    assert body[TIMEOUT] == int(value)
    assert type(body[TIMEOUT]) is int


@pytest.mark.parametrize(
    "value", [899, 86_401, "899", "-900", "1e3", "2 000", "", "an hour", True, [], 900.5, "9" * 99]
)
def test_any_other_is_refused_with_its_name_and_range(value: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"^workflowExecutionTimeoutSeconds: .* allowed: 900 to 86400 seconds$"):
        resolve(a_request(payload={**a_message()["payload"], TIMEOUT: value}), NOON)


def test_a_request_that_names_none_asks_amc_for_none() -> None:
    assert TIMEOUT not in resolve(a_request(), NOON)


@settings(max_examples=200, deadline=None)
@example("0\x1f")
@given(st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.none(), st.booleans()))
def test_whatever_stands_there_is_read_or_refused(value: Any) -> None:
    try:
        found = read_timeout(value)
    except InvalidRequest:
        return
    assert 900 <= found <= 86_400


def a_row(status: str = "RUNNING", **fields: Any) -> dict[str, Any]:
    """Made at noon; it began to work ten minutes later."""
    times = {"createTime": iso(NOON), "lastUpdatedTime": iso(NOON + timedelta(minutes=10))}
    return {"executionStatus": status, **times, **fields}


@pytest.mark.parametrize(
    ("row", "after"),
    [
        (a_row(workflowExecutionTimeoutSeconds=900), timedelta(minutes=25) + MARGIN),
        (a_row(), timedelta(hours=6, minutes=10) + MARGIN),
        (a_row(workflowExecutionTimeoutSeconds="rubbish"), timedelta(hours=6, minutes=10) + MARGIN),
        (a_row(lastUpdatedTime=None), timedelta(hours=6) + MARGIN),
        (a_row(workflowExecutionTimeoutSeconds=86_400), MAX_DURATION),
        (a_row(lastUpdatedTime="2027-01-01T00:00:00Z"), MAX_DURATION),
        (a_row("PENDING", workflowExecutionTimeoutSeconds=900), MAX_DURATION),
        (a_row("BRAND_NEW", createTime=None, lastUpdatedTime=None, firstSeenAt=iso(NOON)), timedelta(hours=6) + MARGIN),
    ],
)
def test_the_deadline_counts_from_when_a_run_began_to_work(row: dict[str, Any], after: timedelta) -> None:
    assert deadline(row) == NOON + after


def test_a_row_without_any_time_has_no_deadline() -> None:
    assert deadline({"executionStatus": "RUNNING"}) is None


@settings(max_examples=100, deadline=None)
@given(
    status=st.sampled_from(["PENDING", "RUNNING", "PUBLISHING", "BRAND_NEW"]),
    timeout=st.one_of(st.none(), st.integers()),
    changed=st.one_of(st.none(), st.timedeltas(-timedelta(days=9), timedelta(days=9)).map(lambda by: iso(NOON + by))),
)
def test_no_run_may_go_on_longer_than_the_longest(status: str, timeout: int | None, changed: str | None) -> None:
    end = deadline(a_row(status, lastUpdatedTime=changed, workflowExecutionTimeoutSeconds=timeout))

    assert end is not None
    assert NOON + timedelta(seconds=900) + MARGIN <= end <= NOON + MAX_DURATION


@pytest.mark.parametrize("field", ["createTime", "lastUpdatedTime"])
@pytest.mark.parametrize("status", ["PENDING", "RUNNING"])
def test_a_time_at_the_end_of_all_times_has_no_deadline(field: str, status: str) -> None:
    row = {"createTime": "2026-11-23T12:00:00Z", "executionStatus": status, field: "9999-12-31T23:59:59Z"}

    assert deadline(row) is None
