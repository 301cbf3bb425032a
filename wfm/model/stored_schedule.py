"""A schedule as its row has it: the one place of the model that knows what WFM notes there about its firings."""

from dataclasses import dataclass

from wfm.model.rows import ScheduleRow
from wfm.model.schedule_rules import ScheduleRules, rules_of


@dataclass(frozen=True)
class StoredSchedule:
    """Reads `row`; None for a schedule that is not there: it has no rules, and nothing is noted of it."""

    row: ScheduleRow | None

    @property
    def rules(self) -> ScheduleRules:
        """Its rules as they are now; none in a row that cannot be read."""
        return rules_of(self.row or {})

    @property
    def going_on(self) -> str | None:
        """With a rule about overlap: the request that was begun last."""
        return (self.row or {}).get("goingOn")

    @property
    def failed_firings(self) -> frozenset[str]:
        """With `pauseAfter`: the times of the firings that failed since the last success."""
        return frozenset((self.row or {}).get("failedFirings", ()))

    @property
    def pause_untold(self) -> str | None:
        """Since when WFM has paused it, as long as that is not announced."""
        return (self.row or {}).get("pauseUntold")
