"""Whether the result of a run that succeeded came into the tenant's bucket: AMC's output channel PUBLISH.

AMC publishes; what WFM makes of a result it delivers. A run can succeed and its result not be published: the bucket's
policy is missing, or the instance has no bucket.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from wfm.model.amc_run import AmcRun
from wfm.model.dynamodb_limits import truncated
from wfm.model.rows import Document
from wfm.model.statuses import RunStatus

PUBLISH_PATIENCE: Final = timedelta(hours=1)  # after the run's end; what AMC says by then is its last word
NOT_PUBLISHED: Final = "the result is not in the bucket"
PUBLISHING_FAILED: Final = "DELIVERY_FAILED"  # among what was announced of a run


class Publication(StrEnum):
    """AMC's status of a channel. UNAVAILABLE: nothing was to be published, or there is no bucket."""

    PENDING = "PENDING"
    AVAILABLE = "AVAILABLE"
    FAILED = "FAILED"
    UNAVAILABLE = "UNAVAILABLE"


def publishing_fields(run: Document) -> dict[str, str]:
    """The row's fields of the publishing of a run's result; none if it has not succeeded, or AMC says nothing of it.

    A failure is the run's `statusReason` too, where AMC gives it none: lists show that.
    """
    read = AmcRun(run)
    channel = AmcRun(read.publish_channel)
    if read.amc_status != RunStatus.SUCCEEDED or not channel.amc_status:
        return {}
    fields = {"resultDelivery": str(truncated(channel.amc_status))}
    if channel.reason:
        fields["resultDeliveryReason"] = str(truncated(channel.reason))
    if publishing_failed(fields) and not read.reason:
        fields["statusReason"] = f"{NOT_PUBLISHED}: {fields.get('resultDeliveryReason', 'AMC does not say why')}"
    return fields


def awaits_publishing(row: Document, now: datetime) -> bool:
    """Whether AMC may still say how the publishing of a run that has ended came out."""
    read = AmcRun(row)
    ended = read.updated or read.recorded
    return read.publication == Publication.PENDING and ended is not None and now - ended < PUBLISH_PATIENCE


def publishing_failed(row: Document | None) -> bool:
    """Whether the row of a run says that its result was not published."""
    return row is not None and AmcRun(row).publication == Publication.FAILED
