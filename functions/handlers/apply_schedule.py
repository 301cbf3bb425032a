"""ApplySchedule: reads the stream of Schedules, and brings each change of a schedule to EventBridge."""

from functions.runtime.batch import BatchResponse, Change, StreamEvent, each_change
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.scheduling.scheduling import apply_schedule, is_run_recorded, needs_apply, record_next_run


@entry
def handler(event: StreamEvent, ports: Ports) -> BatchResponse:
    """Apply each change of the batch. WFM's own changes of a row need no update."""

    def follow(change: Change) -> None:
        customer_id, name = change.key["customerId"], change.key["Name"]
        if needs_apply(change.old, change.new):
            apply_schedule(customer_id, name, ports)
        elif is_run_recorded(change.old, change.new):
            record_next_run(customer_id, name, ports)

    return each_change(event, follow, ports.metrics)
