"""AMC's statuses, WFM's request statuses, and how one becomes the other."""

from typing import Final

# Amazon's OpenAPI documents five; REJECTED and PUBLISHING were seen in the field. DELETED is the predecessors' own.
AMC_ENDED: Final = frozenset({"SUCCEEDED", "FAILED", "CANCELLED", "REJECTED", "DELETED"})
AMC_GOING_ON: Final = frozenset({"PENDING", "RUNNING", "PUBLISHING"})
REQUEST_ENDED: Final = frozenset({"SUCCEEDED", "FAILED", "CANCELLED", "REJECTED"})


def has_ended(amc_status: str) -> bool:
    """Whether an AMC run is over. A status that nobody knows yet counts as not ended."""
    return amc_status in AMC_ENDED


def request_status(amc_status: str) -> str:
    """The status of a request whose AMC run stands at `amc_status`."""
    if not has_ended(amc_status):
        return "RUNNING"
    return amc_status if amc_status in REQUEST_ENDED else "FAILED"
