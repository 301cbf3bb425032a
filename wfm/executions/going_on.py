"""Which of a customer's requests go on, by what they have in common, in the order to cancel them in."""

from typing import TYPE_CHECKING, Final

from wfm.records import Request

if TYPE_CHECKING:
    from wfm.client import Wfm

LAST_TO_GO: Final = ("SUBMITTING", "RUNNING")


class GoingOn:
    """Of one deployment."""

    def __init__(self, wfm: "Wfm") -> None:
        self._wfm = wfm

    def going_on(
        self,
        customer_id: str,
        *,
        workflow: str | None = None,
        backfill: str | None = None,
        since: str = "",
        until: str = "",
    ) -> list[Request]:
        """The customer's requests that have not ended and fit all that is given; times as `requestedAt` has them.

        In the order to cancel them in: whoever waits before those that have slots, and the last in line first, so that
        no slot is passed on to one that is going to be cancelled. UnknownWorkflow and UnknownRunError name what no
        request can fit.
        """
        self._wfm.tenant(customer_id)
        found = [
            request
            for request in self._wfm.requests(customer_id)
            if not request.ended
            and workflow in (None, request.workflow_id)
            and (backfill is None or f"backfill:{backfill}" == request.source or backfill == _backfill(request))
            and str(request.row.get("requestedAt", "")) >= since
            and not (until and str(request.row.get("requestedAt", "")) >= until)
        ]
        if not found and workflow:
            self._wfm.workflow(customer_id, workflow)
        if not found and backfill:
            self._wfm.backfills.standing(backfill)
        found.reverse()
        return sorted(found, key=lambda request: request.status in LAST_TO_GO)


def _backfill(request: Request) -> str:
    return str(request.row.get("backfillId") or "")
