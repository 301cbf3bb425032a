"""RouteLibraryEvent: reads the stream of WorkflowLibrary, and starts a rollout for each change of a record.

WFM's own changes start none. Neither does the removal of a version below the one in force, if that one is DONE with its
present content: no tenant can have the removed version. In all other cases tenants may differ.
"""

from functions.runtime.batch import BatchResponse, Change, StreamEvent, each_change
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.rollout.progress import is_done_above
from wfm.model.execution_names import event_execution_name
from wfm.model.library_workflows import content_changed
from wfm.model.rows import Document, whole_number


@entry
def handler(event: StreamEvent, ports: Ports) -> BatchResponse:
    """Start a rollout for each change of the batch."""

    def is_superseded(removed: Document | None, workflow_id: str) -> bool:
        record = ports.library.in_force(workflow_id)
        return removed is not None and record is not None and is_done_above(record, whole_number(removed["version"], 0))

    def start(change: Change) -> None:
        workflow_id, is_removal = change.key["workflowId"], change.new is None
        if content_changed(change.old, change.new) and not (is_removal and is_superseded(change.old, workflow_id)):
            name = event_execution_name(change.event_id, workflow_id)
            ports.tasks.start(ports.settings.library_rollout_arn, name, {"workflowId": workflow_id})

    return each_change(event, start, ports.metrics)
