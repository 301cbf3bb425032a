"""Faults of AWS that pass, and those that do not."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ParamValidationError
from botocore.exceptions import ReadTimeoutError as NoAnswer

from functions.runtime.entry import is_transient


def an_error(code: str, status: int = 400, parts: tuple[str, ...] = ()) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "..."}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response | {"CancellationReasons": [{"Code": part} for part in parts]}, "Call")


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
        "TooManyRequestsException", "ExecutionLimitExceeded", "KmsThrottled", "KMS.ThrottlingException",
        "KMSThrottlingException", "RequestThrottled", "TransactionConflictException",
    ],
)  # fmt: skip
def test_a_throttle_passes(code: str) -> None:
    assert is_transient(an_error(code))


@pytest.mark.parametrize("part", ["ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict"])
def test_a_transaction_of_which_a_part_was_throttled_passes(part: str) -> None:
    assert is_transient(an_error("TransactionCanceledException", parts=("None", part)))


@pytest.mark.parametrize(
    "exc",
    [
        an_error("InternalServerError", status=500),
        an_error("ServiceUnavailable", status=503),
        NoAnswer(endpoint_url="https://dynamodb"),
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
        EndpointConnectionError(endpoint_url="https://dynamodb"),
    ],
)
def test_a_service_that_fails_or_does_not_answer_passes(exc: Exception) -> None:
    assert is_transient(exc)


@pytest.mark.parametrize(
    "exc",
    [
        an_error("AccessDeniedException"),
        an_error("ValidationException"),
        an_error("ResourceNotFoundException"),
        an_error("TransactionCanceledException", parts=("ConditionalCheckFailed",)),
        ParamValidationError(report="wrong type"),
        KeyError("customerId"),
        OSError("disk full"),
    ],
)
def test_what_is_wrong_stays_wrong(exc: Exception) -> None:
    assert not is_transient(exc)
