"""How many runs were RUNNING, and how many unfinished, at the same moment: now and at most."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from local.amc_simulator.runs import Run


@dataclass
class Level:
    """A count and the highest it ever was."""

    now: int = 0
    peak: int = 0

    def move(self, by: int) -> None:
        """Add to the count."""
        self.now += by
        self.peak = max(self.peak, self.now)


class ConcurrencyMeter:
    """Levels per instance, over all runs and by origin.

    Exact, because the engine reports each change in the order of time.
    """

    def __init__(self) -> None:
        self._levels: dict[tuple[str, str, str], Level] = defaultdict(Level)

    def move(self, run: Run, kind: str, by: int) -> None:
        """`kind` is `running` or `unfinished`."""
        for scope in ("all", run.order.origin):
            self._levels[run.order.instance_id, scope, kind].move(by)

    def unfinished(self, instance_id: str) -> int:
        """Runs of the instance that have not ended."""
        return self._levels[instance_id, "all", "unfinished"].now

    def report(self) -> dict[str, Any]:
        """`{instanceId: {"all"|"api"|"external": {"running", "peakRunning", "unfinished",
        "peakUnfinished"}}}`.
        """
        instances = sorted({instance_id for instance_id, _, _ in self._levels})
        return {i: {scope: self._scope(i, scope) for scope in ("all", "api", "external")} for i in instances}

    def _scope(self, instance_id: str, scope: str) -> dict[str, int]:
        running = self._levels.get((instance_id, scope, "running"), Level())
        unfinished = self._levels.get((instance_id, scope, "unfinished"), Level())
        return {
            "running": running.now,
            "peakRunning": running.peak,
            "unfinished": unfinished.now,
            "peakUnfinished": unfinished.peak,
        }
