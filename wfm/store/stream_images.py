"""What the stream of a table carries: each image is typed as DynamoDB's own API has it."""

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from wfm.store.items import from_item


def from_stream_image(image: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The row in an image of a DynamoDB stream record."""
    if image is None:
        return None
    return from_item({key: TypeDeserializer().deserialize(value) for key, value in image.items()})
