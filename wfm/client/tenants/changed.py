"""What became of many tenants that were changed."""

from dataclasses import dataclass
from typing import Final

from wfm.client.many import Did
from wfm.client.tenants.onboarding import TenantChange

NOT_CHANGED: Final = "not changed"
UNCHANGED: Final = "unchanged"
NOT_ENDED: Final = "NOT ENDED"


@dataclass(frozen=True, slots=True)
class Changed:
    """One tenant. `change` is what can be followed, None where nothing was started; `status` is how that ended.

    `action` says what was done: `to be paused`, `add`, `unchanged`, or `not changed` for the reason.
    """

    customer_id: str
    action: str
    status: str = ""
    reason: str = ""
    change: TenantChange | None = None
    has_failed: bool = False

    @property
    def did(self) -> Did:
        """One that was as wanted is left as it is; one that was waited for did what its status says."""
        if self.has_failed or self.action == NOT_CHANGED:
            return Did.FAILED
        if self.status == NOT_ENDED:
            return Did.NOT_ENDED
        return Did.NOTHING_LEFT if self.action == UNCHANGED else Did.DONE

    def as_json(self) -> dict[str, str | None]:
        """What `--json` prints. `status` is null if it was not waited for."""
        head = {"customerId": self.customer_id, "change": self.action}
        return {**head, "status": self.status or None, "reason": self.reason or None}


def refused(customer_id: str, why: str) -> Changed:
    """One that could not be changed."""
    return Changed(customer_id, NOT_CHANGED, reason=why)
