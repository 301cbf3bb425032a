"""The stream of Workflows: each change of what is desired starts `workflow_sync` once; WFM's own writes do not."""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType

from functions.runtime.batch import each_record
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.execution_names import event_execution_name
from wfm.model.workflows import needs_sync
from wfm.store.stream_images import from_stream_image


@entry
def handler(event: dict[str, Any], ports: Ports) -> Any:
    """A batch of stream records."""

    def start(record: Any) -> None:
        images = record["dynamodb"]
        if needs_sync(from_stream_image(images.get("OldImage")), from_stream_image(images.get("NewImage"))):
            ids = {name: images["Keys"][name]["S"] for name in ("customerId", "workflowId")}
            name = event_execution_name(record["eventID"], *ids.values())
            ports.tasks.start(ports.settings.workflow_sync_arn, name, ids)

    return each_record(event, EventType.DynamoDBStreams, start)
