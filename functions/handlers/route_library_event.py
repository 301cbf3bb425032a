"""The stream of WorkflowLibrary: each change of a record's content starts `library_rollout` once; WFM's own do not.

Nor does the removal of a version under one that every tenant has been brought to: while that is in force, nobody wants
the other. Where a version above is removed, or the one in force is not DONE as it is now, tenants may still differ.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType

from functions.runtime.batch import each_record
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.rollout.progress import is_done_above
from wfm.model.execution_names import event_execution_name
from wfm.model.library_workflows import content_changed
from wfm.store.stream_images import from_stream_image


@entry
def handler(event: dict[str, Any], ports: Ports) -> Any:
    """A batch of stream records."""

    def is_superseded(removed: Any, workflow_id: str) -> bool:
        record = ports.library.in_force(workflow_id)
        return removed is not None and record is not None and is_done_above(record, int(removed["version"]))

    def start(record: Any) -> None:
        images = record["dynamodb"]
        old, new = from_stream_image(images.get("OldImage")), from_stream_image(images.get("NewImage"))
        workflow_id = images["Keys"]["workflowId"]["S"]
        if content_changed(old, new) and not (new is None and is_superseded(old, workflow_id)):
            name = event_execution_name(record["eventID"], workflow_id)
            ports.tasks.start(ports.settings.library_rollout_arn, name, {"workflowId": workflow_id})

    return each_record(event, EventType.DynamoDBStreams, start)
