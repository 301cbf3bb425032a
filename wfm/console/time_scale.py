"""A time axis on which hours without anything are narrow: times (epoch seconds) to percent of a width. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

WHOLE: Final = 100.0  # percent
IDLE_SHARE: Final = 0.08  # of all busy time: a longer gap becomes narrow
NARROW: Final = 0.04  # of all busy time, as wide as a gap is then
MOST_NARROW: Final = 0.5  # of all busy time, as wide as all gaps are together


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the axis on which time passes evenly; in an idle one nothing happens."""

    start: float
    end: float
    left: float
    width: float
    is_idle: bool

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start

    def place(self, at: float) -> float:
        """The percent of a time within it; of one beyond it that of its nearer end."""
        share = (at - self.start) / self.seconds if self.seconds else 0.0
        return self.left + self.width * min(max(share, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """The stretches of an axis from left to right."""

    stretches: Sequence[Stretch]

    @classmethod
    def of(cls, spans: Iterable[tuple[float, float]], start: float, end: float) -> Self:
        """The axis from `start` to `end`, of what lasted from one time to another."""
        parts = list(_parts(_busy(spans, start, end), start, end))
        busy = sum(until - since for since, until, is_gap in parts if not is_gap) or max(end - start, 1.0)
        idle = [is_gap and until - since > IDLE_SHARE * busy for since, until, is_gap in parts]
        narrow = busy * min(NARROW, MOST_NARROW / max(sum(idle), 1))
        widths = [narrow if is_idle else part[1] - part[0] for part, is_idle in zip(parts, idle, strict=True)]
        percent, left, stretches = WHOLE / (sum(widths) or 1.0), 0.0, []
        for (since, until, _), width, is_idle in zip(parts, widths, idle, strict=True):
            stretches.append(Stretch(since, until, left * percent, width * percent, is_idle))
            left += width
        return cls(stretches)

    def place(self, at: float) -> float:
        """Where a time is, in percent."""
        number = bisect_right([one.start for one in self.stretches], at) - 1
        return self.stretches[max(number, 0)].place(at)


def _busy(spans: Iterable[tuple[float, float]], start: float, end: float) -> list[tuple[float, float]]:
    """The spans within the axis, those that touch as one."""
    found: list[tuple[float, float]] = []
    for since, until in sorted((max(since, start), min(until, end)) for since, until in spans):
        if until < since:
            continue
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return found


def _parts(busy: Sequence[tuple[float, float]], start: float, end: float) -> Iterable[tuple[float, float, bool]]:
    """The axis without a hole: busy times, and the gaps between them."""
    at = start
    for since, until in busy:
        if since > at:
            yield at, since, True
        yield since, until, False
        at = until
    if end > at or not busy:
        yield at, max(end, at), True
