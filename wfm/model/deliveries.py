"""Whether the result of a run that succeeded came into the tenant's bucket: AMC's output channel PUBLISH.

A run can succeed and its result not be delivered: the bucket's policy is missing, or the instance has no bucket.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from wfm.model.durations import parse_timestamp_or_none
from wfm.model.dynamodb_limits import truncated
from wfm.model.rows import Document, object_in
from wfm.model.statuses import RunStatus

DELIVERY_PATIENCE: Final = timedelta(hours=1)  # after the run's end; what AMC says by then is its last word
NOT_DELIVERED: Final = "the result is not in the bucket"
DELIVERY_FAILED: Final = "DELIVERY_FAILED"  # among what was announced of a run


class Delivery(StrEnum):
    """AMC's status of a channel. UNAVAILABLE: nothing was to be delivered, or there is no bucket."""

    PENDING = "PENDING"
    AVAILABLE = "AVAILABLE"
    FAILED = "FAILED"
    UNAVAILABLE = "UNAVAILABLE"


def delivery_fields(run: Document) -> dict[str, str]:
    """What a row says of the delivery of an AMC run: nothing for one that has not succeeded, or tells nothing of it.

    A failure is the run's `statusReason` too, where AMC gives it none: lists show that.
    """
    channel = _publish_channel(run)
    if run.get("status") != RunStatus.SUCCEEDED or channel is None or not channel.get("status"):
        return {}
    fields = {"resultDelivery": str(truncated(str(channel["status"])))}
    if channel.get("statusReason"):
        fields["resultDeliveryReason"] = str(truncated(str(channel["statusReason"])))
    if has_failed(fields) and not run.get("statusReason"):
        fields["statusReason"] = f"{NOT_DELIVERED}: {fields.get('resultDeliveryReason', 'AMC does not say why')}"
    return fields


def awaits_delivery(row: Document, now: datetime) -> bool:
    """Whether AMC may still say how the delivery of a run that has ended came out."""
    ended = parse_timestamp_or_none(row.get("lastUpdatedTime")) or parse_timestamp_or_none(row.get("recordedAt"))
    return row.get("resultDelivery") == Delivery.PENDING and ended is not None and now - ended < DELIVERY_PATIENCE


def has_failed(row: Document | None) -> bool:
    """Whether the row of a run says that its result was not delivered."""
    return row is not None and row.get("resultDelivery") == Delivery.FAILED


def _publish_channel(run: Document) -> Mapping[str, object] | None:
    channels = run.get("outputChannels")
    found = [object_in(each) for each in channels] if isinstance(channels, list) else []
    return next((each for each in found if object_in(each.get("channel")).get("type") == "PUBLISH"), None)
