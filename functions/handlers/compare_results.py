"""CompareResults: reads the queue of runs that succeeded in the place of another; each is compared with that one."""

from functions.runtime.batch import BatchResponse
from functions.runtime.entry import entry, log_about, logger
from functions.runtime.queue_events import QueueEvent, comes_again_soon, each_message
from functions.runtime.wiring import Ports
from functions.services.delivery.comparing import ResultComparison
from wfm.errors import InvalidRequest
from wfm.model.messages import SqsRecord, sent_at
from wfm.model.result_changes import run_of_event


@entry
def handler(event: QueueEvent, ports: Ports) -> BatchResponse:
    """Compare the results of each message; one that fails comes back after a pause that grows."""
    return each_message(event, lambda record: _compare(record, ports), ports.metrics)


def _compare(record: SqsRecord, ports: Ports) -> None:
    try:
        customer_id, run_id = run_of_event(record["body"])
    except InvalidRequest as exc:  # nobody can ever compare it, and no run's row could say so
        logger.warning("dropped", problem=str(exc))
        return
    log_about({"customerId": customer_id, "workflowExecutionId": run_id})
    with comes_again_soon(record, ports):
        change = ResultComparison(ports).run(customer_id, run_id, sent_at(record))
    logger.info("compared", is_written=change is not None)
