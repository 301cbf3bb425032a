"""Which of a customer's requests are meant by what they have in common, and which of those go on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wfm.client.records import Request

if TYPE_CHECKING:
    from wfm.client.wfm import Wfm

LAST_TO_GO: Final = ("SUBMITTING", "RUNNING")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What requests have in common; None and "" take all. Times are as `requestedAt` has them, `until` is exclusive."""

    workflow: str | None = None
    backfill: str | None = None
    since: str = ""
    until: str = ""

    def fits(self, request: Request) -> bool:
        """Whether the request fits all that is given."""
        asked_at = str(request.row.get("requestedAt", ""))
        return (
            self.workflow in (None, request.workflow_id)
            and (
                self.backfill in (None, request.row.get("backfillId")) or request.source == f"backfill:{self.backfill}"
            )
            and asked_at >= self.since
            and not (self.until and asked_at >= self.until)
        )


EVERYTHING: Final = Chosen()


class GoingOn:
    """Of one deployment."""

    def __init__(self, wfm: "Wfm") -> None:
        self._wfm = wfm

    def going_on(self, customer_id: str, chosen: Chosen = EVERYTHING) -> list[Request]:
        """The customer's requests that WFM has a row of, that have not ended and that fit.

        In the order to cancel them in: whoever waits before those that have slots, and the last in line first, so that
        no slot is passed on to one that is going to be cancelled.
        """
        self._wfm.tenant(customer_id)
        requests = self._wfm.requests(customer_id)
        found = [request for request in reversed(requests) if not request.ended and chosen.fits(request)]
        return sorted(found, key=lambda request: request.status in LAST_TO_GO)

    def check(self, customer_id: str, chosen: Chosen) -> None:
        """UnknownWorkflow or UnknownRunError for what no request can fit."""
        if chosen.workflow:
            self._wfm.workflow(customer_id, chosen.workflow)
        if chosen.backfill:
            self._wfm.backfills.standing(chosen.backfill)
