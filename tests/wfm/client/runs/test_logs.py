"""Which lines are a run's, and in which order they come."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wfm.calendar.timestamps import iso
from wfm.client.adapters.log_queries import FoundLines, RawLine
from wfm.client.records import Execution, Request
from wfm.client.runs.logs import period_of, read_log, words_of
from wfm.client.runs.run import Run

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TRACE = "1-69247b3c-5b1f2a0c9d8e7f6a5b4c3d2e"
ROW = {
    "customerId": "acme", "requestId": "r1", "status": "SUCCEEDED", "requestedAt": iso(NOON), "traceId": TRACE,
    "executionName": "acme-r1-0", "endedAt": iso(NOON + timedelta(minutes=5)), "workflowExecutionId": "x1",
}  # fmt: skip


def a_run(**changes: Any) -> Run:
    return Run(Request.from_row(ROW | changes), Execution("acme", "x1", "reach", "SUCCEEDED", "wfm", "r1"))


def a_line(second: int, function: str = "ReleaseSlot", late: int = 0, **fields: Any) -> RawLine:
    """Written at `second`, and in CloudWatch `late` seconds later."""
    written = NOON + timedelta(seconds=second)
    told = {"level": "INFO", "message": "done", "timestamp": f"{written:%Y-%m-%dT%H:%M:%S}.000+00:00", **fields}
    at = written + timedelta(seconds=late)
    return RawLine(
        f"p{second}{function}", f"{at:%Y-%m-%d %H:%M:%S}.000", f"/aws/lambda/wfm-a-b-{function}", json.dumps(told)
    )


class FakeQueries:
    """Answers with these lines, whatever is asked, and remembers that."""

    def __init__(self, *lines: RawLine, is_cut: bool = False) -> None:
        self._found, self.asked = FoundLines(list(lines), is_cut), list[Any]()

    def find(self, words: Any, start: datetime, end: datetime, limit: int) -> FoundLines:
        self.asked.append((list(words), start, end, limit))
        return self._found


class FakeMachine:
    """The history of each execution."""

    def __init__(self, *events: Any) -> None:
        self._events = list(events)

    def history(self, request: Request) -> list[Any]:
        return self._events


def an_event(second: int, kind: str, **details: Any) -> Any:
    return {"id": second, "timestamp": NOON + timedelta(seconds=second), "type": kind, **details}


def read(
    queries: FakeQueries, *runs: Run, machine: FakeMachine | None = None, limit: int = 100, since: str = ""
) -> Any:
    any_queries: Any = queries
    any_machine: Any = machine or FakeMachine()
    return read_log(runs or [a_run()], any_queries, any_machine, since=since, limit=limit)


def test_lines_are_asked_for_by_trace_execution_request_and_amc_run() -> None:
    assert list(words_of(a_run())) == [TRACE, "acme-r1-0", '"requestId":"r1"', "x1"]
    by_hand = a_run(traceId=None, executionArn="arn:aws:states:x:y:execution:m:by-hand")
    assert next(words_of(by_hand)) == "by-hand"
    assert list(words_of(Run(None, a_run().execution))) == ["x1"]


def test_lines_and_the_machines_steps_come_in_order_of_time_as_they_were_written() -> None:
    queries = FakeQueries(
        a_line(3, "ReleaseSlot", traceId=TRACE, late=-3, status="SUCCEEDED"),
        a_line(1, "PrepareExecution", traceId=TRACE, late=5),
    )
    machine = FakeMachine(
        an_event(0, "TaskStateEntered", stateEnteredEventDetails={"name": "PrepareExecution"}),
        an_event(2, "TaskFailed", taskFailedEventDetails={"error": "AmcThrottled", "cause": "hush"}),
        an_event(2, "TaskScheduled"),
        an_event(4, "ExecutionSucceeded"),
    )

    log = read(queries, machine=machine)

    assert [(line.source, line.level, line.message, dict(line.fields)) for line in log.lines] == [
        ("execution_lifecycle", "INFO", "entered PrepareExecution", {}),
        ("PrepareExecution", "INFO", "done", {"traceId": TRACE}),
        ("execution_lifecycle", "WARNING", "TaskFailed", {"error": "AmcThrottled"}),
        ("ReleaseSlot", "INFO", "done", {"traceId": TRACE, "status": "SUCCEEDED"}),
        ("execution_lifecycle", "INFO", "ExecutionSucceeded", {}),
    ]
    assert not log.is_cut


@pytest.mark.parametrize(
    ("fields", "is_ours"),
    [
        ({"traceId": TRACE}, True),
        ({"xray_trace_id": TRACE}, True),
        ({"customerId": "acme", "requestId": "r1"}, True),
        ({"customerId": "acme", "problem": "x1: AMC says RUNNING after more than 26 hours"}, True),
        ({"execution_arn": "arn:aws:states:x:y:execution:wfm-a-b-execution_lifecycle:acme-r1-0"}, True),
        ({"customerId": "umbrella", "requestId": "r1"}, False),
        ({"requestId": "r1"}, False),
        ({"customerId": "acme", "requestId": "r12"}, False),
    ],
)
def test_a_line_is_a_runs_if_it_names_it_and_no_other_customer(fields: dict[str, Any], is_ours: bool) -> None:
    assert bool(read(FakeQueries(a_line(1, **fields))).lines) == is_ours


def test_several_runs_are_asked_for_at_once_and_each_line_says_whose_it_is() -> None:
    other = a_run(
        requestId="r2", traceId="1-0-2", executionName="acme-r2-0", requestedAt=iso(NOON - timedelta(hours=1))
    )
    queries = FakeQueries(a_line(2, traceId=TRACE), a_line(1, traceId="1-0-2"))

    log = read(queries, a_run(), other)

    ((words, start, _, limit),) = queries.asked
    assert words == [*words_of(a_run()), *words_of(other)]
    assert (start, limit) == (NOON - timedelta(hours=1, minutes=1), 100)
    assert [line.run_id for line in log.lines] == ["r2", "r1"]


def test_what_is_cut_is_said() -> None:
    lines = [a_line(second, traceId=TRACE) for second in range(3)]

    assert read(FakeQueries(*lines), limit=3).is_cut is False
    cut = read(FakeQueries(*lines), limit=2)
    assert (len(cut.lines), cut.is_cut) == (2, True)
    assert read(FakeQueries(is_cut=True)).is_cut is True


def test_a_run_is_looked_for_from_its_request_to_some_time_after_its_end() -> None:
    late, active = NOON + timedelta(days=1), Run(Request.from_row({**ROW, "endedAt": None, "status": "RUNNING"}), None)

    assert period_of([a_run()], "", late) == (NOON - timedelta(minutes=1), NOON + timedelta(minutes=35))
    assert period_of([a_run(), active], "", late) == (NOON - timedelta(minutes=1), late)
    assert period_of([a_run()], iso(NOON + timedelta(minutes=2)), late)[0] == NOON + timedelta(minutes=2)
    assert read(FakeQueries(a_line(1, traceId=TRACE)), since=iso(NOON + timedelta(seconds=2))).lines == []
