"""CleanUpExecution: after an execution of `execution_lifecycle` was stopped, cancels its AMC run and ends its request.

While AMC is not available, the message is retried; until then the request does not end.
"""

import json
from dataclasses import replace

from functions.runtime.batch import BatchResponse
from functions.runtime.entry import entry, log_about, log_done, log_fields, logger
from functions.runtime.queue_events import QueueEvent, each_stopped_execution
from functions.runtime.wiring import Ports
from functions.services.execution.completion import (
    cancel_run,
    end_request,
    find_request,
    recall_run,
    request_of_execution,
)
from wfm.errors import PermanentError
from wfm.model.request_ids import id_from
from wfm.model.stopped_executions import StoppedExecution, outcome_of_stopped


@entry
def handler(event: QueueEvent, ports: Ports) -> BatchResponse:
    """Clean up after each stopped execution of `execution_lifecycle`."""
    return each_stopped_execution(event, lambda stopped: _clean_up(stopped, ports), ports.metrics)


def _clean_up(stopped: StoppedExecution, ports: Ports) -> None:
    document = json.loads(stopped.input or "{}")
    found = request_of_execution(document, stopped.name, ports.requests)
    customer_id, request_id, row = found.customer_id, found.request_id, found.row
    log_about(row or {"customerId": customer_id, "requestId": id_from(request_id)})
    if stopped.status not in ("ABORTED", "SUCCEEDED") and row is not None and "endedAt" not in row:
        ports.metrics.count("ExecutionsCrashed")
    failed = outcome_of_stopped(stopped.name, stopped.status, row, stopped.cause)
    if stopped.is_resent:
        recall_run(stopped.arn, found, document, ports)
    try:
        outcome = cancel_run(customer_id, request_id, ports) or failed
    except (
        PermanentError
    ) as exc:  # the slot is released all the same: a run that continues takes one as an external run does
        logger.warning("the AMC run is not cancelled", **log_fields(exc))
        outcome = replace(failed, reason=f"{failed.reason}; its run is not cancelled: {exc}")
    end_request(find_request(customer_id, request_id, ports.requests), document, outcome, ports)
    log_done(outcome.to_document())
