from typing import Any

import pytest

from wfm.calendar.timestamps import parse
from wfm.client.records import Execution, Request
from wfm.client.runs.run import Run
from wfm.report.spans import AMC_QUEUE, QUEUE, RECORD, RUN, SLOT, SUBMIT, amc_marks, line_of

REQUEST = {
    "customerId": "acme", "requestId": "r1", "workflowId": "reach", "status": "SUCCEEDED", "source": "schedule:daily",
    "requestedAt": "2026-11-23T10:00:00.000Z", "waitingAt": "2026-11-23T10:00:02.000Z",
    "submittingAt": "2026-11-23T10:05:02.000Z", "runningAt": "2026-11-23T10:05:04.000Z",
    "endedAt": "2026-11-23T10:30:05.000Z", "workflowExecutionId": "e1",
}  # fmt: skip
EXECUTION = {
    "customerId": "acme", "workflowExecutionId": "e1", "workflowId": "reach", "executionStatus": "SUCCEEDED",
    "source": "wfm", "requestId": "r1", "createTime": "2026-11-23T10:05:03Z",
    "lastUpdatedTime": "2026-11-23T10:30:03.000Z", "executionTime": 1200,
}  # fmt: skip
NOW = parse("2026-11-23T12:00:00Z").timestamp()


def a_run(request: dict[str, Any] | None, execution: dict[str, Any] | None) -> Run:
    return Run(Request.from_row(request) if request else None, Execution.from_row(execution) if execution else None)


def lengths(run: Run) -> dict[str, float]:
    line = line_of(run, NOW)
    assert line is not None
    return {span.kind: span.end - span.start for span in line.spans}


def test_the_time_of_a_run_is_split_where_wfm_and_amc_say_so() -> None:
    assert lengths(a_run(REQUEST, EXECUTION)) == {
        QUEUE: 2,
        SLOT: 300,
        SUBMIT: 1,
        AMC_QUEUE: 300,
        RUN: 1200,
        RECORD: 2,
    }


def test_a_run_from_elsewhere_begins_in_amc() -> None:
    line = line_of(a_run(None, EXECUTION | {"source": "external"}), NOW)

    assert line is not None
    assert line.external
    assert [span.kind for span in line.spans] == [AMC_QUEUE, RUN]
    assert line.end - line.start == 1500


def test_a_run_that_is_active_lasts_until_now() -> None:
    active = REQUEST | {"status": "RUNNING", "endedAt": None}

    line = line_of(a_run(active, EXECUTION | {"executionStatus": "RUNNING"}), NOW)

    assert line is not None
    assert (line.ended, line.end) == (False, NOW)


def test_a_request_that_never_got_to_amc_shows_its_waits() -> None:
    refused = {name: value for name, value in REQUEST.items() if name not in ("submittingAt", "runningAt")}

    assert lengths(a_run(refused | {"status": "CANCELLED"}, None)).keys() == {QUEUE, SLOT}


@pytest.mark.parametrize("execution_time", [None, 0, -1, 999_999, "long"])
def test_without_a_usable_execution_time_all_of_amcs_time_counts_as_running(execution_time: Any) -> None:
    assert amc_marks(1.0, 100.0, execution_time) == [(RUN, 1.0)]


def test_a_run_of_which_no_time_is_known_has_no_line() -> None:
    timeless = {"customerId": "acme", "workflowExecutionId": "e1", "executionStatus": "RUNNING", "createTime": "soon"}

    assert line_of(a_run(None, timeless), NOW) is None


def test_an_end_of_which_no_time_is_known_is_no_longer_than_what_came_before() -> None:
    line = line_of(a_run(REQUEST | {"endedAt": None}, None), NOW)

    assert line is not None
    assert (line.ended, line.end) == (True, parse(REQUEST["submittingAt"]).timestamp() + 2)


def test_clocks_that_disagree_make_no_part_shorter_than_nothing() -> None:
    early = EXECUTION | {"createTime": "2026-11-23T09:00:00Z", "lastUpdatedTime": "2026-11-23T09:30:00Z"}

    assert min(lengths(a_run(REQUEST, early)).values()) == 0
