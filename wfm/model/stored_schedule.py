"""A schedule as its row has it: the one place of the model that knows what WFM notes there about its firings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wfm.calendar.spans import REFRESH, read_ages, shown_age
from wfm.calendar.timestamps import parse
from wfm.errors import InvalidRecord
from wfm.model.rows import ScheduleRow, plain
from wfm.model.schedule_rules import ScheduleRules, rules_of
from wfm.model.statuses import ScheduleStatus

WATCHED: Final = "deadline"  # of a row: it is in the index of what is to be looked at


@dataclass(frozen=True)
class StoredSchedule:
    """Reads `row`; None for a schedule that is not there: it has no rules, and nothing is noted of it."""

    row: ScheduleRow | None

    @property
    def rules(self) -> ScheduleRules:
        """Its rules as they are now; none in a row that cannot be read."""
        return rules_of(self.row or {})

    def asks_for(self, age: str) -> bool:
        """Whether its runs are to be made again at that age; with a field that cannot be read, what was asked holds."""
        try:
            return age in map(shown_age, read_ages(plain((self.row or {}).get(REFRESH))))
        except InvalidRecord:
            return True

    @property
    def going_on(self) -> str | None:
        """With a rule about overlap: the request that was begun last."""
        return (self.row or {}).get("goingOn")

    @property
    def watched_firing(self) -> datetime | None:
        """With `dueBy`: the firing whose deadline is watched."""
        at = (self.row or {}).get("watchedFiring")
        return parse(at) if at else None

    @property
    def check_at(self) -> str | None:
        """When to look next at the firing that is watched."""
        return (self.row or {}).get("checkAt")

    @property
    def is_risk_told(self) -> bool:
        """Whether it was announced that the firing is at risk to be late."""
        return (self.row or {}).get("riskTold") is True

    @property
    def is_enabled(self) -> bool:
        """Whether it fires, as far as WFM has applied it."""
        row = self.row or {}
        return row.get("scheduleStatus") == ScheduleStatus.ENABLED and row.get("paused") is not True

    @property
    def failed_firings(self) -> frozenset[str]:
        """With `pauseAfter`: the times of the firings that failed since the last success."""
        return frozenset((self.row or {}).get("failedFirings", ()))

    @property
    def pause_untold(self) -> str | None:
        """Since when WFM has paused it, as long as that is not announced."""
        return (self.row or {}).get("pauseUntold")
