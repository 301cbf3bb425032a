"""The stream of Schedules: each change of what is desired reaches EventBridge; WFM's own notes do not."""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType

from functions.runtime.batch import each_record
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.scheduling.scheduling import apply, has_run, look_ahead, needs_apply
from wfm.store.stream_images import from_stream_image


@entry
def handler(event: dict[str, Any], ports: Ports) -> Any:
    """A batch of stream records."""

    def follow(record: Any) -> None:
        images = record["dynamodb"]
        old, new = from_stream_image(images.get("OldImage")), from_stream_image(images.get("NewImage"))
        customer_id, name = (images["Keys"][key]["S"] for key in ("customerId", "Name"))
        if needs_apply(old, new):
            apply(customer_id, name, ports)
        elif has_run(old, new):
            look_ahead(customer_id, name, ports)

    return each_record(event, EventType.DynamoDBStreams, follow)
