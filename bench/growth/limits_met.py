"""How much of each quota a day takes, in its worst second or minute."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench.growth import quotas
from bench.growth.figures import Figures
from bench.growth.scenarios import AMC_RATE
from functions.handlers.list_due_tenants import MAX_TENANTS_PER_TICK
from wfm.model.tenants import ACCOUNT_LIMIT


@dataclass(frozen=True)
class Limit:
    """A number that a fleet may not exceed, and how much of it a day takes."""

    name: str
    number: float
    taken: Callable[[Figures], float]

    def share(self, found: Figures) -> float:
        """1 is all of it."""
        return self.taken(found) / self.number


def _second(name: str) -> Callable[[Figures], float]:
    return lambda found: found["rates"][name]["second"]


def _minute(name: str) -> Callable[[Figures], float]:
    return lambda found: found["rates"][name]["minute"]


def _amc_calls(found: Figures) -> float:
    return found["rates"]["posts"]["mean"] + found["rates"]["polls"]["mean"]


# Means of the busiest minute, where a bucket evens out seconds; for AMC of the day, as a run may wait.
LIMITS: Final = (
    Limit("writes to one AMC account's row", quotas.PARTITION_WRITES.rate, lambda day: day["account_row_units"]),
    Limit("Lambdas at a time", quotas.LAMBDAS.rate, lambda day: day["lambdas"]),
    Limit("StartExecution, asked for", quotas.START_EXECUTION.rate, _minute("start calls")),
    Limit("AMC calls of a client id, if 10", AMC_RATE, _amc_calls),
    Limit("writes to the index of due polls", quotas.PARTITION_WRITES.rate, _second("poll index")),
    Limit("firings of schedules", quotas.SCHEDULER.rate, _minute("fired")),
    Limit("transitions", quotas.TRANSITIONS.rate, _minute("transitions")),
    Limit("tenants due in one minute", MAX_TENANTS_PER_TICK, lambda day: day["tenants_due"]),
    Limit("answers of task tokens", quotas.SEND_TASK.rate, _minute("tokens")),
    Limit("bytes of the tick's state", quotas.STATE_BYTES.rate, lambda day: day["state_bytes"]),
    Limit("open executions", quotas.OPEN_EXECUTIONS.rate, lambda day: day["open_executions"]),
    Limit("events, two of a run", quotas.PUT_EVENTS.rate, _second("tokens")),
)
ACCOUNT: Final = Limit("runs at a time of an account", ACCOUNT_LIMIT, lambda day: day["active_runs"])
