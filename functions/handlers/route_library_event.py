"""The stream of WorkflowLibrary: each change of a record's content starts `library_rollout` once; WFM's own do not."""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType

from functions.adapters.items import from_stream_image
from functions.domain.library_rollout.library import content_changed
from functions.domain.naming import event_execution_name
from functions.runtime.batch import each_record
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> Any:
    """A batch of stream records."""

    def start(record: Any) -> None:
        images = record["dynamodb"]
        if content_changed(from_stream_image(images.get("OldImage")), from_stream_image(images.get("NewImage"))):
            workflow_id = images["Keys"]["workflowId"]["S"]
            name = event_execution_name(record["eventID"], workflow_id)
            ports.tasks.start(ports.settings.library_rollout_arn, name, {"workflowId": workflow_id})

    return each_record(event, EventType.DynamoDBStreams, start)
