"""RouteWorkflowEvent: reads the stream of Workflows; starts syncs, notes who follows whom, what is to be fresh."""

from functions.runtime.batch import BatchResponse, Change, StreamEvent, each_change
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.sync.links import link_workflows
from wfm.model.chain_links import AFTER
from wfm.model.execution_names import event_execution_name
from wfm.model.workflows import FRESHNESS, needs_sync


@entry
def handler(event: StreamEvent, ports: Ports) -> BatchResponse:
    """Start a sync for each change of the batch, once. WFM's own changes of a row start none.

    The tenant's row is not in this stream, so that what is noted there starts nothing.
    """

    def start(change: Change) -> None:
        if (change.old or {}).get(AFTER) != (change.new or {}).get(AFTER):
            link_workflows(str(change.key["customerId"]), ports)
        if (change.old or {}).get(FRESHNESS) != (change.new or {}).get(FRESHNESS):
            from functions.services.scheduling.freshness import watch_result  # few changes are of that

            watch_result(str(change.key["customerId"]), str(change.key["workflowId"]), ports)
        if needs_sync(change.old, change.new):
            ids = {name: change.key[name] for name in ("customerId", "workflowId")}
            name = event_execution_name(change.event_id, *ids.values())
            ports.tasks.start(ports.settings.workflow_sync_arn, name, ids)

    return each_change(event, start, ports.metrics)
