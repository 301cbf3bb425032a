"""A lifecycle execution was aborted, timed out or crashed: cancel its AMC run, free its slot, close its request.

As long as AMC cannot take the cancel, the message comes again, and the request goes on as its run does.
"""

import json
from dataclasses import replace
from typing import Any

from aws_lambda_powertools.utilities.batch import EventType

from functions.runtime.batch import each_record
from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.wiring import Ports
from functions.services.execution.auto_resubmit import resubmit_if_allowed
from functions.services.execution.completion import cancel_run, complete_request, outcome_of_stopped
from wfm.errors import PermanentError
from wfm.model.request_ids import identify


@entry
def handler(event: dict[str, Any], ports: Ports) -> Any:
    """A batch of SQS records: EventBridge's `Step Functions Execution Status Change` of `execution_lifecycle`."""
    return each_record(event, EventType.SQS, lambda record: _clean_up(json.loads(record["body"])["detail"], ports))


def _clean_up(detail: dict[str, Any], ports: Ports) -> None:
    document = json.loads(detail.get("input") or "{}")
    customer_id, request_id = identify(document, detail["name"])
    row = ports.requests.find(customer_id, request_id)
    stopped = outcome_of_stopped(detail["name"], detail["status"], row, detail.get("cause"))
    try:
        outcome = cancel_run(customer_id, request_id, ports) or stopped
    except PermanentError as exc:  # the slot is free all the same: a run that goes on takes one as an external run does
        logger.warning("the AMC run is not cancelled", **log_fields(exc))
        outcome = replace(stopped, reason=f"{stopped.reason}; its run is not cancelled: {exc}")
    complete_request(customer_id, request_id, document, outcome, ports)
    resubmit_if_allowed(customer_id, request_id, ports)
