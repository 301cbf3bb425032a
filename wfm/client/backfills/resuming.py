"""What a paused backfill goes on with."""

from collections.abc import Iterable
from dataclasses import replace

from wfm.client.backfills.status import BackfillStatus
from wfm.errors import UsageError
from wfm.model.backfills import Backfill, resumed_id
from wfm.model.rows import RequestRow
from wfm.model.statuses import REQUEST_ENDED, RequestStatus


def resumable(status: BackfillStatus, rows: Iterable[RequestRow]) -> Backfill:
    """The requests that were cancelled, as a backfill of their own; UsageError where there are none, or not all ended.

    Only what has ended is certain: of what has not, the pause may be about to cancel it, or AMC to run it. `rows` may
    be late, but no row loses an end.
    """
    backfill, ended = status.backfill, {row["requestId"]: row["status"] for row in rows}
    if backfill is None:
        raise UsageError(f"id: the plan of {status.execution.backfill_id} cannot be read; allowed: one that was begun")
    ids = {number: backfill.request_key(number)[1] for number in backfill.numbers}
    going_on = sum(ended.get(request_id) not in REQUEST_ENDED for request_id in ids.values())
    if going_on:
        watch = f"wfm backfill watch {backfill.backfill_id}"
        problem = f"{going_on} of the {len(backfill)} requests of {backfill.backfill_id} have not ended yet"
        raise UsageError(f"id: {problem}; allowed: once all have, for which {watch} waits")
    cancelled = tuple(number for number in backfill.numbers if ended[ids[number]] == RequestStatus.CANCELLED)
    if not cancelled:
        raise UsageError(
            f"id: nothing of {backfill.backfill_id} was cancelled; allowed: one of which something is left"
        )
    return replace(backfill, backfill_id=resumed_id(backfill.backfill_id), numbers=cancelled)
