"""How long a workflow's runs take, learnt run by run: a lognormal distribution whose past fades."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from wfm.model.timeouts import MAX_DURATION

WEIGHT: Final = 0.1  # of the newest run at least: what is known follows a change within some ten runs
MIN_RUNS: Final = 3  # to rely on; fewer are little more than a guess
MAX_VARIANCE: Final = 0.16  # to rely on: a factor of 1.5 up or down
MIN_DURATION: Final = timedelta(seconds=1)
_NARROWEST: Final = 1e-4  # variance of ln(seconds): a hundredth up or down, however alike the runs were
_ONE_RUN: Final = 0.1  # the variance to expect after one run; the more were alike, the less of it is left
_ELSEWHERE: Final = 0.25  # variance between a workflow and others like it: a factor of 1.6 up or down
_STRANGE: Final = 0.05  # the share of runs that are like none before: of those that are left, a tenth goes on until
_TAIL: Final = (0.25, 0.5)  # 10 ** (0.25 + 0.5 * deviation) times as long


@dataclass(frozen=True)
class Durations:
    """`count` of the runs learnt from; `mean` and `variance` of ln(seconds from createTime to the end).

    With a count of 0 it is a guess by what others take, and `variance` what there is to doubt about it.
    """

    count: int = 0
    mean: float = 0.0
    variance: float = 0.0

    @property
    def is_reliable(self) -> bool:
        """Whether enough runs have ended, and they were alike enough, to rely on it."""
        return self.count >= MIN_RUNS and self.variance <= MAX_VARIANCE

    def after(self, duration: timedelta) -> "Durations":
        """The durations after one more run. The first run replaces a guess."""
        weight = max(WEIGHT, 1 / (self.count + 1))
        away = math.log(min(max(duration, MIN_DURATION), MAX_DURATION).total_seconds()) - self.mean
        variance = (1 - weight) * (self.variance + weight * away * away)
        return Durations(self.count + 1, round(self.mean + weight * away, 6), round(variance, 6))

    @property
    def median(self) -> timedelta:
        """Half of the runs take longer."""
        return timedelta(seconds=math.exp(self.mean))

    def survival(self, seconds: float) -> float:
        """The share of runs that take longer than so many seconds; never quite 0."""
        if seconds <= 0:
            return 1.0
        away, deviation = math.log(seconds) - self.mean, math.sqrt(self._next_variance())
        strange = 1 / (1 + math.exp(min(away / (_TAIL[0] + _TAIL[1] * deviation), 600)))
        return (1 - _STRANGE) * _above(away, deviation) + _STRANGE * strange

    def _next_variance(self) -> float:
        """Of the next run: that of so few runs says little about their mean, and less about itself."""
        runs = min(self.count, round(1 / WEIGHT))
        if runs == 0:
            return max(self.variance, _NARROWEST)
        estimate = self.variance * (runs + 1) / (runs - 1) if runs > 1 else self.variance
        return estimate + _ONE_RUN / self.count**6 + _NARROWEST

    def to_field(self) -> dict[str, object]:
        """The durations as a field of a row."""
        return asdict(self)


# Amazon: executions "often take at least 15 minutes"; others have seen 40 seconds and 30 minutes: 6 to 70 minutes here
AMC_DURATIONS: Final = Durations(0, round(math.log(20 * 60), 6), 1.0)


def guess_from(others: Sequence[Durations]) -> Durations | None:
    """What to expect of a workflow by what is known of others like it; None if that is nothing."""
    known = [each for each in others if each.count]
    if not known:
        return None
    mean = sum(each.mean for each in known) / len(known)
    variance = sum(each.variance + (each.mean - mean) ** 2 for each in known) / len(known)
    return Durations(0, round(mean, 6), round(variance + _ELSEWHERE, 6))


def _above(away: float, deviation: float) -> float:
    return math.erfc(away / deviation / math.sqrt(2)) / 2


def read_durations(field: object) -> Durations | None:
    """The durations in a row's field; None if it is no such field."""
    if not isinstance(field, Mapping):
        return None
    values = [field.get(name) for name in ("count", "mean", "variance")]
    numbers = [value for value in values if isinstance(value, (int, float)) and math.isfinite(value)]
    if len(numbers) < 3 or numbers[0] < 0 or not 0 <= numbers[1] <= 12 or not 0 <= numbers[2] <= 36:
        return None
    if numbers[0] < 1 and not numbers[2]:  # as version 0.1 wrote of a workflow that nobody knew
        return None
    return Durations(int(numbers[0]), float(numbers[1]), float(numbers[2]))
