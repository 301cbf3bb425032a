"""AMC time: durations pass `factor` times faster than on the wall, timestamps shown stay real ones."""


class SimulatedClock:
    """Maps wall time to AMC time and back.

    A change of the factor bends the line from that moment on, never behind it.
    """

    def __init__(self, factor: float, now: float) -> None:
        self.factor = factor
        self._wall = now
        self._amc = 0.0

    def amc(self, wall: float) -> float:
        """Seconds of AMC time passed at a moment on the wall."""
        return self._amc + (wall - self._wall) * self.factor

    def wall(self, amc: float) -> float:
        """The moment on the wall at which that much AMC time has passed.

        Only for moments after the last change of the factor.
        """
        return self._wall + (amc - self._amc) / self.factor

    def change(self, factor: float, now: float) -> None:
        """Runs under way keep what they have done; what is left of them goes at the new speed."""
        self._amc = self.amc(now)
        self._wall = now
        self.factor = factor
