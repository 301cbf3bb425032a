"""Has the result of a run delivered, if its workflow asks for that."""

from functools import partial

from functions.ports import Ports
from wfm.calendar.timestamps import iso
from wfm.errors import InvalidRecord
from wfm.model.amc_run import AmcRun
from wfm.model.delivery_orders import first_of, order_of
from wfm.model.delivery_rules import read_delivery
from wfm.model.delivery_states import DeliveryState, delivery_fields
from wfm.model.result_deliveries import Delivered, DeliveryOutcome
from wfm.model.rows import object_in
from wfm.model.tenants import bucket_of
from wfm.model.workflows import DELIVERY


def order_delivery(run: AmcRun, ports: Ports) -> bool:
    """Send the order for a run that succeeded; False if its result is not to be delivered.

    It may be sent again: what is sent twice is delivered once.
    """
    workflow = object_in(ports.workflows.find(run.customer_id, str(run.workflow_id)) if run.workflow_id else None)
    if run.is_dry_run or workflow.get(DELIVERY) is None:
        return False
    try:
        rules = read_delivery(workflow[DELIVERY])
    except InvalidRecord as exc:  # somebody edited the row; the run's announcement does not wait for them
        delivered = Delivered(DeliveryOutcome.REFUSED, str(exc))
        refused = delivery_fields(DeliveryState.REFUSED, delivered, iso(ports.clock()))
        ports.executions.record_delivery(run.customer_id, str(run.id), refused)
        return False
    if rules is None:
        return False
    request = ports.requests.find(run.customer_id, run.request_id) if run.request_id else None
    first = first_of(request, partial(ports.requests.find, run.customer_id))
    bucket = bucket_of(ports.tenants.find(run.customer_id))
    ports.delivery_orders.send(order_of(run.fields, rules, workflow, request, bucket, first=first))
    return True
