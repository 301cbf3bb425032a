"""A run of AMC as a row of Executions."""

from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.timestamps import epoch, iso, parse_timestamp_or_none
from wfm.model.amc_run import AmcRun
from wfm.model.dynamodb_limits import truncated
from wfm.model.publishing import awaits_publishing, publishing_fields
from wfm.model.rows import Document
from wfm.model.statuses import has_ended
from wfm.model.wait_times import MEASURED, amc_duration

RETENTION: Final = timedelta(days=90)  # the first predecessor's WorkflowStatusRecordRetentionDays


# Names that a row gives to what is WFM's own, or has another use for.
WFM_FIELDS: Final = (
    "customerId", "requestId", "source", "firstSeenAt", "recordedAt", "expireTimestamp", "unsettledSince", "expected",
    "requestedBy", "backfillId", "labels", "libraryVersion", "definitionHash", "valuesUsed", "attempts", *MEASURED,
    "refreshOf", "refreshAge", "supersedes", "supersededBy",
    "announced",
    "toAnnounce", "unannounced", "unannouncedSince", "overdueAt", "overdueReason",
    "resultDelivery", "resultDeliveryReason", "dryRun", "delivery", "change",
)  # fmt: skip


_NOT_FROM_AMC: Final = frozenset({"status", "sqlQuery", "workflow", *WFM_FIELDS})


def run_row(customer_id: str, run: Document, now: datetime, keep: timedelta = RETENTION) -> dict[str, object]:
    """AMC's execution object as a row: `status` becomes `executionStatus`, as users know it from the predecessors.

    A row that has not ended, or whose result AMC has yet to publish, carries `unsettledSince` and so stands in the
    index of unsettled runs. `expireTimestamp`
    is epoch seconds, `keep` from now; one that has ended carries how long AMC took. SQL never enters: it stands with
    the workflow. Nor does what AMC may come to call by a name of ours.
    """
    shown = {
        key: value for key, value in run.items() if key.isidentifier() and key.isascii() and key not in _NOT_FROM_AMC
    }
    row = {key: truncated(value) for key, value in shown.items() if value is not None}
    status = str(truncated(run.get("status") or "UNKNOWN"))
    row |= {"customerId": customer_id, "executionStatus": status, "toAnnounce": status, "recordedAt": iso(now)}
    row["expireTimestamp"] = epoch(now + keep)
    created = row.pop("createTime", None)
    if isinstance(created, str) and created:
        row["createTime"] = created  # the key of an index, which takes no other
    updated = parse_timestamp_or_none(row.pop("lastUpdatedTime", None))
    if updated:
        row["lastUpdatedTime"] = iso(updated)  # of one length, so that text sorts as time does
    row |= publishing_fields(run)
    if has_ended(status):
        row |= {**amc_duration(run), **unannounced(now)}
    if not has_ended(status) or awaits_publishing(row, now):
        row["unsettledSince"] = str(row.get("createTime") or iso(now))
    return row


def unannounced(now: datetime) -> dict[str, str]:
    """The fields of a run's row that keep it in the index of what has yet to be announced."""
    return {"unannounced": "END", "unannouncedSince": iso(now)}


def is_active(row: Document) -> bool:
    """Whether the run of a row goes on; one whose result AMC has yet to publish does not."""
    return not has_ended(AmcRun(row).recorded_status)
