"""The stream of the executions table: wake the waiting lifecycle, then tell the world, once per state change."""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType

from functions.runtime.batch import each_record
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.notifications.announcements import announce
from wfm.store.stream_images import from_stream_image


@entry
def handler(event: dict[str, Any], ports: Ports) -> Any:
    """A batch of stream records."""

    def tell(record: Any) -> None:
        images = record["dynamodb"]
        old, new = from_stream_image(images.get("OldImage")), from_stream_image(images.get("NewImage"))
        announce(old, new, ports)

    return each_record(event, EventType.DynamoDBStreams, tell)
