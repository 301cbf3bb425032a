"""Which of a customer's requests are meant, by what they have in common."""

from dataclasses import dataclass
from typing import Final

from wfm.client.records import Request


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What requests have in common; None and "" take all. Times are as `requestedAt` has them, `until` is exclusive."""

    workflow: str | None = None
    backfill: str | None = None
    since: str = ""
    until: str = ""

    def matches(self, request: Request) -> bool:
        """Whether the request matches all that is given."""
        return (
            self.workflow in (None, request.workflow_id)
            and (
                self.backfill in (None, request.row.get("backfillId")) or request.source == f"backfill:{self.backfill}"
            )
            and request.requested_at >= self.since
            and not (self.until and request.requested_at >= self.until)
        )


ALL: Final = RequestFilter()
