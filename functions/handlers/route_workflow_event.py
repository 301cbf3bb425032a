"""RouteWorkflowEvent: reads the stream of Workflows, and starts a sync for each change of a desired workflow."""

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from functions.runtime.batch import Change, StreamEvent, each_change
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.execution_names import event_execution_name
from wfm.model.workflows import needs_sync


@entry
def handler(event: StreamEvent, ports: Ports) -> PartialItemFailureResponse:
    """Start a sync for each change of the batch, once. WFM's own changes of a row start none."""

    def start(change: Change) -> None:
        if needs_sync(change.old, change.new):
            ids = {name: change.key[name] for name in ("customerId", "workflowId")}
            name = event_execution_name(change.event_id, *ids.values())
            ports.tasks.start(ports.settings.workflow_sync_arn, name, ids)

    return each_change(event, start)
