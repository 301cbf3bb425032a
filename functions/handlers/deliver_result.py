"""DeliverResult: reads the queue of deliveries; each message is a run whose result becomes a file."""

from functions.runtime.batch import BatchResponse
from functions.runtime.entry import entry, log_about, logger
from functions.runtime.queue_events import QueueEvent, comes_again_soon, each_message
from functions.runtime.wiring import Ports
from functions.services.delivery.delivering import NOT_DELIVERED, ResultDelivery
from wfm.errors import InvalidRequest
from wfm.model.delivery_orders import order_in
from wfm.model.messages import SqsRecord, sent_at


@entry
def handler(event: QueueEvent, ports: Ports) -> BatchResponse:
    """Deliver the result of each message; one that fails comes back after a pause that grows."""
    return each_message(event, lambda record: _deliver(record, ports), ports.metrics)


def _deliver(record: SqsRecord, ports: Ports) -> None:
    try:
        order = order_in(record["body"])
    except InvalidRequest as exc:  # nobody can ever deliver it, and no run's row could say so
        logger.warning("dropped", problem=str(exc))
        ports.metrics.count(NOT_DELIVERED)
        return
    ids = {"customerId": order.customer_id, "workflowId": order.workflow_id, "workflowExecutionId": order.run_id}
    log_about(ids)
    with comes_again_soon(record, ports):
        state = ResultDelivery(ports, ports.delivery.deliver).run(order, sent_at(record))
    logger.info("delivery", state=state)
