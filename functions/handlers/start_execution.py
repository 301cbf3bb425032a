"""StartExecution: reads a tenant's queue; each message starts `execution_lifecycle` once, or goes to the DLQ."""

from datetime import timedelta
from functools import partial
from typing import Final

from functions.runtime.batch import BatchResponse
from functions.runtime.entry import entry, log_about, log_done, log_fields, logger
from functions.runtime.queue_events import QueueEvent, each_message
from functions.runtime.wiring import Ports
from functions.services.execution.queue_messages import record_run, refuse, refuse_used_id
from functions.services.scheduling.firing_rules import skip_firing
from wfm.errors import PermanentError
from wfm.model.fingerprints import check_repetition
from wfm.model.json_schema import validate
from wfm.model.messages import SqsRecord, customer_of_queue, read_message, sent_at
from wfm.model.requests import execution_name_in, request_row
from wfm.model.traces import header_of, new_trace_id, trace_id_in

CLOCK_SKEW: Final = timedelta(minutes=5)  # between SQS and Step Functions, at most
_validate = partial(validate, "execution_request")


@entry
def handler(event: QueueEvent, ports: Ports) -> BatchResponse:
    """Handle each message of the batch. One that can never work goes to the DLQ with its reason."""
    return each_message(event, lambda record: _start(record, ports), ports.metrics)


def _start(record: SqsRecord, ports: Ports) -> None:
    config = ports.settings
    received = record["attributes"].get("AWSTraceHeader")  # X-Ray's, of the message's sender
    log_about({"customerId": customer_of_queue(record["eventSourceARN"], config.prefix)})
    try:
        request = read_message(record, config.prefix, _validate)
        log_about({"requestId": request.request_id})
        trace_id = trace_id_in(received) or new_trace_id(ports.clock())
        row = ports.requests.add(request_row(request, sent_at(record), trace_id))
        log_about(row)
        check_repetition(row, request, sent_at(record))
    except PermanentError as exc:
        reason = refuse(record, config.prefix, exc, ports)
        log_about({"requestId": reason["requestId"]})
        logger.warning("refused", error=type(exc).__name__)
        ports.queues.dead_letter(record["eventSourceARN"], record["body"], reason, record["messageId"])
        ports.metrics.count("RequestsRefused")
        return
    if "endedAt" in row or "executionArn" in row:  # cancelled while it was in the queue, or a repetition
        return
    if skip_firing(request, config.execution_lifecycle_arn, ports):
        logger.info("left out by its schedule's rules")
        return
    ids = {"customerId": request.customer_id, "requestId": request.request_id}
    since = sent_at(record) - CLOCK_SKEW
    trace = header_of(row["traceId"], received) if "traceId" in row else None
    if not ports.tasks.start_new(config.execution_lifecycle_arn, execution_name_in(row), ids, since, trace):
        reason = refuse_used_id(request, ports)
        ports.queues.dead_letter(record["eventSourceARN"], record["body"], reason, record["messageId"])
        ports.metrics.count("RequestsRefused")
        return
    ports.metrics.seconds("QueueWait", (ports.clock() - sent_at(record)).total_seconds())
    log_done()
    try:
        record_run(request, ports.schedules)
    except Exception as exc:  # noqa: BLE001 (the run has begun; a schedule's last run is for people to read)
        logger.warning("the schedule's last run is not noted", **log_fields(exc))
