"""What stands around every handler."""

import io

import pytest
from botocore.exceptions import ClientError

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.wiring import Ports
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
