"""Which objects of a bucket are a run's result, and what AMC says beside it."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.client.adapters.result_objects import ResultObject
from wfm.client.records import Execution
from wfm.model.publishing import NOT_PUBLISHED
from wfm.model.result_files import SUFFIX
from wfm.model.rows import list_in, object_in

LATE: Final = timedelta(minutes=30)  # a file is written around the end of its run, as clocks differ and channels queue


def written_around(execution: Execution, objects: Iterable[ResultObject]) -> list[ResultObject]:
    """Those that were written while the run was active, or soon after its end; not what is in folders of metadata."""
    created = parse_timestamp_or_none(execution.row.get("createTime"))
    ended = parse_timestamp_or_none(execution.ended_at)
    if created is None or ended is None:
        return []
    return [
        each
        for each in objects
        if each.key.endswith(SUFFIX)
        and each.key.count("/") == 2
        and created <= datetime.fromisoformat(each.written) <= ended + LATE
    ]


def is_one_file(objects: Sequence[ResultObject]) -> bool:
    """Whether these are parts of one file."""
    return len({re.sub(r"[-_.](part)?[-_]?\d{1,3}$", "", each.key.removesuffix(SUFFIX)) for each in objects}) == 1


def remarks(execution: Execution) -> str:
    """What AMC says beside SUCCEEDED: a reason, gaps in its data, a channel that failed."""
    row = execution.row
    failed = [
        f"{object_in(channel.get('channel')).get('type')} {channel['status']}: {channel.get('statusReason') or ''}"
        for channel in map(object_in, list_in(row.get("outputChannels")))
        if channel.get("status") in ("FAILED", "UNAVAILABLE")
    ]
    gaps = [f"data gaps: {row['dataGaps']}"] if row.get("dataGaps") else []
    reasons = [execution.reason] if execution.reason and not execution.reason.startswith(NOT_PUBLISHED) else []
    return "; ".join(each.rstrip(": ") for each in (*reasons, *gaps, *failed))
