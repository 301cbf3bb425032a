"""Every call that reached the simulator, with what became of it: the proof for "exactly once" and for calls
per run.
"""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from local.amc_simulator.moments import to_millis_text


def _new_rid() -> str:
    """Twenty letters and digits, as `x-amz-rid` has them."""
    return uuid.uuid4().hex[:20].upper()


@dataclass
class Call:
    """A call under way; routes fill in what only they know.

    `accepted`: it was carried out, whatever the caller got to see.
    """

    method: str
    path: str
    query: str
    arrived_at: float
    client_id: str | None = None
    workflow_id: str | None = None
    workflow_execution_id: str | None = None
    accepted: bool = False
    rid: str = field(default_factory=_new_rid)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def instance_id(self) -> str | None:
        """The instance in the path, if the path has one."""
        parts = self.path.split("/")
        return parts[3] if parts[1:3] == ["amc", "reporting"] and len(parts) > 3 else None

    @property
    def operation(self) -> str:
        """The route with ids left out: `GET workflowExecutions/{id}`, `POST auth/o2/token`."""
        parts = self.path.strip("/").split("/")
        if parts[:2] == ["amc", "reporting"]:
            parts = ["{id}" if index == 1 else part for index, part in enumerate(parts[3:])]
        if parts[0] == "amc-output":
            parts = parts[:1]
        return f"{self.method} {'/'.join(parts)}"


class Journal:
    """Finished calls, in the order in which they finished. Numbers start at 1."""

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, call: Call, status: int | None, fault: str | None, duration: float) -> None:
        """`status` None: no answer was given.

        `fault`: what interfered (`fault`, `throttled`), if anything did.
        """
        self._counts[call.instance_id or "-", call.operation] += 1
        self._entries.append(
            {
                "number": len(self._entries) + 1,
                "time": to_millis_text(call.arrived_at),
                "method": call.method,
                "path": call.path,
                "query": call.query,
                "operation": call.operation,
                "instanceId": call.instance_id,
                "clientId": call.client_id,
                "status": status,
                "accepted": call.accepted,
                "interference": fault,
                "workflowId": call.workflow_id,
                "workflowExecutionId": call.workflow_execution_id,
                "rid": call.rid,
                "requestId": call.request_id,
                "durationMs": round(duration * 1000, 1),
            }
        )

    def since(self, number: int, limit: int) -> list[dict[str, Any]]:
        """Calls with a higher number."""
        return list(islice(self._entries, max(number, 0), max(number, 0) + limit))

    def summary(self) -> dict[str, Any]:
        """`{"calls": total, "byInstance": {instanceId or "-": {operation: count}}}`."""
        by_instance: dict[str, dict[str, int]] = {}
        for (instance_id, operation), count in sorted(self._counts.items()):
            by_instance.setdefault(instance_id, {})[operation] = count
        return {"calls": len(self._entries), "byInstance": by_instance}
