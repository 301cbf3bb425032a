"""What stands around every handler."""

import io
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.runtime.entry import RUN_IDS, entry, log_about, log_fields, logger
from functions.runtime.log_lines import OF_TROUBLE
from functions.runtime.queue_events import QueueEvent, each_message
from functions.runtime.wiring import Ports
from tests.builders import an_sqs_record
from tests.fakes import World
from wfm.errors import AmcRefused, AmcUnavailable, AwsBusy


def test_a_failure_is_logged_by_ids_and_name_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)

    @entry
    def handler(event: dict[str, str], ports: Ports) -> None:
        raise ValueError("it broke")

    event = {"customerId": "acme", "requestId": "r1", "sqlQuery": "SELECT secret", "taskToken": "token"}
    with pytest.raises(ValueError, match="it broke"):
        handler(event, ports=World)

    logged = written.getvalue()
    assert all(text in logged for text in ("acme", "r1", "ValueError", "it broke"))
    assert "SELECT" not in logged
    assert '"token"' not in logged


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """What has been logged."""
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_what_has_worked_for_a_run_says_so_with_its_ids_and_status(lines: Callable[[], list[dict[str, Any]]]) -> None:
    @entry
    def handler(event: dict[str, str], ports: Ports) -> dict[str, str]:
        log_about({"traceId": "1-a-b", "status": "no id", "executionName": ""})
        return {"status": "SUCCEEDED", "reason": "hush"}

    handler({"customerId": "acme", "requestId": "r1"}, ports=World)
    handler({"customerId": "acme"}, ports=World)

    (line,) = lines()
    known = {name: line.get(name) for name in (*RUN_IDS, "message", "status", "reason")}
    assert known == {
        **dict.fromkeys(RUN_IDS), "customerId": "acme", "requestId": "r1", "traceId": "1-a-b",
        "message": "done", "status": "SUCCEEDED", "reason": None,
    }  # fmt: skip


def test_a_step_without_an_answer_leaves_its_line_to_the_execution_s_history(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    @entry
    def handler(event: dict[str, str], ports: Ports) -> None:
        """It stores a task token."""

    handler({"customerId": "acme", "requestId": "r1"}, ports=World)

    assert lines() == []


def test_only_lines_about_faults_say_where_in_the_code_and_in_which_call(
    lines: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-a-b;Sampled=1")

    @entry
    def handler(event: dict[str, str], ports: Ports) -> dict[str, str]:
        logger.warning("odd")
        return {"status": "SUCCEEDED"}

    event = {"customerId": "acme", "requestId": "r1", "executionName": "acme-r1-0", "traceId": "1-a-b"}
    handler(event, SimpleNamespace(aws_request_id="a-call"), ports=World)

    odd, done = lines()
    assert odd.items() >= {
        "level": "WARNING", "lambda_request_id": "a-call", "xray_trace_id": "1-a-b", "executionName": "acme-r1-0",
    }.items()  # fmt: skip
    assert odd.keys() >= OF_TROUBLE
    assert sorted(done) == sorted(
        ["level", "message", "timestamp", "handler", "customerId", "requestId", "traceId", "status"]
    )


def test_times_are_written_as_lambdas_filter_of_levels_reads_them(lines: Callable[[], list[dict[str, Any]]]) -> None:
    logger.warning("odd")

    (line,) = lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", line["timestamp"])


def test_each_record_of_a_batch_is_logged_with_its_own_ids(lines: Callable[[], list[dict[str, Any]]]) -> None:
    def handle(record: dict[str, str]) -> None:
        log_about(json.loads(record["body"]))
        raise ValueError("it broke")

    @entry
    def handler(event: QueueEvent, ports: Ports) -> object:
        return each_message(event, handle, ports.metrics)  # type: ignore[arg-type]

    bodies = [{"requestId": "r1", "traceId": "1-a-b"}, {"requestId": "r2"}]
    handler({"Records": [an_sqs_record(json.dumps(body), f"m{n}") for n, body in enumerate(bodies)]}, ports=World)

    told = [(line["message"], line["requestId"], line.get("traceId")) for line in lines()]
    assert told == [("a record will be retried", "r1", "1-a-b"), ("a record will be retried", "r2", None)]


def wrapped() -> AmcUnavailable:
    error = AmcUnavailable("AMC refused with 403: token")
    error.__cause__ = AmcRefused(403, "token")
    return error


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (AmcRefused(400, "SELECT secret"), {"error": "AmcRefused", "problem": "AMC refused with 400"}),
        (AmcRefused(400, "s", "x-amz-rid 1"), {"error": "AmcRefused", "problem": "AMC refused with 400 (x-amz-rid 1)"}),
        (wrapped(), {"error": "AmcUnavailable", "problem": "AMC refused with 403"}),
        (ValueError("x" * 1000), {"error": "ValueError", "problem": "x" * 500}),
    ],
)
def test_amcs_own_words_are_not_logged(error: Exception, line: dict[str, str]) -> None:
    assert log_fields(error) == line


def test_a_throttled_service_of_aws_is_an_error_that_is_tried_again_for_long() -> None:
    throttled = ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "GetItem")

    @entry
    def handler(event: dict[str, str], ports: Ports) -> None:
        raise throttled

    with pytest.raises(AwsBusy, match="Rate exceeded") as raised:
        handler({}, ports=World)

    assert raised.value.__cause__ is throttled
