"""What becomes of a request that ended without success, or never began, and is asked for again."""

from dataclasses import dataclass
from typing import Final

SENT: Final = "SENT"  # its successor is in the queue


@dataclass(frozen=True, slots=True)
class ResubmitResult:
    """What became of one. `successor` is the request that stands for it now, "" if there is none."""

    request_id: str
    outcome: str
    successor: str
    detail: str

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        names = {"requestId": self.request_id, "outcome": self.outcome}
        return names | {"successor": self.successor or None, "detail": self.detail}
