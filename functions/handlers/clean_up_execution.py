"""A lifecycle execution was aborted, timed out or crashed: cancel its AMC run, free its slot, close its request.

As long as AMC cannot take the cancel, the message comes again, and the request goes on as its run does.
"""

import json
from dataclasses import replace
from typing import NotRequired, TypedDict

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from functions.runtime.batch import Event, each_message
from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.wiring import Ports
from functions.services.execution.auto_resubmit import resubmit_if_allowed
from functions.services.execution.completion import (
    cancel_run,
    complete_request,
    outcome_of_stopped,
    request_of_execution,
)
from wfm.errors import PermanentError


class StatusChange(TypedDict):
    """EventBridge's detail: an execution has ended. Its input is left out where it is too long."""

    executionArn: str
    name: str
    status: str
    input: NotRequired[str | None]
    cause: NotRequired[str | None]


@entry
def handler(event: Event, ports: Ports) -> PartialItemFailureResponse:
    """A batch of SQS records: EventBridge's `Step Functions Execution Status Change` of `execution_lifecycle`."""
    return each_message(event, lambda record: _clean_up(json.loads(record["body"])["detail"], ports))


def _clean_up(detail: StatusChange, ports: Ports) -> None:
    document = json.loads(detail.get("input") or "{}")
    customer_id, request_id = request_of_execution(document, detail["name"], ports.requests)
    row = ports.requests.find(customer_id, request_id)
    stopped = outcome_of_stopped(detail["name"], detail["status"], row, detail.get("cause"))
    try:
        outcome = cancel_run(customer_id, request_id, ports) or stopped
    except PermanentError as exc:  # the slot is free all the same: a run that goes on takes one as an external run does
        logger.warning("the AMC run is not cancelled", **log_fields(exc))
        outcome = replace(stopped, reason=f"{stopped.reason}; its run is not cancelled: {exc}")
    complete_request(customer_id, request_id, document, outcome, ports)
    resubmit_if_allowed(customer_id, request_id, ports)
