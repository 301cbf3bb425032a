"""A tenant's daily summary: runs by workflow and status, failures by reason, the longest waits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.notifications.digest_text import Digest, as_text
from wfm.calendar.timestamps import iso, parse_timestamp_or_none
from wfm.errors import without_request_ids
from wfm.model.amc_run import AmcRun
from wfm.model.publishing import NOT_PUBLISHED
from wfm.model.rows import Document
from wfm.model.statuses import RunStatus, has_ended
from wfm.model.stored_request import StoredRequest
from wfm.model.wait_times import WAITS, wfm_wait

DIGEST_PERIOD: Final = timedelta(days=1)
MAX_AGE: Final = timedelta(days=3)  # a digest that failed is made up for by the next one
INDEX_LAG: Final = timedelta(minutes=1)  # by then the indexes have what was recorded
MAX_ENTRIES: Final = 5  # reasons and waits
MAX_WORKFLOWS: Final = 100  # a message holds 256 KB, and nobody reads more
OTHERS: Final = "(others)"
_MAX_REASON_CHARS: Final = 300
_FAILED: Final = frozenset({RunStatus.FAILED, RunStatus.REJECTED, RunStatus.DELETED})


@dataclass(frozen=True)
class _Ended:
    """A run, or a request without one, that has ended. `waits` are seconds, by the names of `wait_times.WAITS`."""

    id: str
    workflow_id: str
    status: str
    reason: str
    waits: Mapping[str, float]


def send_digest(customer_id: str, ports: Ports) -> bool:
    """SendDigests: send what has ended since the last digest, or in the last day; False if nothing has. Idempotent."""
    tenant, now = ports.tenants.find(customer_id) or {}, ports.clock() - INDEX_LAG
    if tenant.get("digest") != "daily":
        return False
    since = max(parse_timestamp_or_none(tenant.get("digestedUntil")) or now - DIGEST_PERIOD, now - MAX_AGE)
    oldest = iso(since - MAX_AGE)  # runs take a day at most, requests may have waited before
    runs, requests = ports.executions.since(customer_id, oldest), ports.requests.since(customer_id, oldest)
    ended = [*_runs(runs, since, now), *_without_a_run(requests, since, now)]
    if ended:
        document = digest(customer_id, since, now, ended)
        ports.announcer.digest(customer_id, as_text(document), document)
    ports.tenants.save(customer_id, digestedUntil=iso(now))
    return bool(ended)


def _runs(rows: Sequence[Document], since: datetime, now: datetime) -> list[_Ended]:
    """The runs whose end was recorded in this period, however late."""
    return [
        _Ended(
            str(run.id),
            run.workflow_id or "(ad hoc)",
            run.recorded_status,
            run.reason or "",
            {name: value for name in WAITS if isinstance(value := run.fields.get(name), (int, float))},
        )
        for run in map(AmcRun, rows)
        if has_ended(run.recorded_status) and _is_within(run.recorded, since, now)
    ]


def _without_a_run(rows: Sequence[Document], since: datetime, now: datetime) -> list[_Ended]:
    return [
        _Ended(
            request.id,
            request.workflow_id or "(unknown)",
            request.status,
            request.reason or "",
            wfm_wait(request.row, now),
        )
        for request in map(StoredRequest, rows)
        if not request.run_id and _is_within(parse_timestamp_or_none(request.ended_at), since, now)
    ]


def _is_within(at: datetime | None, since: datetime, now: datetime) -> bool:
    return at is not None and since < at <= now


def _shown_reason(one: _Ended) -> str:
    """Why it failed, or why its result is not in the bucket; the same for what differs in AMC's request ids alone."""
    return (without_request_ids(one.reason) or "no reason given")[:_MAX_REASON_CHARS]


def digest(customer_id: str, since: datetime, until: datetime, ended: Sequence[_Ended]) -> Digest:
    """The document: `workflows` by name with counts by status, `failures` by reason, `waits`; seconds and UTC."""
    by_workflow: dict[str, Counter[str]] = {}
    often = {name for name, _ in Counter(one.workflow_id for one in ended).most_common(MAX_WORKFLOWS)}
    for one in ended:
        name = one.workflow_id if one.workflow_id in often else OTHERS
        by_workflow.setdefault(name, Counter())[one.status] += 1
    failures = Counter(
        _shown_reason(one) for one in ended if one.status in _FAILED or one.reason.startswith(NOT_PUBLISHED)
    )
    waited = sorted(ended, key=lambda one: -sum(one.waits.values()))[:MAX_ENTRIES]
    return {
        "digest": "daily",
        "customerId": customer_id,
        "from": iso(since),
        "until": iso(until),
        "statuses": dict(Counter(one.status for one in ended)),
        "workflows": {name: dict(counts) for name, counts in sorted(by_workflow.items())},
        "failures": [{"reason": reason, "runs": runs} for reason, runs in failures.most_common(MAX_ENTRIES)],
        "waits": [
            {"id": one.id, "workflowId": one.workflow_id, **one.waits} for one in waited if sum(one.waits.values()) >= 1
        ],
    }
