"""RouteTpsEvent: reads the stream of CustomerConfig, and starts an onboarding for each change of a TPS record."""

from functions.runtime.batch import BatchResponse, Change, StreamEvent, each_change
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.execution_names import event_execution_name


@entry
def handler(event: StreamEvent, ports: Ports) -> BatchResponse:
    """Start an onboarding for each change of the batch, once."""

    def start(change: Change) -> None:
        customer_id = change.key["customerId"]
        name = event_execution_name(change.event_id, customer_id)
        document = {"customerId": customer_id, "eventName": change.event_name}
        ports.tasks.start(ports.settings.tenant_onboarding_arn, name, document)

    return each_change(event, start, ports.metrics)
