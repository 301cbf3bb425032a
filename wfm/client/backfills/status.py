"""The status of a backfill: its execution, and its requests by tenant and status."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from wfm.client.adapters.backfill_machine import BackfillExecution
from wfm.client.backfills.made_up_for import FAILED
from wfm.client.records import BUFFERED, IN_ORDER
from wfm.client.stack_names import SAME_VERSION
from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.backfills import Backfill, read_backfill
from wfm.model.labels import LABELS, Labels, labels_in
from wfm.model.rows import Document
from wfm.model.statuses import REQUEST_ENDED, RequestStatus

_OTHER_VERSION: Final = f"the deployment may be of an older WFM than the command: {SAME_VERSION}"
ORDER: Final = ("SUCCEEDED", "FAILED", "REJECTED", "CANCELLED", *reversed(IN_ORDER), BUFFERED)


@dataclass(frozen=True, slots=True)
class BackfillStatus:
    """`backfill` is None when its input could not be read; then nothing was sent.

    `sent_again` are the requests that were sent in place of those that failed or were refused, by status.
    """

    execution: BackfillExecution
    backfill: Backfill | None
    by_tenant: Mapping[str, Mapping[str, int]]
    sent_again: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, execution: BackfillExecution, rows: Iterable[Document], sent_again: Mapping[str, int] | None = None
    ) -> Self:
        """The status by an execution and its requests' rows; a request without a row is BUFFERED."""
        backfill = _read(execution)
        seen: dict[str, Counter[str]] = {one: Counter() for one in backfill.customer_ids} if backfill else {}
        for row in rows:
            seen.setdefault(str(row["customerId"]), Counter())[str(row["status"])] += 1
        if backfill and (execution.status != "FAILED" or any(seen.values())):
            asked = Counter(backfill.request_key(number)[0] for number in backfill.numbers)
            for customer_id, counts in seen.items():
                counts[BUFFERED] = max(asked[customer_id] - counts.total(), 0)
        by_tenant = {one: _ordered(counts) for one, counts in seen.items()}
        return cls(execution, backfill, by_tenant, _ordered(sent_again or {}))

    @property
    def requests(self) -> int:
        """How many there are in all."""
        return len(self.backfill) if self.backfill else 0

    @property
    def counts(self) -> dict[str, int]:
        """Requests by status, those that have ended first."""
        return _ordered(sum((Counter(counts) for counts in self.by_tenant.values()), Counter()))

    @property
    def ended(self) -> int:
        """How many have ended, well or badly."""
        return sum(count for status, count in self.counts.items() if status in REQUEST_ENDED)

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more. What a stopped backfill had sent takes a while to be cancelled."""
        if self.execution.status in ("RUNNING", "SUCCEEDED"):
            return self.execution.status == "SUCCEEDED"
        return self.ended == sum(self.counts.values())

    @property
    def is_good(self) -> bool:
        """Whether all of its requests succeeded, or another that was sent in their place."""
        is_over = self.execution.status != "RUNNING" and self.requests > 0
        return is_over and self.counts.get(RequestStatus.SUCCEEDED, 0) + self.made_up_for == self.requests

    @property
    def reason(self) -> str | None:
        """Why it is FAILED, PAUSED or CANCELLED; of a plan that this version would have taken also what to do."""
        is_refused = self.execution.error == InvalidRequest.__name__ and not self.counts
        if is_refused and self.backfill is not None:
            return f"{self.execution.reason}; by this command it is right, so {_OTHER_VERSION}"
        return self.execution.reason

    @property
    def labels(self) -> Labels:
        """The labels of each of its requests."""
        return labels_in(self.execution.plan.get(LABELS))

    @property
    def failed(self) -> int:
        """How many have failed, or were refused."""
        return sum(self.counts.get(status, 0) for status in FAILED)

    @property
    def made_up_for(self) -> int:
        """How many of these another request, sent in their place, has made up for."""
        return self.sent_again.get(RequestStatus.SUCCEEDED, 0)

    @property
    def amends(self) -> str:
        """What has become of what was sent again, in words; "" if nothing was."""
        if not self.sent_again:
            return ""
        going_on = sum(count for status, count in self.sent_again.items() if status not in REQUEST_ENDED)
        said = f"{self.made_up_for} of {self.failed} made up for by resubmission"
        return f"{said}, {going_on} more sent again" if going_on else said

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        execution = self.execution
        return {
            "backfillId": execution.backfill_id,
            "status": execution.status,
            "reason": self.reason,
            "startedAt": execution.started.isoformat(),
            "endedAt": execution.ended.isoformat() if execution.ended else None,
            "requests": self.requests,
            "ended": self.ended,
            "counts": self.counts,
            "sentAgain": dict(self.sent_again),
            LABELS: dict(self.labels),
            "tenants": dict(self.by_tenant),
            "plan": execution.plan,
        }


def _read(execution: BackfillExecution) -> Backfill | None:
    try:
        return read_backfill(execution.plan, execution.backfill_id, execution.started)
    except (InvalidRequest, InvalidRecord):
        return None


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    known = [status for status in ORDER if counts.get(status)]
    return {status: counts[status] for status in [*known, *sorted(set(counts) - set(ORDER))]}
