"""How long a workflow's runs take, learnt run by run: a lognormal distribution whose past fades."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from wfm.model.timeouts import MAX_DURATION

WEIGHT: Final = 0.1  # of the newest run at least: what is known follows a change within some ten runs
MIN_RUNS: Final = 3  # runs; fewer say too little
MIN_DURATION: Final = timedelta(seconds=1)
_NARROWEST: Final = 0.01  # variance of ln(seconds): a tenth up or down, however alike the runs were
_STRANGE: Final = 0.05  # the share of runs that are like none before
_BROAD: Final = 2.0  # the standard deviation of ln(seconds) of those: a factor of 7 up or down


@dataclass(frozen=True)
class Durations:
    """`count` of the runs learnt from; `mean` and `variance` of ln(seconds from createTime to the end)."""

    count: int = 0
    mean: float = 0.0
    variance: float = 0.0

    def after(self, duration: timedelta) -> "Durations":
        """The durations after one more run."""
        weight = max(WEIGHT, 1 / (self.count + 1))
        away = math.log(min(max(duration, MIN_DURATION), MAX_DURATION).total_seconds()) - self.mean
        variance = (1 - weight) * (self.variance + weight * away * away)
        return Durations(self.count + 1, round(self.mean + weight * away, 6), round(variance, 6))

    def survival(self, seconds: float) -> float:
        """The share of runs that take longer than so many seconds; never quite 0."""
        if seconds <= 0:
            return 1.0
        away = math.log(seconds) - self.mean
        few = 1 / min(self.count or 1, 1 / WEIGHT)  # what so few runs leave open about the mean
        usual = _above(away, math.sqrt(self.variance * (1 + few) + _NARROWEST))
        return max((1 - _STRANGE) * usual + _STRANGE * _above(away, _BROAD), 1e-300)

    def to_field(self) -> dict[str, object]:
        """The durations as a field of a row."""
        return asdict(self)


def _above(away: float, deviation: float) -> float:
    return math.erfc(away / deviation / math.sqrt(2)) / 2


def read_durations(field: object) -> Durations | None:
    """The durations in a row's field; None if there are too few runs, or it is no such field."""
    if not isinstance(field, Mapping):
        return None
    values = [field.get(name) for name in ("count", "mean", "variance")]
    numbers = [value for value in values if isinstance(value, (int, float)) and math.isfinite(value)]
    if len(numbers) < 3 or numbers[0] < 1 or not 0 <= numbers[1] <= 12 or not 0 <= numbers[2] <= 36:
        return None
    return Durations(int(numbers[0]), float(numbers[1]), float(numbers[2]))
